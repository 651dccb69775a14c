"""How two texts differ, in words, and how three become one, in lines. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import LCSseq

KEPT, ADDED, REMOVED = "kept", "added", "removed"
# A word, a run of blanks, or one of anything else: each Chinese character by itself, as its words have no blanks.
TOKEN = re.compile(r"\n|[^\S\n]+|[^\W\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]+|.", re.DOTALL)
# Comparing costs the product of both lengths; beyond this a place is shown as replaced as a whole.
MOST_LINES, MOST_TOKENS = 5_000, 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that stayed, came or went: KEPT, ADDED or REMOVED."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Merged:
    """One text of two. `conflicts` is the number of places that both changed: there both stand, theirs first."""

    text: str
    conflicts: int


# Where two sequences agree and where not: (equal?, from, to, from, to).
Block = tuple[bool, int, int, int, int]


def blocks(old: Sequence[str], new: Sequence[str], *, most: int) -> list[Block]:
    """Return how the sequences go along, in order and without a gap; two that are too long differ as a whole."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    old_end, new_end = len(old) - tail, len(new) - tail
    found: list[Block] = [(True, 0, head, 0, head)] if head else []
    found += [
        (same, head + old_from, head + old_to, head + new_from, head + new_to)
        for same, old_from, old_to, new_from, new_to in compared(old[head:old_end], new[head:new_end], most=most)
    ]
    return [*found, (True, old_end, len(old), new_end, len(new))] if tail else found


def compared(old: Sequence[str], new: Sequence[str], *, most: int) -> list[Block]:
    if not old and not new:
        return []
    if max(len(old), len(new)) > most:
        return [(False, 0, len(old), 0, len(new))]
    steps = [
        (step.tag == "equal", step.src_start, step.src_end, step.dest_start, step.dest_end)
        for step in LCSseq.opcodes(old, new)
    ]
    # What went and what came in one place is one block.
    runs = [list(run) for _, run in groupby(steps, key=lambda step: step[0])]
    return [(run[0][0], run[0][1], run[-1][2], run[0][3], run[-1][4]) for run in runs]


def difference(old: str, new: str) -> list[Piece]:
    """Return what stayed, came and went between two texts, word by word: without what came it is the old text,
    without what went the new one."""
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for same, a, b, c, d in blocks(old_lines, new_lines, most=MOST_LINES):
        before, after = "".join(old_lines[a:b]), "".join(new_lines[c:d])
        pieces += [Piece(KEPT, before)] if same else in_words(before, after)
    return joined(pieces)


def in_words(old: str, new: str) -> Iterator[Piece]:
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    went = came = ""
    for same, a, b, c, d in blocks(before, after, most=MOST_TOKENS):
        kept = "".join(before[a:b])
        if same and (not (went or came) or any(letter.isalnum() for letter in kept)):
            yield from changed(went, came)
            yield Piece(KEPT, kept)
            went = came = ""
        else:
            # A blank or a comma that stayed between two changes only cuts them into crumbs.
            went, came = went + kept, came + "".join(after[c:d])
    yield from changed(went, came)


def changed(went: str, came: str) -> Iterator[Piece]:
    # A mark that stayed at the end of a change is none of it.
    end = 0
    while end < min(len(went), len(came)) and went[-1 - end] == came[-1 - end] and not went[-1 - end].isalnum():
        end += 1
    yield Piece(REMOVED, went[: len(went) - end])
    yield Piece(ADDED, came[: len(came) - end])
    yield Piece(KEPT, went[len(went) - end :])


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with neighbours of one kind as one, and without empty ones."""
    runs = groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.kind)
    return [Piece(kind, "".join(piece.text for piece in run)) for kind, run in runs]


def merge(base: str | None, mine: str, theirs: str) -> Merged:
    """Return one text with what both have changed since `base`.

    Where both changed the same lines, both stand, theirs first. Without a base nothing counts as taken away.
    """
    ours, others = mine.split("\n"), theirs.split("\n")
    start = base.split("\n") if base is not None else common(ours, others)
    lines: list[str] = []
    conflicts = 0
    for old, one, other in regions(start, ours, others):
        if one in (old, other):
            lines += other
        elif other == old:
            lines += one
        else:
            lines += [*other, *one]
            conflicts += 1
    return Merged("\n".join(lines), conflicts)


def common(one: list[str], other: list[str]) -> list[str]:
    """Return the lines that two texts share, in order."""
    return [line for same, a, b, _, _ in blocks(one, other, most=MOST_LINES) if same for line in one[a:b]]


def regions(base: list[str], one: list[str], other: list[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Yield the three texts piece by piece: lines of the base that stand in both, and what lies between them."""
    in_one, in_other = places(base, one), places(base, other)
    a = b = c = 0
    for at, line in enumerate(base):
        if at in in_one and at in in_other:
            if at > a or in_one[at] > b or in_other[at] > c:
                yield base[a:at], one[b : in_one[at]], other[c : in_other[at]]
            yield [line], [line], [line]
            a, b, c = at + 1, in_one[at] + 1, in_other[at] + 1
    yield base[a:], one[b:], other[c:]


def places(base: list[str], text: list[str]) -> dict[int, int]:
    """Return where lines of the base stand in the text, by their place in the base."""
    return {a + at: c + at for same, a, b, c, _ in blocks(base, text, most=MOST_LINES) if same for at in range(b - a)}
