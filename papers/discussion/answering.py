"""What members make of threads and posts: this answers it, I ask it too, thanks."""

from http import HTTPStatus

from django.db import transaction

from papers.discussion import inbox, rules
from papers.discussion.models import Asking, InboxItem, Post, Thanks, Thread
from papers.discussion.queries import up_to
from papers.members.models import Member
from papers.notes import rules as texts
from papers.refusals import Refused, refuse_if


@transaction.atomic
def mark_answer(post: Post, *, by: Member) -> Post | None:
    """Mark the post as the answer of its thread; return the one that was it until now, or None.

    Raises Refused: 403 for somebody who neither asked nor organises, 409 when it cannot be the answer (any more).
    """
    may_answer(post, by=by)
    before = post.thread.posts.filter(is_answer=True).exclude(pk=post.pk).first()
    post.thread.posts.filter(is_answer=True).exclude(pk=post.pk).update(is_answer=False)
    post.thread.posts.filter(pk=post.pk).update(is_answer=True)
    inbox.tell(post.author_id, InboxItem.Kind.ANSWER, post, by=by)
    return before


@transaction.atomic
def unmark_answer(post: Post, *, by: Member) -> None:
    """Say that the post does not answer its thread after all. Raises Refused as `mark_answer`."""
    may_answer(post, by=by)
    post.thread.posts.filter(pk=post.pk).update(is_answer=False)


def may_answer(post: Post, *, by: Member) -> None:
    """Hold the post's thread against others who mark, and raise Refused unless `by` may mark this post."""
    thread = Thread.objects.select_for_update(no_key=True).filter(pk=post.thread_id).first()
    if thread is None:
        raise Refused(rules.why_thread_is_gone())
    post.refresh_from_db(fields=["deleted_at", "is_answer"])
    may_mark = by.is_organiser or thread.author_id == by.pk
    why = rules.why_no_answer(
        is_question=thread.kind == Thread.Kind.QUESTION,
        is_opening=not up_to(thread.posts.all(), post).exists(),
        is_deleted=post.deleted_at is not None,
        may_mark=may_mark,
    )
    refuse_if(why, status=HTTPStatus.CONFLICT if may_mark else HTTPStatus.FORBIDDEN)


@transaction.atomic
def ask_too(thread: Thread, *, by: Member) -> None:
    """Count the member among those who ask this question. Twice is once.

    Raises Refused: 403 for a role that cannot write, 409 for one's own question and for one that is answered.
    """
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    why = rules.why_not_ask_too(
        is_question=thread.kind == Thread.Kind.QUESTION,
        is_answered=thread.posts.filter(is_answer=True).exists(),
        is_mine=thread.author_id == by.pk,
    )
    refuse_if(why)
    Asking.objects.bulk_create([Asking(thread=thread, member=by)], ignore_conflicts=True)


def ask_no_more(thread: Thread, *, by: Member) -> None:
    """Take the member from those who ask this question. Twice is once."""
    Asking.objects.filter(thread=thread, member=by).delete()


@transaction.atomic
def thank(post: Post, *, by: Member) -> None:
    """Thank for the post, and tell its author. Twice is once.

    Raises Refused: 403 for a role that cannot write, 409 for one's own post and for one that is deleted.
    """
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    refuse_if(rules.why_not_thank(is_mine=post.author_id == by.pk, is_deleted=post.deleted_at is not None))
    Thanks.objects.bulk_create([Thanks(post=post, member=by)], ignore_conflicts=True)
    inbox.tell(post.author_id, InboxItem.Kind.THANKS, post, by=by)


def thank_no_more(post: Post, *, by: Member) -> None:
    """Take the member's thanks for the post back. Twice is once."""
    Thanks.objects.filter(post=post, member=by).delete()
    InboxItem.objects.filter(post=post, by=by, kind=InboxItem.Kind.THANKS, read_at=None).delete()
