"""The order of the list, and many papers changed at once: looked at, done as seen, taken back."""

import datetime as dt

import pytest

from papers.arranging import actions
from papers.arranging.actions import Wish
from papers.arranging.queries import lately
from papers.catalogue import actions as catalogue
from papers.catalogue.models import Edit, Entry, Part
from papers.refusals import Refused
from papers.sessions import actions as sessions
from papers.sessions.models import ReadingSession, Slot

pytestmark = pytest.mark.django_db

PAGE = "/papers/arrange/"
HTMX = {"HX-Request": "true"}
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def second(part) -> Part:
    return Part.objects.create(reading_list=part.reading_list, number=2, title_zh="其二", title_en="Second")


@pytest.fixture
def session(alice) -> ReadingSession:
    return sessions.make_session(dt.date(2023, 7, 10), dt.time(19), "Asia/Shanghai", by=alice)


@pytest.fixture
def four(a_paper, second, alice) -> list[Entry]:
    """Three papers in the first part and one in the second."""
    for title in ("Attention", "BERT", "GPT"):
        a_paper(title)
    last = a_paper("CLIP", on_list=False)
    catalogue.place_paper(last, second, by=alice)
    return list(Entry.objects.order_by("part__number", "position").select_related("part", "paper"))


def order() -> list[tuple[int, int, int]]:
    """Return where each paper stands: part, position, number."""
    return list(
        Entry.objects.order_by("part__number", "position").values_list("part__number", "position", "paper__number")
    )


def ticked(*entries: Entry, **wish) -> dict:
    return {"place": [entry.pk for entry in entries], **wish}


# --- Who


def test_only_who_may_edit_the_list_arranges_it(four, alice, bob, rita, client_of, client):
    addresses = (
        PAGE,
        f"{PAGE}apply/",
        f"{PAGE}{four[0].pk}/move/",
        f"{PAGE}0b0b0b0b-0000-4000-8000-000000000000/undo/",
    )
    for address in addresses:
        assert client.post(address).status_code == 302
        assert client_of(bob).post(address).status_code == 403
        assert client_of(rita).post(address).status_code == 403
    assert client_of(bob).get(PAGE).status_code == 403
    assert client_of(alice).get(PAGE).status_code == 200
    assert [client_of(alice).get(address).status_code for address in addresses[1:]] == [405, 405, 405]


def test_members_arrange_where_the_group_lets_them_but_fill_no_session(four, session, group, bob, client_of):
    group.members_may_edit = True
    group.save()
    client = client_of(bob)
    assert "Put into the session" not in client.get(PAGE).content.decode()
    page = client.post(PAGE, ticked(four[0], session=session.pk)).content.decode()
    assert "Only organisers change the schedule" in page


# --- Order


@pytest.mark.parametrize(
    ("entry", "said", "expected"),
    [
        (0, {"to": "down"}, [(1, 1, 2), (1, 2, 1), (1, 3, 3), (2, 1, 4)]),
        (0, {"to": "up"}, [(1, 1, 1), (1, 2, 2), (1, 3, 3), (2, 1, 4)]),
        (2, {"to": "up"}, [(1, 1, 1), (1, 2, 3), (1, 3, 2), (2, 1, 4)]),
        (2, {"to": "down"}, [(1, 1, 1), (1, 2, 2), (1, 3, 3), (2, 1, 4)]),
        (0, {"to": "after", "other": 2}, [(1, 1, 2), (1, 2, 3), (1, 3, 1), (2, 1, 4)]),
        (2, {"to": "before", "other": 0}, [(1, 1, 3), (1, 2, 1), (1, 3, 2), (2, 1, 4)]),
        (1, {"to": "before", "other": 3}, [(1, 1, 1), (1, 3, 3), (2, 1, 2), (2, 2, 4)]),
        (3, {"to": "after", "other": 0}, [(1, 1, 1), (1, 2, 4), (1, 3, 2), (1, 4, 3)]),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_place_goes_where_it_is_put(four, alice, client_of, entry, said, expected, headers):
    if "other" in said:
        said = {**said, "other": four[said["other"]].pk}
    response = client_of(alice).post(f"{PAGE}{four[entry].pk}/move/", said, headers=headers)
    assert response.status_code == (200 if headers else 303)
    assert order() == expected


@pytest.mark.parametrize("other", ["", "x", "0", "9" * 30, "-1", "١"])
def test_a_place_that_is_not_there_is_not_found(four, alice, client_of, other):
    said = {"to": "after", "other": other}
    assert client_of(alice).post(f"{PAGE}{four[0].pk}/move/", said).status_code == 404


def test_what_was_ticked_stays_ticked_when_a_place_moves(four, alice, client_of):
    said = {**ticked(four[2]), "to": "down"}
    response = client_of(alice).post(f"{PAGE}{four[0].pk}/move/", said, headers=HTMX)
    assert f'value="{four[2].pk}" checked' in response.content.decode()
    assert response.content.decode().count(" checked") == 1


def test_a_move_is_in_the_papers_history(four, alice, client_of):
    client_of(alice).post(f"{PAGE}{four[0].pk}/move/", {"to": "down"})
    edit = Edit.objects.latest("pk")
    assert (edit.by, edit.before, edit.after) == (alice, {"part": 1, "position": 1}, {"part": 1, "position": 2})
    assert client_of(alice).get("/papers/1/history/").status_code == 200


# --- Many at once


def test_many_are_changed_as_they_were_looked_at_and_taken_back(four, second, session, alice, client_of):
    client = client_of(alice)
    wish = ticked(four[0], four[2], part=second.pk, mode="brief", session=session.pk)
    page = client.post(PAGE, wish)
    assert "Change 2 papers" in page.content.decode()
    assert (order()[0], Slot.objects.count()) == ((1, 1, 1), 0)
    done = client.post(f"{PAGE}apply/", {**wish, "seen": page.context["seen"]}, follow=True)
    assert "2 papers are changed." in done.content.decode()
    assert order() == [(1, 2, 2), (2, 1, 4), (2, 2, 1), (2, 3, 3)]
    assert [(slot.paper.number, slot.minutes, slot.paper.mode) for slot in session.slots.all()] == [
        (1, 10, "brief"),
        (3, 10, "brief"),
    ]
    (batch,) = lately(NOW)
    assert (batch.by, batch.papers) == ("Alice", 2)

    assert client.post(f"{PAGE}{batch.id}/undo/").status_code == 303
    assert order() == [(1, 1, 1), (1, 2, 2), (1, 3, 3), (2, 1, 4)]
    assert (Slot.objects.count(), lately(NOW)) == (0, [])
    assert {entry.paper.mode for entry in Entry.objects.all()} == {"deep"}
    again = client.post(f"{PAGE}{batch.id}/undo/")
    assert again.status_code == 409
    assert "taken back already" in again.content.decode()


def test_what_was_changed_since_stays_and_is_named(four, alice):
    entries, wish = four[:2], Wish(mode="brief")
    batch, changed = actions.apply(entries, wish, actions.seen(actions.plan(entries, wish, by=alice)), by=alice)
    paper = four[0].paper
    paper.refresh_from_db()
    catalogue.edit_paper(paper, {"mode": "notes"}, paper.version, by=alice)
    stays = actions.undo(batch, by=alice)
    assert (changed, [sentence.split()[0] for sentence in stays]) == (2, ["#1"])
    assert [entry.paper.mode for entry in Entry.objects.order_by("pk")[:2]] == ["notes", "deep"]


def test_after_a_day_nothing_is_taken_back(four, alice, time_machine):
    wish = Wish(mode="brief")
    batch, _changed = actions.apply(four, wish, actions.seen(actions.plan(four, wish, by=alice)), by=alice)
    # The database's clock wrote the edits.
    Edit.objects.filter(batch=batch).update(at=NOW - dt.timedelta(hours=25))
    with pytest.raises(Refused, match="older than a day"):
        actions.undo(batch, by=alice)


def test_a_list_that_changed_meanwhile_is_looked_at_again(four, alice, client_of):
    client, wish = client_of(alice), ticked(four[0], four[1], mode="brief")
    seen = client.post(PAGE, wish).context["seen"]
    paper = four[0].paper
    catalogue.edit_paper(paper, {"mode": "brief"}, paper.version, by=alice)
    response = client.post(f"{PAGE}apply/", {**wish, "seen": seen})
    assert response.status_code == 409
    assert "Change 1 paper" in response.content.decode()
    assert not Edit.objects.exclude(batch=None).exists()


def test_a_paper_that_stands_twice_is_changed_once(four, second, alice):
    twice = catalogue.place_paper(four[0].paper, second, by=alice)
    lines = actions.plan([four[0], twice], Wish(mode="brief"), by=alice)
    assert [len(line.changes) for line in lines] == [1, 0]


def test_why_a_paper_is_not_put_into_the_session_stands_beside_it(four, session, alice, client_of):
    sessions.put_in_slot(
        sessions.make_session(dt.date(2023, 7, 17), dt.time(19), "UTC", by=alice), four[0].paper, by=alice
    )
    page = client_of(alice).post(PAGE, ticked(four[0], four[1], session=session.pk, mode="notes")).content.decode()
    assert "#1 is already in the session of 2023-07-17" in page
    assert "#2 is read by notes only" in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"mode": "brief"}, "No paper is chosen"),
        ({"place": "PLACE"}, "Nothing is to be changed"),
        ({"place": "PLACE", "mode": "aloud"}, "not understood"),
        ({"place": "PLACE", "part": "999"}, "not understood"),
        ({"place": "x", "mode": "brief"}, "not understood"),
    ],
)
@pytest.mark.parametrize("address", [PAGE, f"{PAGE}apply/"])
def test_what_cannot_be_done_is_said_on_the_page(four, alice, client_of, address, said, sentence):
    said = {name: four[0].pk if value == "PLACE" else value for name, value in said.items()}
    response = client_of(alice).post(address, said)
    assert response.status_code == 422
    assert sentence in response.content.decode()


@pytest.mark.parametrize("papers", [1, 3])
def test_the_page_costs_the_same_for_one_paper_and_for_three(
    session, a_paper, alice, client_of, django_assert_num_queries, papers
):
    for _paper in range(papers):
        sessions.put_in_slot(session, a_paper(), by=alice)
    client = client_of(alice)
    # Who asks (2), the group, parts (and to choose from), sessions, places with slots and sessions (3), batches.
    with django_assert_num_queries(10):
        client.get(PAGE)
