"""What holds of claims whatever people do, in whatever order, and whoever is killed meanwhile."""

import datetime as dt

import pytest

from papers.catalogue.models import Paper
from papers.catalogue.rules import POINTS
from papers.claims.ledger import ledger
from papers.claims.machines import ACCEPTED, EXPIRED, SENT
from papers.claims.models import Claim, Duty, Offer, Partner, Swap, WaitingPlace
from papers.claims.queries import DONE, place_of
from papers.claims.rules import MOST_CO_PRESENTERS
from papers.mail.models import Outgoing
from papers.members.models import Member


def one_holder_a_paper() -> None:
    held = list(Claim.objects.filter(released_at=None).values_list("paper", flat=True))
    assert len(held) == len(set(held))


def points_add_up() -> None:
    here = {member.pk for member in Member.objects.filter(left_at=None)}
    open_claims = [
        claim
        for claim in Claim.objects.filter(released_at=None, holder__in=here).select_related("paper", "holder")
        if place_of(claim.paper, claim.holder).state != DONE
    ]
    now = dt.datetime.now(dt.UTC)
    duties = Duty.objects.filter(left_at=None, session__cancelled_at=None).select_related("session")
    roles = sum(duty.session.ends_at > now for duty in duties)
    promised = sum(line.promised for line in ledger(now).lines)
    assert promised == pytest.approx(sum(POINTS[claim.paper.mode] for claim in open_claims) + roles)


def nobody_waits_for_what_they_hold() -> None:
    places = WaitingPlace.objects.filter(left_at=None).values_list("paper", "member")
    assert not set(places) & set(Claim.objects.filter(released_at=None).values_list("paper", "holder"))


def what_is_dead_is_not_mailed() -> None:
    dead = {f"offer:{pk}" for pk in Offer.objects.exclude(state=SENT).values_list("pk", flat=True)}
    dead |= {f"swap:{pk}" for pk in Swap.objects.exclude(state=SENT).values_list("pk", flat=True)}
    dead |= {f"partner:{pk}" for pk in Partner.objects.exclude(state__in=(SENT, EXPIRED)).values_list("pk", flat=True)}
    waiting = Outgoing.objects.filter(state="waiting", about__in=dead, kind__in=("offer", "swap", "partner"))
    assert not waiting.exclude(key__startswith="swap_")


def the_line_is_fair() -> None:
    for offer in Offer.objects.filter(state=SENT).select_related("place"):
        # Whoever has the offer came first of those who wait, and nobody holds the paper meanwhile.
        line = WaitingPlace.objects.filter(paper=offer.paper, left_at=None).order_by("joined_at", "pk")
        assert line[0] == offer.place
        assert not Claim.objects.filter(paper=offer.paper, released_at=None).exists()


def nobody_is_asked_twice() -> None:
    asked = list(Offer.objects.exclude(state="withdrawn").values_list("place", flat=True))
    assert len(asked) == len(set(asked))


def nobody_waits_in_vain() -> None:
    free = set(WaitingPlace.objects.filter(left_at=None).values_list("paper", flat=True))
    free -= set(Claim.objects.filter(released_at=None).values_list("paper", flat=True))
    free -= set(Offer.objects.filter(state=SENT).values_list("paper", flat=True))
    assert not Paper.objects.filter(pk__in=free, done_at=None).exists()


def those_at_the_side_are_at_the_side_of_an_open_claim() -> None:
    asked = Partner.objects.filter(state=SENT).select_related("claim")
    assert all(one.claim.released_at is None for one in asked)
    there = Partner.objects.filter(state=ACCEPTED, left_at=None, claim__released_at=None).select_related("claim")
    assert not any(one.member_id == one.claim.holder_id for one in there)
    understudies = [one.claim_id for one in there if one.role == "understudy"]
    assert len(understudies) == len(set(understudies))
    per_claim = [one.claim_id for one in there if one.role == "co-presenter"]
    assert all(per_claim.count(claim) <= MOST_CO_PRESENTERS for claim in per_claim)


def a_swap_is_of_open_claims() -> None:
    for swap in Swap.objects.filter(state=SENT).select_related("given", "wanted"):
        assert swap.given.released_at is None
        assert swap.wanted.released_at is None


PROMISES = (
    nobody_waits_for_what_they_hold,
    one_holder_a_paper,
    points_add_up,
    what_is_dead_is_not_mailed,
    the_line_is_fair,
    nobody_is_asked_twice,
    nobody_waits_in_vain,
    those_at_the_side_are_at_the_side_of_an_open_claim,
    a_swap_is_of_open_claims,
)
