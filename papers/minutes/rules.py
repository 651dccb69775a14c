"""Why minutes cannot be begun, written or added to. Pure: facts in, a sentence or None out."""

from django.utils.translation import gettext as _


def why_not_begin(*, has_begun: bool, is_cancelled: bool) -> str | None:
    """Return why there are no minutes of this session yet, or None."""
    if is_cancelled:
        return _("This session is cancelled, so there is nothing to write down.")
    if not has_begun:
        return _(
            "Minutes begin with the session: then it is known who is there, and everybody may read the questions."
        )
    return None


def why_not_that_task(*, is_there: bool) -> str | None:
    if is_there:
        return None
    return _("The minutes have changed, and this task is not in them any more. The page shows what there is now.")


def why_not_remove_material(*, is_mine: bool, is_organiser: bool) -> str | None:
    if is_mine or is_organiser:
        return None
    return _("Only who added this, or an organiser, can take it away.")


def why_not_more_materials(count: int, *, most: int) -> str | None:
    if count < most:
        return None
    return _("A session has at most %(most)d addresses beside it. Take one away first.") % {"most": most}


def why_not_that_version(*, is_there: bool) -> str | None:
    if is_there:
        return None
    return _("This version is not kept any more, so nothing was changed. The page shows the versions there are.")
