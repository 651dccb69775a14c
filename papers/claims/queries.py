"""Where each paper stands: free, claimed, scheduled or done, and who holds it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import JSONObject
from django.utils import timezone

from papers.catalogue.models import Entry, Lineage, Paper
from papers.catalogue.queries import on_the_list
from papers.claims.models import Partner, WaitingPlace
from papers.claims.rules import MOST_CO_PRESENTERS
from papers.members.models import Member

FREE, CLAIMED, SCHEDULED, DONE = "free", "claimed", "scheduled", "done"

# What `place_from` needs of a paper, beside the columns that `with_place` joins.
PAPER_FIELDS = ("number", "done_at", "on_list")
PLACE_FIELDS = (
    *("holder_id", "holder_name", "looking_since", "accept_by", "offered_to_id", "offered_to_name"),
    *("session_id", "session_starts_at", "session_minutes", "session_sequence"),
    *("confirmed_for_id", "confirmed_sequence", "beside", "bids_until"),
)


@dataclass(frozen=True, slots=True)
class AtSide:
    """One at the holder's side; `id` is the Partner's key."""

    id: int
    member_id: int
    name: str
    role: str
    state: str

    @property
    def presents(self) -> bool:
        return self.role == "co-presenter" and self.state == "accepted"


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
    is_looking: bool
    can_take_over: bool
    # Given to the member who looks at it, who has not accepted yet.
    is_asked: bool
    # Who is asked to present it with the holder, presents it with them, or is the understudy.
    at_side: tuple["AtSide", ...]
    my_side: "AtSide | None"
    # The holder said that they will present it in its session as it now stands.
    is_confirmed: bool
    # Until then the paper takes bids and no claims.
    bids_until: dt.datetime | None
    # Of a free paper that is held back for somebody who waited for it.
    offered_to: str | None
    offered_to_me: bool
    is_marked: bool
    is_on_list: bool
    can_claim: bool
    can_release: bool
    refusal: str = ""

    @property
    def url(self) -> str:
        return f"/papers/{self.paper_number}/"

    @property
    def presenters(self) -> str:
        """The names of who presents it, the holder's first; empty where nobody does."""
        return ", ".join(name for name in (self.holder_name, *self.co_presenters) if name)

    @property
    def co_presenters(self) -> list[str]:
        return [one.name for one in self.at_side if one.presents]

    @property
    def understudy(self) -> "AtSide | None":
        return next((one for one in self.at_side if one.role == "understudy"), None)

    @property
    def asked(self) -> list["AtSide"]:
        """Those who are asked to present it too and have not answered yet."""
        return [one for one in self.at_side if one.state == "sent"]

    @property
    def can_ask_partner(self) -> bool:
        at_side = sum(one.role == "co-presenter" for one in self.at_side)
        return self.is_mine and self.state != DONE and not self.is_asked and at_side < MOST_CO_PRESENTERS

    @property
    def can_stand_by(self) -> bool:
        return self.holder_id is not None and not (
            self.state == DONE or self.is_mine or self.my_side or self.understudy or self.is_looking
        )

    @property
    def can_bid(self) -> bool:
        return self.can_claim or self.bids_until is not None

    @property
    def can_confirm(self) -> bool:
        return self.is_mine and self.state == SCHEDULED and not (self.is_confirmed or self.is_looking or self.is_asked)

    @property
    def session_date(self) -> dt.date | None:
        """The session's day in the reader's zone."""
        return timezone.localdate(self.starts_at) if self.starts_at else None


AT_SIDE = (
    Partner.objects.filter(
        claim__paper=OuterRef("pk"), claim__released_at=None, state__in=("sent", "accepted"), left_at=None
    )
    .order_by("answered_at", "pk")
    .values(json=JSONObject(id="pk", member_id="member_id", name="member__name", role="role", state="state"))
)
BIDS_UNTIL = (
    Entry.objects.filter(paper=OuterRef("pk"), part__bids_until__isnull=False)
    .order_by("-part__bids_until")
    .values("part__bids_until")[:1]
)


def with_place(papers: QuerySet[Paper]) -> QuerySet[Any]:
    """Join each paper with its one open claim and its one slot, as the columns of PLACE_FIELDS.

    The papers stay papers; the type checker only does not know of the columns.
    """
    return papers.annotate(
        claim=FilteredRelation("claims", condition=Q(claims__released_at=None)),
        offer=FilteredRelation("offers", condition=Q(offers__state="sent")),
        holder_id=F("claim__holder_id"),
        holder_name=F("claim__holder__name"),
        looking_since=F("claim__looking_since"),
        accept_by=F("claim__accept_by"),
        offered_to_id=F("offer__member_id"),
        offered_to_name=F("offer__member__name"),
        session_id=F("slots__session_id"),
        session_starts_at=F("slots__session__starts_at"),
        session_minutes=F("slots__session__minutes"),
        session_sequence=F("slots__session__sequence"),
        confirmed_for_id=F("claim__confirmed_for_id"),
        confirmed_sequence=F("claim__confirmed_sequence"),
        beside=ArraySubquery(AT_SIDE),
        bids_until=Subquery(BIDS_UNTIL),
    )


def place_from(row: Mapping[str, Any], member: Member, now: dt.datetime, *, refusal: str = "") -> Place:
    """Return the place that a row of PAPER_FIELDS and PLACE_FIELDS describes."""
    holder_id, starts_at = row["holder_id"], row["session_starts_at"]
    done = is_done(row["done_at"], starts_at, row["session_minutes"], now)
    state = state_of(is_done=done, holder_id=holder_id, session_id=row["session_id"])
    is_mine = holder_id == member.pk
    at_side = tuple(AtSide(**one) for one in row["beside"])
    bids_until = row["bids_until"] if row["bids_until"] is not None and row["bids_until"] > now else None
    return Place(
        paper_number=row["number"],
        state=state,
        holder_id=holder_id,
        holder_name=row["holder_name"],
        session_id=row["session_id"],
        starts_at=starts_at,
        is_mine=is_mine,
        is_looking=holder_id is not None and row["looking_since"] is not None and not done,
        can_take_over=row["looking_since"] is not None and not (done or is_mine) and member.may_write,
        is_asked=is_mine and row["accept_by"] is not None and not done,
        at_side=at_side,
        my_side=next((one for one in at_side if one.member_id == member.pk), None),
        is_confirmed=row["session_id"] is not None
        and (row["confirmed_for_id"], row["confirmed_sequence"]) == (row["session_id"], row["session_sequence"]),
        bids_until=bids_until if holder_id is None and not done else None,
        offered_to=row["offered_to_name"] if holder_id is None else None,
        offered_to_me=holder_id is None and row["offered_to_id"] == member.pk,
        is_marked=row["done_at"] is not None,
        is_on_list=row["on_list"],
        can_claim=row["on_list"]
        and member.may_write
        and not done
        and holder_id is None
        and row["offered_to_id"] in (None, member.pk)
        and bids_until is None,
        can_release=not done and holder_id is not None and (is_mine or member.is_organiser),
        refusal=refusal,
    )


def presenters_from(row: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Return who presents the paper of a row of PLACE_FIELDS, as (member id, name), the holder first."""
    if row["holder_id"] is None:
        return []
    at_side = [AtSide(**one) for one in row["beside"]]
    return [(row["holder_id"], row["holder_name"]), *((one.member_id, one.name) for one in at_side if one.presents)]


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


# --- What else can be done about a paper that is not free

SIMILAR = 3


@dataclass(frozen=True)
class Help:
    """What a member can do who did not get a paper: wait in its line, or take one that is like it."""

    can_wait: bool
    # As which one they would wait.
    turn: int
    similar: list[dict[str, Any]]
    mine: list[dict[str, Any]]


def help_for(paper: Paper, member: Member, place: Place) -> Help | None:
    """Return what helps a member who was refused a paper; None where nothing does."""
    if not member.may_write or not place.is_on_list or place.state == DONE or place.is_mine:
        return None
    line = line_of(paper, member, place)
    mine = open_claims(member, timezone.now()) if place.can_claim else []
    similar = [] if place.can_claim else similar_free(paper)
    return Help(can_wait=line.can_join, turn=len(line.waiting) + 1, similar=similar, mine=mine)


def similar_free(paper: Paper) -> list[dict[str, Any]]:
    """Return a few free papers like this one: first of its parts, then of its lineage, then in the list's order."""
    same_part = Entry.objects.filter(paper=OuterRef("pk"), part__entries__paper=paper)
    related = Lineage.objects.filter(
        Q(source=OuterRef("pk"), target=paper) | Q(target=OuterRef("pk"), source=paper), removed_at=None
    )
    free = (
        with_place(on_the_list())
        .filter(done_at=None, holder_id=None, offered_to_id=None, session_starts_at=None)
        .exclude(pk=paper.pk)
        .alias(same_part=Exists(same_part), related=Exists(related))
        .order_by("-same_part", "-related", "number")
    )
    return list(free.values("number", "title")[:SIMILAR])


@dataclass(frozen=True)
class InLine:
    """One who waits for a paper; the first one may have the paper offered to them until an instant."""

    name: str
    is_me: bool
    offered_until: dt.datetime | None


@dataclass(frozen=True)
class WaitingLine:
    waiting: list[InLine]
    can_join: bool
    is_in_it: bool


def line_of(paper: Paper, member: Member, place: Place) -> WaitingLine:
    """Return who waits for the paper, in order, in one query."""
    rows = (
        WaitingPlace.objects.filter(paper=paper, left_at=None)
        .annotate(
            offer=FilteredRelation("offers", condition=Q(offers__state="sent")), offered_until=F("offer__expires_at")
        )
        .order_by("joined_at", "pk")
        .values("member_id", "member__name", "offered_until")
    )
    waiting = [InLine(row["member__name"], row["member_id"] == member.pk, row["offered_until"]) for row in rows]
    is_in_it = any(one.is_me for one in waiting)
    is_taken = place.holder_id is not None or place.offered_to is not None
    can_join = is_taken and not (is_in_it or place.is_mine or place.state == DONE) and member.may_write
    return WaitingLine(waiting, can_join, is_in_it)
