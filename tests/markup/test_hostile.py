import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from papers import markup
from papers.markup import maths
from papers.markup.limits import Allowance
from tests.notes.hostile import TEXTS, dangers

SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](vbscript:x) [b](data:text/html,<script>alert(1)</script>) [c](file:///etc/passwd)",
    "<javascript:alert(1)> <svg:svg> <data:x>",
    "[a]\n\n[a]: javascript:alert(1)",
    "![a](javascript:alert(1))",
    '[a](https://x.org "onmouseover=alert(1)")',
    '```"onclick=alert(1)\nx\n```',
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<div hx-get=/organise/ hx-trigger=load id=location class=notice style=color:red>x</div>",
    r"$\href{javascript:alert(1)}{x}$ $\url{javascript:alert(1)}$ $\includegraphics{https://example.org/x.png}$",
    r"$\htmlClass{a}{x}$ $\htmlId{a}{x}$ $\htmlStyle{color:red}{x}$ $\htmlData{a=b}{x}$",
    r"$\class{a}{x}$ $\id{a}{x}$ $\style{color:red}{x}$ $\data{a=b}{x}$",
    r"$\text{<script>alert(1)</script>}$ $\text{</math><img src=x onerror=alert(1)>}$",
    r"$\color{red;background:url(https://example.org)}x$ $\color{expression(alert(1))}x$",
    r"$\ref{x' onclick='alert(1)}$ $\label{<script>}\tag{<b>}x$",
    r"$\unicode{x3c}script\unicode{x3e}$ $\char`\<script>$",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "- [x] <script>alert(1)</script>",
    "| <script> |\n|--|\n| javascript:alert(1) |",
]


@pytest.mark.parametrize("source", [*TEXTS.values(), *SCRIPTS])
def test_nothing_runs_loads_or_breaks_out(source):
    html = markup.render(source, id_prefix="t-")
    assert dangers(html) == []
    assert not {tag for tag, _ in elements(html)} & {
        "script",
        "img",
        "svg",
        "style",
        "iframe",
        "form",
        "textarea",
        "b",
    }
    names = {name for _, attributes in elements(html) for name, _ in attributes}
    assert not {name for name in names if name.startswith(("on", "hx-", "data-")) or name in {"style", "src"}}
    addresses = [value or "" for _, attributes in elements(html) for name, value in attributes if name == "href"]
    assert all(re.match(r"https?://|mailto:|[/#]", address, re.IGNORECASE) for address in addresses)


def elements(html: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Return the elements with their attributes, as a browser would see them."""
    found: list[tuple[str, list[tuple[str, str | None]]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, attributes))  # type: ignore[method-assign]
    parser.feed(html)
    return found


def test_raw_html_is_shown_as_it_was_written():
    assert markup.render("<b>a</b>") == "<p>&lt;b&gt;a&lt;/b&gt;</p>\n"


def test_what_no_page_can_hold_is_marked():
    assert markup.render("a\x00b\x08\x7f\ud800c") == "<p>a\ufffdb\ufffd\ufffd\ufffdc</p>\n"


@pytest.mark.parametrize(
    "source", ["user\u202egnp.exe", "a &#x202e; b", r"$\text{" + "\u202e" + r"a} \char`\‮$", "`\u2066x`"]
)
def test_letters_stay_in_the_order_in_which_they_were_written(source):
    html = markup.render(source)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)


def test_emoji_and_marks_of_direction_stay():
    assert markup.render("\U0001f469\u200d\U0001f52c a\u200fb e\u0301") == (
        "<p>\U0001f469\u200d\U0001f52c a\u200fb e\u0301</p>\n"
    )


MANY = markup.MAX_BYTES
BOMBS = {
    "quotes": ">" * MANY,
    "brackets": "[" * MANY,
    "links": "[a](" * (MANY // 4),
    "images": "![" * (MANY // 2),
    "stars": "*a **b " * (MANY // 7),
    "backticks": "".join("`" * n + " " for n in range(440)),
    "lists": "\n".join(" " * n + "- a" for n in range(400)),
    "list marks": "- " * (MANY // 2),
    "tasks": "- [ ] a\n" * (MANY // 8),
    "table": "|" + "a|" * 220 + "\n|" + "-|" * 220 + ("\n|" + "a|" * 220) * 220,
    "short rows": "|a" * 10_000 + "\n" + "|-" * 10_000 + "\n" + "a\n" * 30_000,
    "dollars": "$" * MANY,
    "open dollars": "$$\n" * (MANY // 3),
    "open brackets": "\\[\n" * (MANY // 3),
    "open parentheses": "\\(a" * (MANY // 3),
    "formulas": "$x$ " * (MANY // 4),
    "different formulas": "".join(f"$x_{{{n}}}$ " for n in range(10_000)),
    "addresses": "http://a" * (MANY // 8),
    "brackets of addresses": "http://a.b/" + "(" * MANY,
    "footnotes": "".join(f"[^{n}]" for n in range(5000)) + "".join(f"\n\n[^{n}]: a" for n in range(5000)),
    "notes in notes": "^[" * (MANY // 2),
    "tags": "<a" * (MANY // 2),
    "one long word": "x" * MANY,
    "1 MB": "long " * 200_000,
}


@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_shown_and_does_not_grow(source):
    html = markup.render(source)
    assert len(html) <= markup.MAX_HTML + 10 * len(source)
    assert dangers(html) == []
    assert markup.plain(source) is not None


@pytest.mark.parametrize(
    "latex",
    [
        "{" * 3000 + "}" * 3000,
        r"\sqrt{" * 900 + "}" * 900,
        r"\frac{1}{" * 100 + "x" + "}" * 100,
        r"\begin{matrix}" + "a&" * 4000 + r"\end{matrix}",
        r"\def\a#1{#1#1#1#1#1#1#1#1}\a{\a{\a{\a{\a{\a{x}}}}}}",
        r"\def\a{\a\a}\a",
        "x" * (maths.MAX_LATEX + 1),
        r"\left(" * 500,
    ],
    ids=["braces", "roots", "fractions", "matrix", "macros", "loop", "length", "brackets"],
)
def test_a_formula_that_is_too_hard_is_shown_as_written_and_the_next_is_set(latex):
    html = markup.render(f"${latex}$ and $y$")
    assert html.count("maths-error") == 1
    assert "<math><mi>y</mi></math>" in html


def test_lengths_have_an_end():
    html = maths.mathml(r"\hspace{99999em} \rule{9999em}{9999em}", display=True)
    assert all(float(length) <= 20 for length in re.findall(r'="([\d.]+)em"', html))


def test_a_text_that_takes_too_long_is_shown_as_it_was_written():
    html = markup.render("# Title <b>", seconds=0)
    assert html.startswith('<p class="notice warn">')
    assert "<pre># Title &lt;b&gt;</pre>" in html
    assert markup.plain("# Title", seconds=0) == "# Title"


def test_text_that_is_nested_too_deeply_is_not_left_out():
    html = markup.render("> " * 200 + "the point")
    assert "the point" in html
    assert "<blockquote>" not in html


def test_when_the_time_for_formulas_is_spent_the_others_are_shown_as_written():
    formulas = maths.Formulas(Allowance(0))
    assert "<code>$x$</code> <span>There are too many formulas" in formulas.html("x", display=False, written="$x$")


PIECES = st.sampled_from(
    [
        "a",
        "中文",
        " ",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "> ",
        "- ",
        "1. ",
        "# ",
        "```",
        "~~~",
        "`",
        "*",
        "**",
        "_",
        "~~",
        "[",
        "]",
        "(",
        ")",
    ]
    + [
        "![",
        "](",
        "[^1]",
        "[^1]: ",
        "^[",
        "[x] ",
        "|",
        "|--|",
        "$",
        "$$",
        "\\",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "{",
        "}",
        "^",
        "&",
        "&#x202e;",
    ]
    + [
        "<",
        ">",
        "<script>",
        "https://",
        "https://a.b/",
        "javascript:",
        "mailto:",
        '"',
        "'",
        "=",
        ":",
        "\x00",
        "\u202e",
        "\U0001f600",
    ]
    + [
        r"\frac",
        r"\text{",
        r"\begin{matrix}",
        r"\end{matrix}",
        r"\color{red}",
        r"\href{javascript:x}",
        r"\def\a",
        r"\a",
        "%",
        "\ud800",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=200)))
@example("[^1]: - [^1]: ")
def test_any_text_is_rendered_and_safe(source):
    html = markup.render(source, id_prefix="t-")
    assert dangers(html) == []
    assert all(name.startswith("t-fn") for name in re.findall(r'\sid="([^"]*)"', html))
    html.encode()
    markup.plain(source).encode()


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_formula_is_set_or_refused_with_a_sentence(latex):
    html = markup.render(f"```math\n{latex}\n```")
    assert dangers(html) == []
    assert "<math" in html or "maths-error" in html or "<pre>" in html
