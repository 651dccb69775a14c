"""Fifty members claim, wait and release as fast as they can, each over a connection of their own.

`make test` runs a short form; `make faults` all ten thousand claims.
"""

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from papers.catalogue.models import Paper
from papers.claims import actions, waiting
from papers.claims.models import Claim, Offer, WaitingPlace
from papers.members.models import Member
from papers.refusals import Refused

pytestmark = pytest.mark.django_db(transaction=True)

PAPERS, MEMBERS, CAP = 200, 50, 10
CLAIMS = int(os.environ.get("RACING_CLAIMS", "1000"))


def race(member: Member, papers: list[Paper], attempts: int) -> Counter[str]:
    """Claim at random, wait where somebody was faster, release now and then; return what came of it."""
    chance, seen = random.Random(member.pk), Counter[str]()
    try:
        for _attempt in range(attempts):
            paper = chance.choice(papers)
            try:
                actions.claim(paper, by=member)
                seen["claimed"] += 1
                if chance.random() < 0.3:
                    actions.release(paper, by=member)
                    seen["released"] += 1
            except Refused as refused:
                seen[f"refused {refused.status}"] += 1
                try:
                    waiting.join(paper, by=member)
                    seen["waits"] += 1
                except Refused:
                    seen["does not wait"] += 1
    finally:
        connections.close_all()
    return seen


def run(a_member, a_paper, group) -> Counter[str]:
    group.claim_cap = CAP
    group.save()
    papers = [a_paper(f"Paper {number}") for number in range(PAPERS)]
    members = [a_member(f"Member{number}") for number in range(MEMBERS)]
    with ThreadPoolExecutor(MEMBERS) as crowd:
        return sum(crowd.map(lambda one: race(one, papers, CLAIMS // MEMBERS), members), Counter[str]())


def double_holders() -> int:
    held = Counter(Claim.objects.filter(released_at=None).values_list("paper", flat=True))
    return sum(count > 1 for count in held.values())


def test_no_paper_has_two_holders_and_nobody_who_waits_is_forgotten(a_member, a_paper, group):
    seen = run(a_member, a_paper, group)
    assert seen["claimed"] + seen["refused 409"] == CLAIMS // MEMBERS * MEMBERS
    assert set(seen) <= {"claimed", "released", "refused 409", "waits", "does not wait"}
    assert double_holders() == 0
    assert Claim.objects.count() == seen["claimed"]
    holders = Counter(Claim.objects.filter(released_at=None).values_list("holder", flat=True))
    assert max(holders.values()) <= CAP
    # Who waits, waits for a paper that is held or offered to the first of its line.
    free = set(WaitingPlace.objects.filter(left_at=None).values_list("paper", flat=True))
    free -= set(Claim.objects.filter(released_at=None).values_list("paper", flat=True))
    free -= set(Offer.objects.filter(state="sent").values_list("paper", flat=True))
    assert free == set()
    accepted = Offer.objects.filter(state="accepted").count()
    left = WaitingPlace.objects.exclude(left_at=None).count()
    assert WaitingPlace.objects.count() == seen["waits"]
    assert accepted <= left


def test_without_the_constraint_there_would_be_double_holders(a_member, a_paper, group):
    """The control: it is the constraint that the test above relies on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'one_holder_per_paper'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX one_holder_per_paper")
    try:
        papers = [a_paper(f"Paper {number}") for number in range(4)]
        members = [a_member(f"Member{number}") for number in range(MEMBERS)]
        with ThreadPoolExecutor(MEMBERS) as crowd:
            list(crowd.map(lambda one: claim_whatever_comes(one, papers), members))
        assert double_holders() > 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {Claim._meta.db_table} CASCADE")
            cursor.execute(definition)


def claim_whatever_comes(member: Member, papers: list[Paper]) -> None:
    try:
        for paper in papers:
            try:
                actions.claim(paper, by=member)
            except (Refused, Paper.MultipleObjectsReturned):
                continue
    finally:
        connections.close_all()
