"""Where each paper stands: free, claimed, scheduled or done, and who holds it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, FilteredRelation, Q, QuerySet
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.members.models import Member

FREE, CLAIMED, SCHEDULED, DONE = "free", "claimed", "scheduled", "done"

# What `place_from` needs of a paper, beside the columns that `with_place` joins.
PAPER_FIELDS = ("number", "done_at", "on_list")
PLACE_FIELDS = ("holder_id", "holder_name", "session_id", "session_starts_at", "session_minutes")


@dataclass(frozen=True)
class Place:
    """Where one paper stands, as one member sees it."""

    paper_number: int
    state: str
    holder_id: int | None
    holder_name: str | None
    session_id: int | None
    starts_at: dt.datetime | None
    is_mine: bool
    is_marked: bool
    is_on_list: bool
    can_claim: bool
    can_release: bool
    refusal: str = ""

    @property
    def session_date(self) -> dt.date | None:
        """The session's day in the reader's zone."""
        return timezone.localdate(self.starts_at) if self.starts_at else None


def with_place(papers: QuerySet[Paper]) -> QuerySet[Any]:
    """Join each paper with its one open claim and its one slot, as the columns of PLACE_FIELDS.

    The papers stay papers; the type checker only does not know of the columns.
    """
    return papers.annotate(
        claim=FilteredRelation("claims", condition=Q(claims__released_at=None)),
        holder_id=F("claim__holder_id"),
        holder_name=F("claim__holder__name"),
        session_id=F("slots__session_id"),
        session_starts_at=F("slots__session__starts_at"),
        session_minutes=F("slots__session__minutes"),
    )


def place_from(row: Mapping[str, Any], member: Member, now: dt.datetime, *, refusal: str = "") -> Place:
    """Return the place that a row of PAPER_FIELDS and PLACE_FIELDS describes."""
    holder_id, starts_at = row["holder_id"], row["session_starts_at"]
    done = is_done(row["done_at"], starts_at, row["session_minutes"], now)
    state = state_of(is_done=done, holder_id=holder_id, session_id=row["session_id"])
    is_mine = holder_id == member.pk
    return Place(
        paper_number=row["number"],
        state=state,
        holder_id=holder_id,
        holder_name=row["holder_name"],
        session_id=row["session_id"],
        starts_at=starts_at,
        is_mine=is_mine,
        is_marked=row["done_at"] is not None,
        is_on_list=row["on_list"],
        can_claim=row["on_list"] and member.may_write and not done and holder_id is None,
        can_release=not done and holder_id is not None and (is_mine or member.is_organiser),
        refusal=refusal,
    )


def is_done(done_at: dt.datetime | None, starts_at: dt.datetime | None, minutes: int | None, now: dt.datetime) -> bool:
    """Return whether a paper counts as read: an organiser said so, or its session is over."""
    if done_at is not None:
        return True
    return starts_at is not None and starts_at + dt.timedelta(minutes=minutes or 0) <= now


def read_by(now: dt.datetime, papers: QuerySet[Paper]) -> QuerySet[Paper]:
    """Return those of the papers that `is_done` says are read at `now`."""
    over_at = ExpressionWrapper(
        F("slots__session__starts_at") + F("slots__session__minutes") * dt.timedelta(minutes=1),
        output_field=DateTimeField(),
    )
    return papers.alias(over_at=over_at).filter(Q(done_at__isnull=False) | Q(over_at__lte=now))


def state_of(*, is_done: bool, holder_id: int | None, session_id: int | None) -> str:
    """Return the one state a list shows. A scheduled paper may still lack somebody to present it."""
    if is_done:
        return DONE
    if session_id is not None:
        return SCHEDULED
    return CLAIMED if holder_id is not None else FREE


def place_of(paper: Paper, member: Member, *, refusal: str = "") -> Place:
    """Return where the paper stands now, in one query."""
    row = with_place(Paper.objects.filter(pk=paper.pk)).values(*PAPER_FIELDS, *PLACE_FIELDS).get()
    return place_from(row, member, timezone.now(), refusal=refusal)


def open_claims(member: Member, now: dt.datetime) -> list[dict[str, Any]]:
    """Return the papers the member holds and that are not done, soonest session first, then by number.

    Each is a mapping of PAPER_FIELDS, PLACE_FIELDS and the title.
    """
    rows = (
        with_place(Paper.objects.all())
        .filter(holder_id=member.pk)
        .order_by("session_starts_at", "number")
        .values(*PAPER_FIELDS, *PLACE_FIELDS, "title")
    )
    return [row for row in rows if not is_done(row["done_at"], row["session_starts_at"], row["session_minutes"], now)]
