"""Text to search words and back: Chinese bigrams and Latin words, without any dictionary.

What is stored and what is asked go through the same `tokens`, so full and half width, capitals, accents and forms of
a word are equal. A tsvector is built here, in Python, and not by PostgreSQL: its answer would depend on the locale of
the database, and its own parser knows no Chinese.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

# Han with its extensions, kana, bopomofo, hangul: written without spaces between words, or nearly so.
CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3100-\u312f\u3131-\u318f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
# A compound is words joined by a hyphen, a middle dot, a full stop and the like, without spaces.
RUNS = re.compile(rf"(?P<cjk>[{CJK}]+)|(?P<latin>[^\W_{CJK}]+(?:[-‐-―·•.,'’/+][^\W_{CJK}]+)*)")
INNER = re.compile(rf"[^\W_{CJK}]+")
# InstructGPT, GPT3, PaLM2: the pieces of a name that is written as one word.
PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# A tsvector may hold a million bytes, a lexeme 2,046; what is longer is no word.
LONGEST = 60
MOST = 20_000
# Before the words of titles, stored once more: an index knows words and not their weights, and a word that is common
# in texts may be rare in titles. It stands in no text.
TITLED = "^"
# Words that say nothing alone. Only a question leaves them out: a title may consist of them.
EMPTY_LATIN = (
    "a an and are as at be by do does for from how i in is it its of on or that the this to was we what when which "
    "who why will with you"
)
EMPTY_CHINESE = "的 了 吗 呢 是 在 和 与 或 吧 啊 怎么 什么 如何 哪些 哪个 为何 有关 关于"
EMPTY = frozenset((EMPTY_LATIN + " " + EMPTY_CHINESE).split())
# A stemmer keeps the word it works on, so each thread has its own.
own = threading.local()


def tokens(text: str) -> Iterator[str]:
    """Return the search words of a text, repeated as often as they stand there."""
    for match in RUNS.finditer(unicodedata.normalize("NFKC", text)):
        if match["cjk"]:
            yield from bigrams(match["cjk"])
        else:
            yield from forms(match["latin"])


def bigrams(run: str) -> Iterator[str]:
    """Return each pair of neighbours and the last character: every single one begins a word that is stored."""
    yield from (run[at : at + 2] for at in range(len(run) - 1))
    yield run[-1]


def forms(compound: str) -> Iterator[str]:
    """Return the words of a compound, their pieces and stems, and the compound written as one word."""
    words = INNER.findall(compound)
    if len(words) > 1:
        yield plain("".join(words))[:LONGEST]
    for word in words:
        yield plain(word)[:LONGEST]
        yield stem(plain(word)[:LONGEST])
        pieces = PIECES.findall(word) if not (word.islower() or word.isupper() or word.istitle()) else []
        if len(pieces) > 1:
            yield from (plain(piece)[:LONGEST] for piece in pieces)


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """Return the word without capitals and accents."""
    folded = word.casefold()
    if folded.isascii():
        return folded
    return "".join(letter for letter in unicodedata.normalize("NFD", folded) if not unicodedata.combining(letter))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    if not (word.isascii() and word.isalpha()):
        return word
    if not hasattr(own, "stemmer"):
        own.stemmer = snowballstemmer.stemmer("english")
    return str(own.stemmer.stemWord(word))


def vector(weighted: Mapping[str, Iterable[str]]) -> str:
    """Return a tsvector literal of texts by their weight, "A" (heaviest) to "D".

    It has no positions but one for the weight: a search asks which words are there, not how near to each other.
    """
    weights: dict[str, str] = {}
    for weight in sorted(weighted):
        for text in weighted[weight]:
            for token in tokens(text):
                if len(weights) >= MOST:
                    break
                weights.setdefault(token, weight)
    stored = list(weights.items())
    stored += [(f"{TITLED}{token}", weight) for token, weight in stored if weight == "A"]
    return " ".join(f"{quoted(token)}:1{weight}" for token, weight in stored)


def quoted(token: str) -> str:
    """Return the token as a lexeme of a tsvector or tsquery, whatever it contains."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


LEXEME = re.compile(r"('(?:[^'\\]|''|\\\\)*')(:\*)?")


@dataclass(frozen=True)
class Term:
    """One thing that is asked for: a word in any of its forms, or a pair of Chinese characters."""

    # As it was typed, without capitals: what is highlighted and mended.
    word: str
    # A tsquery that finds it.
    query: str

    def titled(self) -> str:
        """Return the tsquery that finds it only in a title or short name, by words that the index knows as such."""
        return LEXEME.sub(lambda match: f"'{TITLED}{match[1][1:]}{match[2] or ''}", self.query)

    def weighing(self, weight: str) -> str:
        """Return the tsquery that finds it only where it stands with this weight."""
        return LEXEME.sub(lambda match: f"{match[1]}:{'*' if match[2] else ''}{weight}", self.query)


def terms(question: str) -> list[Term]:
    """Return what a question asks for, each term once, without empty words unless there is nothing else.

    Its last word may be the beginning of a longer one: a question is answered while it is being typed.
    """
    found: dict[str, Term] = {}
    text = unicodedata.normalize("NFKC", question)
    for match in RUNS.finditer(text):
        is_last = match.end() == len(text.rstrip())
        made = cjk_terms(match["cjk"]) if match["cjk"] else [latin_term(match["latin"], may_go_on=is_last)]
        for term in made:
            found.setdefault(term.word, term)
    telling = [term for term in found.values() if term.word not in EMPTY]
    return telling or list(found.values())


def cjk_terms(run: str) -> Iterator[Term]:
    if len(run) == 1:
        yield Term(run, f"{quoted(run)}:*")
    for pair in (run[at : at + 2] for at in range(len(run) - 1)):
        yield Term(pair, quoted(pair))


def latin_term(compound: str, *, may_go_on: bool) -> Term:
    """Return one term for a compound or a word: GPT-3 is found as gpt3, and as gpt beside 3."""
    words = [plain(word)[:LONGEST] for word in INNER.findall(compound)]
    if len(words) == 1:
        return Term(words[0], one_word(words[0], may_go_on=may_go_on))
    together = " & ".join(one_word(word) for word in words)
    return Term(plain(compound), f"({quoted(''.join(words)[:LONGEST])} | ({together}))")


def one_word(word: str, *, may_go_on: bool = False) -> str:
    """Return a query for the word and its other forms, and for longer words that begin with it if it may go on."""
    query = f"{quoted(word)}:*" if may_go_on and len(word) > 1 else quoted(word)
    return query if stem(word) == word else f"({query} | {quoted(stem(word))})"


def folded(title: str) -> str:
    """Return a title as it is compared: two are the same when only capitals, width and punctuation differ."""
    normal = unicodedata.normalize("NFKC", title)
    return plain("".join(letter for letter in normal if letter.isalnum()))


def marks(text: str, found: Iterable[str]) -> list[tuple[int, int]]:
    """Return where in the text the words stand, as ranges that do not touch each other, in order."""
    comparable, origin = [], []
    for at, letter in enumerate(text):
        for one in plain(unicodedata.normalize("NFKC", letter)):
            comparable.append(one)
            origin.append(at)
    where = "".join(comparable)
    hits = sorted(
        (origin[start], origin[start + len(word) - 1] + 1)
        for word in set(found)
        if word
        for start in starts_of(where, word)
    )
    merged: list[tuple[int, int]] = []
    for start, end in hits:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def starts_of(where: str, word: str) -> Iterator[int]:
    """Return where the word begins: a Latin one at the beginning of a word, a Chinese one anywhere."""
    at = where.find(word)
    while at >= 0:
        before = where[at - 1] if at else ""
        if not (word[0].isascii() and before.isascii() and before.isalnum()):
            yield at
        at = where.find(word, at + 1)
