"""LaTeX to MathML, by Temml in an embedded JavaScript engine that has no files, no network and little time."""

import json
import re
import threading
from collections.abc import Mapping
from pathlib import Path

import quickjs
from django.utils.html import escape
from django.utils.translation import gettext as _

from papers.markup.limits import Allowance

_HERE = Path(__file__).parent
_ENGINE = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("vendor/temml/temml.min.js", "maths.js"))

# The largest formulas of papers have some 2,000 characters.
MAX_LATEX = 10_000
MAX_MATHML = 200_000
SECONDS = 0.5
MEMORY = 64_000_000
STACK = 512_000

# An engine must not be used by two threads; it starts in 15 ms and takes 1 MB.
_of_thread = threading.local()


class NotSet(Exception):
    """A formula was not set; the sentence says why."""


class Formulas:
    """Sets the formulas of one text: each only once, and none any more when the text's time is spent."""

    def __init__(self, allowance: Allowance, macros: Mapping[str, str] | None = None) -> None:
        self.allowance = allowance
        self.macros = macros or {}
        self.done: dict[tuple[str, bool], str] = {}

    def html(self, latex: str, *, display: bool, written: str) -> str:
        """Return the formula, or what was `written` with the reason why it is not a formula."""
        key = (latex, display)
        if key not in self.done:
            try:
                if self.allowance.is_spent():
                    raise NotSet(_("There are too many formulas in this text to set this one."))
                self.done[key] = mathml(latex, display=display, macros=self.macros)
            except NotSet as why:
                self.done[key] = (
                    f'<span class="maths-error"><code>{escape(written)}</code> <span>{escape(str(why))}</span></span>'
                )
        return self.done[key]


def mathml(latex: str, *, display: bool, macros: Mapping[str, str] | None = None) -> str:
    """Return the `<math>` element of a formula, which has no style attribute. Raises NotSet.

    `macros` are definitions by command, such as `{"\\RR": "\\mathbb{R}"}`.
    """
    if len(latex) > MAX_LATEX:
        raise NotSet(_("This formula is too large to be set."))
    try:
        answer = json.loads(_engine()(latex, display, json.dumps(dict(macros or {}))))
    except (quickjs.JSException, quickjs.StackOverflow, ValueError, TypeError, MemoryError):
        # Out of time, memory or depth. What is left of the engine is not trusted with the next formula.
        _of_thread.__dict__.clear()
        raise NotSet(_("This formula is too large or too deeply nested to be set.")) from None
    if "error" in answer:
        reason = _reason(answer["error"])
        if not reason:
            raise NotSet(_("This formula was not understood. Is something missing at its end?"))
        raise NotSet(_("This formula was not understood: %(reason)s") % {"reason": reason})
    if len(answer["html"]) > MAX_MATHML:
        raise NotSet(_("This formula is too large to be set."))
    return answer["html"]


def _engine() -> quickjs.Object:
    if not hasattr(_of_thread, "formula"):
        context = quickjs.Context()
        context.set_memory_limit(MEMORY)
        context.set_max_stack_size(STACK)
        context.eval(_ENGINE)
        context.set_time_limit(SECONDS)
        _of_thread.formula = context.eval("formula")
    return _of_thread.formula


def _reason(message: str) -> str:
    """Return what the engine said, without its name and without the underlined copy of the formula."""
    said = message.removeprefix("ParseError:")
    return re.sub(r" at (?:position \d+|end of input):.*", "", said, flags=re.DOTALL).strip()
