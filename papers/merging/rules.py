"""Why two papers are not made one, or not parted again. Pure: facts in, a sentence or None out."""

import datetime as dt

from django.utils.translation import gettext as _

UNDO_WITHIN = dt.timedelta(hours=24)


def why_not_merge(
    *, is_organiser: bool, same: bool, is_merged: bool, both_held: bool, both_scheduled: bool
) -> str | None:
    """Return why these two papers cannot become one, or None."""
    if not is_organiser:
        return _("Merging is for organisers. Tell one of them which two papers are the same.")
    if same:
        return _("These are the same number. Please give the number of the other paper.")
    if is_merged:
        return _("One of the two has been merged already. Look at the list again.")
    if both_held:
        return _("Both papers are held, and one paper has one holder. Release one of the claims first.")
    if both_scheduled:
        return _("Both papers are in a session. Take one of them out of its session first.")
    return None


def why_not_undo(*, is_organiser: bool, age: dt.timedelta, is_undone: bool) -> str | None:
    """Return why a merge is not undone, or None. It can be for a day."""
    if not is_organiser:
        return _("Undoing a merge is for organisers.")
    if is_undone:
        return _("This merge is undone already.")
    if age > UNDO_WITHIN:
        return _("This merge is older than a day, so it stays. You can add the paper again.")
    return None
