"""Why a thread may not be started. Pure: facts in, a sentence or None out. Texts have their rules in notes."""

from django.utils.translation import gettext as _

from papers import lines

# What the list of threads, a mail's subject and the column can hold.
TITLE_LENGTH = 200


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
