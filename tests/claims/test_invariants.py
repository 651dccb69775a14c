"""Whatever people do, in whatever order: one holder a paper, points that add up, a fair line, no dead mail."""

import datetime as dt

import pytest
import time_machine as machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from papers.catalogue.models import Entry, Paper, Part, ReadingList
from papers.claims import actions, confirming, duties, handing_out, partners, stale, standing_in, swapping, waiting
from papers.claims.machines import ANSWER, CLAIM, SENT
from papers.claims.models import Claim, Duty, Offer, Partner, Swap, WaitingPlace
from papers.members.models import Group, Member
from papers.refusals import Refused
from papers.sessions.actions import make_session, put_in_slot
from tests.claims.promises import PROMISES
from tests.conftest import make_member

BEGIN = dt.datetime(2023, 7, 3, 8, tzinfo=dt.UTC)
which = st.integers(0, 3)


class Group4(RuleBasedStateMachine):
    """Four members and four papers; every act of the site, refused or not, at any time."""

    @initialize()
    def begin(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.clock = machine.travel(BEGIN, tick=False)
        self.time = self.clock.start()
        Group.objects.get_or_create(
            pk=1,
            defaults={
                "name": "Group",
                "language": "en",
                "time_zone": "Asia/Shanghai",
                "starts_on": dt.date(2023, 2, 27),
                "first_goal": 100,
                "goal": 150,
                "weeks": 26,
                "papers_per_week": 6,
            },
        )
        self.members = [make_member(f"Member{at}") for at in range(3)] + [make_member("Boss", "organiser")]  # type: ignore[arg-type]
        Member.objects.update(joined_at=BEGIN - dt.timedelta(days=30))
        part = Part.objects.create(reading_list=ReadingList.objects.create(), number=1)
        self.papers = [Paper.objects.create(number=at + 1, title=f"Paper {at}") for at in range(4)]
        for at, paper in enumerate(self.papers):
            Entry.objects.create(part=part, position=at + 1, paper=paper)
        self.session = make_session(dt.date(2023, 8, 2), dt.time(19), "Asia/Shanghai", by=self.members[3])
        put_in_slot(self.session, self.papers[0], by=self.members[3])

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def try_to(self, act, *args, **facts) -> None:
        try:
            with transaction.atomic():
                act(*args, **facts)
        except Refused:
            pass

    def held(self, at: int) -> Claim | None:
        claims = list(Claim.objects.filter(released_at=None).order_by("pk"))
        return claims[at % len(claims)] if claims else None

    @rule(paper=which, member=which)
    def claim(self, paper, member):
        self.try_to(actions.claim, self.papers[paper], by=self.members[member])

    @rule(at=which)
    def release(self, at):
        if claim := self.held(at):
            self.try_to(actions.release, claim.paper, by=claim.holder)

    @rule()
    def undo_release(self):
        last = Claim.objects.exclude(released_at=None).order_by("-released_at", "-pk").first()
        if last is not None:
            self.try_to(actions.undo_release, last.paper, by=last.holder)

    @rule(at=which, first=which)
    def wait(self, at, first):
        """Everybody who may wait for a paper does, beginning with one of them."""
        if claim := self.held(at):
            for member in self.members[first:] + self.members[:first]:
                self.try_to(waiting.join, claim.paper, by=member)

    @rule(first=which)
    def everybody_claims(self, first):
        for paper, member in zip(self.papers, self.members[first:] + self.members[:first], strict=True):
            self.try_to(actions.claim, paper, by=member)

    @rule()
    def stop_waiting(self):
        if place := WaitingPlace.objects.filter(left_at=None).first():
            self.try_to(waiting.leave, place.paper, by=place.member)

    @rule()
    def take_an_offer(self):
        if offer := Offer.objects.filter(state=SENT).first():
            self.try_to(actions.claim, offer.paper, by=offer.member)

    @rule(at=which)
    def look(self, at):
        if claim := self.held(at):
            self.try_to(standing_in.look, claim.paper, by=claim.holder)

    @rule(at=which, member=which)
    def ask_a_partner(self, at, member):
        if claim := self.held(at):
            self.try_to(partners.ask, claim.paper, self.members[member], by=claim.holder)

    @rule(act=st.sampled_from(["accept", "accept", "decline", "withdraw"]))
    def answer_a_partner(self, act):
        if asked := Partner.objects.filter(state=SENT).first():
            self.try_to(partners.answer, asked, act)

    @rule(at=which, member=which)
    def present_together(self, at, member):
        self.ask_a_partner(at, member)
        self.answer_a_partner("accept")

    @rule(at=which, member=which)
    def stand_by(self, at, member):
        if claim := self.held(at):
            self.try_to(partners.stand_by, claim.paper, by=self.members[member])

    @rule(at=which, member=which)
    def step_back(self, at, member):
        if claim := self.held(at):
            self.try_to(partners.step_back, claim.paper, by=self.members[member])

    @rule(at=which)
    def promote(self, at):
        if claim := self.held(at):
            self.try_to(standing_in.promote, claim.paper, by=claim.holder)

    @rule(at=which)
    def say_yes(self, at):
        if claim := self.held(at):
            self.try_to(confirming.confirm, claim.paper, by=claim.holder)

    @rule(role=st.sampled_from(Duty.Role.values), member=which)
    def take_a_role(self, role, member):
        self.try_to(duties.take, self.session, role, by=self.members[member])

    @rule(role=st.sampled_from(Duty.Role.values))
    def leave_a_role(self, role):
        self.try_to(duties.leave, self.session, role, by=self.members[3])

    @rule(member=which)
    def take_over(self, member):
        if claim := Claim.objects.filter(released_at=None, looking_since__isnull=False).first():
            self.try_to(standing_in.take_over, claim.paper, by=self.members[member])

    @rule(at=which)
    def ask_to_swap(self, at):
        one = self.held(at)
        two = one and Claim.objects.filter(released_at=None).exclude(holder=one.holder).first()
        if one and two:
            self.try_to(swapping.ask, one, two, by=one.holder)

    @rule(act=st.sampled_from(["accept", "decline", "withdraw"]))
    def answer_a_swap(self, act):
        if swap := Swap.objects.filter(state=SENT).first():
            self.try_to(swapping.answer, swap, act)

    @rule(at=which)
    def release_what_is_asked_for(self, at):
        if swap := Swap.objects.filter(state=SENT).first():
            claim = (swap.given, swap.wanted)[at % 2]
            self.try_to(actions.release, claim.paper, by=claim.holder)

    @rule()
    def decline_an_offer(self):
        if offer := Offer.objects.filter(state=SENT).first():
            self.try_to(waiting.leave, offer.paper, by=offer.member)

    @rule(paper=which, member=which)
    def hand_out(self, paper, member):
        until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=72)
        self.try_to(handing_out.give, self.papers[paper], self.members[member], until, by=self.members[3])

    @rule(accepts=st.booleans())
    def confirm(self, accepts):
        claim = Claim.objects.filter(released_at=None).exclude(accept_by=None).first()
        if claim is not None:
            self.try_to(handing_out.confirm, claim, accepts=accepts)

    @rule(paper=which, seldom=st.integers(0, 9))
    def mark_read(self, paper, seldom):
        if not seldom:
            self.try_to(actions.mark_read, self.papers[paper], by=self.members[3])

    @rule(member=st.integers(0, 2), seldom=st.integers(0, 9))
    def leave(self, member, seldom):
        if not seldom:
            self.try_to(actions.take_leave, self.members[member], by=self.members[3])

    @rule(hours=st.sampled_from([0.001, 1, 12, 40, 100, 400]))
    def time_passes(self, hours):
        self.time.shift(dt.timedelta(hours=hours))
        now = dt.datetime.now(dt.UTC)
        for plan in (
            waiting.pass_on,
            swapping.expire,
            handing_out.give_back_unanswered,
            stale.tend,
            partners.expire,
            confirming.ask_to_confirm,
            standing_in.ask_everybody,
        ):
            self.try_to(plan, now)

    @invariant()
    def the_promises_hold(self):
        if hasattr(self, "members"):
            for promise in PROMISES:
                promise()


@pytest.mark.django_db
def test_whatever_people_do_the_promises_hold():
    run_state_machine_as_test(
        Group4,
        settings=settings(
            max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_no_answer_leads_anywhere_after_the_first():
    ends = {after for (_before, _act), after in ANSWER.items()}
    assert not any(before in ends for before, _act in ANSWER)
    assert {before for before, _act in CLAIM} | {"done"} == {*CLAIM.values()} | {"free"}
