"""What calendars hold, for how long, and who may change an address. Pure: facts in, a sentence or None out."""

import datetime as dt

from django.utils.translation import gettext as _

# Calendar programs forget what a feed no longer has, so the past stays in it for a while.
KEPT_PAST = dt.timedelta(days=366)
KEPT_CANCELLED = dt.timedelta(days=30)
ALARMS = {"hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1)}
# How often programs are asked to look again, and how long what lies between may keep an answer.
ASK_AGAIN = dt.timedelta(hours=1)
FRESH_SECONDS = 900


def why_not_group_calendar(*, is_organiser: bool) -> str | None:
    """Return why this role may not make or end the address of the group's calendar, or None."""
    if is_organiser:
        return None
    return _(
        "Only organisers make or end the address of the group’s calendar, which everybody shares. "
        "Ask an organiser, or use the address of your own calendar."
    )


def sequence_of(*, sequence: int, revisions: int) -> int:
    """Return the SEQUENCE of a session's event: it rises with each move, with cancelling and with other changes."""
    return sequence + revisions
