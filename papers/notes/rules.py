"""Why somebody may not write, change or take back a text. Pure: facts in, a sentence or None out."""

import re
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
        "Both texts are shown, and then as one: make of that what you want to keep and save again."
    )


# Of a note that opens what others wrote: 20 Chinese characters, or 80 letters (design paper `product.md`, row 35).
ENOUGH, PER_CHARACTER = 80, 4
CHARACTERS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def is_first_thought(body: str) -> bool:
    """Return whether somebody has written enough to read what others wrote."""
    characters = len(CHARACTERS.findall(body))
    letters = sum(character.isalpha() for character in body) - characters
    return characters * PER_CHARACTER + letters >= ENOUGH


def why_not_ask_first_thoughts(*, is_organiser: bool) -> str | None:
    if is_organiser:
        return None
    return _("Only organisers decide whether a paper asks for first thoughts.")


def why_not_visibility(visibility: str, *, known: Collection[str]) -> str | None:
    """Return why nobody knows who this lets read a note, or None."""
    if visibility in known:
        return None
    return _("A note can be read by you alone, by the group, or also by whoever has its link. Please choose one.")


def why_no_history(*, is_mine: bool, is_organiser: bool) -> str | None:
    """Return why this member cannot look at the earlier versions of a note, or None."""
    if is_mine or is_organiser:
        return None
    return _("The earlier versions of a note are for its author and for organisers.")


def why_no_link(*, visibility: str) -> str | None:
    """Return why a note has no link to give away, or None."""
    if visibility == "link":
        return None
    return _(
        "This note has no link, because it can only be read by people who are signed in. "
        "To give a link away, change who can read the note first."
    )


def why_not_that_version(*, is_there: bool) -> str | None:
    """Return why a version cannot stand again, or None."""
    if is_there:
        return None
    return _("This version is not kept any more, so nothing was changed. The page shows the versions there are.")


# --- Drafts

MOST_DRAFTS, DRAFT_BYTES = 200, 100_000
# What a draft is to become: a note or a thread of a paper (by its number), an answer in a thread, or a changed note,
# post or section of minutes, by its key.
TARGETS = re.compile(r"(note:paper|thread:paper|reply|note|post|minutes):([1-9][0-9]{0,17})")


def new_note(number: int) -> str:
    return f"note:paper:{number}"


def new_thread(number: int) -> str:
    return f"thread:paper:{number}"


def changed_note(pk: int) -> str:
    return f"note:{pk}"


def new_reply(pk: int) -> str:
    return f"reply:{pk}"


def changed_post(pk: int) -> str:
    return f"post:{pk}"


def changed_minutes(pk: int) -> str:
    return f"minutes:{pk}"


def page_of(target: str) -> str | None:
    """Return the page on which the draft goes on, or None for what is no target."""
    match = TARGETS.fullmatch(target)
    if match is None:
        return None
    pages = {
        "note:paper": "/papers/{}/#note-form",
        "thread:paper": "/papers/{}/#thread-form",
        "reply": "/threads/{}/",
        "note": "/notes/{}/edit/",
        "post": "/posts/{}/edit/",
        "minutes": "/minutes/{}/edit/",
    }
    return pages[match[1]].format(match[2])


def why_not_draft(*, is_target: bool, count: int, size: int) -> str | None:
    """Return why a draft is not kept on the server, or None. `count` is of the member's others, `size` in bytes."""
    if not is_target:
        return _("This text has no place on the site, so no draft of it is kept.")
    if size > DRAFT_BYTES:
        return _("No draft was saved: this text has %(size)d kB and the limit is %(limit)d kB. Please shorten it.") % {
            "size": -(-size // 1000),
            "limit": DRAFT_BYTES // 1000,
        }
    if count >= MOST_DRAFTS:
        return _("No draft was saved: you have %(count)d drafts already. Save or discard one of them first.") % {
            "count": count
        }
    return None


def why_not_drafted_over(*, is_known: bool, same_page: bool, same_text: bool) -> str | None:
    """Return why a draft is not written over the one that is there, or None."""
    if is_known or same_page or same_text:
        return None
    return _("Another window has a draft of this, which stays as it is. Open this page again to see both.")
