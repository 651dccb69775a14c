"""The names of a BibTeX author field, as BibTeX, biber and Better BibLaTeX write them, and as they are spoken."""

import re
from collections.abc import Iterator, Mapping, Sequence

from papers.formats.latex import plain

# What may part a value, and what hides such a place from being one.
AND = re.compile(r"\\.|[{}]|(?P<cut>(?<=\s)and(?=\s))", re.IGNORECASE | re.DOTALL)
COMMA = re.compile(r"\\.|[{}]|(?P<cut>,)", re.DOTALL)
# biber's long form: family=Vries, prefix=de, given=Hugo (its manual, “extended name format”).
NAMED = re.compile(r"(?P<name>family|given|prefix|suffix|[a-z]+-i|useprefix)\s*=(?P<value>.*)", re.DOTALL)
SUFFIX = re.compile(r"(?:jr|sr|i{2,3}|iv)\.?", re.IGNORECASE)
# DBLP numbers people of one name: Wei Wang 0001.
NUMBER = re.compile(r"(?<=\S) 0\d{3}$")
# What stands in the place of the authors that are not named.
MORE = ("others", "et al", "et al.")


def names_in(value: str) -> tuple[tuple[str, ...], bool]:
    """Return the names of an author field as they are spoken, and whether they are all."""
    names = list(parted(value, AND))
    said = [name for name in names if name.lower() not in MORE]
    return tuple(filter(None, map(name_of, said))), len(said) == len(names)


def parted(value: str, at: re.Pattern[str]) -> Iterator[str]:
    """Return the pieces of a value that is parted outside of braces; one that is empty is left out."""
    depth, start, pieces = 0, 0, []
    for mark in at.finditer(value):
        if mark["cut"] and not depth:
            pieces.append(value[start : mark.start()])
            start = mark.end()
        depth = max(0, depth + {"{": 1, "}": -1}.get(mark[0], 0))
    yield from filter(None, (piece.strip() for piece in [*pieces, value[start:]]))


def name_of(name: str) -> str:
    """Return a name as it is spoken: given names first. What stands in braces as a whole is no person's and kept."""
    parts = list(parted(name, COMMA))
    named = [match for part in parts if (match := NAMED.fullmatch(part))]
    if named and len(named) == len(parts):
        return spoken({match["name"]: plain(match["value"].strip(' "')) for match in named})
    return in_order([plain(part) for part in parts])


def in_order(parts: Sequence[str]) -> str:
    """Return a name that was parted at its commas: family name, suffix, given names."""
    family, between, given = list(parts[:1]), list(parts[1:-1]), list(parts[1:][-1:])
    # Tom Brown Jr. is Brown, Jr., Tom by the rules of BibTeX and often Brown, Tom, Jr.
    if between and SUFFIX.fullmatch(given[0]) and not any(map(SUFFIX.fullmatch, between)):
        between, given = given, between
    return NUMBER.sub("", " ".join(filter(None, [*given, *family, *between])))


def spoken(named: Mapping[str, str]) -> str:
    return " ".join(filter(None, (named.get(part, "") for part in ("given", "prefix", "family", "suffix"))))
