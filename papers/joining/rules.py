"""Who may join, and what an invite or an application may be. Pure: facts in, a sentence or None out."""

import datetime as dt

from django.utils.translation import gettext as _

USES = range(1, 501)
DAYS = range(1, 366)
NOTE_LENGTH = 120
SENTENCE_LENGTH = 500


def why_not_invite(*, uses: int, days: int) -> str | None:
    """Return why no invite link can be made like this, or None."""
    if uses not in USES:
        return _("A link is for %(least)d to %(most)d people. Make several if you need more.") % {
            "least": USES[0],
            "most": USES[-1],
        }
    if days not in DAYS:
        return _("A link is good for %(least)d to %(most)d days.") % {"least": DAYS[0], "most": DAYS[-1]}
    return None


def why_not_use(
    *, signup: str, is_revoked: bool, uses_left: int, expires_at: dt.datetime, now: dt.datetime
) -> str | None:
    """Return why nobody can join with this invite link at `now`, or None."""
    if is_revoked:
        return _("This invite link was taken back. Ask whoever sent it to you for a new one.")
    if signup == "closed":
        return _("The group takes in nobody at present. Ask an organiser about it.")
    if now >= expires_at:
        return _("This invite link is too old. Ask whoever sent it to you for a new one.")
    if uses_left < 1:
        return _(
            "As many people as this invite link was made for have joined with it. "
            "Ask whoever sent it to you for a new one."
        )
    return None


def why_no_invite() -> str:
    """Return what is said of an address that is no invite link."""
    return _("This is no invite link of this group. Check that the whole address was copied, or ask for a new one.")


def why_not_join(*, signup: str) -> str | None:
    """Return why nobody can join without an invite link, or None."""
    if signup == "open":
        return None
    if signup == "apply":
        return _("You join this group by asking to. Fill in the form on this page.")
    if signup == "invite":
        return _("You join this group with an invite link. Ask somebody in the group for one.")
    return _("The group takes in nobody at present. Ask an organiser about it.")


def why_not_apply(*, signup: str) -> str | None:
    """Return why nobody can ask to join, or None."""
    return None if signup == "apply" else _("This group does not take applications at present.")


def why_not_revoke(*, is_revoked: bool) -> str | None:
    """Return why an invite link is not taken back, or None."""
    return _("Somebody was faster: this link was taken back already.") if is_revoked else None


def why_not_decide(*, name: str, is_decided: bool) -> str | None:
    """Return why an application is neither accepted nor declined, or None."""
    if not is_decided:
        return None
    return _("Somebody was faster: %(name)s has an answer already.") % {"name": name}


def why_already_here(*, name: str) -> str:
    """Return why somebody who has applied is not made a member."""
    return _("%(name)s has joined in another way meanwhile. Decline the application; nobody is told.") % {"name": name}


def why_code_is_wrong(*, tries_left: int) -> str:
    """Return what is said of a code that is not the one in the mail."""
    if tries_left:
        return _("This is not the code in the newest mail. Please compare them.")
    return _("Too many wrong codes were typed here. Please start again; a new code comes by mail.")


def why_no_code() -> str:
    """Return what is said when no code is waited for in this browser."""
    return _(
        "No code is waited for here any more: it is too old, was used, or belongs to another browser. "
        "Open your invite link, or the page on which you wanted to join, once more."
    )


def why_not_back(*, name: str) -> str:
    """Return what somebody is told who has left and wants to join again, once they have proved who they are."""
    return _("%(name)s, you have been in this group and left it. Ask an organiser: they can bring you back.") % {
        "name": name
    }
