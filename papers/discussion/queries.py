"""What a page reads of threads: light rows, all of a paper's threads and posts in two queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import JSONObject, RowNumber
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from papers import markup
from papers.catalogue import queries as catalogue
from papers.catalogue.models import Paper
from papers.discussion import rules
from papers.discussion.models import Alias, Asking, Post, PostVersion, Thanks, Thread
from papers.discussion.naming import AUTHOR_FIELDS, byline_of, with_unmasked
from papers.members.models import Member
from papers.members.queries import Byline
from papers.notes.drafts import Kept
from papers.notes.masking import is_masked
from papers.notes.models import Seen
from papers.notes.rules import new_reply
from papers.refusals import refuse_if

# Of a longer thread a page shows the opening and the newest; the rest is a page further.
POSTS_SHOWN = 200
# Of a paper's open questions a session's agenda has the most asked.
QUESTIONS_SHOWN = 5

POST_FIELDS = (
    "id",
    "thread_id",
    "html",
    "deleted_at",
    "hidden_at",
    "hidden_because",
    "is_answer",
    "thanked",
    *AUTHOR_FIELDS,
)


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as one member sees it. `html` was made safe by papers.markup when it was saved; deleted, it is empty."""

    id: int
    thread_id: int
    html: SafeString
    is_deleted: bool
    # Why an organiser hid it, empty for what stands open. Its text is then only for its author and organisers.
    hidden_because: str
    by: Byline
    is_answer: bool
    # Whether the member may mark it as the answer, or unmark it.
    can_be_answer: bool
    is_new: bool
    thanks: int
    thanked_by: str
    is_thanked: bool
    can_thank: bool
    # Whether the member may read what it said before.
    sees_versions: bool


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
    is_question: bool
    # The post that answers it, None while it is open, and where that post is: on this page or its own address.
    answer: int | None
    answer_url: str
    # How many members ask it, its author included.
    asked: int
    is_asked: bool
    can_ask: bool
    is_locked: bool
    locked_because: str
    # The number of the alias that the member has in it, None where they have none.
    my_alias: int | None = None
    # The answer that the member has begun.
    draft: Kept | None = None

    @property
    def first_new(self) -> int | None:
        """The first post shown that is new to the member, None when there is none."""
        return next((post.id for post in (*self.opening, *self.replies) if post.is_new), None)


@dataclass(frozen=True, slots=True)
class Look:
    """With what eyes posts are looked at: whose, since when they are new, and whose question they answer."""

    member: Member
    seen_at: dt.datetime | None
    # The author of a question, None for other threads and where nothing is marked.
    asker_id: int | None

    def is_new(self, row: Mapping[str, Any]) -> bool:
        return (
            row["author_id"] != self.member.pk
            and row["deleted_at"] is None
            and (self.seen_at is None or row["written_at"] > self.seen_at)
        )


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that is still open, with how many members ask it."""

    id: int
    title: str
    asked: int


def with_draft(thread: ThreadRow, drafts: Mapping[str, Kept]) -> ThreadRow:
    """Return the thread with the answer that the member has begun, from their drafts by target."""
    return replace(thread, draft=drafts.get(new_reply(thread.id)))


def visible_to(member: Member) -> QuerySet[Thread]:
    """Return the threads this member may know of: those about papers they may see.

    While a paper is masked from them, only those they started or wrote in.
    """
    mine = Q(author=member) | Exists(Post.objects.filter(thread=OuterRef("pk"), author=member))
    return Thread.objects.filter(mine | ~Q(is_masked(member)), paper__in=catalogue.visible_to(member))


def posts_visible_to(member: Member) -> QuerySet[Post]:
    """Return the posts this member may know of, the emptied ones too: they keep their place."""
    return Post.objects.filter(thread__in=visible_to(member))


def threads_of(paper: Paper, member: Member) -> list[ThreadRow]:
    """Return the paper's threads, oldest first, with their posts, in two queries."""
    return rows_of(visible_to(member).filter(paper=paper).order_by("started_at", "pk"), member)


def thread_row(thread: Thread, member: Member, *, before: Post | None = None) -> ThreadRow | None:
    """Return one thread, or its posts before another one, in two queries; None when it is gone."""
    return next(iter(rows_of(visible_to(member).filter(pk=thread.pk), member, before=before)), None)


def first_new_of(threads: Iterable[ThreadRow]) -> int | None:
    """Return the first post of the threads shown that is new to the member, None when there is none."""
    return next((post for thread in threads if (post := thread.first_new) is not None), None)


def post_row(post: Post, member: Member) -> PostRow:
    """Return one post as the member sees it, in one query, never as new: they are looking at it.

    Raises Post.DoesNotExist when it is gone.
    """
    rows = post_rows([post.pk], member, seen_at=timezone.now())
    if not rows:
        raise Post.DoesNotExist
    return rows[0]


def post_rows(posts: Collection[int], member: Member, *, seen_at: dt.datetime | None = None) -> list[PostRow]:
    """Return those of the posts that the member may know of, oldest first, in one query.

    New is what came since `seen_at`, else since the member last had the paper's page in front of them.
    """
    rows = (
        with_thanks(with_unmasked(posts_visible_to(member).filter(pk__in=posts), member))
        .annotate(
            opening_id=Subquery(opening_of(OuterRef("thread"))),
            seen_at=Subquery(
                Seen.objects.filter(member=member, paper=OuterRef("thread__paper")).values("seen_at")[:1]
            ),
        )
        .order_by("written_at", "pk")
        .values(*POST_FIELDS, "thread__kind", "thread__author_id", "opening_id", "seen_at")
    )
    return [post_from(row, Look(member, seen_at or row["seen_at"], asker_of(row))) for row in rows] if posts else []


def asker_of(row: Mapping[str, Any]) -> int | None:
    """Return whose question the post may answer, None for an opening and in other threads."""
    is_reply_to_question = row["thread__kind"] == Thread.Kind.QUESTION and row["opening_id"] != row["id"]
    return row["thread__author_id"] if is_reply_to_question else None


def opening_of(thread: Any) -> QuerySet[Any]:
    return Post.objects.filter(thread=thread).order_by("written_at", "pk").values("pk")[:1]


def with_thanks(posts: QuerySet[Post]) -> QuerySet[Any]:
    """Join each post with the members who thank for it, in the order in which they did, as `thanked`."""
    given = Thanks.objects.filter(post=OuterRef("pk")).order_by("pk")
    return posts.annotate(thanked=ArraySubquery(given.values(json=JSONObject(id="member_id", name="member__name"))))


def rows_of(threads: QuerySet[Thread], member: Member, *, before: Post | None = None) -> list[ThreadRow]:
    in_thread = Post.objects.filter(thread=OuterRef("pk"))
    asking = Asking.objects.filter(thread=OuterRef("pk"))
    # The limit stands inside, so that a thread of 10,000 posts costs no more than one of 200; one more than is shown
    # tells whether there are earlier ones.
    newest = up_to(in_thread, before).order_by("-written_at", "-pk").values("pk")
    rows = list(
        threads.annotate(
            opening_id=Subquery(opening_of(OuterRef("pk"))),
            newest=ArraySubquery(newest[: POSTS_SHOWN + 1]),
            answer_id=Subquery(in_thread.filter(is_answer=True).values("pk")[:1]),
            asked=Count("askings"),
            is_asked=Exists(asking.filter(member=member)),
            my_alias=Subquery(Alias.objects.filter(thread=OuterRef("pk"), member=member).values("number")[:1]),
            seen_at=Subquery(Seen.objects.filter(member=member, paper=OuterRef("paper")).values("seen_at")[:1]),
        ).values(
            *("id", "kind", "title", "author_id", "paper__number", "locked_at", "locked_because"),
            *("opening_id", "newest", "answer_id", "asked", "is_asked", "seen_at", "my_alias"),
        )
    )
    shown = {pk: row for row in rows for pk in (*row["newest"][:POSTS_SHOWN], row["opening_id"])}
    found = with_thanks(with_unmasked(Post.objects.filter(pk__in=shown), member)).values(*POST_FIELDS)
    looks = {row["id"]: look_at(row, member) for row in rows}
    openings = {row["opening_id"]: Look(member, row["seen_at"], None) for row in rows}
    posts = {row["id"]: post_from(row, openings.get(row["id"]) or looks[row["thread_id"]]) for row in found}
    kinds = {kind: str(label) for kind, label in Thread.Kind.choices}
    # A thread deleted between the two queries has no posts any more.
    return [thread_from(row, posts, kinds, member) for row in rows if row["opening_id"] in posts]


def look_at(row: Mapping[str, Any], member: Member) -> Look:
    return Look(member, row["seen_at"], row["author_id"] if row["kind"] == Thread.Kind.QUESTION else None)


def up_to(posts: QuerySet[Post], before: Post | None) -> QuerySet[Post]:
    """Return the posts that stand before this one; all of them for None."""
    if before is None:
        return posts
    return posts.filter(written_at__lte=before.written_at).exclude(written_at=before.written_at, pk__gte=before.pk)


def thread_from(
    row: Mapping[str, Any], posts: Mapping[int, PostRow], kinds: Mapping[str, str], member: Member
) -> ThreadRow:
    newest_first = row["newest"]
    shown = newest_first[:POSTS_SHOWN]
    # The opening is always shown, so it alone makes no page of earlier posts.
    is_mine, answer = row["author_id"] == member.pk, row["answer_id"]
    left_over = len(newest_first) > POSTS_SHOWN and newest_first[POSTS_SHOWN] != row["opening_id"]
    return ThreadRow(
        id=row["id"],
        kind=row["kind"],
        kind_label=kinds.get(row["kind"], row["kind"]),
        title=markup.title(row["title"]),
        paper_number=row["paper__number"],
        opening=[posts[row["opening_id"]]],
        replies=[posts[pk] for pk in reversed(shown) if pk != row["opening_id"] and pk in posts],
        earlier=shown[-1] if left_over else None,
        is_question=row["kind"] == Thread.Kind.QUESTION,
        answer=answer,
        answer_url=f"#post-{answer}" if answer in posts else f"/posts/{answer}/",
        asked=row["asked"] + 1,
        is_asked=is_mine or row["is_asked"],
        can_ask=member.may_write and not is_mine and answer is None,
        is_locked=row["locked_at"] is not None,
        locked_because=row["locked_because"],
        my_alias=row["my_alias"],
    )


def post_from(row: Mapping[str, Any], look: Look) -> PostRow:
    thanked, member = row["thanked"], look.member
    is_deleted, is_hidden = row["deleted_at"] is not None, row["hidden_at"] is not None
    may_read = not is_hidden or member.is_organiser or row["author_id"] == member.pk
    return PostRow(
        id=row["id"],
        thread_id=row["thread_id"],
        html=mark_safe(row["html"] if may_read else ""),  # noqa: S308 - written only by papers.markup
        is_deleted=is_deleted,
        hidden_because=row["hidden_because"] if is_hidden else "",
        by=byline_of(row, member),
        is_answer=row["is_answer"],
        can_be_answer=look.asker_id is not None and (member.is_organiser or look.asker_id == member.pk),
        is_new=look.is_new(row),
        thanks=len(thanked),
        thanked_by=", ".join(each["name"] for each in thanked),
        is_thanked=any(each["id"] == member.pk for each in thanked),
        can_thank=member.may_write and not is_hidden and row["author_id"] != member.pk,
        sees_versions=member.is_organiser or row["author_id"] == member.pk,
    )


def open_questions(papers: Collection[int], member: Member) -> dict[int, list[OpenQuestion]]:
    """Return the open questions about each of the papers (by primary key) that most members ask, in one query.

    Of those that the member may know of.

    At most QUESTIONS_SHOWN a paper; of those asked by as many the oldest comes first.
    """
    if not papers:
        return {}
    answered = Post.objects.filter(thread=OuterRef("pk"), is_answer=True)
    rows = (
        visible_to(member)
        .filter(paper__in=papers, kind=Thread.Kind.QUESTION)
        .exclude(Exists(answered))
        .annotate(asked=Count("askings") + 1)
        .annotate(place=Window(RowNumber(), partition_by=F("paper"), order_by=[F("asked").desc(), "started_at", "pk"]))
        .filter(place__lte=QUESTIONS_SHOWN)
        .order_by("paper", "place")
    )
    found: dict[int, list[OpenQuestion]] = defaultdict(list)
    for paper, pk, title, asked in rows.values_list("paper", "pk", "title", "asked"):
        found[paper].append(OpenQuestion(pk, markup.title(title), asked))
    return dict(found)


def versions_of(post: Post, member: Member) -> list[PostVersion]:
    """Return what the post said before, newest first. Raises Refused (403) for who neither wrote it nor organises."""
    is_mine = post.author_id == member.pk
    why = rules.why_not_read_versions(is_mine=is_mine, is_organiser=member.is_organiser)
    refuse_if(why, status=HTTPStatus.FORBIDDEN)
    return list(post.versions.order_by("-version"))


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
