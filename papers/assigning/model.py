"""What an assignment is worked out from, and what comes out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# How much a member would like a paper; nothing said is between could and no. `NO` is never overruled.
WANT, COULD, NOTHING = 3, 1, 0
# Points may differ by this much between members without anybody having been treated unfairly (`decisions.md`).
FAIR_SPREAD = 3


class Bid(StrEnum):
    WANT = "want"
    COULD = "could"
    NO = "no"


WORTH = {Bid.WANT: WANT, Bid.COULD: COULD}


@dataclass(frozen=True, slots=True)
class Work:
    """A paper that nobody holds: its points, and the day of its session if it has one."""

    id: int
    points: int
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A member who may be given papers: the points they have, how many papers they can still take, and when not."""

    id: int
    points: float
    room: int
    away: tuple[tuple[dt.date, dt.date], ...] = ()
    bids: Mapping[int, Bid] = field(default_factory=dict)

    def can_take(self, work: Work) -> bool:
        """Return whether the paper may be theirs at all: no bid against it, and not away on its day."""
        if self.room <= 0 or self.bids.get(work.id) == Bid.NO:
            return False
        return work.day is None or not any(first <= work.day <= last for first, last in self.away)


@dataclass(frozen=True)
class Outcome:
    """Who gets which paper, by ids, and how good that is.

    `spread` is the largest difference of points among those who can take papers; `proven` is false when the time was
    over before it was shown that nothing better is possible.
    """

    given: dict[int, int]
    spread: float
    preference: int
    proven: bool = True
