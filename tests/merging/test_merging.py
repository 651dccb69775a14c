"""Two papers become one, with all that belongs to them, and are parted again."""

import datetime as dt

import pytest
from django.utils import timezone

from papers.catalogue import actions as catalogue
from papers.catalogue.exporting import as_json
from papers.catalogue.models import Edit, Link, Merge, Paper, Part
from papers.claims import actions as claims
from papers.claims.models import Claim
from papers.discussion import actions as discussion
from papers.merging import actions
from papers.notes import actions as notes
from papers.notes.models import Reading
from papers.refusals import Refused
from papers.sessions import actions as sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(a_paper, part, alice, bob) -> tuple[Paper, Paper]:
    """A duplicate with something of everything, and the paper that stays."""
    kept = a_paper("Attention Is All You Need", aliases=["Transformer"], year=2017)
    gone = a_paper("Attention is all you need", aliases=["AIAYN"], arxiv_id="1706.03762", authors=["Ashish Vaswani"])
    other = a_paper("BERT")
    second = Part.objects.create(reading_list=part.reading_list, number=2, title_zh="其二", title_en="Second")
    catalogue.place_paper(gone, second, by=alice)
    notes.write_note(gone, "A note.", by=bob)
    discussion.start_thread(gone, "Why?", "question", "Why?", by=bob)
    claims.claim(gone, by=bob)
    notes.set_reading(gone, "studied", by=bob)
    notes.set_reading(gone, "skimmed", by=alice)
    notes.set_reading(kept, "read", by=alice)
    for paper, url in (
        (gone, "https://example.org/a"),
        (gone, "https://example.org/b"),
        (kept, "https://example.org/a"),
    ):
        catalogue.add_link(paper, url=url, kind="blog", language="", title="", by=alice)
    catalogue.relate(other, gone, "builds_on", evidence="Yes.", language="en", by=alice)
    catalogue.relate(other, kept, "builds_on", evidence="Yes.", language="en", by=alice)
    catalogue.relate(gone, kept, "compares", evidence="Same.", language="en", by=alice)
    gone.refresh_from_db()
    return gone, kept


def everything() -> dict:
    """Return what belongs to which paper, by primary keys, and the papers' facts."""
    return {
        **{
            f"{model.__name__}.{field}": sorted(model._default_manager.values_list("pk", field))
            for model, field, _unique in actions.MOVED
            if model is not Edit
        },
        "papers": list(
            Paper.objects.order_by("pk").values("pk", "arxiv_id", "authors", "aliases", "on_list", "merged_into")
        ),
    }


def test_all_that_belongs_to_the_duplicate_moves(pair, alice, bob):
    gone, kept = pair
    actions.merge(gone, kept, by=alice)
    kept.refresh_from_db()
    assert (kept.arxiv_id, kept.authors, kept.aliases) == ("1706.03762", ["Ashish Vaswani"], ["Transformer", "AIAYN"])
    assert kept.notes.count() == kept.threads.count() == 1
    assert Claim.objects.get().paper == kept
    assert kept.entries.count() == 3
    assert dict(Reading.objects.filter(paper=kept).values_list("member__name", "state")) == {
        "Alice": "read",
        "Bob": "studied",
    }
    assert set(Link.objects.filter(paper=kept).values_list("url", flat=True)) == {
        "https://example.org/a",
        "https://example.org/b",
    }
    assert [edge["from"] for edge in as_json()["lineage"]] == [3]
    assert gone.number not in [paper["number"] for paper in as_json()["papers"]]


def test_the_old_number_leads_to_the_new_page_and_counts_no_more(pair, alice, bob, client_of):
    gone, kept = pair
    actions.merge(gone, kept, by=alice)
    client = client_of(bob)
    response = client.get(gone.get_absolute_url())
    assert (response.status_code, response["Location"]) == (301, kept.get_absolute_url())
    assert "0 of 2 read" in client.get("/papers/").content.decode()
    assert client.get("/papers/999/").status_code == 404
    assert client.post(f"/papers/{gone.number}/notes/", {"body": "x"}).status_code == 404


def test_undoing_it_gives_everything_back(pair, alice):
    gone, kept = pair
    before = everything()
    done = actions.merge(gone, kept, by=alice)
    assert everything() != before
    actions.undo(done, by=alice)
    assert everything() == before


def test_what_is_written_meanwhile_stays_with_the_paper(pair, alice, bob):
    gone, kept = pair
    done = actions.merge(gone, kept, by=alice)
    notes.write_note(kept, "Written meanwhile.", by=bob)
    actions.undo(done, by=alice)
    assert [note.body for note in kept.notes.all()] == ["Written meanwhile."]


def test_a_chain_of_merges_leads_to_the_last(a_paper, alice, client_of):
    one, two, three = (a_paper(name) for name in ("One", "Two", "Three"))
    actions.merge(one, two, by=alice)
    two.refresh_from_db()
    actions.merge(two, three, by=alice)
    assert client_of(alice).get(one.get_absolute_url())["Location"] == three.get_absolute_url()


def test_two_claims_or_two_sessions_are_refused(a_paper, alice, bob):
    one, two = a_paper("One"), a_paper("Two")
    claims.claim(one, by=alice)
    claims.claim(two, by=bob)
    with pytest.raises(Refused, match="Both papers are held"):
        actions.merge(one, two, by=alice)
    claims.release(two, by=bob)
    for day, paper in ((1, one), (2, two)):
        when = timezone.localdate() + dt.timedelta(days=day)
        session = sessions.make_session(when, wall_time=dt.time(19), time_zone="UTC", by=alice)
        sessions.put_in_slot(session, paper, minutes=30, position=1, by=alice)
    with pytest.raises(Refused, match="in a session"):
        actions.merge(one, two, by=alice)
    assert not Merge.objects.exists()


def test_it_is_undone_for_a_day_and_once(pair, alice):
    done = actions.merge(*pair, by=alice)
    actions.undo(done, by=alice)
    with pytest.raises(Refused, match="undone already"):
        actions.undo(done, by=alice)
    again = actions.merge(*pair, by=alice)
    Merge.objects.filter(pk=again.pk).update(at=timezone.now() - dt.timedelta(hours=25))
    with pytest.raises(Refused, match="older than a day"):
        actions.undo(again, by=alice)


def test_the_page_shows_both_before_it_merges(pair, alice, client_of):
    gone, kept = pair
    client, address = client_of(alice), f"{pair[0].get_absolute_url()}merge/"
    assert kept.title in client.get(address, {"into": f"#{kept.number}"}).content.decode()
    assert not Merge.objects.exists()
    assert client.post(address, {"into": kept.number}).status_code == 303
    page = client.get(f"{kept.get_absolute_url()}merge/").content.decode()
    assert f"/merges/{Merge.objects.get().pk}/undo/" in page
    assert client.post(f"/merges/{Merge.objects.get().pk}/undo/").status_code == 303
    assert client.get(gone.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(("into", "status"), [("", 422), ("x", 422), ("99", 422), ("2", 409)])
def test_what_is_no_other_paper_is_refused(pair, alice, client_of, into, status):
    address = f"{pair[0].get_absolute_url()}merge/"
    assert client_of(alice).post(address, {"into": into}).status_code == status


def test_only_organisers_merge(pair, bob, client, client_of, alice):
    gone, kept = pair
    address = f"{gone.get_absolute_url()}merge/"
    assert client_of(bob).get(address).status_code == 403
    assert client_of(bob).post(address, {"into": kept.number}).status_code == 403
    with pytest.raises(Refused):
        actions.merge(gone, kept, by=bob)
    done = actions.merge(gone, kept, by=alice)
    assert client_of(bob).post(f"/merges/{done.pk}/undo/").status_code == 403
    assert client.get(address).status_code == 302
    assert client_of(alice).get(f"/merges/{done.pk}/undo/").status_code == 405
