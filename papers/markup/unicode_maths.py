"""A formula as a line of Unicode, for mails, titles and excerpts: `N_{opt} \\propto C^a` becomes N_opt ∝ Cᵃ.

pylatexenc knows the characters; what is added here is what a line of text needs: raised and lowered letters where
Unicode has them, and brackets where a fraction or an index would otherwise be read wrongly.
"""

import re
from functools import cache

from pylatexenc.latex2text import LatexNodes2Text, get_default_latex_context_db
from pylatexenc.latexwalker import LatexWalkerError

# Longer formulas stay as they were written: nobody reads them in a line.
LONGEST = 400
OWN = {"text", "mathrm", "mathbf", "mathbb", "mathcal", "operatorname", "left", "right", "dfrac", "tfrac"}

RAISED = str.maketrans("0123456789+-=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ")
LOWERED = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
TABLES = {"^": RAISED, "_": LOWERED}

FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
GROUP = re.compile(r"([_^])\{([^{}\\]*)\}")
# After a letter or a bracket: one character, or a group that was put in brackets.
INDEX = re.compile(r"([_^])(?:\x02([^\x02\x03]*)\x03|(\w))")


def in_a_line(latex: str) -> str:
    """Return the formula in Unicode, or the LaTeX between dollars where that cannot be done."""
    written = f"${latex.strip()}$"
    if len(latex) > LONGEST or latex.count("{") != latex.count("}") or not names(latex) <= known():
        return written
    source = FRACTION.sub(lambda found: f"{{{bracketed(found[1])}/{bracketed(found[2])}}}", latex)
    source = GROUP.sub(lambda found: f"{found[1]}\x02{found[2]}\x03", source)
    try:
        text = LatexNodes2Text(math_mode="text").latex_to_text(f"${source}$")
    except (LatexWalkerError, ValueError, IndexError, RecursionError):
        return written
    text = INDEX.sub(lambda found: index(found[1], found[2] if found[2] is not None else found[3]), text)
    # What is missing is not said, but shows.
    return " ".join(text.split()) if text.strip() and "%s" not in text else written


def names(latex: str) -> set[str]:
    return set(re.findall(r"\\([A-Za-z]+)", latex))


@cache
def known() -> set[str]:
    """Return the commands whose characters are known."""
    database = get_default_latex_context_db()
    return {spec.macroname for spec in database.iter_macro_specs()} | OWN | {"begin", "end"}


def bracketed(part: str) -> str:
    """Return a part of a fraction with brackets around it, if it is a sum or a product."""
    return f"({part})" if re.search(r"[-+=\s]|\\(?:cdot|times|pm)\b", part.strip()) else part


def index(sign: str, said: str) -> str:
    """Return what stands above or below the line: as such characters, or after the sign."""
    if all(ord(character) in TABLES[sign] for character in said):
        return said.translate(TABLES[sign])
    return f"{sign}{said}" if said.isalnum() else f"{sign}({said})"
