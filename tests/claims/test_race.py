"""Three hundred members claim one paper in the same moment, over HTTP."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from papers.catalogue.models import Paper
from papers.claims.models import Claim
from papers.members.models import Member
from tests.live import serving, visitor

pytestmark = pytest.mark.django_db(transaction=True)
CLAIMERS = 300


def claim_at_once(paper: Paper, members: list[Member]) -> list[tuple[int, str]]:
    visitors = [visitor(member) for member in members]
    begin = threading.Barrier(len(visitors))
    with serving() as site, ThreadPoolExecutor(len(visitors)) as crowd:
        path = f"/papers/{paper.number}/claim/"
        return list(crowd.map(lambda one: site.post(path, one, begin=begin), visitors))


def test_of_three_hundred_claimers_exactly_one_wins(a_member: Callable[..., Member], a_paper: Callable[..., Paper]):
    paper = a_paper()
    answers = claim_at_once(paper, [a_member(f"Member{number}") for number in range(CLAIMERS)])
    assert Counter(status for status, _body in answers) == {200: 1, 409: CLAIMERS - 1}
    winner = Claim.objects.get().holder.name
    assert all(f"{winner} was faster" in body for status, body in answers if status == 409)


def test_without_the_constraint_that_decides_more_than_one_would(
    a_member: Callable[..., Member], a_paper: Callable[..., Paper]
):
    """The control: take away `one_holder_per_paper`, and the test above is red."""
    index = "one_holder_per_paper"
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {index}")
    try:
        paper = a_paper()
        claim_at_once(paper, [a_member(f"Member{number}") for number in range(CLAIMERS)])
        assert Claim.objects.filter(paper=paper, released_at=None).count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {Claim._meta.db_table} CASCADE")
            cursor.execute(definition)
