"""The timeline of works: years across, a lane for each part, and lines between works that descend from each other.

The same works give the same picture, and no two labels overlap: each work stands where its date puts it, or right of
it as far as another year's works need room, in the first row of its lane that is free there.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

ROW, PADDING, GAP = 26, 12, 10
HEAD, SIDE = 30, 16
# A year is as wide as its works need, but never narrower than its number.
YEAR_LEAST, YEAR_PER_WORK = 56, 19
NAME_LONGEST = 20
# Upper bounds of how wide a letter is at 12 pixels, so that a label never stands in the next one.
WIDE, CAPITAL, SMALL = 12.5, 8.6, 7.0


@dataclass(frozen=True)
class Work:
    """What the picture needs of a work. `month` counts from 1 and may be unknown; `lane` orders the lanes."""

    number: int
    name: str
    lane: int
    year: int
    month: int | None


@dataclass(frozen=True)
class Line:
    """That `source` descends from `target`."""

    source: int
    target: int
    kind: str


@dataclass(frozen=True)
class Box:
    """A label and its place; `x` and `y` are its upper left corner."""

    work: Work
    label: str
    x: float
    y: float
    width: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def middle(self) -> float:
        return self.y + ROW / 2 - 2


@dataclass(frozen=True)
class Curve:
    """A line between two boxes as the `d` of a path. Against time: what descends is dated before what it is from."""

    line: Line
    path: str
    against_time: bool


@dataclass(frozen=True)
class Lane:
    lane: int
    y: float
    height: float


@dataclass(frozen=True)
class Year:
    year: int
    x: float


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    years: list[Year]
    lanes: list[Lane]
    boxes: list[Box]
    curves: list[Curve]


def picture(works: Sequence[Work], lines: Iterable[Line]) -> Picture:
    """Return where everything stands. Works without a box are left out together with their lines."""
    if not works:
        return Picture(0, 0, [], [], [], [])
    starts = years_across(works)
    boxes: list[Box] = []
    lanes: list[Lane] = []
    top = float(HEAD)
    for lane in sorted({work.lane for work in works}):
        here = sorted(
            (work for work in works if work.lane == lane), key=lambda work: (wish(work, starts), work.number)
        )
        placed, rows = rows_of(here, starts, top + PADDING / 2)
        boxes += placed
        lanes.append(Lane(lane, top, rows * ROW + PADDING))
        top += rows * ROW + PADDING
    by_number = {box.work.number: box for box in boxes}
    curves = [
        curve(line, by_number[line.source], by_number[line.target])
        for line in lines
        if line.source in by_number and line.target in by_number
    ]
    width = max(max(box.right for box in boxes), starts[max(starts)]) + SIDE
    return Picture(round(width), round(top), [Year(year, x) for year, x in starts.items()], lanes, boxes, curves)


def years_across(works: Iterable[Work]) -> dict[int, float]:
    """Return where each year begins, from the first to the one after the last."""
    count = Counter(work.year for work in works)
    starts, x = {}, float(SIDE)
    for year in range(min(count), max(count) + 1):
        starts[year] = x
        x += max(YEAR_LEAST, YEAR_PER_WORK * count[year])
    starts[max(count) + 1] = x
    return starts


def wish(work: Work, starts: Mapping[int, float]) -> float:
    """Return where the work's date puts it; one without a month stands in the middle of its year."""
    part = (work.month - 1) / 12 if work.month else 0.5
    return starts[work.year] + part * (starts[work.year + 1] - starts[work.year])


def rows_of(works: Iterable[Work], starts: Mapping[int, float], top: float) -> tuple[list[Box], int]:
    """Return the boxes of one lane and how many rows they take."""
    ends: list[float] = []
    boxes = []
    for work in works:
        x = wish(work, starts)
        row = next((at for at, end in enumerate(ends) if end + GAP <= x), len(ends))
        label = label_of(work)
        box = Box(work, label, x, top + row * ROW, width_of(label) + 2 * GAP)
        ends[row : row + 1] = [box.right]
        boxes.append(box)
    return boxes, len(ends)


def label_of(work: Work) -> str:
    name = work.name if len(work.name) <= NAME_LONGEST else work.name[: NAME_LONGEST - 1].rstrip() + "…"
    return f"{work.number} {name}"


def width_of(label: str) -> float:
    return sum(
        WIDE if unicodedata.east_asian_width(letter) in "WFA" else SMALL if letter.islower() else CAPITAL
        for letter in label
    )


def curve(line: Line, source: Box, target: Box) -> Curve:
    """Return the line from what it descends from (its right side) to what descends (its left side)."""
    against = (source.work.year, source.work.month or 6) < (target.work.year, target.work.month or 6)
    start, end = (target.right, target.middle), (source.x, source.middle)
    if end[0] < start[0]:
        # One stands above the other, or time runs backwards: from the middle of one to the middle of the other.
        start, end = (target.x + target.width / 2, target.middle), (source.x + source.width / 2, source.middle)
    bend = max(24.0, abs(end[0] - start[0]) / 2)
    points = (start[0], start[1], start[0] + bend, start[1], end[0] - bend, end[1], end[0], end[1])
    path = "M{:.0f} {:.0f}C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}".format(*points)
    return Curve(line, path, against)


def relatives(number: int, lines: Collection[Line]) -> set[int]:
    """Return the work with all it descends from and all that descends from it."""
    return reached(number, lines, up=True) | reached(number, lines, up=False)


def reached(number: int, lines: Collection[Line], *, up: bool) -> set[int]:
    found, left = {number}, [number]
    while left:
        at = left.pop()
        for line in lines:
            start, end = (line.source, line.target) if up else (line.target, line.source)
            if start == at and end not in found:
                found.add(end)
                left.append(end)
    return found
