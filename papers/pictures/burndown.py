"""Where things stand in the picture of what is left to read, by weeks. Pure; lengths are units of the picture."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

WEEK = dt.timedelta(weeks=1)
WIDTH, HEIGHT = 720.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 12.0, 12.0, 30.0
# Dates below the picture stand at least so far apart.
APART = 90.0


@dataclass(frozen=True)
class Mark:
    """A number beside the picture or a date below it, and where."""

    at: float
    number: int = 0
    date: dt.date | None = None


@dataclass(frozen=True)
class Picture:
    plan: str
    real: str
    # The corners of the fan, "" when there is none.
    fan: str
    today: float
    across: list[Mark]
    up: list[Mark]
    width: float = WIDTH
    height: float = HEIGHT


def picture(
    goal: int,
    left: Sequence[int],
    *,
    begin: dt.date,
    weeks: int,
    today: dt.date,
    fan: tuple[dt.date, dt.date] | None,
) -> Picture:
    """Return the picture: the plan's line over its weeks, the real one so far, and the fan of when it may end.

    `left` are the papers left at the beginning and after each week that has begun.
    """
    ends = begin + weeks * WEEK
    # A fan that ends years off would press the rest together; it runs out of the picture instead.
    last = min(max([ends, today, *(fan or ())]), ends + max(ends - begin, 8 * WEEK))
    days = max(1, (last - begin).days)

    def x(date: dt.date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, (date - begin).days / days)), 1)

    def y(papers: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - papers / max(1, goal)), 1)

    dates = [min(begin + week * WEEK, today) for week in range(len(left))]
    now = f"{x(today)},{y(left[-1])}"
    step = WEEK * max(1, round(days / 7 * APART / (WIDTH - LEFT - RIGHT)))
    return Picture(
        plan=f"{x(begin)},{y(goal)} {x(ends)},{y(0)}",
        real=" ".join(f"{x(date)},{y(papers)}" for date, papers in zip(dates, left, strict=True)),
        fan=f"{now} {x(fan[0])},{y(0)} {x(fan[1])},{y(0)}" if fan else "",
        today=x(today),
        across=[Mark(x(begin + at * step), date=begin + at * step) for at in range((last - begin) // step + 1)],
        up=[Mark(y(papers), papers) for papers in sorted({0, goal // 2, goal})],
    )
