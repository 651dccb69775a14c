"""The words of made-up texts, and how often each is drawn: the n-th word about 1/n as often as the first (Zipf)."""

import random
from itertools import accumulate, product

LATIN_WORDS, CHINESE_WORDS = 30_000, 8_000
ONSETS = ("b", "br", "c", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v", "z")
VOWELS = ("a", "e", "i", "o", "u", "ia", "ou")
CODAS = ("", "", "", "l", "m", "n", "r", "s", "x")


def latin_words() -> list[str]:
    """Return invented words of two syllables or more, the most usual first; usual words are mostly short."""
    rng = random.Random("latin words")  # noqa: S311 - a load, not a secret
    syllables = ["".join(parts) for parts in product(ONSETS, VOWELS)]
    made: dict[str, None] = {}
    while len(made) < LATIN_WORDS:
        made["".join(rng.choices(syllables, k=rng.choice((2, 2, 3, 3, 4)))) + rng.choice(CODAS)] = None
    return sorted(made, key=lambda word: len(word) + rng.uniform(0, 6))


def chinese_words() -> list[str]:
    """Return words of two characters each, out of the 3,755 usual ones, the most usual word first."""
    rng = random.Random("chinese words")  # noqa: S311
    rows = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    characters = [code.decode("gb2312") for code in list(rows)[:3755]]
    rng.shuffle(characters)
    made: dict[str, None] = {}
    while len(made) < CHINESE_WORDS:
        # Some characters stand in many words.
        made["".join(characters[int(len(characters) * rng.random() ** 2)] for _ in range(2))] = None
    return list(made)


LATIN = latin_words()
CHINESE = chinese_words()
LATIN_SHARES = list(accumulate(1 / (rank + 3) for rank in range(LATIN_WORDS)))
CHINESE_SHARES = list(accumulate(1 / (rank + 3) for rank in range(CHINESE_WORDS)))


def latin(rng: random.Random, count: int) -> list[str]:
    """Return so many words, drawn by their shares."""
    return rng.choices(LATIN, cum_weights=LATIN_SHARES, k=count)


def chinese(rng: random.Random, count: int) -> list[str]:
    return rng.choices(CHINESE, cum_weights=CHINESE_SHARES, k=count)
