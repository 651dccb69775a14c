import datetime as dt

import pytest
from django.test import Client

from papers.claims.models import Claim
from papers.sessions import actions
from papers.sessions.models import ReadingSession, Slot

from .conftest import NOW

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def session(a_session) -> ReadingSession:
    return a_session()


@pytest.fixture
def slot(session, a_paper, alice) -> Slot:
    return actions.put_in_slot(session, a_paper(), by=alice)


SERIES = {
    "weekday": "1",
    "wall_time": "19:00",
    "time_zone": "Asia/Shanghai",
    "first_date": "2023-07-05",
    "weeks": "26",
    "minutes": "120",
    "place": "",
}


def made(client: Client, series: dict[str, str], **chosen: str):
    """Look at the dates, then make the sessions as they were looked at."""
    page = client.post("/sessions/new/", {**series, **chosen})
    assert page.status_code == 200
    sent = {**series, **chosen, "seen": page.context["preview"].seen}
    return client.post("/sessions/new/make/", sent, follow=True)


# --- The quartet


def writes(session: ReadingSession, slot: Slot) -> dict[str, dict[str, str]]:
    return {
        "/sessions/new/": SERIES,
        f"{session.get_absolute_url()}slots/": {"paper": "1", "minutes": "30", "position": "2"},
        f"{session.get_absolute_url()}slots/{slot.pk}/": {"_method": "delete"},
        f"{session.get_absolute_url()}slots/{slot.pk}/up/": {},
        f"{session.get_absolute_url()}slots/{slot.pk}/down/": {},
        f"{session.get_absolute_url()}move/": {"date": "2023-07-12", "wall_time": "20:00"},
        f"{session.get_absolute_url()}cancel/": {"because": "Holiday"},
        f"{session.get_absolute_url()}place/": {"place": "Room 3"},
    }


def test_members_and_readers_see_the_schedule_and_its_sessions(session, slot, bob, rita, client_of):
    for member in (bob, rita):
        for address in ("/sessions/", session.get_absolute_url()):
            response = client_of(member).get(address)
            assert response.status_code == 200
            assert "Attention Is All You Need" in response.content.decode()
            assert "/slots/" not in response.content.decode()
            assert 'name="paper"' not in response.content.decode()


def test_writes_of_members_and_readers_are_refused_with_the_role_needed(session, slot, bob, rita, client_of):
    for member in (bob, rita):
        for address, fields in writes(session, slot).items():
            response = client_of(member).post(address, fields)
            assert (response.status_code, "Only organisers" in response.content.decode()) == (403, True), address
            response = client_of(member).post(address, {}, headers=HTMX)
            assert response.status_code in (403, 404), address
    assert client_of(bob).get("/sessions/new/").status_code == 403
    session.refresh_from_db()
    assert (session.sequence, session.place, Slot.objects.count()) == (0, "", 1)


def test_strangers_and_those_who_left_are_sent_to_sign_in(session, slot, charlie, client_of):
    for client in (Client(), client_of(charlie)):
        for address in ("/sessions/", session.get_absolute_url(), "/sessions/new/"):
            assert client.get(address).status_code == 302
        for address, fields in writes(session, slot).items():
            assert client.post(address, fields).status_code == 302
    assert ReadingSession.objects.count() == 1


def test_each_address_takes_its_own_methods(session, slot, alice, client_of):
    client = client_of(alice)
    for address in ("/sessions/", session.get_absolute_url()):
        assert client.post(address).status_code == 405
    for address in [address for address in writes(session, slot) if address != "/sessions/new/"]:
        assert client.get(address).status_code == 405, address
    assert client.put("/sessions/new/").status_code == 405
    assert client.post(f"{session.get_absolute_url()}slots/{slot.pk}/").status_code == 404
    assert Slot.objects.filter(pk=slot.pk).exists()


def test_what_is_not_there_is_not_found(session, slot, alice, client_of):
    client = client_of(alice)
    for pk in (0, session.pk + 1, 10**30):
        assert client.get(f"/sessions/{pk}/").status_code == 404
        assert client.post(f"/sessions/{pk}/cancel/", {"because": "x"}).status_code == 404
        assert client.post(f"{session.get_absolute_url()}slots/{pk + slot.pk + 1}/up/").status_code == 404
    assert client.get("/sessions/?past=%00").status_code == 400


# --- Making


def test_one_form_makes_26_sessions(alice, client_of):
    response = made(client_of(alice), SERIES)
    assert response.redirect_chain == [("/sessions/", 303)]
    assert "26 sessions are made." in response.content.decode()
    assert ReadingSession.objects.count() == 26


def test_the_form_starts_with_what_the_group_usually_does(alice, client_of, group):
    form = client_of(alice).get("/sessions/new/").context["form"]
    # 27 February 2023, when the group began, was a Monday.
    assert {name: form[name].value() for name in ("weekday", "time_zone", "weeks")} == {
        "weekday": 1,
        "time_zone": "Asia/Shanghai",
        "weeks": 26,
    }
    group.time_zone = "PRC"
    group.save()
    assert '<option value="PRC" selected>' in client_of(alice).get("/sessions/new/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weeks", "61"),
        ("weeks", ""),
        ("weeks", "9" * 5000),
        ("time_zone", "Asia/Beijing"),
        ("wall_time", "25:00"),
        ("first_date", "2023-02-30"),
        ("first_date", "0001-01-01"),
        ("weekday", "8"),
        ("minutes", "-5"),
        ("place", "x" * 501),
    ],
)
def test_a_form_that_is_not_understood_comes_back_with_its_text(alice, client_of, field, value):
    response = client_of(alice).post("/sessions/new/", {**SERIES, "place": "Room 3", field: value})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert field == "place" or "Room 3" in response.content.decode()
    assert not ReadingSession.objects.exists()


def test_a_series_that_is_already_there_is_refused_with_the_dates(alice, client_of):
    client = client_of(alice)
    made(client, SERIES)
    response = made(client, {**SERIES, "weeks": "1"})
    assert response.status_code == 409
    assert "already is a session at this time: 2023-07-10 19:00 Asia/Shanghai" in response.content.decode()


# --- Papers


def test_a_paper_is_put_in_with_and_without_htmx(session, a_paper, alice, client_of):
    a_paper("BERT"), a_paper("GPT")
    client, address = client_of(alice), f"{session.get_absolute_url()}slots/"
    response = client.post(address, {"paper": "1", "minutes": "20", "position": "1"}, headers=HTMX)
    assert (response.status_code, response["HX-Trigger"]) == (
        200,
        '{"announce": {"text": "#1 is in this session now."}}',
    )
    assert response.content.decode().strip().startswith('<article id="session"')
    assert "BERT" in response.content.decode()
    response = client.post(address, {"paper": "2", "minutes": "30"}, follow=True)
    assert response.redirect_chain == [(session.get_absolute_url(), 303)]
    assert "#2 is in this session now." in response.content.decode()
    assert "50 of 120 minutes" in response.content.decode()
    assert list(session.slots.values_list("position", "minutes")) == [(1, 20), (2, 30)]


@pytest.mark.parametrize(("mode", "minutes"), [("deep", 30), ("brief", 10)])
def test_a_paper_gets_the_minutes_of_the_way_it_is_read(session, a_paper, alice, client_of, mode, minutes):
    a_paper("BERT", mode=mode)
    client_of(alice).post(f"{session.get_absolute_url()}slots/", {"paper": "1", "minutes": ""})
    assert session.slots.get().minutes == minutes


def test_a_paper_that_is_read_by_notes_only_is_in_no_session(session, a_paper, alice, client_of):
    a_paper("BERT", mode="notes")
    response = client_of(alice).post(f"{session.get_absolute_url()}slots/", {"paper": "1", "minutes": ""})
    assert response.status_code == 409
    assert "read by notes only" in response.content.decode()
    assert response.context["put_form"].fields["paper"].widget.choices == [("", "Choose a paper")]


def test_a_place_that_was_taken_meanwhile_answers_409_with_the_agenda_as_it_is(
    session, slot, a_paper, alice, client_of
):
    a_paper("BERT")
    for headers in (HTMX, {}):
        response = client_of(alice).post(
            f"{session.get_absolute_url()}slots/", {"paper": "2", "minutes": "25", "position": "1"}, headers=headers
        )
        text = response.content.decode()
        assert response.status_code == 409
        assert "this place now has #1 Attention Is All You Need" in text
        assert 'name="position" value="2"' in text
        assert '<option value="2" selected>#2 BERT</option>' in text
        assert 'value="25"' in text
        assert ("<html" in text) is (headers == {})
    assert response.get("HX-Retarget") == "#session"


@pytest.mark.parametrize(
    "fields",
    [
        {"paper": "99", "minutes": "30"},
        {"paper": "", "minutes": "30"},
        {"paper": "x", "minutes": "30"},
        {"paper": "1", "minutes": "0"},
        {"paper": "1", "minutes": "30", "position": "99999"},
        {"paper": "1" * 40, "minutes": "30"},
    ],
)
def test_what_is_not_understood_of_a_paper_answers_422(session, a_paper, alice, client_of, fields):
    a_paper()
    response = client_of(alice).post(f"{session.get_absolute_url()}slots/", fields, headers=HTMX)
    assert (response.status_code, Slot.objects.count()) == (422, 0)
    assert 'role="alert"' in response.content.decode()


def test_papers_to_choose_are_neither_done_nor_scheduled_and_the_held_ones_come_first(
    session, slot, a_paper, a_session, alice, bob, client_of
):
    a_paper("Done", done_at=NOW)
    a_paper("Mentioned", on_list=False)
    a_paper("Free")
    Claim.objects.create(paper=a_paper("Released"), holder=bob, released_at=NOW)
    Claim.objects.create(paper=a_paper("Held"), holder=bob)
    choices = client_of(alice).get(session.get_absolute_url()).context["put_form"].fields["paper"].widget.choices
    assert choices[1:] == [
        ("Somebody presents it", [(6, "#6 Held — Bob")]),
        ("Nobody presents it yet", [(4, "#4 Free"), (5, "#5 Released")]),
    ]


@pytest.mark.parametrize("how", ["delete", "post", "htmx"])
def test_a_paper_is_taken_out_and_a_second_time_too(session, slot, alice, client_of, how):
    client, address = client_of(alice), f"{session.get_absolute_url()}slots/{slot.pk}/"
    for _time in range(2):
        if how == "htmx":
            response = client.delete(address, headers=HTMX)
        elif how == "delete":
            response = client.delete(address)
        else:
            response = client.post(address, {"_method": "delete"})
        assert response.status_code == (200 if how == "htmx" else 303)
    assert not Slot.objects.exists()


def test_a_slot_of_another_session_is_not_found_here(session, slot, a_session, alice, client_of):
    other = a_session(6)
    assert client_of(alice).post(f"{other.get_absolute_url()}slots/{slot.pk}/up/").status_code == 404
    client_of(alice).delete(f"{other.get_absolute_url()}slots/{slot.pk}/")
    assert Slot.objects.get() == slot


def test_a_paper_goes_up(session, slot, a_paper, alice, client_of):
    second = actions.put_in_slot(session, a_paper("BERT"), by=alice)
    response = client_of(alice).post(f"{session.get_absolute_url()}slots/{second.pk}/up/", headers=HTMX)
    assert [line.paper.title for line in response.context["meeting"].lines] == ["BERT", slot.paper.title]


# --- Moving, cancelling, the place


def test_a_session_is_moved(session, alice, client_of):
    address = f"{session.get_absolute_url()}move/"
    response = client_of(alice).post(address, {"date": "2023-07-12", "wall_time": "20:00"}, headers=HTMX)
    assert response.status_code == 200
    assert "Wednesday, July 12, 2023" in response.content.decode()
    response = client_of(alice).post(address, {"date": "2023-07-04", "wall_time": "20:00"}, headers=HTMX)
    assert response.status_code == 409
    assert "already passed" in response.content.decode()
    assert 'value="2023-07-04"' in response.content.decode()
    assert client_of(alice).post(address, {"date": "soon"}).status_code == 422


def test_a_cancelled_session_is_struck_through_with_its_reason_and_cannot_be_changed(session, alice, bob, client_of):
    address = f"{session.get_absolute_url()}cancel/"
    assert client_of(alice).post(address, {"because": " "}, headers=HTMX).status_code == 422
    response = client_of(alice).post(address, {"because": "<b>Spring</b> festival"}, headers=HTMX)
    assert response.status_code == 200
    for text in (response.content.decode(), client_of(bob).get("/sessions/").content.decode()):
        assert "<s>Monday, July 10, 2023</s>" in text
        assert "&lt;b&gt;Spring&lt;/b&gt; festival" in text
    assert "<form" not in response.content.decode()
    assert client_of(alice).post(address, {"because": "Again"}, headers=HTMX).status_code == 409


def test_a_meeting_link_is_a_link_and_a_script_is_not(session, alice, client_of):
    address = f"{session.get_absolute_url()}place/"
    response = client_of(alice).post(address, {"place": "Room 3, https://meet.example.org/x?a=1&b=2"}, headers=HTMX)
    assert '<a href="https://meet.example.org/x?a=1&amp;b=2" rel="nofollow">' in response.content.decode()
    response = client_of(alice).post(address, {"place": "javascript:alert(1) <script>alert(1)</script>"}, headers=HTMX)
    text = response.content.decode()
    assert "<script>" not in text
    assert 'href="javascript:' not in text
    assert client_of(alice).post(address, {"place": "x" * 501}).status_code == 422


def test_what_has_begun_offers_neither_moving_nor_cancelling(session, slot, alice, client_of, time_machine):
    assert "/move/" in client_of(alice).get(session.get_absolute_url()).content.decode()
    time_machine.move_to(session.starts_at, tick=False)
    text = client_of(alice).get(session.get_absolute_url()).content.decode()
    assert "/move/" not in text
    assert "/cancel/" not in text
    assert "/place/" in text


# --- What is read


def test_both_clocks_are_shown_where_they_differ(session, bob, client_of):
    text = client_of(bob).get(session.get_absolute_url()).content.decode()
    assert 'datetime="2023-07-10T11:00:00+00:00">19:00</time> Asia/Shanghai' in text
    assert "13:00 Europe/Berlin" in text
    bob.time_zone = "Asia/Singapore"
    bob.save()
    text = client_of(bob).get(session.get_absolute_url()).content.decode()
    assert "19:00</time> Asia/Shanghai" in text
    assert "Singapore" not in text
    bob.time_zone = "Pacific/Auckland"
    bob.save()
    a_day_later = client_of(bob).get("/sessions/").content.decode()
    assert "23:00 Pacific/Auckland" in a_day_later
    bob.time_zone = "Pacific/Kiritimati"
    bob.save()
    assert "Tuesday, July 11, 2023 01:00 Pacific/Kiritimati" in client_of(bob).get("/sessions/").content.decode()


@pytest.mark.parametrize("zone", ["Asia/Gone", "Europe", "../etc/passwd"])
def test_a_zone_that_is_no_longer_known_breaks_no_page(session, bob, client_of, zone):
    ReadingSession.objects.update(time_zone=zone)
    for address in ("/sessions/", session.get_absolute_url()):
        assert "11:00</time> UTC" in client_of(bob).get(address).content.decode()


def test_sessions_move_to_the_past_when_they_are_over(session, bob, client_of, time_machine):
    later = session.ends_at
    client = client_of(bob)
    for instant, upcoming in ((later - dt.timedelta(seconds=1), True), (later, False)):
        time_machine.move_to(instant, tick=False)
        pages = [client.get(address).content.decode() for address in ("/sessions/", "/sessions/?past=1")]
        assert [f'id="session-{session.pk}"' in page for page in pages] == [upcoming, not upcoming]


def test_the_presenter_is_named_and_room_is_loud_for_organisers(session, slot, alice, bob, client_of):
    assert "Nobody presents it yet" in client_of(bob).get("/sessions/").content.decode()
    Claim.objects.create(paper=slot.paper, holder=bob)
    for_bob, for_alice = (client_of(member).get("/sessions/").content.decode() for member in (bob, alice))
    assert "<bdi>Bob</bdi>" in for_bob
    assert "room for 3 more papers" in for_alice
    assert "room for" not in for_bob


def test_papers_that_take_too_long_are_warned_of_and_not_refused(session, a_paper, alice, client_of):
    actions.put_in_slot(session, a_paper(), by=alice, minutes=150)
    assert "30 minutes longer than the session" in client_of(alice).get(session.get_absolute_url()).content.decode()


def test_a_member_can_claim_a_paper_of_the_agenda_there(session, slot, bob, client_of):
    text = client_of(bob).get(session.get_absolute_url()).content.decode()
    assert f'hx-post="/papers/{slot.paper.number}/claim/"' in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_are_there_in_both_languages_when_there_is_nothing(alice, bob, client_of, language):
    for member in (alice, bob):
        member.language = language
        member.save()
        for address in ("/sessions/", "/sessions/?past=1"):
            assert client_of(member).get(address).status_code == 200


@pytest.mark.parametrize("sessions", [1, 3])
@pytest.mark.parametrize("address", ["/sessions/", "/sessions/?past=1"])
def test_the_schedule_costs_the_same_for_one_session_and_for_three(
    a_session, a_paper, alice, bob, client_of, django_assert_num_queries, sessions, address
):
    for at in range(sessions):
        session = a_session((-10 if "past" in address else 5) + at)
        for _paper in range(sessions):
            Claim.objects.create(paper=actions.put_in_slot(session, a_paper(), by=alice).paper, holder=bob)
    client = client_of(bob)
    # Who asks (2), the group's name, sessions, slots with papers, where the papers stand.
    with django_assert_num_queries(6):
        client.get(address)


@pytest.mark.parametrize("papers", [1, 3])
def test_a_session_costs_the_same_for_one_paper_and_for_three(
    session, a_paper, alice, client_of, django_assert_num_queries, papers
):
    for _paper in range(papers):
        actions.put_in_slot(session, a_paper(), by=alice)
        a_paper("To choose")
    client = client_of(alice)
    # Those of the schedule, open questions, who does what, who comes, slides; for an organiser the papers and the
    # sessions to choose from, and whose turn it is (4).
    with django_assert_num_queries(16):
        client.get(session.get_absolute_url())
