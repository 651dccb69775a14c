"""Why many papers are not changed at once, or not changed back. Pure: facts in, a sentence or None out."""

import datetime as dt

from django.utils.translation import gettext as _

UNDO_WITHIN = dt.timedelta(hours=24)
# The list has about a hundred places; a form with more than this was not filled in by hand.
MOST = 500


def why_nothing_to_do(*, chosen: int, wishes: int) -> str | None:
    """Return why there is nothing to look at, or None."""
    if not chosen:
        return _("No paper is chosen. Tick the papers that shall be changed, then look at the changes again.")
    if chosen > MOST:
        return _("At most %(most)d places are changed at once. Please do it in two steps.") % {"most": MOST}
    if not wishes:
        return _("Nothing is to be changed. Choose another part, another way of reading or a session for the papers.")
    return None


def why_not_as_seen(*, as_seen: bool) -> str | None:
    """Return why changes are not made that somebody has looked at, or None."""
    if as_seen:
        return None
    return _("The list was changed meanwhile, so nothing was done. The changes below are the current ones.")


def why_not_undo(*, age: dt.timedelta, is_undone: bool, is_there: bool) -> str | None:
    """Return why changes are not taken back, or None. They can be for a day, once."""
    if not is_there:
        return _("There is no such change. The history of each paper shows what was changed.")
    if is_undone:
        return _("These changes are taken back already.")
    if age > UNDO_WITHIN:
        return _("These changes are older than a day, so they stay. Each paper's history can still put one back.")
    return None
