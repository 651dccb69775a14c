"""The pages of minutes, of what is to be done, and for the phone in the room."""

import pytest

from papers.minutes import actions
from papers.minutes.models import ActionItem, Material, Section

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page_of(session) -> str:
    return f"{session.get_absolute_url()}minutes/"


def test_a_member_begins_the_minutes(session, bob, client_of, time_machine):
    client = client_of(bob)
    assert "Minutes begin with the session" in client.get(page_of(session)).content.decode()
    assert client.post(page_of(session)).status_code == 409
    time_machine.move_to(session.starts_at, tick=False)
    assert "Begin the minutes" in client.get(page_of(session)).content.decode()
    answer = client.post(page_of(session), headers=HTMX)
    assert answer.status_code == 200
    assert "Why a power law?" in answer.content.decode()
    assert client.post(page_of(session)).status_code == 303


def test_a_section_is_written_in_its_place(begun, bob, client_of):
    client, section = client_of(bob), begun[2]
    form = client.get(f"/minutes/{section.pk}/edit/", headers=HTMX).content.decode()
    assert f'data-target="minutes:{section.pk}"' in form
    assert "required" not in form.split("<textarea", 1)[1].split(">")[0]
    answer = client.post(f"/minutes/{section.pk}/edit/", {"body": "We **agree**.", "version": 1}, headers=HTMX)
    assert answer.status_code == 200
    assert "<strong>agree</strong>" in answer.content.decode()
    assert "data-focus" in answer.content.decode()
    plain = client.post(f"/minutes/{section.pk}/edit/", {"body": "No.", "version": 2})
    assert plain.status_code == 303
    assert plain.headers["Location"] == f"/sessions/{section.session_id}/minutes/#part-{section.pk}"


def test_the_second_saver_sees_both_texts(begun, alice, bob, client_of):
    section = begun[2]
    actions.write(section, "Theirs first.\n\nEnd", 1, by=alice)
    answer = client_of(bob).post(f"/minutes/{section.pk}/edit/", {"body": "Mine.", "version": 1}, headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == f"#part-{section.pk}"
    assert "Theirs first." in html
    assert "Mine." in html
    assert '<input type="hidden" name="version" value="2">' in html


def test_an_open_page_asks_for_what_others_wrote(begun, session, alice, bob, client_of):
    client, news = client_of(bob), f"{page_of(session)}news/"
    shown = ",".join(f"{section.pk}.1" for section in begun)
    assert f"{news}?shown={shown}" in client.get(page_of(session)).content.decode()
    assert client.get(news, {"shown": shown}).status_code == 204
    actions.write(begun[2], "New", 1, by=alice)
    html = client.get(news, {"shown": shown}).content.decode()
    assert f'<div id="part-text-{begun[2].pk}" hx-swap-oob="true">' in html
    assert f"part-text-{begun[0].pk}" not in html
    assert f"{begun[2].pk}.2" in html
    assert client.get(news, {"shown": "x" * 5000}).status_code == 200


def test_hours_later_nobody_asks_any_more(begun, session, bob, client_of, time_machine):
    time_machine.shift(60 * 60 * 7)
    assert "news/" not in client_of(bob).get(page_of(session)).content.decode()


def test_earlier_versions_are_shown_and_stand_again(begun, alice, bob, client_of):
    section, client = begun[2], client_of(bob)
    assert "This was never changed." in client.get(f"/minutes/{section.pk}/versions/").content.decode()
    actions.write(section, "First", 1, by=alice)
    actions.write(section, "Second", 2, by=alice)
    html = client.get(f"/minutes/{section.pk}/versions/?version=2").content.decode()
    assert "<del>First</del>" in html
    assert "<ins>Second</ins>" in html
    assert client.get(f"/minutes/{section.pk}/versions/?version=9").status_code == 404
    assert client.post(f"/minutes/{section.pk}/versions/", {"version": 2, "seen": 3}).status_code == 303
    assert client.post(f"/minutes/{section.pk}/versions/", {"version": "x", "seen": 3}).status_code == 404
    section.refresh_from_db()
    assert section.body == "First"


def test_tasks_stand_on_the_first_page_until_they_are_done(begun, alice, bob, client_of):
    actions.write(begun[2], "- [ ] @Bob mends <b>it</b> by 7/12", 1, by=alice)
    client, item = client_of(bob), ActionItem.objects.get()
    html = client.get("/").content.decode()
    assert "mends &lt;b&gt;it&lt;/b&gt; by 7/12" in html
    answer = client.post(f"/to-do/{item.pk}/", headers=HTMX)
    assert "Nothing is left to do." in answer.content.decode()
    assert "ticked" in answer.headers["HX-Trigger"]
    assert "To do from the minutes" not in client.get("/").content.decode()
    assert client.post(f"/to-do/{item.pk}/", {"done": "no"}).status_code == 303
    assert "To do from the minutes" in client.get("/").content.decode()


def test_in_the_room(begun, session, alice, bob, client_of):
    client = client_of(bob)
    html = client.get(f"{session.get_absolute_url()}room/").content.decode()
    assert '<li class="now" aria-current="time">' in html
    assert "<time>20:05</time>" in html
    assert "Why a power law?" in html
    answer = client.post(f"/minutes/{begun[1].pk}/lines/", {"line": "It is one.", "in": "room"})
    assert answer.headers["Location"] == f"{session.get_absolute_url()}room/"
    assert Section.objects.get(pk=begun[1].pk).body.endswith("- Why a power law?\n- It is one.")
    assert client.post(f"{session.get_absolute_url()}here/", {"in": "room"}).headers["Location"].endswith("/room/")


def test_a_line_that_is_too_long_is_refused(begun, bob, client_of):
    answer = client_of(bob).post(f"/minutes/{begun[1].pk}/lines/", {"line": "x" * 2001}, headers=HTMX)
    assert answer.status_code == 409
    assert "at most 2,000" in answer.content.decode()


# --- Slides and recordings


SLIDES = {"kind": "slides", "url": "https://example.org/s.pdf", "title": ""}


def test_slides_stand_beside_the_session(session, bob, alice, client_of):
    client, url = client_of(bob), f"{session.get_absolute_url()}materials/"
    assert client.post(url, SLIDES).status_code == 303
    html = client.get(session.get_absolute_url()).content.decode()
    assert '<a href="https://example.org/s.pdf" rel="noopener nofollow">' in html
    added = Material.objects.get()
    assert client.post(f"{url}{added.pk}/").status_code == 404
    assert client.delete(f"{url}{added.pk}/", headers=HTMX).status_code == 200
    assert client.post(f"{url}{added.pk}/", {"_method": "delete"}).status_code == 303


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://x.example/", "", "data:text/html,x"])
def test_what_is_no_page_is_no_address(session, bob, client_of, address):
    url = f"{session.get_absolute_url()}materials/"
    answer = client_of(bob).post(url, SLIDES | {"url": address}, headers=HTMX)
    assert answer.status_code == 422
    assert Material.objects.count() == 0


# --- Who may


def addresses(session, section: Section, item: ActionItem) -> dict[str, dict]:
    return {
        page_of(session): {},
        f"/minutes/{section.pk}/edit/": {"body": "x", "version": section.version},
        f"/minutes/{section.pk}/lines/": {"line": "x"},
        f"/minutes/{section.pk}/versions/": {"version": 1, "seen": section.version},
        f"/to-do/{item.pk}/": {},
        f"{session.get_absolute_url()}materials/": SLIDES,
    }


def test_readers_read_and_strangers_see_nothing(begun, session, alice, rita, client, client_of):
    actions.write(begun[2], "- [ ] @Alice", 1, by=alice)
    item = ActionItem.objects.get()
    reader = client_of(rita)
    for address, sent in addresses(session, begun[2], item).items():
        assert reader.post(address, sent).status_code == 403, address
        assert client.post(address, sent).status_code == 302, address
    for address in (page_of(session), f"/minutes/{begun[2].pk}/versions/", f"{session.get_absolute_url()}room/"):
        assert reader.get(address).status_code == 200
        assert client.get(address).status_code == 302
    assert client_of(alice).get("/minutes/999/edit/").status_code == 404
    assert client_of(alice).get("/sessions/999/minutes/").status_code == 404
    assert client_of(alice).get(f"/to-do/{item.pk}/").status_code == 405


@pytest.mark.parametrize("papers", [1, 3])
def test_the_page_of_minutes_costs_the_same_for_few_and_many(
    session, alice, a_paper, client_of, time_machine, papers, django_assert_max_num_queries
):
    from papers.sessions import actions as sessions  # noqa: PLC0415 - beside the pages' own actions

    for number in range(1, papers):
        sessions.put_in_slot(session, a_paper(f"Paper {number}"), by=alice)
    time_machine.move_to(session.starts_at, tick=False)
    begun = actions.begin(session, by=alice)
    actions.write(begun[0], "- [ ] @Alice one\n- [ ] @Alice two", 1, by=alice)
    client = client_of(alice)
    with django_assert_max_num_queries(7):
        client.get(page_of(session))
    with django_assert_max_num_queries(12):
        client.get(f"{session.get_absolute_url()}room/")
