"""Why an answer or a note about who is there is not taken. Pure: facts in, a sentence or None out."""

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext as _

# Who is early is there; the room opens so long before.
EARLY = dt.timedelta(minutes=15)
# Whoever forgot to say that they were there can until then.
LATE = dt.timedelta(hours=24)


def is_open(*, now: dt.datetime, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    """Return whether people join the session at `now`."""
    return starts_at - EARLY <= now < ends_at


def why_not_answer(answer: str, *, known: Collection[str], is_cancelled: bool, is_over: bool) -> str | None:
    """Return why a member cannot say whether they come, or None."""
    if is_cancelled:
        return _("This session is cancelled, so nobody needs to say whether they come.")
    if is_over:
        return _("This session is over. Whoever leads it or writes its minutes says who was there.")
    if answer not in known:
        return _("The answer is yes, maybe or no. Please choose one of them.")
    return None


def why_not_here(*, now: dt.datetime, starts_at: dt.datetime, ends_at: dt.datetime, is_cancelled: bool) -> str | None:
    """Return why a member cannot say of themselves that they are there, or None."""
    if is_cancelled:
        return _("This session is cancelled, so nobody is there.")
    if now < starts_at - EARLY:
        return _("The session has not begun. You can say that you are there from 15 minutes before it starts.")
    if now >= ends_at + LATE:
        return _("This session was more than a day ago. Whoever leads it or writes its minutes says who was there.")
    return None


def why_not_note(*, has_begun: bool, is_cancelled: bool, may_note: bool) -> str | None:
    """Return why this member cannot note who was there, or None."""
    if not may_note:
        return _("Who was there is noted by organisers and by whoever leads the session or writes its minutes.")
    if is_cancelled or not has_begun:
        return _("Who was there can be noted once the session has begun.")
    return None
