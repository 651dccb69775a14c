"""A series as it would be, before it is made: its dates, what is special about them, and what stands in the way."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from papers.members.queries import the_group
from papers.refusals import refuse_if
from papers.sessions import rules
from papers.sessions.dates import MOST_LEFT_OUT, Choice, Held, Span, clash, dates_of, hours_of, next_day, weeks_of
from papers.sessions.dates import starts_at as instant_of
from papers.sessions.free_days import special_between
from papers.sessions.models import ReadingSession
from papers.sessions.queries import between, day_of, span_of

# A free date is moved by less than this.
FURTHEST = dt.timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """One week of the preview. `day` and `meets_on` are in words; `to` is the day it would be moved to."""

    held: Held
    day: str
    meets_on: str
    time: str
    to: dt.date
    clash: str
    is_past: bool

    @property
    def is_asked(self) -> bool:
        """Whether somebody may choose what becomes of this date."""
        return self.held.special is not None


@dataclass(frozen=True)
class Preview:
    """All weeks of a series. `seen` is another one as soon as another day is free."""

    rows: list[Row]
    weeks: int
    seen: str

    @property
    def meets(self) -> list[dt.date]:
        return sorted(row.held.meets for row in self.rows if row.held.meets is not None)

    @property
    def count(self) -> int:
        """How many sessions would be made."""
        return len(self.meets)

    @property
    def free(self) -> int:
        """How many of the weeks that were asked for fall on free days."""
        return sum(row.held.is_free for row in self.rows[: self.weeks])

    @property
    def refusal(self) -> str | None:
        """Why the series cannot be made like this, or None."""
        passed = [row.meets_on for row in self.rows if row.is_past]
        clashes = sum(bool(row.clash) for row in self.rows)
        return rules.why_not_past(passed) or rules.why_not_over(clashes)


def preview(sent: Mapping[str, Any], choices: Mapping[dt.date, tuple[Choice, dt.date | None]]) -> Preview:
    """Return the series that a form asked for, in the language of the request; nothing is written.

    Raises Refused (422) for dates of another time than ours.
    """
    refuse_if(rules.why_not_date(sent["first_date"]), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    dates = dates_of(sent["first_date"], sent["weekday"], sent["weeks"] + MOST_LEFT_OUT)
    special = special_between(the_group(), dates[0], dates[-1] + FURTHEST)
    held = weeks_of(dates, sent["weeks"], {date: special[date] for date in dates if date in special}, choices)
    met = sorted({week.meets for week in held if week.meets is not None})
    hours = dict(zip(met, hours_of(len(met), sent["wall_time"], sent["other_time"]), strict=True))
    spans = {day: span_on(day, hour, sent["time_zone"], sent["minutes"]) for day, hour in hours.items()}
    there = between(spans[met[0]][0], spans[met[-1]][1]) if met else []
    taken = Counter(week.meets for week in held)
    rows = [row_of(week, hours, spans, there, next_day(week.date, special), taken) for week in held]
    facts = [(date, special[date].is_free) for date in dates if date in special]
    return Preview(rows, sent["weeks"], hashlib.sha256(repr(facts).encode()).hexdigest()[:16])


def span_on(day: dt.date, hour: dt.time, zone: str, minutes: int) -> Span:
    begins = instant_of(day, hour, zone)
    return begins, begins + dt.timedelta(minutes=minutes)


def row_of(
    week: Held,
    hours: Mapping[dt.date, dt.time],
    spans: Mapping[dt.date, Span],
    there: list[ReadingSession],
    to: dt.date,
    taken: Counter[dt.date | None],
) -> Row:
    day = in_words(week.date)
    if week.meets is None:
        return Row(week, day, "", "", to, "", False)
    span = spans[week.meets]
    return Row(
        held=week,
        day=day,
        meets_on=in_words(week.meets),
        time=f"{hours[week.meets]:%H:%M}",
        to=week.meets if week.choice is Choice.MOVE else to,
        clash=", ".join(str(session) for session in there if clash(span_of(session), span))
        or (in_words(week.meets) if taken[week.meets] > 1 else ""),
        is_past=span[0] <= timezone.now(),
    )


def in_words(date: dt.date) -> str:
    return day_of(dt.datetime.combine(date, dt.time(12)))
