"""The load for benchmarks: as much as was asked for, twice the same, found by the search, never among real people."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.utils import timezone

from papers import markup, words
from papers.catalogue.indexing import index
from papers.catalogue.models import Entry, Paper, Part, ReadingList, SearchWord
from papers.discussion.models import Post, Thread
from papers.members.models import Member
from papers.notes.models import Note
from papers.search import queries, rules

# VACUUM does not run within a transaction.
pytestmark = pytest.mark.django_db(transaction=True)
MADE: tuple[type[Model], ...] = (Member, Paper, Entry, Note, Thread, Post, SearchWord)
# Keys go on from one run to the next in one database; what they point at is compared by its place.
KEYS = ("id", "paper_id", "author_id", "thread_id", "part_id")


def generate(seed: int = 1, **more: Any) -> str:
    said = StringIO()
    call_command("generate", members=3, papers=20, posts=40, seed=seed, stdout=said, **more)
    return said.getvalue()


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return all rows, with the place of what they point at instead of its key."""
    owners = {"paper_id": Paper, "author_id": Member, "thread_id": Thread, "part_id": Part}
    places = {
        name: {pk: place for place, pk in enumerate(owner.objects.order_by("pk").values_list("pk", flat=True))}
        for name, owner in owners.items()
    }
    return {
        model.__name__: [
            {name: places[name][value] if name in places else value for name, value in row.items() if name != "id"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in MADE
    }


def forget() -> None:
    for model in (Post, Thread, Note, Entry, Paper, Member, SearchWord, Part, ReadingList):
        model.objects.all().delete()


def test_exactly_what_was_asked_for(group):
    said = generate()
    counts = {model.__name__: model.objects.count() for model in (Member, Paper, Entry, Note, Post)}
    assert counts == {"Member": 3, "Paper": 20, "Entry": 20, "Note": 20, "Post": 20}
    assert all(thread.posts.exists() for thread in Thread.objects.all())
    assert "rows: 100 %" in said
    assert "Generated 3 members, 20 papers and 40 texts" in said


def test_the_same_seed_makes_the_same_rows(group):
    made = []
    for seed in (1, 1, 2):
        generate(seed)
        made.append(rows())
        forget()
    assert made[0] == made[1]
    assert made[0]["Note"] != made[2]["Note"]


def test_rows_are_as_the_actions_would_have_left_them(group):
    generate()
    for text in (*Note.objects.all(), *Post.objects.all()):
        assert (text.html, text.renderer) == (markup.render(text.body), markup.RENDERER_VERSION)
    for entry in Entry.objects.all():
        assert entry.html["remark_zh"] == markup.render(entry.remark_zh)
    before = rows()
    index(Paper.objects.values_list("pk", flat=True))
    assert rows() == before


def test_the_search_finds_them(group):
    generate()
    bob, now = Member.objects.latest("pk"), timezone.now()
    paper, note, post = Paper.objects.latest("pk"), Note.objects.latest("pk"), Post.objects.latest("pk")
    for text, group_of, pk in (
        (paper.title, queries.PAPERS, paper.number),
        (note.body[:30].rpartition(" ")[0] or note.body[:6], queries.NOTES, note.pk),
        (post.body[:30].rpartition(" ")[0] or post.body[:6], "posts", post.pk),
    ):
        found = queries.search(rules.read(text), bob, now)
        assert (group_of, pk) in {(hit.group, hit.row.get("id", hit.number)) for hit in found}, text
    assert words.terms(paper.title)


def test_numbers_and_places_go_on(a_paper):
    a_paper(number=17)
    assert generate(force=True)
    assert list(Paper.objects.order_by("number").values_list("number", flat=True)) == [17, *range(18, 38)]
    assert list(Entry.objects.values_list("position", flat=True)) == list(range(1, 22))
    assert Part.objects.count() == 1


def test_a_site_that_people_use_is_left_alone(bob):
    with pytest.raises(CommandError, match="more than the seeded list"):
        generate()
    assert not Paper.objects.exists()


def test_the_seeded_list_may_be_there(group):
    call_command("seed", stdout=StringIO())
    before = Paper.objects.count()
    generate()
    assert Paper.objects.count() == before + 20
    assert Part.objects.count() == 7


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_a_count_is_a_number(group, count):
    with pytest.raises(CommandError, match="is not a whole number"):
        call_command("generate", "--members", count)
