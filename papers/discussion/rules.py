"""Why a thread may not be started, a question not answered, a post not thanked for; and who is told of it.

Pure: facts in, a sentence or None out. Texts have their rules in notes.
"""

from django.utils.translation import gettext as _

from papers import lines
from papers.members.models import WatchLevel

# What the list of threads, a mail's subject and the column can hold.
TITLE_LENGTH = 200

# Under which name a post is written: that of its author, or an alias.
NAME, ALIAS = "name", "alias"


def why_title_is_not_taken(title: str) -> str | None:
    """Return why a thread cannot have this title, or None."""
    if not lines.can_be_seen(title):
        return _("The thread has no title yet. Say in a few words what it is about.")
    if len(title) > TITLE_LENGTH:
        return _(
            "The title has %(length)d characters and the limit is %(limit)d, so the thread was not started. "
            "Please shorten it and put the rest into the text."
        ) % {"length": len(title), "limit": TITLE_LENGTH}
    return None


def why_thread_is_gone() -> str:
    """Return what somebody reads who answers in a thread that was taken away meanwhile."""
    return _(
        "This thread was deleted while you were writing. Your text is still in the form: "
        "copy it, or start a new thread with it."
    )


def why_locked(*, is_locked: bool, because: str) -> str | None:
    """Return why nobody can answer in a thread, or None."""
    if not is_locked:
        return None
    return _(
        "An organiser locked this thread, so nobody can answer in it. The reason: %(because)s "
        "Your text is still in the form; copy it if you want to keep it."
    ) % {"because": because}


def why_not_moderate(*, is_organiser: bool) -> str | None:
    """Return why this member cannot hide posts, lock and move threads, or None."""
    if is_organiser:
        return None
    return _("Hiding posts, locking and moving threads is for organisers. Ask one of them.")


def why_not_unmask() -> str:
    """Return why there is no author to look up."""
    return _("This post bears the name of its author, so there is nothing to look up.")


def why_under_names(*, allowed: bool) -> str | None:
    """Return why a post cannot be anonymous, or None."""
    if allowed:
        return None
    return _("In this group posts bear the name of their author. Choose your name, or keep the text to yourself.")


def why_no_reason(because: str, *, limit: int) -> str | None:
    """Return why these words are no reason that can be told, or None."""
    if not lines.can_be_seen(because):
        return _("There is no reason yet. Say in a sentence why; the author and the readers will see it.")
    if len(because) > limit:
        return _("The reason is too long: at most %(limit)d characters. Please shorten it.") % {"limit": limit}
    return None


def why_no_version() -> str:
    """Return what somebody reads who wants words back that are not kept."""
    return _("These earlier words are not kept any more, so nothing was changed. Look at the versions once more.")


def why_not_read_versions(*, is_mine: bool, is_organiser: bool) -> str | None:
    """Return why this member cannot read what a post said before, or None."""
    if is_mine or is_organiser:
        return None
    return _("Only the person who wrote this post and the organisers can see what it said before.")


def why_no_answer(*, is_question: bool, is_opening: bool, is_deleted: bool, may_mark: bool) -> str | None:
    """Return why this post cannot be marked, or unmarked, as the answer of its thread, or None."""
    if not is_question:
        return _("Only a question has an answer, and this thread is none.")
    if is_opening:
        return _("This post asks the question, so it cannot be its answer. Choose one of the replies.")
    if is_deleted:
        return _("This post was deleted meanwhile, so it cannot be the answer. Choose another one.")
    if not may_mark:
        return _("Who asked the question, or an organiser, says which reply answers it.")
    return None


def why_not_ask_too(*, is_question: bool, is_answered: bool, is_mine: bool) -> str | None:
    """Return why a member cannot say that they ask this too, or None."""
    if not is_question:
        return _("This thread is no question, so nobody can ask it too.")
    if is_mine:
        return _("You started this question, so you count among those who ask it already.")
    if is_answered:
        return _("This question was answered meanwhile. If the answer does not help you, say so in the thread.")
    return None


def why_not_thank(*, is_mine: bool, is_deleted: bool) -> str | None:
    """Return why a member cannot thank for this post, or None."""
    if is_mine:
        return _("You wrote this post yourself. Thanks are for what others wrote.")
    if is_deleted:
        return _("This post was deleted meanwhile, so there is nothing to thank for.")
    return None


# --- Who is told


def level_of(*, chosen: str | None, usual: str, is_involved: bool, may_write: bool) -> str:
    """Return how closely a member follows a paper, a value of WatchLevel.

    `chosen` is what they chose for this paper, `usual` what they chose for all others; both may be empty. Who wrote
    about the paper or holds it (`is_involved`) follows all of it, unless they chose otherwise.
    """
    if chosen or usual:
        return chosen or usual
    if is_involved:
        return WatchLevel.ALL
    return WatchLevel.MENTIONS if may_write else WatchLevel.DIGEST


def is_mailed(level: str, *, takes_part: bool, is_mentioned: bool) -> bool:
    """Return whether a member with this level is mailed about a post in a thread."""
    return level == WatchLevel.ALL or (level == WatchLevel.MENTIONS and (takes_part or is_mentioned))


def is_in_inbox(level: str, *, takes_part: bool, is_mentioned: bool) -> bool:
    """Return whether a post comes into the inbox of a member with this level. A mention always does."""
    return is_mentioned or level == WatchLevel.ALL or (takes_part and level != WatchLevel.OFF)


def why_no_level(level: str) -> str | None:
    """Return why nobody can follow a paper like this, or None; empty is as usual."""
    if level in ("", *WatchLevel.values):
        return None
    return _("There is no such way to follow a paper. Please choose one from the list.")
