import datetime as dt
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection

from papers.catalogue.models import Paper
from papers.claims import actions
from papers.claims.models import Claim
from papers.claims.queries import CLAIMED, DONE, FREE, SCHEDULED, place_of, read_by
from papers.mail.models import Outgoing
from papers.members.models import Act, Member
from papers.refusals import Refused
from papers.sessions import actions as sessions
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def session(alice, time_machine):
    time_machine.move_to(NOW, tick=False)
    return sessions.make_session(dt.date(2023, 7, 6), wall_time=dt.time(19), time_zone="Asia/Shanghai", by=alice)


def refused(act, *args, **facts) -> Refused:
    with pytest.raises(Refused) as refusal:
        act(*args, **facts)
    return refusal.value


def test_a_claim_gives_the_paper_to_the_member(bob, a_paper):
    paper = a_paper()
    assert place_of(paper, bob).state == FREE
    assert actions.claim(paper, by=bob).holder == bob
    place = place_of(paper, bob)
    assert (place.state, place.holder_name, place.is_mine, place.can_release) == (CLAIMED, "Bob", True, True)


def test_who_comes_second_is_told_who_was_faster(bob, alice, a_paper):
    paper = a_paper()
    actions.claim(paper, by=bob)
    refusal = refused(actions.claim, paper, by=alice)
    assert refusal.status == 409
    assert "Bob" in refusal.sentence
    assert Claim.objects.count() == 1


def test_claiming_twice_changes_nothing(bob, a_paper):
    paper = a_paper()
    actions.claim(paper, by=bob)
    assert refused(actions.claim, paper, by=bob).status == 409
    assert Claim.objects.count() == 1


def test_readers_cannot_claim(rita, a_paper):
    assert refused(actions.claim, a_paper(), by=rita).status == 403
    assert not Claim.objects.exists()


def test_nobody_holds_more_than_the_group_allows(bob, a_paper, group):
    papers = [a_paper(f"Paper {number}") for number in range(3)]
    actions.claim(papers[0], by=bob)
    actions.claim(papers[1], by=bob)
    refusal = refused(actions.claim, papers[2], by=bob)
    assert refusal.status == 409
    assert "#1, #2" in refusal.sentence
    group.claim_cap = 3
    group.save()
    actions.claim(papers[2], by=bob)


def test_what_was_presented_does_not_count_for_the_cap(bob, a_paper):
    for number in range(2):
        actions.claim(a_paper(f"Read {number}", done_at=None), by=bob)
    Paper.objects.update(done_at=NOW)
    actions.claim(a_paper("Third"), by=bob)


def test_a_paper_that_was_read_cannot_be_claimed(bob, a_paper):
    assert refused(actions.claim, a_paper(done_at=NOW), by=bob).status == 409


def test_a_released_paper_can_be_claimed_by_the_next(bob, alice, a_paper):
    paper = a_paper()
    actions.claim(paper, by=bob)
    held = actions.release(paper, by=bob)
    assert held.released_by == bob
    assert [act.verb for act in Act.objects.order_by("pk")] == ["claim", "give back"]
    assert actions.claim(paper, by=alice).holder == alice
    assert Claim.objects.count() == 2


def test_nobody_releases_what_another_member_holds(bob, a_member, a_paper):
    paper = a_paper()
    actions.claim(paper, by=bob)
    assert refused(actions.release, paper, by=a_member("Dora")).status == 403


def test_an_organiser_releases_for_others_and_it_is_logged(alice, bob, a_paper):
    paper = a_paper()
    actions.claim(paper, by=bob)
    actions.release(paper, by=alice)
    act = Act.objects.exclude(verb="claim").get()
    assert (act.verb, act.by, act.before) == ("release", alice, {"holder": bob.pk})


def test_there_is_nothing_to_release_twice(bob, a_paper):
    paper = a_paper()
    actions.claim(paper, by=bob)
    actions.release(paper, by=bob)
    assert refused(actions.release, paper, by=bob).status == 409


def test_a_slot_makes_it_scheduled_and_the_end_of_its_session_read(bob, alice, a_paper, session, time_machine):
    paper = a_paper()
    actions.claim(paper, by=bob)
    sessions.put_in_slot(session, paper, minutes=30, position=1, by=alice)
    assert place_of(paper, bob).state == SCHEDULED
    assert not read_by(session.starts_at, Paper.objects.all()).exists()
    over = session.starts_at + dt.timedelta(minutes=session.minutes)
    time_machine.move_to(over, tick=False)
    assert place_of(paper, bob).state == DONE
    assert read_by(over, Paper.objects.all()).get() == paper
    assert refused(actions.release, paper, by=bob).status == 409


def test_when_the_presenter_changes_a_waiting_reminder_is_planned_anew(bob, alice, a_paper, session):
    paper = a_paper()
    sessions.put_in_slot(session, paper, minutes=30, position=1, by=alice)
    Outgoing.objects.create(
        kind="reminder",
        key="reminder:x",
        about=f"session:{session.pk}",
        address="bob@example.org",
        subject="s",
        text="t",
        due_at=NOW,
        next_try_at=NOW,
    )
    actions.claim(paper, by=bob)
    assert Outgoing.objects.get().state == Outgoing.State.VOID


def test_an_organiser_marks_a_paper_as_read_and_takes_it_back(alice, bob, a_paper):
    paper = a_paper()
    assert refused(actions.mark_read, paper, by=bob).status == 403
    actions.mark_read(paper, by=alice)
    actions.mark_read(paper, by=alice)
    assert place_of(paper, bob).state == DONE
    actions.mark_read(paper, by=alice, read=False)
    assert place_of(paper, bob).state == FREE
    assert sorted(Act.objects.values_list("verb", flat=True)) == ["mark read", "mark unread"]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_claim_at_once_one_wins(a_member, a_paper):
    paper = a_paper()
    members = [a_member(f"Member{number}") for number in range(8)]
    refusals = at_once(*(lambda member=member: actions.claim(paper, by=member) for member in members))
    assert [refusal.status for refusal in refusals] == [409] * 7
    winner = Claim.objects.get().holder
    assert all(winner.name in refusal.sentence for refusal in refusals)


def claim_whatever_comes(paper: Paper, member: Member) -> None:
    # Two holders are what no query reckons with.
    with suppress(Paper.MultipleObjectsReturned):
        actions.claim(paper, by=member)


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_several_would_win(a_member, a_paper):
    """The control: it is the constraint that the test before relies on."""
    table, index = Claim._meta.db_table, "one_holder_per_paper"
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {index}")
    try:
        papers = [a_paper(f"Paper {number}") for number in range(4)]
        for number, paper in enumerate(papers):
            members = [a_member(f"Member{number}x{one}") for one in range(8)]
            at_once(*(partial(claim_whatever_comes, paper, member) for member in members))
        assert Claim.objects.count() > len(papers)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")
            cursor.execute(definition)


@pytest.mark.django_db(transaction=True)
def test_one_member_who_claims_many_at_once_stays_within_the_cap(bob, a_paper):
    papers = [a_paper(f"Paper {number}") for number in range(8)]
    refusals = at_once(*(lambda paper=paper: actions.claim(paper, by=bob) for paper in papers))
    assert len(refusals) == 6
    assert Claim.objects.count() == 2
