"""A plan as its preview shows it, in the language of the request."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.members.queries import the_group
from papers.planning import letters
from papers.planning.models import PlanChange
from papers.planning.plans import Plan
from papers.planning.queries import OnAgenda, agendas
from papers.planning.rules import Meeting, Work
from papers.sessions.dates import WEEK
from papers.sessions.free_days import special_between
from papers.sessions.queries import day_of


@dataclass(frozen=True)
class Move:
    """A session as it is and as it would be."""

    before: str
    after: str
    time: str
    papers: list[OnAgenda]
    # It moves by more than was asked for, because of free days.
    is_further: bool


@dataclass(frozen=True)
class Agenda:
    """A session with the papers it has and those it would get."""

    day: str
    time: str
    is_new: bool
    has: int
    works: list[Work]
    planned: int
    length: int

    @property
    def over_by(self) -> int:
        return max(0, self.planned - self.length)


def moves_shown(plan: Plan) -> list[Move]:
    papers = agendas(was.id for was, _then in plan.moves)
    return [
        Move(
            before=in_words(was.date),
            after=in_words(then.date),
            time=f"{then.wall_time:%H:%M}",
            papers=papers.get(was.id, []),
            is_further=then.date > was.later(plan.weeks).date,
        )
        for was, then in plan.moves
    ]


def papers_shown(plan: Plan) -> list[Agenda]:
    """Return the sessions that would get papers, in the order of time."""
    works: dict[int, list[Work]] = {}
    for work, at in plan.placed:
        works.setdefault(at, []).append(work)
    meetings = plan.meetings
    found = sorted(works.items(), key=lambda row: meetings[row[0]].starts_at)
    return [agenda_of(plan, at, meetings[at], mine) for at, mine in found]


def agenda_of(plan: Plan, at: int, meeting: Meeting, works: list[Work]) -> Agenda:
    is_new = at >= len(plan.sessions)
    has, planned = (0, 0) if is_new else (plan.sessions[at].papers, plan.sessions[at].planned)  # type: ignore[attr-defined]
    return Agenda(
        day=in_words(meeting.date),
        time=f"{meeting.wall_time:%H:%M}",
        is_new=is_new,
        has=has,
        works=works,
        planned=planned + sum(work.minutes for work in works),
        length=meeting.minutes,
    )


def skipped(plan: Plan) -> list[str]:
    """Return the free days that the moved sessions leave out, with their names."""
    if not plan.moves:
        return []
    used = {then.date for _was, then in plan.moves}
    weekdays = {day.weekday() for day in used}
    special = special_between(the_group(), plan.moves[0][1].date - plan.weeks * WEEK, plan.moves[-1][1].date)
    return [
        _("%(day)s: %(name)s") % {"day": in_words(day), "name": free.name}
        for day, free in special.items()
        if free.is_free and day.weekday() in weekdays and day not in used
    ]


def told_shown(plan: Plan) -> str:
    """Say who gets a mail about the plan."""
    names = letters.names_of(plan)
    if not names:
        return _("Nobody presents or leads anything of it yet, so nobody gets a mail.")
    sentence = ngettext(
        "%(names)s gets one mail, in ten minutes.", "%(names)s get one mail each, in ten minutes.", len(names)
    )
    return sentence % {"names": ", ".join(names)}


def end_in_words(plan: Plan) -> str:
    return in_words(plan.ends_on) if plan.ends_on is not None else ""


def changes_shown(changes: Iterable[PlanChange]) -> list[dict[str, Any]]:
    return [
        {
            "id": change.pk,
            "what": sentence_of(change),
            "by": change.by.name,
            "at": timezone.localtime(change.at),
        }
        for change in changes
    ]


def sentence_of(change: PlanChange) -> str:
    """Say what a change did."""
    if change.kind == PlanChange.Kind.PUSH:
        count = len(change.after["sessions"])
        return ngettext("%(count)d session was pushed back.", "%(count)d sessions were pushed back.", count) % {
            "count": count
        }
    count = len(change.after["slots"])
    return ngettext("%(count)d paper got a session.", "%(count)d papers got a session.", count) % {"count": count}


def in_words(date: dt.date) -> str:
    return day_of(dt.datetime.combine(date, dt.time(12)))
