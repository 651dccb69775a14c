"""What the values of a BibTeX file say: in braces, in quotes, as a name that stands for a text, or joined of these."""

import re
from collections.abc import Iterable, Iterator, Mapping

from bibtexparser.model import String

# As the parser of entries counts them: behind a backslash they are letters.
MARKS = re.compile(r'(?<!\\)[{}"#]')
CLOSES = {"{": "}", '"': '"'}
# Far more than an abstract; and what a name stands for, which a small file could say a million times.
LONGEST_VALUE = 20_000
LONGEST_STRING = 1000


def strings_of(strings: Iterable[String]) -> dict[str, str]:
    """Return the text of each name; one that is given twice has the last, and may be made of those before it."""
    known: dict[str, str] = {}
    for string in strings:
        known[string.key.lower()] = value_of(str(string.value), known)[:LONGEST_STRING]
    return known


def value_of(said: str, strings: Mapping[str, str]) -> str:
    """Return the text of a value as it stands in the file; a name that is not known stands for itself."""
    text = ""
    for piece in pieces_of(said):
        text += text_of(piece, strings)
        if len(text) > LONGEST_VALUE:
            break
    return text[:LONGEST_VALUE]


def text_of(piece: str, strings: Mapping[str, str]) -> str:
    close = CLOSES.get(piece[:1])
    return strings.get(piece.lower(), piece) if close is None else piece[1:].removesuffix(close)


def pieces_of(said: str) -> Iterator[str]:
    """Return what is joined by # outside of braces and quotes."""
    depth, start, is_quoted = 0, 0, False
    for mark in MARKS.finditer(said) if "#" in said else ():
        if mark[0] == "#" and depth <= 0 and not is_quoted:
            yield said[start : mark.start()].strip()
            start = mark.end()
        # {"} is a quotation mark inside of quotes.
        elif mark[0] == '"' and depth <= 0 and said[mark.start() - 1 : mark.end() + 1] != '{"}':
            is_quoted = not is_quoted
        elif not is_quoted:
            depth += {"{": 1, "}": -1}.get(mark[0], 0)
    yield said[start:].strip()
