"""A question's words as PostgreSQL is asked for them, and how well a row answers."""

import operator
from collections.abc import Sequence
from functools import reduce

from django.db.models import BooleanField, Case, F, Func, Value, When
from django.db.models.expressions import Combinable

from papers.words import Term

# How much a word counts by where it stands: title, authors and ids, remarks, the rest.
WEIGHTS = {"A": 8, "B": 5, "C": 3, "D": 1}


def matches(terms: Sequence[Term], *, any_of: bool) -> str:
    """Return the tsquery that finds all of the terms, or any of them."""
    return (" | " if any_of else " & ").join(term.query for term in terms)


class Has(Func):
    """Whether the row's words answer a tsquery."""

    arg_joiner = " @@ "
    template = "(%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, query: str) -> None:
        super().__init__(F("words"), Func(Value(query), template="%(expressions)s::tsquery"))


def rank(terms: Sequence[Term]) -> Combinable:
    """Return how well a row answers: each term by the heaviest place where it stands."""
    points: list[Combinable] = [
        Case(*(When(Has(term.weighing(weight)), then=Value(worth)) for weight, worth in WEIGHTS.items()), default=0)
        for term in terms
    ]
    return reduce(operator.add, points) if points else Value(0)
