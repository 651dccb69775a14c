"""The times a session had, and which of them each member knows.

A member knows the time that the newest mail about the session named; who had none yet knows the one that stood when
they joined.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q

from papers.mail.actions import void
from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.planning.queries import told_by_plans
from papers.reminders import rules
from papers.reminders.models import AgreedTime, Announcement
from papers.sessions.models import ReadingSession

# These have reached their member, may have, or will: what is no longer true is taken back, and then counts no more.
TOLD = (Outgoing.State.SENT, Outgoing.State.SENDING, Outgoing.State.UNCONFIRMED, Outgoing.State.WAITING)


def note_times(now: dt.datetime) -> None:
    """Keep the time of each session to come, as it now stands, beside those it had before."""
    noted = AgreedTime.objects.filter(session=OuterRef("pk"), sequence=OuterRef("sequence"))
    missing = ReadingSession.objects.filter(~Exists(noted), starts_at__gt=now)
    AgreedTime.objects.bulk_create(
        [
            AgreedTime(
                session=session,
                sequence=session.sequence,
                starts_at=session.starts_at,
                time_zone=session.time_zone,
                is_cancelled=session.cancelled_at is not None,
                since=now,
            )
            for session in missing
        ],
        ignore_conflicts=True,
    )


def take_back_old_news() -> None:
    """Take back the waiting mails that tell of several sessions one of which has changed again."""
    old = Announcement.objects.filter(
        mail__state=Outgoing.State.WAITING, session__sequence__gt=F("sequence"), mail__about__startswith="sessions:"
    )
    for about in set(old.values_list("mail__about", flat=True)):
        void(about=about, kind="change")


def times_of(sessions: Iterable[int]) -> dict[int, list[AgreedTime]]:
    """Return the times of those of the sessions (by key) that had more than one, the oldest first."""
    times: dict[int, list[AgreedTime]] = defaultdict(list)
    for time in AgreedTime.objects.filter(session__in=sessions).order_by("session", "sequence"):
        times[time.session_id].append(time)
    return {session: there for session, there in times.items() if len(there) > 1}


def news(now: dt.datetime) -> list[int]:
    """Return the sessions to come that were changed within a day and may be told of at `now`, soonest first."""
    changed = AgreedTime.objects.filter(
        since__gt=now - rules.NEWS, since__lte=now, session__starts_at__gt=now, sequence=F("session__sequence")
    )
    times = times_of(changed.values_list("session", flat=True))
    settled = [
        (there[-1].starts_at, session)
        for session, there in times.items()
        if rules.is_settled(now=now, since=there[-1].since, starts=[time.starts_at for time in there])
    ]
    return [session for _starts_at, session in sorted(settled)]


def older_times_known(
    sessions: Collection[int], members: Iterable[Member], *, states: Collection[str] = TOLD
) -> dict[int, dict[int, AgreedTime]]:
    """Return by session and member (their keys) the time that the member knows, where the session's is another now."""
    times = times_of(sessions)
    if not times:
        return {}
    told, members = told_before(times, states), list(members)
    known: dict[int, dict[int, AgreedTime]] = {}
    for session, there in times.items():
        knows = {member.pk: time_known(there, told.get((session, member.pk)), member) for member in members}
        known[session] = {member: time for member, time in knows.items() if is_another(time, there[-1])}
    return known


def time_known(times: list[AgreedTime], told: int | None, member: Member) -> AgreedTime:
    if told is not None:
        return next((time for time in reversed(times) if time.sequence <= told), times[0])
    return next((time for time in reversed(times) if time.since <= member.joined_at), times[0])


def is_another(one: AgreedTime, other: AgreedTime) -> bool:
    return (one.starts_at, one.is_cancelled) != (other.starts_at, other.is_cancelled)


def told_before(sessions: Iterable[int], states: Collection[str]) -> dict[tuple[int, int], int]:
    """Return the newest sequence of a session that a member was told of, by (session id, member id)."""
    sessions = list(sessions)
    prefixes = reduce(or_, (Q(key__startswith=rules.reminder_keys(session)) for session in sessions))
    reminders = Outgoing.objects.filter(prefixes, state__in=states, member__isnull=False)
    announced = Announcement.objects.filter(session__in=sessions, mail__state__in=states, mail__member__isnull=False)
    rows = list(announced.values_list("session_id", "mail__member_id", "sequence"))
    rows += told_by_plans(sessions, states)
    for key, member in reminders.values_list("key", "member_id"):
        if (said := rules.told_by(key)) is not None:
            rows.append((said[0], member, said[1]))
    told: dict[tuple[int, int], int] = {}
    for session, member, sequence in rows:
        told[session, member] = max(sequence, told.get((session, member), 0))
    return told
