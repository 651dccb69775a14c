"""Handing free papers out: bids, a plan that an organiser looks at, and the answers of those who were given one."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from papers.assigning.model import Bid as Wish
from papers.assigning.model import Person, Work
from papers.assigning.solver import assign
from papers.catalogue.models import Paper, Part
from papers.catalogue.queries import on_the_list
from papers.catalogue.rules import BIDS_FIRST, POINTS
from papers.claims import actions, letters, rules
from papers.claims.ledger import Ledger, ledger
from papers.claims.locking import lock_members, lock_papers
from papers.claims.models import Bid, Claim
from papers.claims.queries import place_of, with_place
from papers.members import actions as members
from papers.members import tokens
from papers.members.away import all_times, away_today
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import refuse_if

TOKEN = "confirm"  # noqa: S105 - the kind of a token, not one


@transaction.atomic
def bid(paper: Paper, wish: str, *, by: Member) -> str:
    """Keep how much the member would like a paper, a value of Bid.Wish, or nothing for "", and return it.

    Raises Refused: 403 for a role, 409 for a paper that is not free, 422 for what is no bid.
    """
    place = place_of(paper, by)
    why = rules.why_not_bid(may_write=by.may_write, is_free=place.can_bid, wish=wish, known=Bid.Wish.values)
    known = not wish or wish in Bid.Wish.values
    refuse_if(
        why,
        status=HTTPStatus.FORBIDDEN
        if not by.may_write
        else HTTPStatus.CONFLICT
        if known
        else HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    if wish:
        Bid.objects.update_or_create(paper=paper, member=by, defaults={"wish": wish})
    else:
        Bid.objects.filter(paper=paper, member=by).delete()
    return wish


@dataclass(frozen=True)
class Line:
    """A paper, who would get it (None: nobody) and why, in a sentence."""

    paper: Paper
    member: Member | None
    why: str


@dataclass(frozen=True)
class Plan:
    lines: list[Line]
    spread: float
    mean: float
    proven: bool

    @property
    def seen(self) -> str:
        """A short name of the plan: the same only for the same papers and members."""
        said = repr([(line.paper.pk, line.member and line.member.pk) for line in self.lines])
        return hashlib.sha256(said.encode()).hexdigest()[:20]

    @property
    def given(self) -> int:
        return sum(line.member is not None for line in self.lines)


@transaction.atomic
def open_for_bids(part: Part, *, by: Member, closes: bool = False) -> Part:
    """Let the part's papers take bids and no claims for the next 48 hours, or (`closes`) claims again from now on.

    Raises Refused (403).
    """
    refuse_if(rules.why_not_hand_out(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    part = Part.objects.select_for_update().get(pk=part.pk)
    part.bids_until = None if closes else timezone.now() + BIDS_FIRST
    part.save(update_fields=["bids_until"])
    members.log("close bids" if closes else "open bids", f"part:{part.number}", by=by)
    return part


def free_papers(parts: Iterable[int] | None = None) -> QuerySet[Paper]:
    """Return the papers that can be handed out, by number: free, on the list, not read by notes only."""
    free = (
        with_place(on_the_list().filter(done_at=None).exclude(mode=Paper.Mode.NOTES))
        .filter(holder_id=None, offered_to_id=None)
        .order_by("number")
    )
    return free if parts is None else free.filter(entries__part__number__in=list(parts)).distinct()


def plan(parts: Iterable[int] | None, seed: int, *, by: Member) -> Plan:
    """Return who would get which free paper of these parts (None: all), and why. Nothing is changed.

    The same facts and the same seed give the same plan. Raises Refused (403).
    """
    refuse_if(rules.why_not_hand_out(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    now, book = timezone.now(), ledger()
    papers = {paper.pk: paper for paper in free_papers(parts) if not is_over(paper, now)}
    wishes: dict[int, dict[int, Wish]] = {}
    for member, paper, wish in Bid.objects.filter(paper__in=papers).values_list("member", "paper", "wish"):
        wishes.setdefault(member, {})[paper] = Wish(wish)
    people = people_of(book, wishes)
    works = [Work(paper.pk, POINTS[paper.mode], day_of(paper)) for paper in papers.values()]
    out = assign(works, people, seed=seed)
    by_id = {line.member.pk: line for line in book.lines}
    least = min((person.points for person in people), default=0.0)
    lines = []
    for work in works:
        holder = out.given.get(work.id)
        if holder is None:
            able = [person for person in people if person.room > 0]
            all_no = bool(able) and not any(person.can_take(work) for person in able)
            lines.append(Line(papers[work.id], None, rules.why_not_given(anybody=bool(able), all_no=all_no)))
            continue
        line = by_id[holder]
        why = rules.why_given(
            wish=wishes.get(holder, {}).get(work.id, ""),  # type: ignore[arg-type]
            below=book.mean - line.total,
            is_least=line.total == least,
        )
        lines.append(Line(papers[work.id], line.member, why))
    return Plan(lines, out.spread, book.mean, out.proven)


def people_of(book: Ledger, wishes: dict[int, dict[int, Wish]]) -> list[Person]:
    """Return the members as the programme knows them: their points, and how many papers they may still take."""
    cap = the_group().claim_cap
    held, times, gone = dict(open_counts()), all_times(), away_today()
    return [
        Person(
            line.member.pk,
            line.total,
            0 if line.member.pk in gone else max(0, cap - held.get(line.member.pk, 0)),
            away=tuple(times.get(line.member.pk, ())),
            bids=wishes.get(line.member.pk, {}),
        )
        for line in book.lines
    ]


def open_counts() -> Iterable[tuple[int, int]]:
    """Return how many papers each member holds that are not presented yet."""
    now = timezone.now()
    open_papers = [
        paper.pk
        for paper in with_place(Paper.objects.filter(done_at=None)).filter(holder_id__isnull=False)
        if not is_over(paper, now)
    ]
    return (
        Claim.objects.filter(released_at=None, paper__in=open_papers)
        .values_list("holder")
        .annotate(count=Count("pk"))
        .values_list("holder", "count")
    )


def is_over(paper: Paper, now: dt.datetime) -> bool:
    starts_at, minutes = paper.session_starts_at, paper.session_minutes  # type: ignore[attr-defined]
    return starts_at is not None and starts_at + dt.timedelta(minutes=minutes or 0) <= now


def day_of(paper: Paper) -> dt.date | None:
    starts_at = paper.session_starts_at  # type: ignore[attr-defined]
    return starts_at.date() if starts_at is not None else None


@transaction.atomic
def publish(parts: Iterable[int] | None, seed: int, seen: str, *, by: Member) -> Plan:
    """Hand the papers out as the plan says, if it is still the one that was looked at, and write to everybody.

    Raises Refused: 403, and 409 when something has changed meanwhile.
    """
    made = plan(parts, seed, by=by)
    refuse_if(rules.why_not_as_planned(as_planned=made.seen == seen))
    until = timezone.now() + rules.ACCEPT_WITHIN
    lock_members({line.member.pk for line in made.lines if line.member is not None})
    lock_papers(*(line.paper.pk for line in made.lines))
    for line in made.lines:
        if line.member is not None:
            give(line.paper, line.member, until, by=by)
    return made


def give(paper: Paper, member: Member, until: dt.datetime, *, by: Member) -> Claim:
    """Claim the paper for the member, who accepts until then or gives it back."""
    claim = actions.claim(paper, by=member, handed_out=True)
    claim.accept_by, claim.assigned_by = until, by
    claim.save(update_fields=["accept_by", "assigned_by"])
    members.log("hand out", f"paper #{paper.number}", by=by, after={"to": member.name})
    letters.send(
        "given",
        member,
        key=f"given:{claim.pk}",
        about=about(claim),
        paper=paper,
        not_after=until,
        until=until,
        token=token_of(claim),
    )
    return claim


@transaction.atomic
def confirm(claim: Claim, *, accepts: bool) -> Claim:
    """Let the holder accept or give back what they were given.

    Raises Refused (409) when there is nothing to answer.
    """
    lock_papers(claim.paper_id)
    claim = Claim.objects.select_for_update(of=("self",)).select_related("paper", "holder").get(pk=claim.pk)
    refuse_if(why_no_confirmation(claim))
    letters.void(about(claim))
    if accepts:
        claim.accept_by = None
        claim.save(update_fields=["accept_by"])
        members.log("accept paper", f"paper #{claim.paper.number}", by=claim.holder)
    else:
        actions.release(claim.paper, by=claim.holder)
    return claim


def give_back_unanswered(now: dt.datetime) -> int:
    """Take back what was handed out and not answered until `now`; return how many papers. Twice is once."""
    late = Claim.objects.filter(released_at=None, accept_by__lte=now).select_related("paper", "holder")
    return sum(give_one_back(claim, now) for claim in list(late))


@transaction.atomic
def give_one_back(late: Claim, now: dt.datetime) -> bool:
    lock_papers(late.paper_id)
    claims = Claim.objects.select_for_update(of=("self",)).select_related("paper", "holder")
    claim = claims.filter(pk=late.pk, released_at=None, accept_by__lte=now).first()
    if claim is None:
        return False
    letters.void(about(claim))
    actions.release(claim.paper, by=claim.holder)
    members.log("no answer", f"paper #{claim.paper.number}", by=None, after={"to": claim.holder.name})
    return True


def why_no_confirmation(claim: Claim) -> str | None:
    return rules.why_no_confirmation(is_given=claim.accept_by is not None, is_held=claim.released_at is None)


def about(claim: Claim) -> str:
    return f"given:{claim.pk}"


def token_of(claim: Claim) -> str:
    return tokens.make(TOKEN, claim.pk)
