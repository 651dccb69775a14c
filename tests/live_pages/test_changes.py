"""The database notes down what changes on a paper's page, whoever changes it and by whatever way."""

import datetime as dt

import pytest
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.claims.actions import claim, release
from papers.discussion.actions import delete_post, edit_post, reply, start_thread
from papers.discussion.answering import ask_too, thank
from papers.discussion.models import Post
from papers.live.actions import forget_old_changes
from papers.live.models import Change
from papers.live.queries import changed_since, is_too_old
from papers.notes.actions import write_note
from papers.notes.models import Note

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(a_paper) -> Paper:
    return a_paper()


def noted() -> set[tuple[str, int | None]]:
    """Return what was noted down since the last look."""
    found = set(Change.objects.values_list("kind", "target"))
    Change.objects.all().delete()
    return found


def test_claims_change_the_place(paper, bob):
    claim(paper, by=bob)
    assert noted() == {("place", None)}
    release(paper, by=bob)
    assert ("place", None) in noted()
    Paper.objects.filter(pk=paper.pk).update(done_at=timezone.now())
    assert noted() == {("place", None)}


def test_texts_are_named(paper, alice, bob):
    note = write_note(paper, "The decoder is masked.", by=bob)
    assert noted() == {("note", note.pk)}
    thread = start_thread(paper, "Why scale?", "question", "By the square root.", by=bob)
    opening = thread.posts.get()
    assert noted() == {("thread", thread.pk), ("post", opening.pk)}
    answer = reply(thread, "For the softmax.", by=alice)
    assert noted() == {("post", answer.pk)}
    thank(answer, by=bob)
    assert noted() == {("post", answer.pk)}
    ask_too(thread, by=alice)
    assert noted() == {("thread", thread.pk)}
    edit_post(answer, "For its gradient.", answer.version, by=alice)
    assert noted() == {("post", answer.pk)}
    delete_post(answer, by=alice)
    assert noted() == {("post", answer.pk)}
    delete_post(opening, by=bob)
    assert ("thread", thread.pk) in noted()


def test_what_no_page_shows_is_no_change(paper, bob):
    start_thread(paper, "Why scale?", "question", "By the square root.", by=bob)
    write_note(paper, "The decoder is masked.", by=bob)
    noted()
    Post.objects.update(told_at=timezone.now(), words=None)
    Note.objects.update(words=None)
    assert noted() == set()


def test_a_text_that_moves_changes_both_pages(paper, a_paper, bob):
    note = write_note(paper, "The decoder is masked.", by=bob)
    Change.objects.all().delete()
    other = a_paper("BERT")
    Note.objects.filter(pk=note.pk).update(paper=other)
    assert set(Change.objects.values_list("paper", "target")) == {(paper.pk, note.pk), (other.pk, note.pk)}


def test_only_this_paper_and_what_is_new(paper, a_paper, bob):
    other = a_paper("BERT")
    claim(other, by=bob)
    before = timezone.now()
    assert not changed_since(paper, before)
    note = write_note(paper, "The decoder is masked.", by=bob)
    changed = changed_since(paper, before)
    assert (changed.place, changed.notes, changed.threads, changed.posts) == (False, {note.pk}, set(), set())
    # A little more than asked for: a transaction may have taken a moment.
    assert changed_since(paper, timezone.now() + dt.timedelta(seconds=5))
    assert not changed_since(paper, timezone.now() + dt.timedelta(seconds=11))


def test_a_day_is_kept(paper, bob):
    write_note(paper, "The decoder is masked.", by=bob)
    now = timezone.now()
    assert forget_old_changes(now + dt.timedelta(hours=23)) == 0
    assert forget_old_changes(now + dt.timedelta(hours=25)) == 1
    assert not is_too_old(now - dt.timedelta(hours=23), now)
    assert is_too_old(now - dt.timedelta(hours=24), now)
