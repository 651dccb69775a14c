"""A series is looked at before it is made; the group's own free days."""

import datetime as dt
from contextlib import nullcontext
from functools import partial

import pytest
from django.test import Client

from papers.members.models import Act
from papers.refusals import Refused
from papers.sessions import actions, breaks
from papers.sessions.models import Break, ReadingSession, Series
from tests.at_once import at_once

from .conftest import NOW

pytestmark = pytest.mark.django_db

SERIES = {
    "weekday": "1",
    "wall_time": "19:00",
    "time_zone": "Asia/Shanghai",
    "first_date": "2023-09-11",
    "weeks": "5",
    "minutes": "120",
    "place": "",
    "other_time": "",
}
SEVEN = dt.time(19)


@pytest.fixture
def china(group):
    group.country = "CN"
    group.save()
    return group


def look(client: Client, **changes: str):
    return client.post("/sessions/new/", {**SERIES, **changes})


def make(client: Client, **changes: str):
    seen = look(client, **changes).context["preview"].seen
    return client.post("/sessions/new/make/", {**SERIES, **changes, "seen": seen}, follow=True)


def dates() -> list[str]:
    return [f"{session.date:%m-%d}" for session in ReadingSession.objects.order_by("starts_at")]


def test_the_dates_are_shown_with_the_holidays_and_nothing_is_made(china, alice, client_of):
    response = look(client_of(alice))
    page = response.content.decode()
    assert "1 of 5 falls on a free day." in page
    assert "National Day" in page
    assert "Monday, Oct. 16, 2023" in page
    assert "no session" in page
    assert (ReadingSession.objects.count(), Series.objects.count()) == (0, 0)


def test_in_chinese_the_names_are_chinese(china, alice, client_of):
    alice.language = "zh-hans"
    alice.save()
    assert "国庆节" in look(client_of(alice)).content.decode()


def test_left_alone_a_holiday_is_left_out_and_made_up_for(china, alice, client_of):
    assert "5 sessions are made." in make(client_of(alice)).content.decode()
    assert dates() == ["09-11", "09-18", "09-25", "10-09", "10-16"]
    assert Series.objects.get().weeks == 5


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"choice-2023-10-02": "drop"}, ["09-11", "09-18", "09-25", "10-09"]),
        ({"choice-2023-10-02": "keep"}, ["09-11", "09-18", "09-25", "10-02", "10-09"]),
        (
            {"choice-2023-10-02": "move", "to-2023-10-02": "2023-10-07"},
            ["09-11", "09-18", "09-25", "10-07", "10-09"],
        ),
        # What is not understood was not chosen.
        ({"choice-2023-10-02": "maybe"}, ["09-11", "09-18", "09-25", "10-09", "10-16"]),
        ({"choice-2023-99-02": "drop"}, ["09-11", "09-18", "09-25", "10-09", "10-16"]),
        ({"choice-2023-10-02": "move", "to-2023-10-02": "soon"}, ["09-11", "09-18", "09-25", "10-09", "10-16"]),
    ],
)
def test_each_free_date_becomes_what_was_chosen(china, alice, client_of, chosen, expected):
    client = client_of(alice)
    make(client, **chosen)
    assert dates() == expected


def test_a_moved_workday_is_named_and_kept(china, alice, client_of):
    page = look(client_of(alice), weekday="6", first_date="2023-10-07", weeks="1").content.decode()
    assert "A working day, moved here for a holiday" in page
    assert "None of the dates falls on a free day." in page
    make(client_of(alice), weekday="6", first_date="2023-10-07", weeks="1")
    assert dates() == ["10-07"]


def test_the_groups_own_free_days_count_without_a_country(group, alice, client_of):
    breaks.add_break(dt.date(2023, 9, 16), dt.date(2023, 9, 20), "Exams", by=alice)
    page = look(client_of(alice)).content.decode()
    assert "Exams" in page
    assert "name no country" in page
    make(client_of(alice))
    assert dates() == ["09-11", "09-25", "10-02", "10-09", "10-16"]


def test_two_hours_take_turns_and_a_holiday_gives_nobody_one_twice(china, alice, client_of):
    make(client_of(alice), other_time="09:00")
    hours = [f"{session.wall_time:%H}" for session in ReadingSession.objects.order_by("starts_at")]
    assert (dates()[3], hours) == ("10-09", ["19", "09", "19", "09", "19"])
    assert Series.objects.get().other_time == dt.time(9)


def test_26_sessions_keep_their_hour_over_both_changes_of_the_clocks(alice, client_of):
    make(client_of(alice), weeks="40", time_zone="Europe/Berlin")
    instants = [session.starts_at.hour for session in ReadingSession.objects.order_by("starts_at")]
    assert (instants[0], instants[20], instants[-1], len(instants)) == (17, 18, 17, 40)


def test_dates_that_overlap_a_session_are_marked_and_not_made(alice, client_of):
    actions.make_session(dt.date(2023, 9, 18), dt.time(20, 30), "Asia/Shanghai", by=alice)
    client = client_of(alice)
    page = look(client).content.decode()
    assert "1 date overlaps another session" in page
    assert "There already is a session: 2023-09-18 20:30 Asia/Shanghai." in page
    response = make(client)
    assert (response.status_code, 'role="alert"' in response.content.decode()) == (409, True)
    assert dates() == ["09-18"]


def test_a_series_that_would_begin_in_the_past_is_marked_and_not_made(alice, client_of):
    client = client_of(alice)
    assert "has already passed" in look(client, first_date="2023-06-05").content.decode()
    response = make(client, first_date="2023-06-05")
    assert (response.status_code, "already passed" in response.content.decode()) == (422, True)
    assert dates() == []


def test_a_date_is_not_moved_onto_another_one_of_the_series(china, alice, client_of):
    onto = {"choice-2023-10-02": "move", "to-2023-10-02": "2023-10-09"}
    assert "2 dates overlap" in look(client_of(alice), **onto).content.decode()
    response = make(client_of(alice), **onto)
    assert (response.status_code, "Two of the sessions would overlap" in response.content.decode()) == (409, True)
    assert dates() == []


def test_days_that_became_free_since_are_shown_first(alice, client_of):
    client = client_of(alice)
    seen = look(client).context["preview"].seen
    breaks.add_break(dt.date(2023, 9, 18), dt.date(2023, 9, 18), "Outing", by=alice)
    response = client.post("/sessions/new/make/", {**SERIES, "seen": seen})
    page = response.content.decode()
    assert (response.status_code, "changed meanwhile" in page, "Outing" in page) == (409, True, True)
    assert client.post("/sessions/new/make/", SERIES).status_code == 409
    assert dates() == []


def test_one_can_go_back_to_the_form_with_what_it_said(alice, client_of):
    response = look(client_of(alice), place="Room 3", back="1")
    assert (response.status_code, 'value="Room 3"' in response.content.decode()) == (200, True)


@pytest.mark.parametrize("address", ["/sessions/new/make/", "/sessions/breaks/"])
def test_only_organisers_plan(bob, rita, charlie, alice, client_of, address):
    for member in (bob, rita):
        response = client_of(member).post(address, SERIES)
        assert (response.status_code, "Only organisers" in response.content.decode()) == (403, True)
    for client in (Client(), client_of(charlie)):
        assert client.post(address, SERIES).status_code == 302
    assert client_of(alice).put(address).status_code == 405
    assert not Break.objects.exists()


# --- Overlaps, whatever way a session comes


@pytest.mark.parametrize(
    ("hour", "minutes", "refused"),
    [(18, 120, True), (20, 60, True), (17, 120, False), (21, 60, False), (18, 300, True)],
)
def test_no_session_overlaps_another(a_session, alice, hour, minutes, refused):
    a_session(5)
    expected = pytest.raises(Refused, match="2023-07-10 19:00") if refused else nullcontext()
    with expected:
        a_session(5, wall_time=dt.time(hour), minutes=minutes)
    assert ReadingSession.objects.count() == 2 - refused


def test_no_session_is_moved_onto_another_but_within_itself(a_session, alice):
    session = a_session(5)
    a_session(6)
    with pytest.raises(Refused, match="2023-07-11 19:00"):
        actions.move_session(session, dt.date(2023, 7, 11), dt.time(18), by=alice)
    assert actions.move_session(session, dt.date(2023, 7, 10), dt.time(20), by=alice).wall_time == dt.time(20)


def test_no_session_is_made_in_the_past(alice):
    with pytest.raises(Refused, match="already passed") as refused:
        actions.make_session(dt.date(2023, 7, 5), SEVEN, "Asia/Shanghai", by=alice)
    assert refused.value.status == 422
    assert actions.make_session(dt.date(2023, 7, 5), dt.time(21), "Asia/Shanghai", by=alice).starts_at > NOW


def test_sessions_of_one_series_do_not_overlap_each_other(alice):
    with pytest.raises(Refused, match="Two of the sessions would overlap"):
        actions.make_series(
            NOW.date(),
            1,
            dt.time(23),
            "Asia/Shanghai",
            2,
            by=alice,
            minutes=600,
            other_time=dt.time(1),
            meets=[dt.date(2023, 7, 10), dt.date(2023, 7, 11)],
        )
    assert not ReadingSession.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_that_would_overlap_one_is_made(alice):
    refused = at_once(
        *(partial(actions.make_session, dt.date(2023, 7, 20), dt.time(hour), "UTC", by=alice) for hour in (18, 19))
    )
    assert [refusal.status for refusal in refused] == [409]
    assert ReadingSession.objects.count() == 1


# --- Free days


def test_free_days_are_kept_shown_and_taken_away(alice, client_of):
    client = client_of(alice)
    sent = {"name": " Summer  break ", "first": "2023-08-01", "last": "2023-08-20"}
    assert "Summer break" in client.post("/sessions/breaks/", sent, follow=True).content.decode()
    client.post("/sessions/breaks/", sent)
    own = Break.objects.get()
    assert (own.name, own.first, own.last) == ("Summer break", dt.date(2023, 8, 1), dt.date(2023, 8, 20))
    assert Act.objects.get().verb == "add break"
    for _time in range(2):
        assert client.post(f"/sessions/breaks/{own.pk}/").status_code == 303
    assert not Break.objects.exists()
    assert Act.objects.first().verb == "remove break"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "not understood"),
        ({"last": "2023-07-31"}, "before the first one"),
        ({"last": "2024-08-31"}, "at most 200 days"),
        ({"first": "1999-08-01", "last": "1999-08-02"}, "between 2000-01-01"),
        ({"first": "soon"}, "not understood"),
    ],
)
def test_days_that_cannot_be_are_refused_with_the_text_kept(alice, client_of, changes, words):
    sent = {"name": "Summer", "first": "2023-08-01", "last": "2023-08-20", **changes}
    response = client_of(alice).post("/sessions/breaks/", sent)
    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert not changes.get("last") or 'value="Summer"' in response.content.decode()
    assert not Break.objects.exists()


def test_others_do_not_take_free_days_away(alice, bob, client_of):
    own = breaks.add_break(NOW.date(), NOW.date(), "Exams", by=alice)
    assert client_of(bob).post(f"/sessions/breaks/{own.pk}/").status_code == 403
    assert client_of(alice).get(f"/sessions/breaks/{own.pk}/").status_code == 405
    assert Break.objects.exists()


def test_the_schedule_shows_the_weeks_that_are_free(china, alice, bob, client_of):
    make(client_of(alice))
    page = client_of(bob).get("/sessions/").content.decode()
    assert page.index("Sept. 25") < page.index("Monday, Oct. 2, 2023") < page.index("Oct. 9")
    assert "National Day" in page
