"""Markdown with LaTeX to safe HTML, once at save; nothing else touches HTML. The preview calls the same function.

Order of a text: made `readable`, parsed by markdown-it (`parsing`; raw HTML is text), its formulas set as MathML by
Temml in an embedded JavaScript engine (`maths`), and all of it sent through an allowlist (`safety`). Whatever is too
hard is shown as it was written, with a sentence that says so: no text makes `render` raise.
"""

import re
from collections.abc import Mapping

from django.utils.html import escape
from django.utils.translation import gettext as _

from papers.markup import parsing
from papers.markup.limits import Allowance, TooHard
from papers.markup.quotes import Passage, passages_in
from papers.markup.references import References, Source, numbers_in, papers_in
from papers.markup.safety import clean, readable
from papers.markup.unicode_maths import in_a_line

__all__ = [
    "MAX_BYTES",
    "RENDERER_VERSION",
    "Passage",
    "References",
    "Source",
    "has_maths",
    "numbers_in",
    "papers_in",
    "passages_in",
    "plain",
    "render",
    "title",
]

# Raise it when the same source gives other HTML; what is stored says by which version it was made.
RENDERER_VERSION = 4
# Of a text that may be saved, in UTF-8. The rules of the texts refuse longer ones, `render` takes any.
MAX_BYTES = 100_000
MAX_HTML = 1_000_000
# Between two dollars that stand close to it; `$5 and $6` is money.
FORMULA = re.compile(r"\$(?!\s)([^$]{1,200}?)(?<!\s)\$(?!\d)")
SECONDS = 1.0


def render(
    source: str,
    *,
    id_prefix: str = "",
    seconds: float = SECONDS,
    references: References | None = None,
    macros: Mapping[str, str] | None = None,
) -> str:
    """Return the safe HTML of a text.

    What `references` knows becomes links, and it says afterwards what of it was named; `macros` are commands in
    formulas beside those of LaTeX, with their definitions. Every id begins with
    `id_prefix`, so that the footnotes of two texts on one page differ. After `seconds` of this thread's computing time
    the text, or what is left of its formulas, is shown as it was written. Sentences about what could not be set are
    in the present language.
    """
    source = readable(source)
    try:
        html = parsing.to_html(
            source, id_prefix=id_prefix, allowance=Allowance(seconds), references=references, macros=macros
        )
        html = clean(html, id_prefix=id_prefix)
    except TooHard:
        return as_written(source)
    return html if len(html) <= MAX_HTML else as_written(source)


def plain(source: str, *, seconds: float = SECONDS) -> str:
    """Return the text without its marks, a line a paragraph, for mails and excerpts. Formulas are Unicode."""
    source = readable(source)
    try:
        return parsing.to_text(source, allowance=Allowance(seconds))
    except TooHard:
        return source


def title(source: str) -> str:
    """Return a title, which has no marks of Markdown, with its formulas in Unicode."""
    return FORMULA.sub(lambda found: in_a_line(found[1]), source)


def has_maths(html: str) -> bool:
    """Return whether there is a formula in HTML that `render` returned."""
    return "<math" in html


def as_written(source: str) -> str:
    sentence = _("This text is too deeply nested or too large to be set, so it is shown as it was written.")
    return f'<p class="notice warn">{escape(sentence)}</p>\n<pre>{escape(source)}</pre>\n'
