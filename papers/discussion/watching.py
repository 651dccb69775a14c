"""How closely members follow the discussion of a paper."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from papers.catalogue.models import Paper
from papers.claims.models import Claim
from papers.discussion import rules
from papers.discussion.models import Post, Thread, Watch
from papers.members.models import Member, WatchLevel
from papers.members.queries import current_members
from papers.notes.models import Note
from papers.refusals import refuse_if


@dataclass(frozen=True, slots=True)
class Follower:
    """A member as a thread sees them: how closely they follow its paper, and whether they wrote in the thread."""

    member: Member
    level: str
    takes_part: bool


def followers_of(thread: Thread) -> list[Follower]:
    """Return every current member with how closely they follow the thread's paper, in one query."""
    posts = Post.objects.filter(thread=thread, author=OuterRef("pk"), deleted_at=None)
    members = with_level(current_members(), thread.paper_id).annotate(takes_part=Exists(posts))
    return [Follower(member, level_from(member), member.takes_part) for member in members]


def with_level(members: QuerySet[Member], paper: int) -> QuerySet[Any]:
    """Join each member with what they chose for the paper, as `chosen`, and with `is_involved`."""
    me = OuterRef("pk")
    return members.annotate(
        chosen=Subquery(Watch.objects.filter(paper=paper, member=me).values("level")[:1]),
        is_involved=Q(Exists(Post.objects.filter(thread__paper=paper, author=me, deleted_at=None)))
        | Q(Exists(Note.objects.filter(paper=paper, author=me, deleted_at=None)))
        | Q(Exists(Claim.objects.filter(paper=paper, holder=me, released_at=None))),
    )


def level_from(member: Any) -> str:
    """Return the level of a member who was read `with_level`."""
    return rules.level_of(
        chosen=member.chosen,
        usual=member.watches_usually,
        is_involved=member.is_involved,
        may_write=member.may_write,
    )


@dataclass(frozen=True, slots=True)
class Watching:
    """How one member follows one paper, for its form: what they chose, empty for as usual, and what holds."""

    chosen: str
    level: str
    choices: list[tuple[str, str]]

    @property
    def level_label(self) -> str:
        return dict(self.choices)[self.level]


def with_watching(papers: QuerySet[Any], member: Member) -> QuerySet[Any]:
    """Join each paper with what `watching_from` needs of how this member follows it."""
    this = OuterRef("pk")
    return papers.annotate(
        watch_chosen=Subquery(Watch.objects.filter(paper=this, member=member).values("level")[:1]),
        watch_involved=Q(Exists(Post.objects.filter(thread__paper=this, author=member, deleted_at=None)))
        | Q(Exists(Note.objects.filter(paper=this, author=member, deleted_at=None)))
        | Q(Exists(Claim.objects.filter(paper=this, holder=member, released_at=None))),
    )


def watching_from(paper: Any, member: Member) -> Watching:
    """Return how the member follows a paper that was read `with_watching`."""
    level = rules.level_of(
        chosen=paper.watch_chosen,
        usual=member.watches_usually,
        is_involved=paper.watch_involved,
        may_write=member.may_write,
    )
    return Watching(paper.watch_chosen or "", level, choices())


def watching_of(paper: Paper, member: Member) -> Watching:
    """Return how the member follows the paper, in one query."""
    return watching_from(with_watching(Paper.objects.all(), member).get(pk=paper.pk), member)


def choices() -> list[tuple[str, str]]:
    """Return what can be chosen for a paper, with its words."""
    return [("", _("As usual for me")), *((level, str(label)) for level, label in WatchLevel.choices)]


@transaction.atomic
def watch(paper: Paper, level: str, *, by: Member) -> None:
    """Let the member follow the paper at this level; empty is as usual. Raises Refused (422) for any other."""
    refuse_if(rules.why_no_level(level), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if level:
        Watch.objects.update_or_create(paper=paper, member=by, defaults={"level": level})
    else:
        Watch.objects.filter(paper=paper, member=by).delete()
