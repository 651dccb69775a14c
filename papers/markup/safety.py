"""What may stand in the HTML of a text. The only list of it: everything that is not named here is taken out."""

import re
from collections.abc import Callable

import nh3

SCHEMES = {"http", "https", "mailto"}

HTML = {
    "a": {"href", "title", "class", "id"},
    "blockquote": {"dir"},
    "br": set(),
    "code": {"class"},
    "s": set(),
    "div": {"class"},
    "em": set(),
    "h4": {"dir"},
    "h5": {"dir"},
    "h6": {"dir"},
    "hr": {"class"},
    "img": {"src", "alt", "width", "height", "loading"},
    "input": {"type", "checked", "disabled"},
    "label": set(),
    "li": {"class", "dir", "id"},
    "ol": {"class", "start", "dir"},
    "p": {"dir", "class"},
    "pre": {"dir"},
    "section": {"class"},
    "span": {"class"},
    "strong": set(),
    "sup": {"class"},
    "table": set(),
    "tbody": set(),
    "td": {"class", "dir"},
    "th": {"class", "dir"},
    "thead": set(),
    "tr": set(),
    "ul": {"class", "dir"},
}
# Of MathML Core, without what links, loads or runs.
MATHML = (
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt "
    "mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"
)
MATHML_ATTRIBUTES = (
    "accent accentunder class columnspan depth display displaystyle fence form height largeop linethickness lspace "
    "mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowspan rspace scriptlevel "
    "separator stretchy symmetric voffset width"
)
ATTRIBUTES = HTML | dict.fromkeys(MATHML.split(), set(MATHML_ATTRIBUTES.split()))

# The engine's own classes begin so (maths.js); the others are those of the parser and its plug-ins.
CLASS = re.compile(
    r"(?:tml|chr|wbk|ff)-[\w-]{1,20}|language-[\w+#.-]{1,40}|footnote[\w-]{0,10}|task-list-item|contains-task-list"
    r"|hl-[a-z0-9]{1,4}|center|right|ref|maths|maths-error|long|math(?:cal|scr)"
)

# The address of a figure of this site, which has its size in pixels.
FIGURE = re.compile(r"/figures/[\w-]{22}/([1-9][0-9]{0,3})x([1-9][0-9]{0,3})/", re.ASCII)

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Embeddings, overrides and isolates: with them a text shows other words than those that are in it.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def readable(source: str) -> str:
    """Return the text with a mark for each character that no page can hold, in the order in which it was written."""
    return _DIRECTIONS.sub("", _CONTROLS.sub("\ufffd", source))


def clean(html: str, *, id_prefix: str) -> str:
    """Return the HTML with nothing in it that is not allowed; ids that do not begin with `id_prefix` are lost."""
    cleaned = nh3.clean(
        html,
        tags=set(ATTRIBUTES),
        clean_content_tags=set(),
        attributes=ATTRIBUTES,
        attribute_filter=_filter(id_prefix),
        url_schemes=SCHEMES,
        link_rel="nofollow noopener ugc",
        strip_comments=True,
    )
    # Once more: `&#x202e;` and LaTeX can name the characters that were taken out of the source.
    return readable(cleaned)


def _filter(id_prefix: str) -> Callable[[str, str, str], str | None]:
    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return " ".join(word for word in value.split() if CLASS.fullmatch(word)) or None
        if name == "id":
            return value if value.startswith(f"{id_prefix}fn") else None
        if tag == "img" and name == "src":
            return value if FIGURE.fullmatch(value) else None
        if tag == "input" and name == "type":
            return "checkbox"
        return value

    return kept
