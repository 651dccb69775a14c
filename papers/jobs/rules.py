"""When a silence is one that organisers should know of."""

import datetime as dt

TICK = "tick"
# Beat rings each minute; a deploy or a restart takes less than this.
SILENT_AFTER = dt.timedelta(minutes=10)


def is_silent(*, now: dt.datetime, last: dt.datetime | None, since: dt.datetime | None) -> bool:
    """Return whether nothing has ticked for too long: since the last tick, or since the site began (`since`)."""
    at = last or since
    return at is not None and now - at >= SILENT_AFTER
