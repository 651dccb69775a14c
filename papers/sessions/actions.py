"""Changing the schedule. Every change is an organiser's act and is logged.

Who changes when sessions are holds the group's row, so that no two overlap; who changes a session or its agenda holds
that session's. So two organisers take turns. That a paper is in one session, a place has one paper and no two sessions
begin together is the database's promise besides.
"""

import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.catalogue.rules import MINUTES
from papers.mail import actions as mail
from papers.members import actions as members
from papers.members.models import Member
from papers.members.rules import why_not_zone
from papers.refusals import refuse_if
from papers.sessions import rules
from papers.sessions.dates import clashing, dates_of, hours_of, starts_at
from papers.sessions.models import FormerSlot, ReadingSession, Series, Slot
from papers.sessions.queries import agenda_of, former_agenda, out_of_date, overlapping, span_of


@transaction.atomic
def make_series(
    first_date: dt.date,
    weekday: int,
    wall_time: dt.time,
    time_zone: str,
    weeks: int,
    *,
    by: Member,
    minutes: int = 120,
    place: str = "",
    other_time: dt.time | None = None,
    meets: Sequence[dt.date] | None = None,
) -> Series:
    """Make a weekly session `weeks` times, beginning with the first `weekday` (ISO, Monday is 1) from `first_date` on.

    `meets` are the dates when they are others, as some weeks are free. With `other_time` every second session is then.
    Raises Refused: 403 for a role, 422 for a value that cannot be, a past one too, 409 when sessions would overlap.
    """
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    refuse_if(rules.why_not_weeks(weeks), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    refuse_if(rules.why_not_date(first_date), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    dates = sorted(meets) if meets is not None else dates_of(first_date, weekday, weeks)
    refuse_if(rules.why_not_weeks(len(dates)), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    series = Series(
        weekday=weekday,
        wall_time=wall_time,
        other_time=other_time,
        time_zone=time_zone,
        first_date=dates[0],
        weeks=len(dates),
        minutes=minutes,
        made_by=by,
    )
    hours = hours_of(len(dates), wall_time, other_time)
    sessions = [
        new_session(date, hour, time_zone, minutes, place, series) for date, hour in zip(dates, hours, strict=True)
    ]
    series.save()
    store_new(sessions)
    # Facts, not words: whoever reads of it may speak another language than who did it.
    when = {"weekday": weekday, "time": f"{wall_time:%H:%M}", "zone": time_zone}
    members.log("make series", f"series:{series.pk}", by=by, after={**when, "weeks": len(dates)})
    return series


@transaction.atomic
def make_session(
    date: dt.date, wall_time: dt.time, time_zone: str, *, by: Member, minutes: int = 120, place: str = ""
) -> ReadingSession:
    """Make a single session. Raises Refused as `make_series` does."""
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    session = new_session(date, wall_time, time_zone, minutes, place)
    store_new([session])
    members.log("make session", about(session), by=by, after={"when": str(session)})
    return session


def new_session(
    date: dt.date, wall_time: dt.time, time_zone: str, minutes: int, place: str, series: Series | None = None
) -> ReadingSession:
    """Return a session that is not stored yet. Raises Refused (422) for a value that cannot be."""
    for reason in (why_not_zone(time_zone), rules.why_not_date(date), rules.why_not_length(minutes)):
        refuse_if(reason, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return ReadingSession(
        series=series,
        date=date,
        wall_time=wall_time,
        time_zone=time_zone,
        starts_at=starts_at(date, wall_time, time_zone),
        minutes=minutes,
        place=place,
    )


def store_new(sessions: list[ReadingSession]) -> None:
    """Store the sessions. Raises Refused (422) for the past, 409 when they overlap each other or what is there."""
    members.locked_group()
    now = timezone.now()
    passed = [str(session) for session in sessions if session.starts_at <= now]
    refuse_if(rules.why_not_past(passed), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    spans = [span_of(session) for session in sessions]
    twice = clashing(spans)
    refuse_if(rules.why_not_together([str(session) for session in sessions if span_of(session) in twice]))
    refuse_if(rules.why_not_at(overlapping(spans)))
    ReadingSession.objects.bulk_create(sessions)


@transaction.atomic
def move_session(session: ReadingSession, date: dt.date, wall_time: dt.time, *, by: Member) -> ReadingSession:
    """Give the session another day or hour in its zone and return it; its papers stay in it.

    What still waits to be sent about it is void; the tick plans it anew for the new time. Raises Refused: 403 for a
    role, 422 for a date that cannot be, 409 when the session has begun or is cancelled or overlaps another one.
    """
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    for reason in (rules.why_not_date(date), why_not_zone(session.time_zone)):
        refuse_if(reason, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    members.locked_group()
    session = locked(session)
    now = timezone.now()
    begins = starts_at(date, wall_time, session.time_zone)
    refuse_if(
        rules.why_not_move(
            has_begun=session.starts_at <= now,
            is_cancelled=session.cancelled_at is not None,
            would_be_past=begins <= now,
        )
    )
    if (date, wall_time) == (session.date, session.wall_time):
        return session
    span = begins, begins + dt.timedelta(minutes=session.minutes)
    refuse_if(rules.why_not_at(overlapping([span], but=[session.pk])))
    before = str(session)
    session.date, session.wall_time, session.starts_at = date, wall_time, begins
    session.sequence += 1
    session.save(update_fields=["date", "wall_time", "starts_at", "sequence"])
    mail.void(about=about(session))
    members.log("move session", about(session), by=by, before={"when": before}, after={"when": str(session)})
    return session


@transaction.atomic
def cancel_session(session: ReadingSession, because: str, *, by: Member) -> ReadingSession:
    """Cancel the session and return it; its papers are free for other sessions, and it keeps in mind which they were.

    Raises Refused: 403 for a role, 409 when it has begun or is cancelled already, 422 without a reason.
    """
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    session = locked(session)
    now = timezone.now()
    refuse_if(
        rules.why_not_cancel(
            has_begun=session.starts_at <= now, is_cancelled=session.cancelled_at is not None, because=because
        ),
        status=HTTPStatus.CONFLICT if because.strip() else HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    agenda = agenda_of(session)
    numbers = [slot.paper.number for slot in agenda]
    FormerSlot.objects.bulk_create(
        FormerSlot(session=session, paper=slot.paper, position=slot.position, minutes=slot.minutes) for slot in agenda
    )
    session.slots.all().delete()
    session.cancelled_at, session.cancelled_because = now, because.strip()
    session.sequence += 1
    session.save(update_fields=["cancelled_at", "cancelled_because", "sequence"])
    mail.void(about=about(session))
    members.log(
        "cancel session",
        about(session),
        by=by,
        before={"when": str(session), "papers": numbers},
        after={"because": session.cancelled_because},
    )
    return session


@transaction.atomic
def restore_session(session: ReadingSession, *, by: Member) -> list[int]:
    """Let a cancelled session take place after all; return the numbers of the papers that do not come back into it.

    Those are in another session by now, or done. Raises Refused: 403 for a role, 409 when it is not cancelled, would
    have begun, or overlaps another session.
    """
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    members.locked_group()
    session, now = locked(session), timezone.now()
    is_cancelled = session.cancelled_at is not None
    refuse_if(rules.why_not_restore(is_cancelled=is_cancelled, has_begun=session.starts_at <= now))
    refuse_if(rules.why_not_at(overlapping([span_of(session)])))
    session.cancelled_at, session.cancelled_because = None, ""
    session.sequence += 1
    session.save(update_fields=["cancelled_at", "cancelled_because", "sequence"])
    stay = []
    for former in former_agenda(session):
        if why_not_put(session, former.paper, former.position) is None:
            Slot.objects.create(session=session, paper=former.paper, position=former.position, minutes=former.minutes)
        else:
            stay.append(former.paper.number)
    session.former_slots.all().delete()
    mail.void(about=about(session))
    members.log("restore session", about(session), by=by, after={"when": str(session)})
    return stay


@transaction.atomic
def change_place(session: ReadingSession, place: str, *, by: Member) -> ReadingSession:
    """Say where the session is held, a room or a link, and return it. Raises Refused (403) for a role."""
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    session = locked(session)
    before, session.place = session.place, place.strip()
    if before == session.place:
        return session
    session.save(update_fields=["place"])
    mail.void(about=about(session))
    members.log("change place", about(session), by=by, before={"place": before}, after={"place": session.place})
    return session


@transaction.atomic
def put_in_slot(
    session: ReadingSession, paper: Paper, *, by: Member, minutes: int | None = None, position: int | None = None
) -> Slot:
    """Put the paper into the session's agenda and return its slot. Without `minutes` it gets what its mode stands for.

    `position` is the place the organiser saw free, so that of two who fill one place the second one learns of it;
    without it the paper comes last. Raises Refused: 403 for a role, 422 for a length that cannot be, 409 when the
    session is cancelled, the paper is done, in a session already or read by notes only, or the place
    is taken.
    """
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    if minutes is not None:
        refuse_if(rules.why_not_slot_length(minutes), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    session = locked(session)
    if position is None:
        position = next_position(session)
    refuse_if(why_not_put(session, paper, position))
    try:
        with transaction.atomic():
            slot = Slot.objects.create(
                session=session, paper=paper, position=position, minutes=minutes or MINUTES[paper.mode]
            )
    except IntegrityError:
        # Another session took the paper between our look and our write: the constraint decided.
        refuse_if(why_not_put(session, paper, position))
        raise
    mail.void(about=about(session))
    members.log("put in slot", about(session), by=by, after={"paper": paper.number})
    return slot


@transaction.atomic
def take_out(slot: Slot, *, by: Member) -> ReadingSession:
    """Take the slot's paper out of its session and return the session. Raises Refused (403) for a role.

    Also after the session: a paper it did not get to is then free for another one.
    """
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    session = locked(slot.session)
    if Slot.objects.filter(pk=slot.pk).delete()[0]:
        mail.void(about=about(session))
        members.log("take out of slot", about(session), by=by, before={"paper": slot.paper.number})
    return session


@transaction.atomic
def move_slot(slot: Slot, *, up: bool, by: Member) -> ReadingSession:
    """Let the slot change places with the one before it (`up`) or after it, and return its session.

    Nothing happens at the end of the agenda, or when the slot is gone. Raises Refused (403) for a role.
    """
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    session = locked(slot.session)
    agenda = agenda_of(session)
    at = next((index for index, there in enumerate(agenda) if there.pk == slot.pk), None)
    other = None if at is None else at - 1 if up else at + 1
    if at is None or other is None or not 0 <= other < len(agenda):
        return session
    one, two = agenda[at], agenda[other]
    # The constraint looks at each statement: one of them waits behind the last while they change.
    Slot.objects.filter(pk=one.pk).update(position=next_position(session))
    Slot.objects.filter(pk=two.pk).update(position=one.position)
    Slot.objects.filter(pk=one.pk).update(position=two.position)
    mail.void(about=about(session))
    members.log(
        "move slot",
        about(session),
        by=by,
        after={"paper": one.paper.number, "before" if up else "after": two.paper.number},
    )
    return session


@transaction.atomic
def keep_wall_times(now: dt.datetime) -> int:
    """Compute anew when the sessions to come start, for zones whose rules have changed; return how many differ.

    The wall time is what was agreed, so the instant follows it.
    """
    changed = 0
    for session in out_of_date(now):
        if why_not_zone(session.time_zone) is not None:
            continue
        begins = starts_at(session.date, session.wall_time, session.time_zone)
        span = begins, begins + dt.timedelta(minutes=session.minutes)
        if begins == session.starts_at or overlapping([span], but=[session.pk]):
            continue
        session.starts_at, session.sequence = begins, session.sequence + 1
        session.save(update_fields=["starts_at", "sequence"])
        mail.void(about=about(session))
        changed += 1
    return changed


def about(session: ReadingSession) -> str:
    """Return how mails and the log name the session."""
    return f"session:{session.pk}"


def locked(session: ReadingSession) -> ReadingSession:
    """Return the session as it is now, and keep others from changing it until the transaction ends."""
    return ReadingSession.objects.select_for_update().get(pk=session.pk)


def next_position(session: ReadingSession) -> int:
    return (session.slots.aggregate(last=Max("position"))["last"] or 0) + 1


def why_not_organised(by: Member) -> str | None:
    """Return why this member may not change the schedule, or None."""
    return rules.why_not_organise(is_organiser=by.is_organiser)


def why_not_put(session: ReadingSession, paper: Paper, position: int) -> str | None:
    """Return what the rule says of the paper, the session and the place as they are now."""
    slot = Slot.objects.select_related("session").filter(paper=paper).first()
    there = Slot.objects.select_related("paper").filter(session=session, position=position).first()
    elsewhere = slot.session if slot is not None and slot.session_id != session.pk else None
    return rules.why_not_put(
        number=paper.number,
        is_cancelled=session.cancelled_at is not None,
        done_by_organiser=paper.done_at is not None,
        in_this_session=slot is not None and elsewhere is None,
        elsewhere=str(elsewhere or ""),
        elsewhere_is_over=elsewhere is not None and elsewhere.ends_at <= timezone.now(),
        in_the_place=str(there.paper) if there is not None else "",
        by_notes_only=paper.mode == Paper.Mode.NOTES,
    )
