"""Why something is no macro. Pure: facts in, a sentence or None out."""

import re

from django.utils.translation import gettext as _

NAME = re.compile(r"[A-Za-z]{1,30}")
ARGUMENTS = range(0, 10)
MOST = 200


def why_not_macros(*, is_organiser: bool) -> str | None:
    if is_organiser:
        return None
    return _("The group’s macros are made by organisers. Ask one of them for the one you need.")


def why_not_macro(*, name: str, arguments: int, definition: str, is_known: bool, others: int) -> str | None:
    """Return why this cannot be a macro, or None. `is_known`: LaTeX has the command already."""
    sentence = None
    if not NAME.fullmatch(name):
        sentence = _("A macro is called by up to 30 letters from A to Z, without the backslash: RR, softmax.")
    elif is_known:
        sentence = _("\\%(name)s means something in LaTeX already, and texts would no longer say what they said.")
    elif arguments not in ARGUMENTS:
        sentence = _("A macro has 0 to 9 arguments.")
    elif highest(definition) > arguments:
        sentence = _("The definition uses #%(number)d, but the macro has %(count)d arguments.")
    elif others >= MOST:
        sentence = _("A group has at most %(most)d macros. Delete one that nobody uses first.")
    words = {"name": name, "number": highest(definition), "count": arguments, "most": MOST}
    return sentence and sentence % words


def highest(definition: str) -> int:
    """Return the highest number of an argument that the definition uses, 0 without any."""
    return max((int(number) for number in re.findall(r"#([1-9])", definition)), default=0)


def why_not_set(reason: str) -> str:
    """Return what is said of a definition that cannot be set, with the engine's reason."""
    return _("This definition cannot be set: %(reason)s") % {"reason": reason}
