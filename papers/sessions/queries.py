"""The schedule as pages and jobs read it."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import DateTimeField, ExpressionWrapper, F, Prefetch, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from papers.catalogue.models import Paper
from papers.catalogue.queries import on_the_list
from papers.members.models import Member
from papers.sessions.dates import Span, clash
from papers.sessions.models import FormerSlot, ReadingSession, Slot

OVER_AT = ExpressionWrapper(F("starts_at") + F("minutes") * dt.timedelta(minutes=1), output_field=DateTimeField())


def visible_to(member: Member) -> QuerySet[ReadingSession]:
    """Return the sessions the member may know of: all of them, for everybody who has not left."""
    sessions = ReadingSession.objects.all()
    return sessions if member.is_active and member.left_at is None else sessions.none()


def with_agenda(sessions: QuerySet[ReadingSession]) -> QuerySet[ReadingSession]:
    """Load each session's slots with their papers, in order, as `session.agenda`: one more query in all."""
    return sessions.prefetch_related(Prefetch("slots", queryset=slots_with_papers(), to_attr="agenda"))


def slots_with_papers() -> QuerySet[Slot]:
    return (
        Slot.objects.select_related("paper")
        .only("session_id", "position", "minutes", "paper__number", "paper__title", "paper__done_at")
        .order_by("position")
    )


def upcoming(now: dt.datetime) -> QuerySet[ReadingSession]:
    """Return the sessions that are not over at `now`, cancelled ones too, soonest first, with their agenda."""
    sessions = ReadingSession.objects.alias(over_at=OVER_AT).filter(over_at__gt=now)
    return with_agenda(sessions.order_by("starts_at", "pk"))


def past(now: dt.datetime) -> QuerySet[ReadingSession]:
    """Return the sessions that are over at `now`, cancelled ones too, latest first, with their agenda."""
    sessions = ReadingSession.objects.alias(over_at=OVER_AT).filter(over_at__lte=now)
    return with_agenda(sessions.order_by("-starts_at", "-pk"))


def next_session(now: dt.datetime) -> ReadingSession | None:
    """Return the session that is going on at `now`, else the next one that is not cancelled, with its agenda."""
    return upcoming(now).filter(cancelled_at=None).first()


def count_to_come(now: dt.datetime) -> int:
    """Return how many sessions that are not cancelled begin after `now`."""
    return ReadingSession.objects.filter(starts_at__gt=now, cancelled_at=None).count()


def agenda_of(session: ReadingSession) -> list[Slot]:
    """Return the session's slots with their papers, in order."""
    return list(slots_with_papers().filter(session=session))


def slots_of(papers: Iterable[int]) -> dict[int, Slot]:
    """Return the slot, with its session, of each of these papers (by primary key) that has one."""
    return {slot.paper_id: slot for slot in Slot.objects.filter(paper__in=papers).select_related("session")}


def papers_to_schedule() -> QuerySet[Paper]:
    """Return the papers of the list that are neither done nor in a session nor read by notes only, by number."""
    return on_the_list().filter(done_at=None, slots=None).exclude(mode=Paper.Mode.NOTES).order_by("number")


def overlapping(spans: Iterable[Span], *, but: Iterable[int] = ()) -> list[str]:
    """Say when those sessions are that are not cancelled and share time with one of the spans, soonest first.

    `but` names sessions that do not count, by primary key.
    """
    spans, without = list(spans), set(but)
    if not spans:
        return []
    there = between(min(begin for begin, _end in spans), max(end for _begin, end in spans))
    return [
        str(session)
        for session in there
        if session.pk not in without and any(clash(span_of(session), span) for span in spans)
    ]


def between(begin: dt.datetime, end: dt.datetime) -> list[ReadingSession]:
    """Return the sessions that are not cancelled and share time with this span, soonest first."""
    sessions = ReadingSession.objects.alias(over_at=OVER_AT).filter(
        cancelled_at=None, starts_at__lt=end, over_at__gt=begin
    )
    return list(sessions.order_by("starts_at", "pk"))


def span_of(session: ReadingSession) -> Span:
    """Return when the session begins and when it is over."""
    return session.starts_at, session.ends_at


def former_agenda(session: ReadingSession) -> list[FormerSlot]:
    """Return the papers that a cancelled session had, in order."""
    return list(session.former_slots.select_related("paper").order_by("position"))


def to_move_to(now: dt.datetime, *, but: int) -> list[ReadingSession]:
    """Return the sessions to come that can take a paper from session `but`, soonest first, with their minutes planned.

    The minutes stand in `planned`.
    """
    sessions = ReadingSession.objects.filter(starts_at__gt=now, cancelled_at=None).exclude(pk=but)
    return list(sessions.annotate(planned=Coalesce(Sum("slots__minutes"), 0)).order_by("starts_at"))


def out_of_date(now: dt.datetime) -> QuerySet[ReadingSession]:
    """Return the sessions whose start could still change with the rules of their zone: those to come."""
    return ReadingSession.objects.filter(starts_at__gt=now, cancelled_at=None)


@dataclass(frozen=True)
class When:
    """A session's time as it was agreed and, where that differs, as the reader's own clock shows it.

    All are texts in the language of the request; `own_day` is empty when the day is the same, and `own_time` and
    `own_zone` when the clocks are.
    """

    iso: str
    day: str
    time: str
    zone: str
    own_day: str = ""
    own_time: str = ""
    own_zone: str = ""


def when(session: ReadingSession) -> When:
    """Return the session's time for the reader in whose zone and language the request is answered."""
    agreed, own = agreed_time(session), timezone.localtime(session.starts_at)
    shown = When(session.starts_at.isoformat(), day_of(agreed), f"{agreed:%H:%M}", zone_of(agreed))
    if own.replace(tzinfo=None) == agreed.replace(tzinfo=None):
        return shown
    own_day = day_of(own) if own.date() != agreed.date() else ""
    return replace(shown, own_day=own_day, own_time=f"{own:%H:%M}", own_zone=zone_of(own))


def day_of(time: dt.datetime) -> str:
    weekday, date = date_format(time, "l"), date_format(time, "DATE_FORMAT")
    return _("%(weekday)s, %(date)s") % {"weekday": weekday, "date": date}


def zone_of(time: dt.datetime) -> str:
    return str(time.tzinfo).replace("_", " ")


def agreed_time(session: ReadingSession) -> dt.datetime:
    """Return the start in the session's zone; in UTC when the database of zones no longer knows its name."""
    try:
        zone = zoneinfo.ZoneInfo(session.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return session.starts_at.astimezone(zoneinfo.ZoneInfo("UTC"))
    return session.starts_at.astimezone(zone)
