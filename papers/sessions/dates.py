"""On which dates a series meets. Pure: dates in, dates out; what is special about a day is handed in."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from papers.countries.days import Special

WEEK = dt.timedelta(weeks=1)
# So many dates of a series can be left out before it ends early.
MOST_LEFT_OUT = 60


class Choice(StrEnum):
    """What becomes of a date that is free: left out and made up for at the end, left out, kept, or another day."""

    LATER = "later"
    DROP = "drop"
    KEEP = "keep"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Held:
    """A week of a series: its date, what is special about it, what was chosen, and the day of the meeting."""

    date: dt.date
    special: Special | None
    choice: Choice
    meets: dt.date | None

    @property
    def is_free(self) -> bool:
        """Whether the date is a holiday or in a break."""
        return self.special is not None and self.special.is_free


def starts_at(date: dt.date, wall_time: dt.time, zone_name: str) -> dt.datetime:
    """Return the instant, in UTC, of a wall time on a day in a zone, by the rules of RFC 5545.

    A time that a change of the clocks leaves out takes the offset before the gap; of an hour that comes twice it is
    the first. Raises zoneinfo.ZoneInfoNotFoundError or ValueError for a zone that the members' `why_not_zone` refuses.
    """
    # fold=0 means exactly these two rules.
    wall = dt.datetime.combine(date, wall_time.replace(fold=0), tzinfo=zoneinfo.ZoneInfo(zone_name))
    return wall.astimezone(dt.UTC)


def dates_of(first_date: dt.date, weekday: int, weeks: int) -> list[dt.date]:
    """Return the dates of a weekly series: the first one with this ISO weekday on or after `first_date`, and so on."""
    first = first_date + dt.timedelta(days=(weekday - first_date.isoweekday()) % 7)
    return [first + dt.timedelta(weeks=week) for week in range(weeks)]


def weeks_of(
    dates: Iterable[dt.date],
    weeks: int,
    special: Mapping[dt.date, Special],
    choices: Mapping[dt.date, tuple[Choice, dt.date | None]],
) -> list[Held]:
    """Return the weeks of a series of `weeks` meetings on these weekly dates, as far as it goes.

    A free date is left out and made up for at the end, unless `choices` says otherwise; a day to which it is moved is
    the second value. A moved workday is a day like others: the group meets unless it was chosen that it does not.
    """
    held, counted = [], 0
    for date in dates:
        if counted == weeks:
            break
        there = special.get(date)
        usual = Choice.LATER if there is not None and there.is_free else Choice.KEEP
        choice, other = choices.get(date, (usual, None)) if there is not None else (usual, None)
        if choice is Choice.MOVE and other is None:
            choice = usual
        meets = {Choice.KEEP: date, Choice.MOVE: other}.get(choice)
        held.append(Held(date, there, choice, meets))
        counted += choice is not Choice.LATER
    return held


def hours_of(count: int, wall_time: dt.time, other_time: dt.time | None) -> list[dt.time]:
    """Return the hours of so many sessions in order: the two in turn, so that a holiday gives nobody an hour twice."""
    return [wall_time if other_time is None or at % 2 == 0 else other_time for at in range(count)]


def next_day(date: dt.date, special: Mapping[dt.date, Special]) -> dt.date:
    """Return the next day after `date` that is not free."""
    day = date + dt.timedelta(days=1)
    while (there := special.get(day)) is not None and there.is_free:
        day += dt.timedelta(days=1)
    return day


Span = tuple[dt.datetime, dt.datetime]


def clash(one: Span, other: Span) -> bool:
    """Return whether two spans of time have an instant in common; one that begins when the other ends has none."""
    return one[0] < other[1] and other[0] < one[1]


def clashing(spans: Sequence[Span]) -> list[Span]:
    """Return those of the spans that begin before an earlier one is over."""
    found, over = [], None
    for begin, end in sorted(spans):
        if over is not None and begin < over:
            found.append((begin, end))
        over = end if over is None else max(over, end)
    return found
