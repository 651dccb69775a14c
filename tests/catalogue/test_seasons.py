"""Parts, the order in them, and one list after the other."""

import pytest

from papers.catalogue import seasons
from papers.catalogue.actions import add_paper
from papers.catalogue.exporting import as_json, records
from papers.catalogue.models import Entry, Paper, Part, ReadingList
from papers.catalogue.seeding import Counts, load_list
from papers.claims import actions as claims
from papers.notes import actions as notes
from papers.sessions.queries import papers_to_schedule

pytestmark = pytest.mark.django_db
PAGE = "/organise/list/"


def test_the_next_list_begins_empty_and_goes_on_counting(a_paper, alice, bob, client_of):
    old = a_paper("Old")
    notes.write_note(old, "Still here.", by=bob)
    claims.mark_read(old, by=alice)
    response = client_of(alice).post(f"{PAGE}next/", {"title_zh": "第二季", "title_en": "Second season"})
    assert response.status_code == 303
    current = seasons.current_list()
    assert (current.title_en, current.parts.get().number) == ("Second season", 1)
    new = add_paper("New", current.parts.get(), by=alice)
    assert new.number == old.number + 1
    page = client_of(bob).get("/papers/").content.decode()
    assert "New" in page
    assert ">Old<" not in page
    assert "0 of 1 read" in page
    assert [paper.title for paper in papers_to_schedule()] == ["New"]
    assert [record.title for record in records()] == ["New"]
    assert [part["title_en"] for part in as_json()["parts"]] == ["Part one"]


def test_the_old_list_its_papers_and_notes_stay(a_paper, alice, bob, client_of):
    old = a_paper("Old")
    notes.write_note(old, "Still here.", by=bob)
    season = seasons.current_list()
    seasons.start_next_list("", "Second season", by=alice)
    client = client_of(bob)
    assert "Still here." in client.get(old.get_absolute_url()).content.decode()
    page = client.get(f"/papers/?season={season.pk}").content.decode()
    assert ">Old<" in page
    assert "has archived" in page
    assert f"/papers/?season={season.pk}" in client_of(alice).get(PAGE).content.decode()


def test_the_seed_files_do_not_come_into_the_next_list(group, alice):
    load_list()
    seasons.start_next_list("", "Second season", by=alice)
    assert load_list() == Counts()
    assert seasons.current_list().parts.count() == 1


def test_parts_are_added_and_named(part, alice, client_of):
    client = client_of(alice)
    assert client.post(PAGE, {"title_zh": "其二", "title_en": ""}).status_code == 303
    added = Part.objects.get(number=2)
    assert (added.title_zh, added.title_en) == ("其二", "其二")
    assert client.post(f"{PAGE}parts/{added.pk}/", {"title_zh": "其二", "title_en": "Two"}).status_code == 303
    added.refresh_from_db()
    assert added.title_en == "Two"
    assert client.post(PAGE, {"title_zh": " ", "title_en": "…"}).status_code == 422
    assert client.post(PAGE, {"title_en": "x" * 300}).status_code == 422


def test_without_a_list_the_first_part_makes_one(group, alice, client_of):
    client_of(alice).post(PAGE, {"title_en": "First"})
    assert Part.objects.get().number == 1


def order(part: Part) -> list[str]:
    return list(Entry.objects.filter(part=part).order_by("position").values_list("paper__title", flat=True))


def test_a_paper_moves_up_and_down_and_stops_at_the_ends(a_paper, part, alice, client_of):
    papers = [a_paper(name) for name in ("One", "Two", "Three")]
    client, last = client_of(alice), papers[2].entries.get()
    for expected in (["One", "Three", "Two"], ["Three", "One", "Two"], ["Three", "One", "Two"]):
        assert client.post(f"/entries/{last.pk}/move/", {"to": "up"}).status_code == 303
        assert order(part) == expected
    client.post(f"/entries/{last.pk}/move/", {"to": "down"})
    assert order(part) == ["One", "Three", "Two"]
    # The numbers are people's bookmarks.
    assert list(Paper.objects.order_by("number").values_list("title", flat=True)) == ["One", "Two", "Three"]
    assert "Restore" not in client.get("/papers/3/history/").content.decode()


def test_only_organisers_shape_the_list(a_paper, part, bob, rita, client, client_of):
    entry = a_paper().entries.get()
    posts = (PAGE, f"{PAGE}parts/{part.pk}/", f"{PAGE}next/", f"/entries/{entry.pk}/move/")
    for address in posts:
        for member in (bob, rita):
            assert client_of(member).post(address, {"title_en": "x"}).status_code == 403
        assert client.post(address).status_code == 302
    assert client_of(bob).get(PAGE).status_code == 403
    assert client_of(bob).get(f"{PAGE}next/").status_code == 405
    assert ReadingList.objects.get().archived_at is None
