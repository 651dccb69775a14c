import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from papers import markup
from papers.discussion import actions
from papers.discussion.models import Post, Thread
from papers.notes.actions import REPEATED_WITHIN
from papers.refusals import Refused


@pytest.fixture
def paper(a_paper):
    return a_paper()


@pytest.fixture
def thread(paper, alice):
    return actions.start_thread(paper, "Why scale by the root?", "question", "Why not by $d_k$?", by=alice)


def test_a_thread_starts_with_its_opening_post(paper, bob):
    thread = actions.start_thread(paper, "Typo in table 3", "erratum", "It should be *28.4*.", by=bob)
    assert (thread.kind, thread.title, thread.author) == (Thread.Kind.ERRATUM, "Typo in table 3", bob)
    post = thread.posts.get()
    assert post.html == markup.render("It should be *28.4*.")
    assert post.renderer == markup.RENDERER_VERSION


def test_readers_neither_start_nor_answer(paper, thread, rita):
    for act in (
        lambda: actions.start_thread(paper, "Hm", "remark", "Hm.", by=rita),
        lambda: actions.reply(thread, "Hm.", by=rita),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "body", "status"),
    [("", "Text.", 422), ("题" * 201, "Text.", 422), ("Title", " ", 422), ("Title", "a" * 100_001, 413)],
)
def test_what_cannot_be_saved_is_refused_and_leaves_no_half_thread(paper, bob, title, body, status):
    with pytest.raises(Refused) as refused:
        actions.start_thread(paper, title, "question", body, by=bob)
    assert refused.value.status == status
    assert not Thread.objects.exists()


def test_the_same_forms_sent_twice_are_one_thread_and_one_post(paper, bob):
    first = actions.start_thread(paper, "Title", "question", "Text.", by=bob)
    assert actions.start_thread(paper, "Title", "question", "Text.", by=bob) == first
    assert actions.reply(first, "Answer.", by=bob) == actions.reply(first, "Answer.", by=bob)
    assert Post.objects.count() == 2


def test_the_same_words_later_or_from_somebody_else_are_another_post(thread, bob, alice):
    old = actions.reply(thread, "Thanks!", by=bob)
    Post.objects.filter(pk=old.pk).update(written_at=timezone.now() - REPEATED_WITHIN - dt.timedelta(seconds=1))
    actions.reply(thread, "Thanks!", by=bob)
    actions.reply(thread, "Thanks!", by=alice)
    assert thread.posts.count() == 4


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_sent_many_times_at_once_is_one_post(thread, bob):
    def send() -> None:
        try:
            start.wait(10)
            written.append(actions.reply(thread, "Once.", by=bob).pk)
        finally:
            connection.close()

    written: list[int] = []
    start = threading.Barrier(8)
    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(30)
    assert len(written) == 8
    assert len(set(written)) == 1
    assert thread.posts.count() == 2


def test_an_edit_of_a_stale_version_overwrites_nothing(thread, bob):
    post = actions.reply(thread, "First.", by=bob)
    actions.edit_post(post, "From one window.", 1, by=bob)
    with pytest.raises(Refused) as refused:
        actions.edit_post(post, "From the other.", 1, by=bob)
    assert refused.value.status == 409
    post.refresh_from_db()
    assert (post.body, post.version) == ("From one window.", 2)
    assert "From one window." in post.html


def test_nobody_edits_or_deletes_the_post_of_another(thread, bob, alice):
    post = actions.reply(thread, "Mine.", by=bob)
    for act in (lambda: actions.edit_post(post, "Ours.", 1, by=alice), lambda: actions.delete_post(post, by=alice)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403
    post.refresh_from_db()
    assert post.body == "Mine."


def test_a_deleted_post_keeps_its_place_and_loses_its_words(thread, bob):
    post = actions.reply(thread, "Nonsense.", by=bob)
    assert actions.delete_post(post, by=bob) is True
    post.refresh_from_db()
    assert (post.body, post.html) == ("", "")
    assert post.deleted_at is not None


def test_an_opening_that_was_answered_keeps_its_place(thread, alice, bob):
    actions.reply(thread, "Because of the variance.", by=bob)
    assert actions.delete_post(thread.posts.first(), by=alice) is True
    assert thread.posts.count() == 2


def test_a_thread_with_nothing_left_to_read_goes(thread, alice, bob):
    answer = actions.reply(thread, "Because of the variance.", by=bob)
    opening = thread.posts.first()
    actions.delete_post(opening, by=alice)
    assert actions.delete_post(answer, by=bob) is False
    assert not Thread.objects.exists()
    assert actions.delete_post(opening, by=alice) is False


def test_who_answers_in_a_thread_that_is_gone_is_told_so(thread, alice, bob):
    actions.delete_post(thread.posts.get(), by=alice)
    with pytest.raises(Refused, match="deleted") as refused:
        actions.reply(thread, "Too late.", by=bob)
    assert refused.value.status == 409


def test_who_edits_a_post_that_is_gone_is_told_so(thread, alice):
    opening = thread.posts.get()
    actions.delete_post(opening, by=alice)
    with pytest.raises(Refused, match="deleted"):
        actions.edit_post(opening, "Again.", 1, by=alice)
