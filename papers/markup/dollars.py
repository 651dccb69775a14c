r"""Where a formula is: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, `` $`…`$ `` and fenced blocks named math.

The tokens are `math_inline` and `math_block`; `content` is the LaTeX, `markup` what stood before it, `info` "display"
for formulas on a line of their own.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

# A price is no formula: within a single dollar there is no space at either end, and no digit outside.
INLINE = re.compile(
    r"""
    \$\$ (?P<double> (?: [^$\\] | \\. | \$(?!\$) )+ ) \$\$
    | \$` (?P<code> [^`]+ ) `\$
    | (?<! \d) \$ (?![\s$]) (?P<single> (?: [^$\\] | \\. )+ ) (?<! \s) \$ (?! \d )
    | \\\( (?P<round> (?: [^\\] | \\[^()] )+ ) \\\)
    | \\\[ (?P<square> (?: [^\\] | \\[^\[\]] )+ ) \\\]
    """,
    re.VERBOSE | re.DOTALL,
)
BLOCKS = {"$$": "$$", "\\[": "\\]"}


def dollars(md: MarkdownIt) -> None:
    """Teach the parser formulas."""
    md.inline.ruler.before("escape", "math_inline", inline)
    md.block.ruler.before("fence", "math_block", block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.core.ruler.after("block", "math_fence", fences)


def inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    found = INLINE.match(state.src, state.pos, state.posMax)
    if found is None or found.lastgroup is None or not found[found.lastgroup].strip():
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = found[found.lastgroup].strip()
        token.markup = found[0]
        token.info = "display" if found.lastgroup in ("double", "square") else ""
    state.pos = found.end()
    return True


def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    first = line_of(state, start)
    closing = BLOCKS.get(first[:2])
    if closing is None:
        return False
    last = start
    if closing in first[2:]:
        # With words after it, it is a formula within a paragraph.
        if not first.endswith(closing) or first.count(closing) > (2 if closing == "$$" else 1):
            return False
    else:
        # A mark that is never closed is looked for once, not again from each line on which it stands.
        unclosed = state.env.setdefault("unclosed", {})
        if start < unclosed.get(closing, 0):
            return False
        while True:
            last += 1
            line = line_of(state, last) if last < end and state.sCount[last] >= state.blkIndent else ""
            if not line:
                unclosed[closing] = last
                return False
            if line.endswith(closing):
                break
    written = state.getLines(start, last + 1, state.blkIndent, False).strip()
    latex = written[2:-2].strip()
    if not latex:
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block = True
        token.content, token.markup, token.info = latex, written, "display"
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def fences(state: StateCore) -> None:
    """Make fenced blocks named math formulas."""
    for token in state.tokens:
        if token.type == "fence" and token.info.strip() == "math":
            token.type, token.markup, token.info = "math_block", token.content, "display"
            token.content = token.content.strip()


def line_of(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()
