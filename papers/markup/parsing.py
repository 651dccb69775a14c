"""Markdown to HTML that is not yet safe, and to plain text."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from papers.markup.chinese import chinese
from papers.markup.code import coloured
from papers.markup.dollars import dollars
from papers.markup.limits import Allowance, TooHard
from papers.markup.maths import Formulas
from papers.markup.references import References, refer
from papers.markup.safety import FIGURE, SCHEMES
from papers.markup.unicode_maths import in_a_line

Result = TypeVar("Result")

# Quotes and lists in each other; markdown-it itself would leave out what is deeper, without a word.
DEEPEST = 30
# The page's title, its sections and the threads have the first three levels.
DEMOTED_BY = 3
# Written from right to left: only texts with such letters ask the browser for each paragraph's direction.
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
TASK = re.compile(r"\[[ xX]\] ")
DIRECTED = {"paragraph_open", "heading_open", "list_item_open", "td_open", "th_open"}


def to_html(
    source: str,
    *,
    id_prefix: str,
    allowance: Allowance,
    references: References | None = None,
    macros: Mapping[str, str] | None = None,
) -> str:
    """Return the HTML of a text. Raises TooHard."""
    env = {
        "allowance": allowance,
        "formulas": Formulas(allowance, macros),
        "id_prefix": id_prefix,
        "refers": references,
    }
    return _within(lambda: PARSER.render(source, env))


def to_text(source: str, *, allowance: Allowance) -> str:
    """Return the words of a text, a line for each paragraph, cell and line of code. Raises TooHard."""
    tokens = _within(lambda: PARSER.parse(source, {"allowance": allowance}))
    return "\n".join(line for line in _lines(tokens, allowance) if line.strip())


def quotes(source: str, *, allowance: Allowance) -> Iterator[str]:
    """Return the words of each quote that stands in no other one, in a line. Raises TooHard."""
    begin, depth = 0, 0
    tokens = _within(lambda: PARSER.parse(source, {"allowance": allowance}))
    for at, token in enumerate(tokens):
        if token.type == "blockquote_open":
            begin, depth = (begin if depth else at), depth + 1
        elif token.type == "blockquote_close":
            depth -= 1
            if not depth:
                yield " ".join(" ".join(_lines(tokens[begin:at], allowance)).split())


def _within(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except RecursionError:
        raise TooHard from None


def _lines(tokens: Sequence[Token], allowance: Allowance) -> Iterator[str]:
    for token in tokens:
        allowance.check()
        if token.type == "inline":
            yield "".join(_words(token.children or [], allowance))
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n")
        elif token.type == "math_block":
            yield in_a_line(token.content)


def _words(tokens: Sequence[Token], allowance: Allowance | None = None) -> Iterator[str]:
    for token in tokens:
        if token.type in ("text", "text_special", "code_inline", "figure"):
            yield token.content
        elif token.type == "image":
            yield from _words(token.children or [], allowance)
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type == "math_inline":
            if allowance is not None:
                allowance.check()
            yield in_a_line(token.content)


def _parser() -> MarkdownIt:
    options = {"html": False, "typographer": False, "maxNesting": 2 * DEEPEST}
    md = MarkdownIt("commonmark", options).enable(["table", "strikethrough", "linkify"])
    md.validateLink = _is_link  # type: ignore[method-assign]
    md.use(footnote_plugin).use(dollars).use(chinese)
    md.block.ruler.before("table", "allowance", _stop_block)
    md.inline.ruler.before("text", "allowance", _stop_inline)
    # Before the footnotes are taken from their places, which may leave a list without its end.
    md.core.ruler.after("inline", "tasks", _tasks)
    md.core.ruler.after("tasks", "refer", refer)
    md.core.ruler.push("demote", _demote)
    md.core.ruler.push("images", _images)
    md.core.ruler.push("direct", _direct)
    for name in ("math_inline", "math_block"):
        md.add_render_rule(name, _formula)
    md.add_render_rule("figure", _figure)
    md.add_render_rule("fence", _fence)
    for name in ("td_open", "th_open"):
        md.add_render_rule(name, _cell)
    md.add_render_rule("footnote_ref", _footnote_ref)
    md.add_render_rule("footnote_open", _footnote_open)
    md.add_render_rule("footnote_anchor", _footnote_anchor)
    return md


def _is_link(url: str) -> bool:
    """Return whether an address may be a link: relative, or of a scheme that loads and runs nothing here."""
    try:
        scheme = urlsplit(url.strip()).scheme
    except ValueError:
        return False
    return scheme.lower() in SCHEMES or not (scheme or re.match(r"[^/?#]*:", url.strip()))


def _stop_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.level > DEEPEST:
        raise TooHard
    state.env["allowance"].check()
    return False


def _stop_inline(state: StateInline, silent: bool) -> bool:
    state.env["allowance"].check()
    return False


def _demote(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + DEMOTED_BY, 6)}"


def _tasks(state: StateCore) -> None:
    """Make list items that begin with [ ] or [x] tasks. The plug-in for it takes quadratic time."""
    lists: list[Token] = []
    for index, token in enumerate(state.tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif (
            token.type == "inline"
            and token.children
            and index > 1
            and state.tokens[index - 2].type == "list_item_open"
        ):
            first = token.children[0]
            if first.type != "text" or not TASK.match(first.content):
                continue
            lists[-1].attrSet("class", "contains-task-list")
            state.tokens[index - 2].attrSet("class", "task-list-item")
            checked = " checked" if first.content[1] != " " else ""
            first.content = first.content[4:]
            box = Token("html_inline", "", 0, content=f'<label><input type="checkbox" disabled{checked}> ')
            token.children = [box, *token.children, Token("html_inline", "", 0, content="</label>")]


def _images(state: StateCore) -> None:
    """Let figures of this site stand, and make other images links: no text makes a page load from other hosts."""
    for token in state.tokens:
        if token.children and any(child.type == "image" for child in token.children):
            token.children = list(_with_links(token.children))


def _with_links(tokens: Sequence[Token]) -> Iterator[Token]:
    links = 0
    for token in tokens:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "image":
            yield token
            continue
        address = str(token.attrGet("src") or "")
        alt = "".join(_words(token.children or [])) or token.content
        text = Token("text", "", 0, content=alt or address)
        if figure := FIGURE.fullmatch(address):
            width, height = figure.groups()
            attributes = {"src": address, "width": width, "height": height}
            yield Token("figure", "img", 0, content=alt, attrs=attributes)
        elif links or not address:
            yield text
        else:
            yield Token("link_open", "a", 1, attrs={"href": address})
            yield text
            yield Token("link_close", "a", -1)


def _figure(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """Return a figure with its size, so that the page does not jump when it comes."""
    token = tokens[index]
    facts = " ".join(f'{name}="{value}"' for name, value in token.attrs.items())
    return f'<img {facts} alt="{escape(token.content)}" loading="lazy">'


def _direct(state: StateCore) -> None:
    if RIGHT_TO_LEFT.search(state.src):
        for token in state.tokens:
            if token.type in DIRECTED:
                token.attrSet("dir", "auto")


def _formula(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    token = tokens[index]
    display = token.info == "display"
    html = env["formulas"].html(token.content, display=display, written=token.markup)
    if not display:
        return html
    tag = "div" if token.block else "span"
    return f'<{tag} class="maths">{html}</{tag}>\n'


def _fence(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    token = tokens[index]
    language = unescapeAll(token.info).strip().split(maxsplit=1)[:1]
    name = f' class="language-{escape(language[0])}"' if language else ""
    code = coloured(token.content, language[0] if language else "", env["allowance"])
    return f"<pre><code{name}>{code}</code></pre>\n"


def _cell(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """Align by a class: the policy forbids styles."""
    token = tokens[index]
    style = str(token.attrs.pop("style", ""))
    side = style.removeprefix("text-align:")
    if side in ("center", "right"):
        token.attrSet("class", side)
    return self.renderToken(tokens, index, options, env)


def _footnote_ref(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    number, place = _footnote(tokens[index])
    prefix = env["id_prefix"]
    return f'<sup class="footnote-ref"><a href="#{prefix}fn-{number}" id="{prefix}fnref-{place}">[{number}]</a></sup>'


def _footnote_open(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    return f'<li id="{env["id_prefix"]}fn-{_footnote(tokens[index])[0]}" class="footnote-item">'


def _footnote_anchor(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    return (
        f' <a href="#{env["id_prefix"]}fnref-{_footnote(tokens[index])[1]}" class="footnote-backref">\u21a9\ufe0e</a>'
    )


def _footnote(token: Token) -> tuple[int, str]:
    """Return the footnote's number, and the name of this place among those that refer to it."""
    number, again = token.meta["id"] + 1, token.meta.get("subId", 0)
    return number, f"{number}-{again + 1}" if again > 0 else f"{number}"


PARSER = _parser()
