"""Why somebody may not write, change or take back a text. Pure: facts in, a sentence or None out."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from papers import lines


def why_role_may_not_write(*, may_write: bool) -> str | None:
    """Return why this role cannot write notes and posts, or None."""
    if may_write:
        return None
    return _("Writing is for members. You are a reader; an organiser can make you a member.")


def why_not_reading(state: str, *, known: Collection[str]) -> str | None:
    """Return why this is no way to have read a paper, or None."""
    if state in known:
        return None
    return _("A paper is unread, skimmed, read or studied. Please choose one of these.")


def why_text_is_empty(body: str) -> str | None:
    """Return why there is nothing to save in this text, or None."""
    if lines.can_be_seen(body):
        return None
    return _("There is no text yet. Write something first; one sentence is enough.")


def why_text_is_too_long(body: str, *, limit: int) -> str | None:
    """Return why this text is not taken, or None. `limit` is in bytes of UTF-8."""
    size = len(body.encode(errors="replace"))
    if size <= limit:
        return None
    return _(
        "This text has %(size)d kB and the limit is %(limit)d kB, so it was not saved. "
        "It is still in the form: please shorten it or split it in two."
    ) % {"size": -(-size // 1000), "limit": limit // 1000}


def why_not_yours(*, is_mine: bool) -> str | None:
    """Return why this member cannot change the text, or None."""
    if is_mine:
        return None
    return _("Only the person who wrote this text can change or delete it. You can answer it in a thread.")


def why_not_saved_over(*, seen: int, current: int, gone: bool) -> str | None:
    """Return why an edit that began at version `seen` is not saved over version `current`, or None."""
    if gone:
        return _(
            "This text was deleted in another window, so it can no longer be changed. "
            "Yours is still in the form: copy it if you want to keep it."
        )
    if seen == current:
        return None
    return _(
        "This text was changed in another window after you opened it, so nothing was overwritten. "
        "Both texts are shown: make yours what you want to keep and save again."
    )
