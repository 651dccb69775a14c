"""Starting threads, answering in them, changing and deleting posts."""

from http import HTTPStatus

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from papers import markup, words
from papers.catalogue.models import Paper
from papers.discussion import inbox, letters, naming, rules
from papers.discussion.models import Post, PostVersion, Thread
from papers.members.models import Member
from papers.members.queries import the_group
from papers.notes import drafts
from papers.notes import rules as texts
from papers.notes.actions import REPEATED_WITHIN, rendered, words_of
from papers.refusals import Refused, refuse_if


def start_thread(
    paper: Paper, title: str, kind: str, body: str, *, by: Member, draft: int | None = None, byline: str = ""
) -> Thread:
    """Start a thread with its opening post, or return the one that the same form has already started.

    `kind` is one of Thread.Kind, `draft` the stamp of the draft it was made from, `byline` ALIAS for a thread without
    the author's name. Raises Refused: 403 for a role that cannot write or a group that writes under names, 422 for an
    empty text or title or a title that is too long, 413 for a text that is too long.
    """
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    refuse_if(rules.why_title_is_not_taken(title), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    may_be_called(byline)
    html = rendered(body, paper)
    with transaction.atomic():
        # Of two identical forms at once the second waits here and then finds the first one's thread.
        Member.objects.select_for_update(no_key=True).get(pk=by.pk)
        drafts.use_up(texts.new_thread(paper.number), body, stamp=draft, by=by)
        repeated = Thread.objects.filter(
            paper=paper, author=by, title=title, kind=kind, started_at__gt=Now() - REPEATED_WITHIN, posts__body=body
        ).first()
        if repeated is not None:
            return repeated
        thread = Thread.objects.create(
            paper=paper, author=by, title=title, kind=Thread.Kind(kind), words=words.vector({"A": [title]})
        )
        if byline == rules.ALIAS:
            thread.alias = naming.alias_in(thread, by)
            thread.save(update_fields=["alias"])
        add_post(thread, body, html, by=by, alias=thread.alias)
        return thread


def reply(thread: Thread, body: str, *, by: Member, draft: int | None = None, byline: str = "") -> Post:
    """Add a post to the thread, or return the one that the same form has already added.

    Raises Refused: 409 when the thread was deleted meanwhile, 403, 422 and 413 as `start_thread`.
    """
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    html = rendered(body, thread.paper)
    may_be_called(byline)
    with transaction.atomic():
        # Held against the deletion of the thread, and against the same form sent twice at once.
        held = Thread.objects.select_for_update(no_key=True).filter(pk=thread.pk).first()
        if held is None:
            raise Refused(rules.why_thread_is_gone())
        drafts.use_up(texts.new_reply(thread.pk), body, stamp=draft, by=by)
        refuse_if(rules.why_locked(is_locked=held.locked_at is not None, because=held.locked_because))
        repeated = thread.posts.filter(
            author=by, body=body, deleted_at=None, written_at__gt=Now() - REPEATED_WITHIN
        ).first()
        alias = naming.alias_in(thread, by) if byline == rules.ALIAS else None
        return repeated or add_post(thread, body, html, by=by, alias=alias)


def may_be_called(byline: str) -> None:
    """Raise Refused (422) where nobody may write without their name, and somebody wants to."""
    if byline == rules.ALIAS:
        refuse_if(rules.why_under_names(allowed=the_group().anonymous_posts), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def add_post(thread: Thread, body: str, html: str, *, by: Member, alias: int | None = None) -> Post:
    """Store a post and put it into the inboxes of those whom it concerns."""
    post = Post.objects.create(
        thread=thread,
        author=by,
        alias=alias,
        body=body,
        html=html,
        refers_to=markup.papers_in(html),
        renderer=markup.RENDERER_VERSION,
        words=words_of(body),
    )
    inbox.tell_of_post(post)
    return post


@transaction.atomic
def edit_post(post: Post, body: str, version: int, *, by: Member, draft: int | None = None) -> Post:
    """Replace the post's words if it is still at the version the author saw.

    Raises Refused: 409 when it has changed meanwhile, 403 for somebody else's post, 422 and 413 as `start_thread`.
    """
    require_author(post, by=by)
    html = rendered(body, post.thread.paper)
    with transaction.atomic():
        found = Post.objects.select_for_update(no_key=True).filter(pk=post.pk, version=version, deleted_at=None)
        before = found.first()
        changed = before is not None and replace_words(before, body, html)
        if changed and before is not None:
            inbox.tell_of_new_mentions(Post.objects.select_related("thread").get(pk=post.pk), before.body)
    if not changed and not Post.objects.filter(pk=post.pk).exists():
        raise Refused(texts.why_not_saved_over(seen=version, current=version, gone=True) or "")
    post.refresh_from_db()
    # A save that is already there (the form was sent twice) is no conflict.
    if not changed and post.body != body:
        gone = post.deleted_at is not None
        refuse_if(texts.why_not_saved_over(seen=version, current=post.version, gone=gone))
    drafts.use_up(texts.changed_post(post.pk), body, stamp=draft, by=by)
    return post


def replace_words(post: Post, body: str, html: str) -> bool:
    """Give the post, which the caller holds, other words, and keep those it had. Returns True."""
    PostVersion.objects.create(
        post=post, version=post.version, body=post.body, written_at=post.edited_at or post.written_at
    )
    Post.objects.filter(pk=post.pk).update(
        body=body,
        html=html,
        refers_to=markup.papers_in(html),
        renderer=markup.RENDERER_VERSION,
        # What is hidden is not found either.
        words=words_of(body) if post.hidden_at is None else None,
        version=F("version") + 1,
        edited_at=timezone.now(),
    )
    return True


def restore_version(post: Post, version: int, *, by: Member) -> Post:
    """Give the post the words back that it had at an earlier version; those it has now are kept too.

    Raises Refused: 403 for somebody else's post, 409 when it was deleted or there is no such version.
    """
    require_author(post, by=by)
    earlier = post.versions.filter(version=version).first()
    if earlier is None:
        raise Refused(rules.why_no_version())
    return edit_post(post, earlier.body, post.version, by=by)


@transaction.atomic
def delete_post(post: Post, *, by: Member) -> bool:
    """Empty the post, which keeps its place; a thread in which nothing is left to read goes with it.

    Returns whether the thread is still there. Raises Refused (403) for somebody else's post.
    """
    refuse_if(texts.why_not_yours(is_mine=post.author_id == by.pk), status=HTTPStatus.FORBIDDEN)
    thread = Thread.objects.select_for_update().filter(pk=post.thread_id).first()
    if thread is None:
        return False
    thread.posts.filter(pk=post.pk, deleted_at=None).update(
        body="",
        html="",
        words=None,
        refers_to=[],
        version=F("version") + 1,
        deleted_at=timezone.now(),
        is_answer=False,
    )
    # What was deleted is not to be read in its history either, nor in a mail that was not sent yet.
    PostVersion.objects.filter(post=post).delete()
    letters.take_back(post)
    if thread.posts.filter(deleted_at=None).exists():
        return True
    thread.delete()
    return False


def require_author(post: Post, *, by: Member) -> None:
    """Raise Refused (403) unless the member may change this post."""
    refuse_if(texts.why_not_yours(is_mine=post.author_id == by.pk), status=HTTPStatus.FORBIDDEN)
    refuse_if(texts.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
