"""Code in colours, for the languages that papers and their readers use."""

from django.utils.html import escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from papers.markup.limits import Allowance

# Pygments knows some 500 languages; these have lexers that take time in proportion to the text.
LANGUAGES = {
    *("bash", "c", "console", "cpp", "css", "cuda", "diff", "go", "html", "java", "javascript", "js", "json", "julia"),
    *(
        "latex",
        "lua",
        "py",
        "python",
        "r",
        "rust",
        "sh",
        "sql",
        "tex",
        "toml",
        "ts",
        "typescript",
        "xml",
        "yaml",
        "yml",
    ),
}
# Longer blocks are shown without colours: some lexers take quadratic time (0.4 s for the worst that was found).
LONGEST = 6_000
FORMATTER = HtmlFormatter(nowrap=True, classprefix="hl-")


def coloured(code: str, language: str, allowance: Allowance) -> str:
    """Return the code as HTML with classes by kind of word; without them where the language is not known."""
    name = language.lower()
    if name not in LANGUAGES or len(code) > LONGEST or allowance.is_spent():
        return escape(code)
    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(code)
    return highlight(code, lexer, FORMATTER)
