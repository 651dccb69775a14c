"""Several processes do whatever members do, at once, and one of them is killed in the middle: the promises hold.

`make test` runs a short form; `make faults` a thousand rounds.
"""

import datetime as dt
import os
import random
import signal
import sys
import time
import traceback

import pytest
from django.db import connections
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.claims import actions, duties, handing_out, partners, standing_in, swapping, waiting
from papers.claims.models import Claim, Offer, Partner, Swap
from papers.members.models import Member
from papers.refusals import Refused
from papers.sessions.actions import make_session, put_in_slot
from papers.sessions.models import ReadingSession
from tests.claims.promises import PROMISES

ROUNDS = int(os.environ.get("KILLED_ROUNDS", "25"))
WORKERS, ACTS = 3, 6
# A round's acts take about a tenth of a second; the kill falls anywhere into it.
KILLED_WITHIN = 0.12

pytestmark = pytest.mark.django_db(transaction=True)


def a_paper(chance: random.Random) -> Paper:
    return chance.choice(list(Paper.objects.order_by("pk")))


def a_member(chance: random.Random) -> Member:
    return chance.choice(list(Member.objects.filter(left_at=None).exclude(role="organiser").order_by("pk")))


def a_claim(chance: random.Random) -> Claim:
    """Return a claim that is held. Raises Refused where there is none: then there is nothing to do."""
    held = list(Claim.objects.filter(released_at=None).select_related("paper", "holder").order_by("pk"))
    if not held:
        raise Refused("")
    return chance.choice(held)


def first(rows):
    found = rows.first()
    if found is None:
        raise Refused("")
    return found


def claim(chance):
    actions.claim(a_paper(chance), by=a_member(chance))


def release(chance):
    held = a_claim(chance)
    actions.release(held.paper, by=held.holder)


def wait(chance):
    waiting.join(a_claim(chance).paper, by=a_member(chance))


def take_an_offer(chance):
    offer = first(Offer.objects.filter(state="sent"))
    actions.claim(offer.paper, by=offer.member)


def pass_on(chance):
    Offer.objects.filter(state="sent").update(expires_at=timezone.now())
    waiting.pass_on(timezone.now() + dt.timedelta(seconds=1))


def look(chance):
    held = a_claim(chance)
    standing_in.look(held.paper, by=held.holder)


def take_over(chance):
    looking = first(Claim.objects.filter(released_at=None, looking_since__isnull=False))
    standing_in.take_over(looking.paper, by=a_member(chance))


def ask_to_swap(chance):
    one, two = a_claim(chance), a_claim(chance)
    swapping.ask(one, two, by=one.holder)


def answer_a_swap(chance):
    swapping.answer(first(Swap.objects.filter(state="sent")), chance.choice(["accept", "decline", "withdraw"]))


def present_together(chance):
    held = a_claim(chance)
    partners.answer(partners.ask(held.paper, a_member(chance), by=held.holder), "accept")


def answer_a_partner(chance):
    partners.answer(first(Partner.objects.filter(state="sent")), chance.choice(["accept", "decline", "withdraw"]))


def stand_by(chance):
    partners.stand_by(a_claim(chance).paper, by=a_member(chance))


def step_back(chance):
    partners.step_back(a_claim(chance).paper, by=a_member(chance))


def hand_out(chance):
    boss = Member.objects.get(role="organiser")
    handing_out.give(a_paper(chance), a_member(chance), timezone.now(), by=boss)


def give_back(chance):
    handing_out.give_back_unanswered(timezone.now())


def a_role(chance):
    duties.take(ReadingSession.objects.get(), chance.choice(["host", "scribe"]), by=a_member(chance))


def leave(chance):
    """Leave the group, and come back: the others go on with somebody to race against."""
    member = a_member(chance)
    actions.take_leave(member, by=member)


DEEDS = [
    *(claim, claim, claim, release, wait, wait, take_an_offer, pass_on, look, take_over, ask_to_swap),
    *(answer_a_swap, present_together, answer_a_partner, stand_by, step_back, hand_out, give_back, a_role),
]


def work(seed: int) -> None:
    """Do some acts and end; the exit code says whether one failed that should have been done or refused."""
    chance, code = random.Random(seed), 0
    try:
        for _act in range(ACTS):
            deed = leave if chance.random() < 0.02 else chance.choice(DEEDS)
            try:
                deed(chance)
            except Refused:
                continue
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        code = 1
    finally:
        os._exit(code)


def worker(seed: int) -> int:
    """Start a process that has no connection yet, and return its id."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        work(seed)
    return pid


def round_of(seed: int) -> list[int]:
    """Let the workers race, kill one of them, and return the exit codes of the others."""
    chance = random.Random(seed)
    pids = [worker(seed * WORKERS + at) for at in range(WORKERS)]
    time.sleep(chance.random() * KILLED_WITHIN)
    victim = chance.choice(pids)
    os.kill(victim, signal.SIGKILL)
    ends = {pid: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids}
    return [code for pid, code in ends.items() if pid != victim]


def test_whoever_is_killed_the_promises_hold(alice, group, make_papers_and_members):
    killed = 0
    for seed in range(ROUNDS):
        assert round_of(seed) == [0] * (WORKERS - 1), f"seed {seed}"
        for promise in PROMISES:
            promise()
        Member.objects.exclude(left_at=None).update(left_at=None)
        killed += 1
    assert killed == ROUNDS
    # Something happened, and not only claims.
    assert Claim.objects.exclude(released_at=None).exists()
    assert Partner.objects.exists()


@pytest.fixture
def make_papers_and_members(group, alice, a_paper, a_member) -> None:
    group.claim_cap, group.waiting_cap = 3, 3
    group.save()
    papers = [a_paper(f"Paper {number}") for number in range(6)]
    for number in range(6):
        a_member(f"Member{number}")
    session = make_session(timezone.localdate() + dt.timedelta(days=30), dt.time(19), "UTC", by=alice)
    put_in_slot(session, papers[0], by=alice)
