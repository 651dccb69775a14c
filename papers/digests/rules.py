"""When a member's digest is due, what is new to them, and what the digest is called."""

import datetime as dt
import zoneinfo
from typing import NamedTuple

# A digest that could not be sent within a week makes room for the next one.
USEFUL_FOR = dt.timedelta(days=7)
MOST_ITEMS = 12
# Who was away for longer begins with the list.
MISSED_OF = dt.timedelta(weeks=26)


class Due(NamedTuple):
    """The instant (UTC) at which a digest was due last, and the ISO week it belongs to, such as 2023-W09."""

    at: dt.datetime
    week: str


def last_due(now: dt.datetime, *, weekday: int, hour: int, zone: zoneinfo.ZoneInfo) -> Due:
    """Return the latest instant, not after `now`, at which clocks in this zone showed that weekday and hour.

    `weekday` is ISO 8601's (Monday is 1). An hour that a clock change leaves out counts as if it had not been left
    out; of an hour that comes twice the first one counts.
    """
    today = now.astimezone(zone).date()
    # Tomorrow is where the hour may have come already, when a left-out hour counts.
    date = today + dt.timedelta(days=1 + (weekday - today.isoweekday() - 1) % 7)
    while (at := instant(date, hour, zone)) > now:
        date -= dt.timedelta(days=7)
    return Due(at, iso_week(date))


def instant(date: dt.date, hour: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return when clocks in the zone show this hour, in UTC."""
    # fold=0 is both: the offset before a gap, and the first of a repeated hour.
    return dt.datetime(date.year, date.month, date.day, hour, tzinfo=zone, fold=0).astimezone(dt.UTC)


def iso_week(date: dt.date) -> str:
    year, week, _weekday = date.isocalendar()
    return f"{year}-W{week:02}"


def is_due(*, due: Due, joined_at: dt.datetime, has_had: bool) -> bool:
    """Return whether this week's digest is still to be made. Who joined after its hour waits for the next one."""
    return not has_had and joined_at <= due.at


def is_new_to(
    *, member_id: int, author_id: int | None, at: dt.datetime, since: dt.datetime, seen_at: dt.datetime | None
) -> bool:
    """Return whether something is news to the member: by another, later than the last digest, and not seen since."""
    return author_id != member_id and at > since and (seen_at is None or seen_at < at)


def digest_key(member_id: int, week: str) -> str:
    """Return the outbox key of the member's one digest of this week."""
    return f"digest:{member_id}:{week}"
