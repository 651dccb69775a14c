"""What Markdown gets wrong between Chinese characters, where no spaces are: bare addresses and emphasis."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

LETTERS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
MARKS = "\u3000-\u303f\uff00-\uffef\u2018-\u201d\u2026\u2014\u00b7"
BOTH = re.compile(f"[{LETTERS}\u3000-\u303f\uff00-\uffef]")

SCHEME = re.compile(r"(?<![a-z0-9.+-])https?\Z", re.IGNORECASE)
# Chinese marks end an address, and so do Chinese letters, unless a part of it begins with them: /wiki/注意力机制
ADDRESS = re.compile(
    rf"://(?: [^\s<>\"`{{}}|\\^\[\]{MARKS}{LETTERS}] | (?<=[/=#&?_{LETTERS}-]) [{LETTERS}] )+", re.VERBOSE
)
AFTER = "?!.,:;*_~'$"


def chinese(md: MarkdownIt) -> None:
    """Teach the parser addresses without marks around them, and emphasis beside Chinese punctuation."""
    md.inline.ruler.at("linkify", address)
    md.inline.parse = parse  # type: ignore[method-assign]


def address(state: StateInline, silent: bool) -> bool:
    """Make `https://…` in the text a link. The scheme before the colon is already taken for text."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = SCHEME.search(state.src[max(state.pos - 6, 0) : state.pos])
    found = ADDRESS.match(state.src, state.pos, state.posMax)
    if scheme is None or found is None or not (silent or state.pending.endswith(scheme[0])):
        return False
    rest = without_end(found[0])
    if len(rest) <= len("://"):
        return False
    if not silent:
        state.pending = state.pending.removesuffix(scheme[0])
        url = scheme[0] + rest
        state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(url)}
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def without_end(url: str) -> str:
    """Return the address without the marks that belong to the sentence around it."""
    surplus = url.count(")") - url.count("(")
    end = len(url)
    while end:
        if url[end - 1] == ")" and surplus > 0:
            surplus -= 1
        elif url[end - 1] not in AFTER:
            break
        end -= 1
    return url[:end]


class Inline(StateInline):
    """Lets emphasis begin and end beside Chinese characters: CommonMark wants spaces around `**“引号”**`."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        scanned = super().scanDelims(start, canSplitWord)
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if not canSplitWord or not (BOTH.match(before) or BOTH.match(after)):
            return scanned
        return Scanned(
            scanned.can_open or not after.isspace(), scanned.can_close or not before.isspace(), scanned.length
        )


def parse(src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
    """Do what ParserInline.parse does, with our own state."""
    state = Inline(src, md, env, tokens)
    md.inline.tokenize(state)
    for rule in md.inline.ruler2.getRules(""):
        rule(state)
    return state.tokens
