"""Made-up texts: English, Chinese, or both in one text."""

import random

from papers.synthetic.vocabulary import chinese, latin

# How many clauses of a text are Chinese, by how often there is such a text.
ENGLISH, MIXED, ALL_CHINESE = 0.0, 0.5, 1.0
KINDS, KIND_SHARES = (ENGLISH, MIXED, ALL_CHINESE), (0.5, 0.8, 1.0)


def title(rng: random.Random) -> str:
    if rng.random() < 0.25:
        return "".join(chinese(rng, rng.randint(4, 8)))
    return " ".join(latin(rng, rng.randint(4, 10))).capitalize()


def text(rng: random.Random, least: int, most: int) -> str:
    """Return a text of so many clauses, in paragraphs of some."""
    is_chinese = rng.choices(KINDS, cum_weights=KIND_SHARES)[0]
    clauses = [clause(rng, rng.random() < is_chinese) for _ in range(rng.randint(least, most))]
    return "\n\n".join(" ".join(clauses[at : at + 6]) for at in range(0, len(clauses), 6))


def clause(rng: random.Random, is_chinese: bool) -> str:
    if is_chinese:
        return "".join(chinese(rng, rng.randint(3, 8))) + "。"
    return " ".join(latin(rng, rng.randint(4, 12))).capitalize() + "."


def html_of(made: str) -> str:
    """Return what `papers.markup.render` makes of a text from here, without parsing it: there is no markup in it."""
    return "".join(f"<p>{paragraph}</p>\n" for paragraph in made.split("\n\n"))


def alias(rng: random.Random) -> str:
    return "".join(word.capitalize() for word in latin(rng, 2))


def name(rng: random.Random) -> str:
    return " ".join(word.capitalize() for word in latin(rng, 2))
