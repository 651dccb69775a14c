"""Why somebody may not claim or release a paper. Pure: facts in, a sentence or None out."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def why_role_may_not_claim(*, may_write: bool, has_left: bool = False) -> str | None:
    """Return why this role cannot hold papers, or None."""
    if has_left:
        return _("You have left the group, so you cannot claim papers. An organiser can bring you back.")
    if may_write:
        return None
    return _("Claiming is for members. You are a reader; an organiser can make you a member.")


def why_paper_is_not_free(
    *, holder_name: str | None, is_mine: bool, is_done: bool, is_on_list: bool = True
) -> str | None:
    """Return why this paper cannot be claimed now, or None."""
    if not is_on_list:
        return _(
            "This work is only mentioned and not on the list, so nobody presents it. An organiser can put it there."
        )
    if is_done:
        return _("The group has already read this paper, so it can no longer be claimed.")
    if is_mine:
        return _("You already hold this paper.")
    if holder_name is not None:
        return taken_by(holder_name)
    return None


def taken_by(holder_name: str) -> str:
    """Return what somebody reads who was slower."""
    return _("%(name)s was faster and holds this paper now. Choose another one that is free.") % {"name": holder_name}


def why_no_more(*, held: list[str], cap: int) -> str | None:
    """Return why this member cannot hold one more paper, naming those they hold, or None.

    The cap is the group's setting; its default of 2 stops land-grabs in the first week.
    """
    if len(held) < cap:
        return None
    return ngettext(
        "You hold %(papers)s, and the group allows %(cap)d paper at a time. Release it or present it first.",
        "You hold %(papers)s, and the group allows %(cap)d papers at a time. Release or present one of them first.",
        cap,
    ) % {"papers": ", ".join(held), "cap": cap}


def why_not_release(*, holds: bool, is_mine: bool, is_organiser: bool, is_done: bool) -> str | None:
    """Return why this member cannot release the paper's claim, or None."""
    if not holds:
        return _("Nobody holds this paper any more, so there is nothing to release.")
    if not (is_mine or is_organiser):
        return _("Only the member who holds this paper, or an organiser, can release it.")
    if is_done:
        return _("This paper has been presented; the claim stays as a record of who did it.")
    return None


def why_not_mark_read(*, is_organiser: bool) -> str | None:
    """Return why this member cannot say that a paper was read outside a session, or None."""
    if is_organiser:
        return None
    return _("Only an organiser can mark a paper as read by the group. It is marked by itself after its session.")
