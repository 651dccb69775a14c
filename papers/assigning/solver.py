"""Three aims, each only after the one before: most papers placed, points within a fair spread, most preference.

Solved by HiGHS with one thread and a fixed seed, so the same facts and the same seed give the same answer. The first
aim alone is a flow, whose linear programme is whole by itself; the others need branching.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import highspy
import numpy

from papers.assigning.model import FAIR_SPREAD, NOTHING, WORTH, Bid, Outcome, Person, Work

SECONDS = 20.0
# Preferences and papers are whole numbers: a bound nearer than this to the best answer proves it.
LESS_THAN_ONE = 0.999


@dataclass(frozen=True, slots=True)
class Pair:
    work: Work
    person: Person

    @property
    def worth(self) -> int:
        """How much the member would like the paper."""
        bid = self.person.bids.get(self.work.id)
        return WORTH.get(bid, NOTHING) if isinstance(bid, Bid) else NOTHING


def assign(works: Sequence[Work], people: Sequence[Person], *, seed: int = 0, seconds: float = SECONDS) -> Outcome:
    """Return who gets which of the papers.

    Nobody gets more papers than they have room for, one they said no to, or one on a day they are away. What is
    minimised second is how far the spread of points exceeds `FAIR_SPREAD`, over those who can take at least one of the
    papers. Ties are broken by the seed. `seconds` is how long each of the aims may take at most.
    """
    chance = random.Random(seed)  # noqa: S311 - a tie is no secret
    works, people = (shuffled(works, chance), shuffled(people, chance))
    pairs = [Pair(work, person) for work in works for person in people if person.can_take(work)]
    able = [person for person in people if any(pair.person is person for pair in pairs)]
    if not pairs:
        return Outcome({}, spread_of(able, {}, {}), 0)
    most, _proven = solved(pairs, able, [1] * len(pairs), seconds=seconds)
    placed = len(most)
    values = [pair.worth for pair in pairs]
    chosen, proven = solved(pairs, able, values, placed=placed, excess=0.0, seconds=seconds)
    if len(chosen) < placed:
        excess, sure = least_excess(pairs, able, placed, seconds=seconds)
        chosen, proven = solved(pairs, able, values, placed=placed, excess=excess, seconds=seconds)
        proven = proven and sure
    if len(chosen) < placed:
        # Out of time before anything fair was found: everything placed is still better than nothing.
        chosen, proven = most, False
    given = {pair.work.id: pair.person.id for pair in chosen}
    points = {work.id: work.points for work in works}
    return Outcome(given, spread_of(able, given, points), sum(pair.worth for pair in chosen), proven)


Thing = TypeVar("Thing", Work, Person)


def shuffled(things: Sequence[Thing], chance: random.Random) -> list[Thing]:
    """Return the things in an order of chance, which does not depend on the one in which they came.

    Of equal answers the solver comes to the first, so this order decides between them.
    """
    return chance.sample(sorted(things, key=lambda thing: thing.id), len(things))


def spread_of(people: Sequence[Person], given: dict[int, int], points: dict[int, int]) -> float:
    totals = {person.id: person.points for person in people}
    for work, person in given.items():
        totals[person] += points[work]
    return max(totals.values()) - min(totals.values()) if totals else 0.0


def solved(
    pairs: Sequence[Pair],
    people: Sequence[Person],
    values: Sequence[int],
    *,
    placed: int | None = None,
    excess: float | None = None,
    seconds: float,
) -> tuple[list[Pair], bool]:
    """Return the pairs of the best answer, none when there is no answer, and whether nothing can be better."""
    highs = programme(pairs, people, values, placed=placed, excess=excess)
    return answer_of(highs, pairs, seconds)


def least_excess(
    pairs: Sequence[Pair], people: Sequence[Person], placed: int, *, seconds: float
) -> tuple[float, bool]:
    """Return by how much the spread must exceed what is fair, if that many papers are placed."""
    highs = programme(pairs, people, [0] * len(pairs), placed=placed, excess=None, frees_excess=True)
    _pairs, proven = answer_of(highs, pairs, seconds)
    return round(float(highs.getInfo().objective_function_value), 4), proven


def programme(
    pairs: Sequence[Pair],
    people: Sequence[Person],
    values: Sequence[int],
    *,
    placed: int | None,
    excess: float | None,
    frees_excess: bool = False,
) -> highspy.Highs:
    """Return the programme: a column for each pair and, where the spread counts, its lower end and its excess."""
    highs = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0)):
        highs.setOptionValue(name, value)
    # Beginning anew after the root took longer on each problem that was measured (`tests.bench_assigning`).
    highs.setOptionValue("mip_allow_restart", False)
    highs.setOptionValue("mip_abs_gap", 1e-6 if frees_excess else LESS_THAN_ONE)
    infinity = highspy.kHighsInf
    count = len(pairs)
    balanced = excess is not None or frees_excess
    highs.addVars(count, numpy.zeros(count), numpy.ones(count))
    columns = numpy.arange(count, dtype=numpy.int32)
    highs.changeColsCost(count, columns, numpy.array(values, dtype=float) if not frees_excess else numpy.zeros(count))
    highs.changeObjectiveSense(highspy.ObjSense.kMinimize if frees_excess else highspy.ObjSense.kMaximize)
    if balanced:
        # The flow is whole by itself; with balanced points it is not.
        highs.changeColsIntegrality(count, columns, numpy.array([highspy.HighsVarType.kInteger] * count))
    of_work: dict[int, list[int]] = {}
    of_person: dict[int, list[int]] = {}
    for column, pair in enumerate(pairs):
        of_work.setdefault(pair.work.id, []).append(column)
        of_person.setdefault(pair.person.id, []).append(column)
    for at in of_work.values():
        row(highs, 0, 1, at, [1.0] * len(at))
    for person in people:
        at = of_person[person.id]
        row(highs, 0, person.room, at, [1.0] * len(at))
    if placed is not None:
        row(highs, placed, placed, list(range(count)), [1.0] * count)
    if balanced:
        # All totals lie between a lowest one and that much above it.
        limit, lowest = FAIR_SPREAD + (excess or 0.0), count
        low, high = ends(pairs, people, placed, limit if excess is not None else infinity)
        highs.addVar(low, high)
        above = [lowest, lowest + 1] if frees_excess else [lowest]
        if frees_excess:
            highs.addVar(0, infinity)
            highs.changeColCost(lowest + 1, 1.0)
        elif all(person.points == int(person.points) for person in people):
            highs.changeColIntegrality(lowest, highspy.HighsVarType.kInteger)
        for person in people:
            at = of_person[person.id]
            points = [float(pairs[column].work.points) for column in at]
            row(highs, -person.points, infinity, [*at, lowest], [*points, -1.0])
            row(highs, -infinity, limit - person.points, [*at, *above], [*points, *([-1.0] * len(above))])
    return highs


def ends(pairs: Sequence[Pair], people: Sequence[Person], placed: int | None, limit: float) -> tuple[float, float]:
    """Return between which numbers the lowest total lies: it is at most the mean, and not much less."""
    works = {pair.work.id: pair.work.points for pair in pairs}
    if placed != len(works):
        return min(person.points for person in people), highspy.kHighsInf
    mean = (sum(works.values()) + sum(person.points for person in people)) / len(people)
    return max(mean - limit, min(person.points for person in people)), mean


def row(highs: highspy.Highs, low: float, high: float, at: Sequence[int], values: Sequence[float]) -> None:
    highs.addRow(low, high, len(at), numpy.array(at, dtype=numpy.int32), numpy.array(values, dtype=float))


def answer_of(highs: highspy.Highs, pairs: Sequence[Pair], seconds: float) -> tuple[list[Pair], bool]:
    highs.setOptionValue("time_limit", seconds)
    begin = time.monotonic()
    highs.run()
    status = highs.getModelStatus()
    proven = status == highspy.HighsModelStatus.kOptimal and time.monotonic() - begin < seconds * 2
    solution = highs.getSolution()
    if not solution.value_valid or status == highspy.HighsModelStatus.kInfeasible:
        return [], proven
    return [pair for pair, value in zip(pairs, solution.col_value, strict=False) if value > 0.5], proven
