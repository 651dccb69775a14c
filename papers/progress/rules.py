"""When the group will have read its list, and what the plan was. Pure."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from papers.pictures.burndown import WEEK

# As many draws as make the tenth and the ninetieth of a hundred steady; the last sessions tell of the pace now.
RESAMPLES, LAST_SESSIONS = 1_000, 6
# Nobody plans further than that; who is that slow is told that no end is in sight.
MOST_WEEKS = 520


@dataclass(frozen=True)
class Fan:
    """Between these dates the group finishes in eight of ten of the resamples."""

    early: dt.date
    late: dt.date


def finish(left: int, counts: Sequence[int], *, begin: dt.date, seed: int) -> Fan | None:
    """Return when `left` papers will have been read if weeks go on as the last sessions did.

    `counts` are the papers that each of the last sessions read, at most LAST_SESSIONS of them; each resample draws its
    weeks from them (a bootstrap), the same for the same `seed`. None when fewer than two sessions tell of a pace, when
    they read nothing, or when the end is more than ten years off.
    """
    counts = list(counts)[-LAST_SESSIONS:]
    if left <= 0 or len(counts) < 2 or not sum(counts):
        return None
    usual = left * len(counts) / sum(counts)
    if usual > MOST_WEEKS:
        return None
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    weeks = sorted(weeks_for(left, counts, int(3 * usual) + 20, draw) for _turn in range(RESAMPLES))
    return Fan(begin + weeks[RESAMPLES // 10] * WEEK, begin + weeks[RESAMPLES * 9 // 10] * WEEK)


def weeks_for(left: int, counts: Sequence[int], most: int, draw: random.Random) -> int:
    """Return after how many drawn weeks so many papers are read, at most `most`."""
    read = accumulate(draw.choices(counts, k=most))
    return next((week for week, sum_of in enumerate(read, 1) if sum_of >= left), most)


def by_week(dates: Sequence[dt.date], *, begin: dt.date, weeks: int) -> list[int]:
    """Return how many of the dates fall into each week since `begin`; earlier ones count in the first."""
    found = [0] * weeks
    for date in dates:
        at = max(0, (date - begin).days // 7)
        if at < weeks:
            found[at] += 1
    return found


def left_after(goal: int, counts: Sequence[int]) -> list[int]:
    """Return how many papers of the goal are left at the beginning and after each week."""
    return [max(0, goal - sum_of) for sum_of in accumulate([0, *counts])]
