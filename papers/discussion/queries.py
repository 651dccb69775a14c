"""What a page reads of threads: light rows, all of a paper's threads and posts in two queries."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.safestring import SafeString, mark_safe

from papers.catalogue import queries as catalogue
from papers.catalogue.models import Paper
from papers.discussion.models import Post, Thread
from papers.members.models import Member
from papers.members.queries import BYLINE_FIELDS, Byline, byline
from papers.notes.drafts import Kept
from papers.notes.rules import new_reply

# Of a longer thread a page shows the opening and the newest; the rest is a page further.
POSTS_SHOWN = 300

POST_FIELDS = ("id", "thread_id", "html", "deleted_at", *BYLINE_FIELDS)


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as one member sees it. `html` was made safe by papers.markup when it was saved; deleted, it is empty."""

    id: int
    thread_id: int
    html: SafeString
    is_deleted: bool
    by: Byline


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread with its opening, a list of one as all posts are shown in lists, and the posts shown after it.

    `earlier` is the post before which there are more, None when there are none.
    """

    id: int
    kind: str
    kind_label: str
    title: str
    paper_number: int
    opening: list[PostRow]
    replies: list[PostRow]
    earlier: int | None
    draft: Kept | None = None


def with_draft(thread: ThreadRow, drafts: Mapping[str, Kept]) -> ThreadRow:
    """Return the thread with the answer that the member has begun, from their drafts by target."""
    return replace(thread, draft=drafts.get(new_reply(thread.id)))


def visible_to(member: Member) -> QuerySet[Thread]:
    """Return the threads this member may know of: those about papers they may see."""
    return Thread.objects.filter(paper__in=catalogue.visible_to(member))


def posts_visible_to(member: Member) -> QuerySet[Post]:
    """Return the posts this member may know of, the emptied ones too: they keep their place."""
    return Post.objects.filter(thread__in=visible_to(member))


def threads_of(paper: Paper, member: Member) -> list[ThreadRow]:
    """Return the paper's threads, oldest first, with their posts, in two queries."""
    return rows_of(visible_to(member).filter(paper=paper).order_by("started_at", "pk"), member)


def thread_row(thread: Thread, member: Member, *, before: Post | None = None) -> ThreadRow | None:
    """Return one thread, or its posts before another one, in two queries; None when it is gone."""
    return next(iter(rows_of(visible_to(member).filter(pk=thread.pk), member, before=before)), None)


def post_row(post: Post, member: Member) -> PostRow:
    """Return one post as the member sees it, in one query. Raises Post.DoesNotExist when it is gone."""
    return post_from(posts_visible_to(member).values(*POST_FIELDS).get(pk=post.pk), member)


def rows_of(threads: QuerySet[Thread], member: Member, *, before: Post | None = None) -> list[ThreadRow]:
    in_thread = Post.objects.filter(thread=OuterRef("pk"))
    # The limit stands inside, so that a thread of 10,000 posts costs no more than one of 300; one more than is shown
    # tells whether there are earlier ones.
    newest = up_to(in_thread, before).order_by("-written_at", "-pk").values("pk")
    rows = list(
        threads.annotate(
            opening_id=Subquery(in_thread.order_by("written_at", "pk").values("pk")[:1]),
            newest=ArraySubquery(newest[: POSTS_SHOWN + 1]),
        ).values("id", "kind", "title", "paper__number", "opening_id", "newest")
    )
    shown = {pk for row in rows for pk in (*row["newest"][:POSTS_SHOWN], row["opening_id"])}
    posts = {row["id"]: post_from(row, member) for row in Post.objects.filter(pk__in=shown).values(*POST_FIELDS)}
    kinds = {kind: str(label) for kind, label in Thread.Kind.choices}
    # A thread deleted between the two queries has no posts any more.
    return [thread_from(row, posts, kinds) for row in rows if row["opening_id"] in posts]


def up_to(posts: QuerySet[Post], before: Post | None) -> QuerySet[Post]:
    """Return the posts that stand before this one; all of them for None."""
    if before is None:
        return posts
    return posts.filter(written_at__lte=before.written_at).exclude(written_at=before.written_at, pk__gte=before.pk)


def thread_from(row: Mapping[str, Any], posts: Mapping[int, PostRow], kinds: Mapping[str, str]) -> ThreadRow:
    newest_first = row["newest"]
    shown = newest_first[:POSTS_SHOWN]
    # The opening is always shown, so it alone makes no page of earlier posts.
    left_over = len(newest_first) > POSTS_SHOWN and newest_first[POSTS_SHOWN] != row["opening_id"]
    return ThreadRow(
        id=row["id"],
        kind=row["kind"],
        kind_label=kinds.get(row["kind"], row["kind"]),
        title=row["title"],
        paper_number=row["paper__number"],
        opening=[posts[row["opening_id"]]],
        replies=[posts[pk] for pk in reversed(shown) if pk != row["opening_id"] and pk in posts],
        earlier=shown[-1] if left_over else None,
    )


def post_from(row: Mapping[str, Any], member: Member) -> PostRow:
    return PostRow(
        id=row["id"],
        thread_id=row["thread_id"],
        html=mark_safe(row["html"]),  # noqa: S308 - written only by papers.markup
        is_deleted=row["deleted_at"] is not None,
        by=byline(row, member),
    )


def address_of(post: Post) -> str:
    """Return where the post is shown: on its paper's page, or on a page of earlier posts of a very long thread."""
    after = (
        Post.objects.filter(thread=post.thread_id, written_at__gte=post.written_at)
        .exclude(written_at=post.written_at, pk__lte=post.pk)
        .order_by("written_at", "pk")
    )
    following = list(after.values_list("pk", flat=True)[:POSTS_SHOWN])
    is_opening = not up_to(Post.objects.filter(thread=post.thread_id), post).exists()
    if len(following) < POSTS_SHOWN or is_opening:
        return f"{post.thread.paper.get_absolute_url()}#post-{post.pk}"
    return f"/threads/{post.thread_id}/?before={following[0]}#post-{post.pk}"
