"""Carrying out a plan as it was looked at, and taking it back exactly.

Whoever does either holds the group's row and then the sessions' rows, as everybody does who changes when sessions are.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, ForeignObjectRel
from django.utils import timezone

from papers.claims.models import Claim
from papers.mail import actions as mail
from papers.members import actions as members
from papers.members.models import Group, Member
from papers.planning import letters, rules
from papers.planning.models import PlanChange
from papers.planning.plans import Plan
from papers.planning.rules import Meeting
from papers.refusals import Refused, refuse_if
from papers.sessions.actions import next_position
from papers.sessions.models import ReadingSession, Slot
from papers.sessions.queries import overlapping
from papers.sessions.rules import why_not_as_seen, why_not_at, why_not_date, why_not_organise

VERBS = {"push": "push plan", "repace": "repace plan", "fill": "fill plan"}


@transaction.atomic
def apply(make: Callable[[dt.datetime], Plan], seen: str, *, by: Member) -> PlanChange:
    """Carry out the plan that `make` makes now, if it still says what was looked at; return the change.

    Who presents something that moves, leads a session or writes its minutes gets one mail, after some minutes.
    Raises Refused: 403 for a role, 409 when the plan is another one by now or cannot be, and what `make` raises.
    """
    refuse_if(why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    group, now = members.locked_group(), timezone.now()
    locked_to_come(now)
    plan = make(now)
    refuse_if(why_not_as_seen(as_seen=plan.seen == seen and not plan.is_empty))
    refuse_if_in_the_way(plan)
    sequences = dict(ReadingSession.objects.filter(pk__in=moved(plan)).values_list("pk", "sequence"))
    confirmed = confirmed_for(sequences)
    settings = {name: getattr(group, name) for name in plan.settings}
    move_all([after for _before, after in plan.moves], latest_first=True)
    made = [make_following(new, last) for new, last in plan.news]
    slots = place_all(plan, made)
    if plan.settings:
        Group.objects.filter(pk=group.pk).update(**plan.settings)
    change = PlanChange.objects.create(
        kind=plan.kind,
        by=by,
        at=now,
        before={
            "sessions": {str(was.id): kept(was, sequences[was.id]) for was, _then in plan.moves},
            "confirmed": confirmed,
            "settings": settings,
        },
        after={
            "sessions": {str(then.id): kept(then, sequences[then.id] + 1) for _was, then in plan.moves},
            "new": [session.pk for session in made],
            "slots": [[slot.paper_id, slot.session_id] for slot in slots],
            "settings": plan.settings,
        },
    )
    for pk in {*moved(plan), *(slot.session_id for slot in slots)}:
        mail.void(about=f"session:{pk}")
    letters.tell(change, letters.concerned(plan, made), now=now)
    facts = {"sessions": len(plan.moves) or len(made), "papers": len(slots), "weeks": plan.weeks}
    members.log(VERBS[plan.kind], f"plan:{change.pk}", by=by, after=facts)
    return change


def locked_to_come(now: dt.datetime) -> None:
    """Keep others from changing the sessions to come until the transaction ends."""
    list(ReadingSession.objects.select_for_update().filter(starts_at__gt=now).order_by("pk"))


def moved(plan: Plan) -> list[int]:
    return [was.id for was, _then in plan.moves]


def refuse_if_in_the_way(plan: Plan) -> None:
    """Raise Refused when a session that does not move, or the end of our calendar, stands in the way."""
    coming = [then for _was, then in plan.moves] + [new for new, _last in plan.news]
    for meeting in coming:
        refuse_if(why_not_date(meeting.date))
    refuse_if(why_not_at(overlapping([(m.starts_at, m.ends_at) for m in coming], but=moved(plan))))


def confirmed_for(sequences: dict[int, int]) -> list[int]:
    """Return the claims whose holders have confirmed one of these sessions as it now stands."""
    claims = Claim.objects.filter(confirmed_for__in=sequences, released_at=None)
    rows = claims.order_by("pk").values_list("pk", "confirmed_for", "confirmed_sequence")
    return [pk for pk, session, sequence in rows if sequences[session] == sequence]


def kept(meeting: Meeting, sequence: int) -> dict[str, Any]:
    return {"date": meeting.date.isoformat(), "time": meeting.wall_time.isoformat(), "sequence": sequence}


def move_all(meetings: Iterable[Meeting], *, latest_first: bool) -> None:
    """Give the sessions their new dates one by one, in an order in which no two ever begin together."""
    for meeting in sorted(meetings, key=lambda meeting: meeting.starts_at, reverse=latest_first):
        ReadingSession.objects.filter(pk=meeting.id).update(
            date=meeting.date,
            wall_time=meeting.wall_time,
            starts_at=meeting.starts_at,
            sequence=F("sequence") + 1,
        )


def make_following(new: Meeting, last: ReadingSession) -> ReadingSession:
    """Make a session like the last one of its series."""
    return ReadingSession.objects.create(
        series=last.series,
        date=new.date,
        wall_time=new.wall_time,
        time_zone=new.zone,
        starts_at=new.starts_at,
        minutes=new.minutes,
        place=last.place,
    )


def place_all(plan: Plan, made: list[ReadingSession]) -> list[Slot]:
    """Put the papers behind those that are in their sessions."""
    sessions = [*plan.sessions, *made]
    slots = []
    try:
        with transaction.atomic():
            for work, at in plan.placed:
                session = sessions[at]
                slots.append(
                    Slot.objects.create(
                        session=session, paper_id=work.paper, minutes=work.minutes, position=next_position(session)
                    )
                )
    except IntegrityError:
        # A paper was put into a session that is not to come any more.
        raise Refused(why_not_as_seen(as_seen=False) or "") from None
    return slots


@transaction.atomic
def undo(change: PlanChange, *, by: Member) -> PlanChange:
    """Take a change of the plan back and return it: sessions, slots and settings are as they were before.

    Only a session's sequence rises once more, since calendars and mails may know the other time. What waited to be
    mailed about it is void; who was mailed already is told. Raises Refused: 403 for a role, 409 after a day, the
    second time, or when something of it was changed since or has passed.
    """
    refuse_if(why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    group, now = members.locked_group(), timezone.now()
    change = PlanChange.objects.select_for_update().get(pk=change.pk)
    refuse_if(rules.why_not_undo(is_undone=change.undone_at is not None, age=now - change.at))
    locked_to_come(now)
    refuse_if(rules.why_not_back(changed_since(change, group, now)))
    back = [meeting_back(pk, was) for pk, was in change.before["sessions"].items()]
    gone = [*(meeting.id for meeting in back), *change.after["new"]]
    refuse_if(why_not_at(overlapping([(m.starts_at, m.ends_at) for m in back], but=gone)))
    Slot.objects.filter(paper__in=[paper for paper, _session in change.after["slots"]]).delete()
    ReadingSession.objects.filter(pk__in=change.after["new"]).delete()
    move_all(back, latest_first=False)
    for pk, then in change.after["sessions"].items():
        confirmations = Claim.objects.filter(pk__in=change.before["confirmed"], confirmed_for=pk, released_at=None)
        confirmations.filter(confirmed_sequence=then["sequence"] - 1).update(confirmed_sequence=then["sequence"] + 1)
    if change.before["settings"]:
        Group.objects.filter(pk=group.pk).update(**change.before["settings"])
    change.undone_at, change.undone_by = now, by
    change.save(update_fields=["undone_at", "undone_by"])
    for pk in {*gone, *(session for _paper, session in change.after["slots"])}:
        mail.void(about=f"session:{pk}")
    letters.take_back(change, now=now)
    members.log("undo plan", f"plan:{change.pk}", by=by)
    return change


def meeting_back(pk: str, was: dict[str, Any]) -> Meeting:
    session = ReadingSession.objects.get(pk=int(pk))
    date, time = dt.date.fromisoformat(was["date"]), dt.time.fromisoformat(was["time"])
    return Meeting(session.pk, date, time, session.time_zone, session.minutes)


def changed_since(change: PlanChange, group: Group, now: dt.datetime) -> list[str]:
    """Return what of the change is no longer as it left it, in words; what has begun counts too."""
    found = [*sessions_changed(change, now), *news_changed(change), *slots_changed(change, now)]
    names = {field.name: str(getattr(field, "verbose_name", "")) for field in Group._meta.get_fields()}
    found += [names[name] for name, value in change.after["settings"].items() if getattr(group, name) != value]
    return found


def sessions_changed(change: PlanChange, now: dt.datetime) -> list[str]:
    there = ReadingSession.objects.in_bulk([int(pk) for pk in change.after["sessions"]])
    found = []
    for pk, then in change.after["sessions"].items():
        session = there.get(int(pk))
        if session is None or session.sequence != then["sequence"] or session.starts_at <= now:
            found.append(str(session or then["date"]))
        elif meeting_back(pk, change.before["sessions"][pk]).starts_at <= now:
            found.append(f"{change.before['sessions'][pk]['date']} {change.before['sessions'][pk]['time'][:5]}")
    return found


def news_changed(change: PlanChange) -> list[str]:
    """Name the new sessions that were moved, cancelled or taken up by others since: a role, a paper, an answer."""
    ours = {paper for paper, _session in change.after["slots"]}
    found = []
    for session in ReadingSession.objects.filter(pk__in=change.after["new"]).order_by("starts_at"):
        papers = set(session.slots.values_list("paper", flat=True))
        if session.sequence or papers - ours or is_spoken_of(session):
            found.append(str(session))
    return found


def is_spoken_of(session: ReadingSession) -> bool:
    """Return whether any other row names the session, besides its slots."""
    relations = [
        relation
        for relation in session._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and relation.related_model is not Slot
    ]
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: session}).exists()
        for relation in relations
    )


def slots_changed(change: PlanChange, now: dt.datetime) -> list[str]:
    wanted = dict(change.after["slots"])
    there = {slot.paper_id: slot for slot in Slot.objects.filter(paper__in=wanted).select_related("paper", "session")}
    found = []
    for paper, session in wanted.items():
        slot = there.get(paper)
        if slot is None:
            found.append(str(ReadingSession.objects.filter(pk=session).first() or session))
        elif slot.session_id != session or slot.session.starts_at <= now:
            found.append(f"#{slot.paper.number}")
    return list(dict.fromkeys(found))
