"""Who is told of a session, and when."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable

# A session that is made or moved later than this is reminded of at once.
BEFORE = dt.timedelta(hours=24)
STEP = "24h"
# Three days are enough to read in, and few enough not to be put off (design paper `product.md`, part E).
READ_BEFORE = dt.timedelta(hours=72)
TELLING = re.compile(rf"reminder:{STEP}:(?P<session>\d+):(?P<sequence>\d+):\d+(#|$)")
# Whoever moves a session may think better of it; what was undone by then is not mailed. Nobody waits who has to go.
GRACE = dt.timedelta(minutes=10)
SOON = dt.timedelta(hours=1)
# A change that could not be told within a day is old news: the reminder says when the session is.
NEWS = dt.timedelta(hours=24)


def is_time(*, now: dt.datetime, starts_at: dt.datetime, is_cancelled: bool) -> bool:
    """Return whether reminders of the session may leave at `now`: in the last 24 hours, and none after its start."""
    return not is_cancelled and starts_at - BEFORE <= now < starts_at


def is_time_to_read(*, now: dt.datetime, starts_at: dt.datetime) -> bool:
    """Return whether the reading reminder of a session may leave at `now`: from 72 to 24 hours before it."""
    return starts_at - READ_BEFORE <= now < starts_at - BEFORE


def reading_key(session_id: int, member_id: int) -> str:
    """Return the outbox key of a member's one reading reminder of a session."""
    return f"reading:{session_id}:{member_id}"


def is_settled(*, now: dt.datetime, since: dt.datetime, starts: Iterable[dt.datetime]) -> bool:
    """Return whether a change that was noticed at `since` may be told of.

    `starts` are the starts, old and new ones: when one of them that is to come is near, it is told at once.
    """
    return now >= since + GRACE or any(now < start <= now + SOON for start in starts)


def gets_change_mail(
    *, now: dt.datetime, starts_at: dt.datetime, is_cancelled: bool, wants_reminders: bool, has_a_part: bool
) -> bool:
    """Return whether a member who knows an older time is told of the change by a mail of its own.

    Who has something to do in the session always is. Once reminders of the new time may leave, those say that it was
    moved; nobody needs both.
    """
    told_by_reminder = wants_reminders and is_time(now=now, starts_at=starts_at, is_cancelled=is_cancelled)
    return now < starts_at and (wants_reminders or has_a_part) and not told_by_reminder


def reminder_key(session_id: int, sequence: int, member_id: int) -> str:
    """Return the outbox key of a member's one reminder of a session as it now stands."""
    return f"{reminder_keys(session_id)}{sequence}:{member_id}"


def reminder_keys(session_id: int) -> str:
    return f"reminder:{STEP}:{session_id}:"


def change_key(sessions: Iterable[tuple[int, int]], member_id: int) -> str:
    """Return the outbox key of the mail that tells a member of these changes, as (session id, sequence)."""
    return f"change:{member_id}:{batch(sessions)}"


def change_about(sessions: Iterable[tuple[int, int]]) -> str:
    """Return what the mail is about, so that it is taken back when one of the sessions changes again."""
    sessions = list(sessions)
    return f"session:{sessions[0][0]}" if len(sessions) == 1 else f"sessions:{batch(sessions)}"


def batch(sessions: Iterable[tuple[int, int]]) -> str:
    """Return a short name of these versions of sessions, the same in any order."""
    name = "+".join(f"{session}.{sequence}" for session, sequence in sorted(sessions))
    return name if len(name) <= 40 else hashlib.sha256(name.encode()).hexdigest()[:40]


def told_by(key: str) -> tuple[int, int] | None:
    """Return the session and its sequence that a reminder with this key spoke of, or None for another mail's key.

    A mail that an organiser sent again has its key with something added.
    """
    known = TELLING.match(key)
    return (int(known["session"]), int(known["sequence"])) if known else None
