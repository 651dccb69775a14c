"""Host and scribe of a session: who does it, and whose turn it is.

Each of the two has a rotation of its own: first who has had it least often, counted as the points are (whoever joins
later starts at the mean), then whose last time is longest ago. It is a suggestion; anybody may do it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from papers.claims import letters, rules
from papers.claims.ledger import starts_of
from papers.claims.models import Claim, Duty
from papers.members import actions as members
from papers.members.away import all_times
from papers.members.models import Member
from papers.members.queries import current_members
from papers.refusals import Refused, refuse_if
from papers.sessions.models import ReadingSession

# Roles are handed out for so long ahead; nobody knows yet when they are away later.
AHEAD = dt.timedelta(weeks=4)


@transaction.atomic
def take(session: ReadingSession, role: str, *, by: Member) -> Duty:
    """Let the member do it, of their own wish; who does it already does it.

    Raises Refused: 403 for a role, 409 when somebody else does it or the session is over.
    """
    return make(session, role, by, given_by=None)


@transaction.atomic
def give(session: ReadingSession, role: str, member: Member, *, by: Member) -> Duty:
    """Let a member do it, whom an organiser asks by mail. Raises Refused as `take` does, and 403 for a member."""
    refuse_if(rules.why_not_give_duty(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    made = make(session, role, member, given_by=by)
    letters.send(
        f"duty_{role}",
        member,
        key=f"duty:{made.pk}",
        about=about(made),
        not_after=session.starts_at,
        starts=session.starts_at,
        session=session.pk,
    )
    return made


def make(session: ReadingSession, role: str, member: Member, *, given_by: Member | None) -> Duty:
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    session = ReadingSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    there = Duty.objects.filter(session=session, role=role, left_at=None).select_related("member").first()
    if there is not None and there.member_id == member.pk:
        return there
    may = member.may_write and members.is_here(member)
    why = rules.why_not_duty(
        may_write=may,
        is_over=session.ends_at <= timezone.now() or session.cancelled_at is not None,
        taken_by=there.member.name if there else None,
    )
    refuse_if(why, status=HTTPStatus.CONFLICT if may else HTTPStatus.FORBIDDEN)
    try:
        with transaction.atomic():
            made = Duty.objects.create(session=session, role=role, member=member, given_by=given_by)
    except IntegrityError:
        raise Refused(rules.why_not_duty(may_write=True, is_over=False, taken_by="?") or "") from None
    members.log(f"take {role}", f"session:{session.pk}", by=given_by or member, after={"to": member.name})
    letters.void_reminders(session.pk)
    return made


@transaction.atomic
def leave(session: ReadingSession, role: str, *, by: Member) -> bool:
    """Take back that somebody does it: they themselves, or an organiser. Return whether anybody did. Twice is once.

    Raises Refused: 403 for somebody else's, 409 once the session is over.
    """
    duty = Duty.objects.select_for_update(of=("self",)).filter(session=session, role=role, left_at=None).first()
    if duty is None:
        return False
    is_mine = duty.member_id == by.pk
    why = rules.why_not_leave_duty(may=is_mine or by.is_organiser, is_over=session.ends_at <= timezone.now())
    refuse_if(why, status=HTTPStatus.CONFLICT if is_mine or by.is_organiser else HTTPStatus.FORBIDDEN)
    end(duty, by=by)
    return True


def end(duty: Duty, *, by: Member) -> None:
    duty.left_at = timezone.now()
    duty.save(update_fields=["left_at"])
    members.log(f"leave {duty.role}", f"session:{duty.session_id}", by=by, before={"to": duty.member.name})
    letters.void(about(duty))
    letters.void_reminders(duty.session_id)


@transaction.atomic
def leave_all(member: Member, *, by: Member) -> None:
    """Take every session to come back from somebody who leaves, or may no longer do it."""
    duties = Duty.objects.filter(member=member, left_at=None, session__starts_at__gt=timezone.now())
    for duty in duties.select_related("member"):
        end(duty, by=by)


@transaction.atomic
def fill(now: dt.datetime, *, by: Member) -> int:
    """Give the roles that nobody has in the coming weeks to whose turn it is; return how many were given.

    Raises Refused (403).
    """
    refuse_if(rules.why_not_give_duty(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    given = 0
    for session, role in empty(now, now + AHEAD):
        turn = next((turn for turn in rotations(session)[role] if turn.is_free), None)
        if turn is not None:
            give(session, role, turn.member, by=by)
            given += 1
    return given


# --- Whose turn it is


@dataclass(frozen=True)
class Turn:
    """A member's place in the rotation of a role: how often it counts that they did it, and whether they can now."""

    member: Member
    times: float
    is_free: bool


def rotations(session: ReadingSession) -> dict[str, list[Turn]]:
    """Return by role all who may do it, whose turn it is first; who is away or busy in this session stands last.

    In four queries.
    """
    done: dict[str, dict[int, list[tuple[dt.datetime, float]]]] = {
        role: defaultdict(list) for role in Duty.Role.values
    }
    here: dict[str, set[int]] = defaultdict(set)
    duties = Duty.objects.filter(left_at=None, session__cancelled_at=None)
    for about_session, role, member, starts_at in duties.values_list(
        "session", "role", "member", "session__starts_at"
    ):
        done[role][member].append((starts_at, 1))
        if about_session == session.pk:
            here[role].add(member)
    can = [member for member in current_members() if member.may_write]
    day, times = session.starts_at.date(), all_times()
    gone = {member for member, spans in times.items() if any(first <= day <= last for first, last in spans)}
    presents = set(
        Claim.objects.filter(released_at=None, paper__slots__session=session).values_list("holder", flat=True)
    )
    return {
        role: in_turn(
            can, done[role], gone | presents | set().union(*(here[other] for other in here if other != role))
        )
        for role in Duty.Role.values
    }


def in_turn(can: list[Member], done: Mapping[int, list[tuple[dt.datetime, float]]], busy: set[int]) -> list[Turn]:
    """Return the members in the order of whose turn it is."""
    starts = starts_of([(member.pk, member.joined_at) for member in can], done)
    turns = [Turn(member, starts[member.pk] + len(done.get(member.pk, ())), member.pk not in busy) for member in can]
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    last = {member: max(at for at, _one in times) for member, times in done.items() if times}
    return sorted(
        turns, key=lambda turn: (not turn.is_free, turn.times, last.get(turn.member.pk, never), turn.member.pk)
    )


def empty(begin: dt.datetime, end: dt.datetime) -> Iterable[tuple[ReadingSession, str]]:
    """Return the roles that nobody has in the sessions that start between the two instants, soonest first."""
    sessions = ReadingSession.objects.filter(cancelled_at=None, starts_at__gt=begin, starts_at__lte=end)
    there = {(duty.session_id, duty.role) for duty in Duty.objects.filter(session__in=sessions, left_at=None)}
    return [
        (session, role)
        for session in sessions.order_by("starts_at", "pk")
        for role in Duty.Role.values
        if (session.pk, role) not in there
    ]


def duties_of(session: ReadingSession) -> dict[str, tuple[int, str]]:
    """Return who does what in the session, as (member id, name) by role, in one query."""
    duties = Duty.objects.filter(session=session, left_at=None).annotate(name=F("member__name"))
    return {role: (member, name) for role, member, name in duties.values_list("role", "member_id", "name")}


def about(duty: Duty) -> str:
    """Return how the outbox names what is written about a duty."""
    return f"duty:{duty.pk}"
