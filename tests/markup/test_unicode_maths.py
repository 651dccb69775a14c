import pytest

from papers import markup
from papers.markup.unicode_maths import LONGEST, in_a_line


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        ("a_i", "aᵢ"),
        (r"\alpha + \beta", "α + β"),
        (r"\sum_{i=1}^n x_i^2", "∑ᵢ₌₁ⁿ xᵢ²"),
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{a+b}{c}", "(a+b)/c"),
        (r"\mathbb{R}^d", "ℝᵈ"),
        ("10^{12}", "10¹²"),
        ("x_{Ab}", "x_Ab"),
        ("e^{-E/kT}", "e^(-E/kT)"),
        (r"\sqrt{d_k}", "√(dₖ)"),
        (r"\text{softmax}(QK^\top)", "softmax(QK^⊤)"),
        (r"\hat{y} \le 1", "ŷ≤ 1"),
    ],
)
def test_a_formula_is_read_in_a_line(latex, line):
    assert in_a_line(latex).replace(" ", "") == line.replace(" ", "")


@pytest.mark.parametrize("latex", [r"\unknown{x}", "x" * (LONGEST + 1), r"\frac{a", "{" * 200 + "x"])
def test_what_cannot_be_said_so_stays_as_it_was_written(latex):
    assert in_a_line(latex) == f"${latex}$"


def test_mails_and_excerpts_have_each_formula_once():
    assert markup.plain("So $a_i$ and\n\n$$\\alpha^2$$\n\n| $x_1$ |\n|---|\n| `$y$` |") == "So aᵢ and\nα²\nx₁\n$y$"


@pytest.mark.parametrize(
    ("title", "shown"),
    [("Why $\\alpha^2$?", "Why α²?"), ("$5 and $6", "$5 and $6"), ("$ x $", "$ x $"), ("No formula", "No formula")],
)
def test_a_title_shows_its_formulas(title, shown):
    assert markup.title(title) == shown
