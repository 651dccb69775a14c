"""A time zone as iCalendar describes it (VTIMEZONE of RFC 5545), made from the database of zones. Pure.

The generator of the library we write calendars with (icalendar 7.3) is not used: its onsets of summer time are an hour
late, since it names them on the new clock and not on the old one, and it steps over changes less than 64 days apart,
as Morocco has them around Ramadan.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Clock:
    """How clocks in a zone stand for a while."""

    offset: dt.timedelta
    saving: dt.timedelta
    name: str


@dataclass(frozen=True)
class Change:
    """The instant (UTC) from which clocks stand another way than before."""

    at: dt.datetime
    before: Clock
    after: Clock


def clock(zone: zoneinfo.ZoneInfo, at: dt.datetime) -> Clock:
    local = at.astimezone(zone)
    return Clock(local.utcoffset() or dt.timedelta(), local.dst() or dt.timedelta(), local.tzname() or "")


def changes(zone: zoneinfo.ZoneInfo, begin: dt.datetime, end: dt.datetime) -> Iterator[Change]:
    """Yield each change of the zone's clocks between two instants, to the second. Two within a day count as one."""
    day = begin
    while day < end:
        before, after = clock(zone, day), clock(zone, day + DAY)
        if before != after:
            low, high = day, day + DAY
            while high - low > SECOND:
                middle = low + (high - low) // 2
                low, high = (middle, high) if clock(zone, middle) == before else (low, middle)
            yield Change(high.replace(microsecond=0), before, clock(zone, high))
        day += DAY


@lru_cache(maxsize=64)
def timezone_component(name: str, first_year: int, last_year: int) -> Timezone:
    """Return the VTIMEZONE of a zone, right for every instant of these years: the same object each time.

    Raises as ZoneInfo does. Each change is written out, without rules to compute: all readers understand that.
    """
    zone = zoneinfo.ZoneInfo(name)
    # A day more on both sides: no year begins everywhere at once.
    begin, end = dt.datetime(first_year, 1, 1, tzinfo=dt.UTC) - DAY, dt.datetime(last_year + 1, 1, 1, tzinfo=dt.UTC)
    at_first = clock(zone, begin)
    steps = [Change(begin, at_first, at_first), *changes(zone, begin, end + DAY)]
    # Ireland and Morocco call their summer the standard and save time in winter or in Ramadan: summer stays summer.
    saves_backwards = any(step.after.saving < dt.timedelta() for step in steps)
    made = Timezone()
    made.add("tzid", name)
    for step in steps:
        is_saving = step.after.saving == dt.timedelta() if saves_backwards else step.after.saving > dt.timedelta()
        part = TimezoneDaylight() if is_saving else TimezoneStandard()
        # The onset as the clocks showed it before they were changed.
        part.add("dtstart", (step.at + step.before.offset).replace(tzinfo=None))
        part.add("tzoffsetfrom", step.before.offset)
        part.add("tzoffsetto", step.after.offset)
        part.add("tzname", step.after.name)
        made.add_component(part)
    return made
