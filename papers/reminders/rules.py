"""Who is told of a session, and when."""

import datetime as dt
import re

# A session that is made or moved later than this is reminded of at once.
BEFORE = dt.timedelta(hours=24)
STEP = "24h"
TELLING = re.compile(rf"(reminder:{STEP}|change):(?P<session>\d+):(?P<sequence>\d+):\d+(#|$)")


def is_time(*, now: dt.datetime, starts_at: dt.datetime, is_cancelled: bool) -> bool:
    """Return whether reminders of the session may leave at `now`: in the last 24 hours, and none after its start."""
    return not is_cancelled and starts_at - BEFORE <= now < starts_at


def needs_change_mail(*, now: dt.datetime, starts_at: dt.datetime, is_cancelled: bool) -> bool:
    """Return whether people who know an older time are told of the change by a mail of its own.

    Once reminders of the new time may leave, those say that it was moved; nobody needs both.
    """
    return now < starts_at and not is_time(now=now, starts_at=starts_at, is_cancelled=is_cancelled)


def reminder_key(session_id: int, sequence: int, member_id: int) -> str:
    """Return the outbox key of a member's one reminder of a session as it now stands."""
    return f"{reminder_keys(session_id)}{sequence}:{member_id}"


def reminder_keys(session_id: int) -> str:
    return f"reminder:{STEP}:{session_id}:"


def change_key(session_id: int, sequence: int, member_id: int) -> str:
    """Return the outbox key of the mail that tells a member of this change of a session."""
    return f"{change_keys(session_id)}{sequence}:{member_id}"


def change_keys(session_id: int) -> str:
    return f"change:{session_id}:"


def told_by(key: str) -> tuple[int, int] | None:
    """Return the session and its sequence that a mail with this key spoke of, or None for another mail's key.

    A mail that an organiser sent again has its key with something added.
    """
    known = TELLING.match(key)
    return (int(known["session"]), int(known["sequence"])) if known else None
