"""The best assignment: as good as trying everything on small cases, and as fair on large ones."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.assigning.model import FAIR_SPREAD, WORTH, Bid, Outcome, Person, Work
from papers.assigning.solver import assign
from tests.bench_assigning import problem

DAY = dt.date(2023, 7, 10)
AWAY = ((DAY, DAY),)


def goodness(works: list[Work], people: list[Person], given: dict[int, int]) -> tuple[int, float, int]:
    """Return how good an assignment is, by the three aims in their order: the larger, the better."""
    points = {work.id: work.points for work in works}
    able = [person for person in people if any(person.can_take(work) for work in works)]
    totals = {person.id: person.points for person in able}
    for work, person in given.items():
        totals[person] += points[work]
    spread = max(totals.values()) - min(totals.values()) if totals else 0.0
    bids = {person.id: person.bids for person in people}
    worth = sum(WORTH.get(bids[person].get(work), 0) for work, person in given.items())
    return len(given), -max(0.0, spread - FAIR_SPREAD), worth


def every_assignment(works: list[Work], people: list[Person]):
    """Yield each assignment that is allowed."""
    choices = [[None, *(person.id for person in people if person.can_take(work))] for work in works]
    room = {person.id: person.room for person in people}
    for chosen in product(*choices):
        given = {work.id: person for work, person in zip(works, chosen, strict=True) if person is not None}
        if all(list(given.values()).count(person) <= room[person] for person in room):
            yield given


@st.composite
def problems(draw) -> tuple[list[Work], list[Person]]:
    days = st.sampled_from([None, DAY, DAY + dt.timedelta(weeks=1)])
    works = [Work(at, draw(st.sampled_from([1, 3])), draw(days)) for at in range(draw(st.integers(1, 5)))]
    people = [
        Person(
            at,
            float(draw(st.integers(0, 8))),
            draw(st.integers(0, 3)),
            draw(st.sampled_from([(), AWAY])),
            draw(st.dictionaries(st.integers(0, 4), st.sampled_from(list(Bid)), max_size=4)),
        )
        for at in range(draw(st.integers(1, 4)))
    ]
    return works, people


@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(0, 3))
def test_it_is_as_good_as_trying_everything(made, seed):
    works, people = made
    out = assign(works, people, seed=seed)
    best = max(goodness(works, people, given) for given in every_assignment(works, people))
    assert goodness(works, people, out.given) == pytest.approx(best)
    assert out.given in list(every_assignment(works, people))
    assert out.proven
    assert out.preference == goodness(works, people, out.given)[2]


def test_one_seed_gives_one_answer_whatever_the_order_of_the_facts():
    works, people = problem("no bids", 0, papers=20, members=8)
    first = assign(works, people, seed=1)
    assert assign(works[::-1], people[::-1], seed=1) == first
    others = {tuple(sorted(assign(works, people, seed=seed).given.items())) for seed in range(6)}
    assert len(others) > 1


def test_with_nothing_or_nobody_nothing_is_given():
    nobody = Person(1, 0, 0)
    assert assign([], [Person(1, 0, 2)]) == Outcome({}, 0.0, 0)
    assert assign([Work(1, 3)], []) == Outcome({}, 0.0, 0)
    assert assign([Work(1, 3)], [nobody]) == Outcome({}, 0.0, 0)


def test_a_no_is_never_overruled_and_nobody_is_given_a_day_they_are_away():
    works = [Work(1, 3), Work(2, 3, DAY)]
    person = Person(1, 0, 2, AWAY, {1: Bid.NO})
    assert assign(works, [person]).given == {}


@pytest.mark.parametrize("kind", ["bids", "no bids", "many away"])
def test_a_large_group_is_served_within_its_rules(kind):
    works, people = problem(kind, 1)
    out = assign(works, people, seed=1)
    by_id, held = {person.id: person for person in people}, list(out.given.values())
    assert len(out.given) == len(works)
    assert all(by_id[person].can_take(works[work]) for work, person in out.given.items())
    assert all(held.count(person.id) <= person.room for person in people)
    assert out.spread <= FAIR_SPREAD
