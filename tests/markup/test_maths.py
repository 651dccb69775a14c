import re
import threading

import pytest
from django.conf import settings
from django.utils import translation

from papers import markup
from papers.markup import maths

STATIC = settings.BASE_DIR / "papers" / "static" / "papers"


@pytest.mark.parametrize("source", ["$x$", r"\(x\)", "$`x`$", "损失$x$是"])
def test_formulas_within_a_line(source):
    html = markup.render(source)
    assert "<math><mi>x</mi></math>" in html
    assert markup.has_maths(html)


@pytest.mark.parametrize(
    "source",
    ["$$\nx\n$$", "$$x$$", "\\[\nx\n\\]", "```math\nx\n```", "Text:\n$$\nx\n$$\nmore", "> $$\n> x\n> $$", "- $$x$$"],
)
def test_formulas_on_a_line_of_their_own(source):
    html = markup.render(source)
    assert re.search(r'<div class="maths"><math display="block" class="tml-display"><mi>x</mi></math></div>', html)


def test_a_displayed_formula_within_a_paragraph_stays_in_it():
    html = markup.render("so $$x$$ holds")
    assert html.startswith('<p>so <span class="maths"><math display="block"')
    assert html.count("<p>") == 1


@pytest.mark.parametrize(
    "source",
    [
        "It costs $5 and $6.",
        "between $5-$6",
        "5$ or 6$",
        r"\$x\$",
        "`$x$`",
        "```\n$x$\n```",
        "a $ b $ c",
        "$",
        "$$",
        "$$$$",
        "$$\nnever closed\n\nnext",
        r"\(\)",
    ],
)
def test_what_is_no_formula_stays_text(source):
    html = markup.render(source)
    assert not markup.has_maths(html)
    assert "maths" not in html


def test_underscores_and_stars_belong_to_the_formula():
    html = markup.render("$a_{b}$ and $c_{d}$, $x*y$ and $z*w$")
    assert html.count("<math") == 4
    assert "<em>" not in html


def test_markdown_around_a_formula_goes_on():
    html = markup.render("**bold $x$**, | and\n\n| a |\n|--|\n| $y$ |")
    assert "<strong>bold <math><mi>x</mi></math></strong>" in html
    assert "<td><math><mi>y</mi></math></td>" in html


ALPHABETS = {
    r"\mathbb{E}": "𝔼",
    r"\mathcal{L}": "ℒ",
    r"\mathbf{x}": "𝐱",
    r"\mathfrak{g}": "𝔤",
    r"\boldsymbol{\theta}": "𝜽",
}


@pytest.mark.parametrize(("latex", "letter"), ALPHABETS.items())
def test_alphabets_are_letters_because_browsers_draw_no_variants(latex, letter):
    assert letter in maths.mathml(latex, display=False)


FORMULAS = [
    r"\mathrm{softmax}\!\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
    r"\begin{aligned} a &= b \\ &\le c \end{aligned}",
    r"\begin{cases} x & \text{若 } x > 0 \\ 0 & \text{otherwise} \end{cases}",
    r"\left.\begin{array}{|c|c:c|} \hline a & b & c\\ \hdashline d & e & f\end{array}\right\}",
    r"\begin{CD} A @>a>> B \\ @VbVV @VVcV \\ C @>>d> D \end{CD}",
    r"\underbrace{x}_{y} \xrightarrow{f} \boxed{z} \cancel{a} \bcancel{b} \xcancel{c} \colorbox{red}{k}",
    r"x = 1 \tag{7}",
    r"\begin{align} a &= b \\ c &= d \end{align}",
    r"\hspace{-3em} \mathllap{x} \mathclap{y} \raisebox{1em}{z} \pmb{w} \reflectbox{v} \cancelto{0}{u}",
    r"\def\arraystretch{1.5}\begin{array}{cc} a & b \end{array} \bordermatrix{a & b \cr c & d \cr}",
    r"\DeclareMathOperator{\KL}{KL} \KL(p\|q) \abs{x} \norm{y} \mathbbm{1} \mathop{\mathrm{arg}}_x",
    r"\widehat{ABC} \widetilde{xyz} \vec{v} f' \overline{AB} \large x \dfrac12 \substack{a\\b} {a \over b}",
]


@pytest.mark.parametrize("latex", FORMULAS)
def test_what_papers_write_is_set_without_styles_and_passes_the_allowlist_whole(latex):
    made = maths.mathml(latex, display=True)
    assert " style=" not in made
    kept = markup.render(f"$${latex}$$")
    assert "maths-error" not in kept
    assert sorted(re.findall(r"<(\w+)", made)) == sorted(re.findall(r"<(\w+)", inner(kept)))
    assert sorted(re.findall(r'([\w-]+)="', made)) == sorted(re.findall(r'([\w-]+)="', inner(kept)))


def inner(html: str) -> str:
    return html[html.index("<math") : html.index("</math>")]


def test_every_class_of_our_own_that_the_engine_gives_has_a_style():
    css = (STATIC / "css" / "maths.css").read_text()
    script = (settings.BASE_DIR / "papers" / "markup" / "maths.js").read_text()
    given = set(re.findall(r'add\("([a-z]+)"\)', script)) | {"back", "long", "display", "eqn"}
    assert len(given) > 10
    assert {name for name in given if f".tml-{name}" not in css} == set()


def test_an_operator_that_the_engine_would_hide_is_shown():
    html = maths.mathml(r"\mathop{\mathrm{KL}}(p)", display=True)
    assert not re.search(r"<mo[^>]*><", html)
    assert "KL" in html


@pytest.mark.parametrize("latex", [r"\frac{1", r"\undefined", "x^", "a_b_c", r"\begin{aligned}a", "}"])
def test_a_broken_formula_is_shown_as_written_with_the_reason(latex):
    html = markup.render(f"before ${latex}$ after")
    assert not markup.has_maths(html)
    assert f'<span class="maths-error"><code>${latex}$</code> <span>This formula was not understood' in html
    assert html.startswith("<p>before ")
    assert html.endswith(" after</p>\n")


def test_the_reason_is_in_the_language_of_the_writer_and_names_what_is_wrong():
    with translation.override("en"):
        assert "Unsupported function name: \\undefined" in markup.render(r"$\undefined$")


def test_a_formula_leaves_nothing_behind_for_the_next():
    assert markup.has_maths(markup.render(r"$\gdef\frac{\relax}\newcommand{\mine}{x}$"))
    html = markup.render(r"$\frac{1}{2}$ $\mine$")
    assert "<mfrac>" in html
    assert "Unsupported function name: \\mine" in html


def test_each_thread_has_an_engine_of_its_own():
    htmls: list[str] = []
    threads = [threading.Thread(target=lambda: htmls.append(markup.render(r"$\frac{1}{2}$"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert htmls == [markup.render(r"$\frac{1}{2}$")] * 8


def test_the_fonts_that_the_style_names_are_there_with_their_licence():
    css = (STATIC / "css" / "maths.css").read_text()
    names = re.findall(r'url\("\.\./fonts/([\w.-]+)"\)', css)
    assert sorted(names) == ["maths-rare.woff2", "maths.woff2"]
    assert all((STATIC / "fonts" / name).read_bytes().startswith(b"wOF2") for name in names)
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text()
