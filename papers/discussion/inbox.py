"""What others wrote to a member: telling it, and reading it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Left, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from papers import markup
from papers.catalogue import queries as catalogue
from papers.discussion import rules
from papers.discussion.mentions import mentioned_in
from papers.discussion.models import InboxItem, Post
from papers.discussion.naming import name_of
from papers.discussion.watching import followers_of
from papers.lines import isolated
from papers.members.models import Member
from papers.notes.masking import is_masked
from papers.notes.models import Seen

A_PAGE = 50
EXCERPT_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Row:
    """A thing in the inbox, as a sentence. `url` leads to the post."""

    id: int
    sentence: str
    excerpt: str
    paper_number: int
    paper_title: str
    url: str
    at: dt.datetime
    is_unread: bool

    @property
    def when(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}"

    @property
    def machine_time(self) -> str:
        return f"{self.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def tell(member_id: int, kind: str, post: Post, *, by: Member, because: str = "") -> None:
    """Put one thing into somebody's inbox, unless they did it themselves. Twice is once."""
    if member_id != by.pk:
        InboxItem.objects.bulk_create(
            [InboxItem(member_id=member_id, kind=kind, post=post, by=by, because=because)], ignore_conflicts=True
        )


def tell_of_post(post: Post) -> None:
    """Put a new post into the inboxes of those whom it concerns. Call it in the transaction that writes the post."""
    put(post, kinds_of(post, set(mentioned_in(post.body))))


def tell_of_new_mentions(post: Post, before: str) -> None:
    """Put a changed post into the inboxes of those whom it names now and did not name before. Nobody is told twice."""
    new = set(mentioned_in(post.body)) - set(mentioned_in(before))
    kinds = kinds_of(post, new) if new else {}
    put(post, {member: kind for member, kind in kinds.items() if member in new})


def kinds_of(post: Post, mentioned: set[int]) -> dict[int, InboxItem.Kind]:
    """Return as what the post comes into whose inboxes."""
    return {
        each.member.pk: InboxItem.Kind.MENTION if each.member.pk in mentioned else InboxItem.Kind.REPLY
        for each in followers_of(post.thread)
        if each.member.pk != post.author_id
        and rules.is_in_inbox(each.level, takes_part=each.takes_part, is_mentioned=each.member.pk in mentioned)
    }


def put(post: Post, kinds: Mapping[int, InboxItem.Kind]) -> None:
    InboxItem.objects.bulk_create(
        [InboxItem(member_id=member, kind=kind, post=post, by_id=post.author_id) for member, kind in kinds.items()],
        ignore_conflicts=True,
    )


def inbox_of(member: Member) -> QuerySet[InboxItem]:
    """Return what is in the member's inbox, without what was deleted meanwhile, or is masked from them still."""
    mine = Q(post__author=member) | Q(post__thread__author=member)
    return InboxItem.objects.filter(
        Q(post__hidden_at=None) | Q(post__author=member),
        mine | ~Q(is_masked(member, "post__thread__paper")),
        member=member,
        post__deleted_at=None,
        post__thread__paper__in=catalogue.visible_to(member),
    )


def page_of(member: Member, *, before: int | None = None) -> tuple[list[Row], int | None]:
    """Return a page of the inbox, newest first, of what is before the id `before`, in one query.

    And the id before which the next page begins, or None.
    """
    seen = Seen.objects.filter(member=member, paper=OuterRef("post__thread__paper")).values("seen_at")
    items = inbox_of(member).annotate(seen_at=Subquery(seen[:1]), beginning=Left("post__body", 4 * EXCERPT_LENGTH))
    if before is not None:
        items = items.filter(pk__lt=before)
    rows = list(
        items.order_by("-pk").values(
            *("id", "kind", "at", "read_at", "seen_at", "post_id", "beginning", "by__name", "because"),
            called=Case(When(by=F("post__author"), then="post__alias")),
            paper=F("post__thread__paper__number"),
            title=F("post__thread__paper__title"),
            thread=F("post__thread__title"),
        )[: A_PAGE + 1]
    )
    shown = rows[:A_PAGE]
    return [row_from(row) for row in shown], shown[-1]["id"] if len(rows) > A_PAGE else None


def row_from(row: dict) -> Row:
    words = {
        "name": isolated(name_of(row["called"], row["by__name"])),
        "thread": isolated(markup.title(row["thread"])),
    }
    was_seen = row["seen_at"] is not None and row["seen_at"] >= row["at"]
    return Row(
        id=row["id"],
        sentence=sentence_of(row["kind"]) % words,
        excerpt=row["because"] or excerpt(row["beginning"]),
        paper_number=row["paper"],
        paper_title=row["title"],
        url=f"/posts/{row['post_id']}/",
        at=row["at"],
        is_unread=row["read_at"] is None and not was_seen,
    )


def sentence_of(kind: str) -> str:
    match kind:
        case InboxItem.Kind.MENTION:
            return _("%(name)s mentions you in “%(thread)s”.")
        case InboxItem.Kind.ANSWER:
            return _("%(name)s says that your post answers “%(thread)s”.")
        case InboxItem.Kind.THANKS:
            return _("%(name)s thanks you for your post in “%(thread)s”.")
        case InboxItem.Kind.HIDDEN:
            return _("%(name)s hid your post in “%(thread)s”. The reason:")
        case InboxItem.Kind.SHOWN:
            return _("%(name)s shows your post in “%(thread)s” again.")
        case InboxItem.Kind.LOCKED:
            return _("%(name)s locked your thread “%(thread)s”. The reason:")
        case InboxItem.Kind.OPENED:
            return _("%(name)s unlocked your thread “%(thread)s”.")
        case InboxItem.Kind.UNMASKED:
            return _("%(name)s looked up who wrote your anonymous post in “%(thread)s”. The reason:")
        case InboxItem.Kind.MOVED:
            return _("%(name)s moved your thread “%(thread)s” to another paper. The reason:")
        case _other:
            return _("%(name)s wrote in “%(thread)s”.")


def mark_all_read(member: Member) -> int:
    """Count everything in the member's inbox as read; return how many things were not."""
    return InboxItem.objects.filter(member=member, read_at=None).update(read_at=Now())


def excerpt(body: str) -> str:
    """Return the beginning of a post on one line, without its marks."""
    words = " ".join(markup.plain(body).split())
    return words if len(words) <= EXCERPT_LENGTH else words[: EXCERPT_LENGTH - 1].rstrip() + "…"


def excerpts(posts: Iterable[Post]) -> list[tuple[Post, str, str]]:
    """Return each post with how its author is called and how it begins."""
    return [(post, name_of(post.alias, post.author.name), excerpt(post.body[: 4 * EXCERPT_LENGTH])) for post in posts]
