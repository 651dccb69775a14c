"""Carrying plans out and taking them back, against the database."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.core import serializers
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers.claims import actions as claims
from papers.claims import duties, partners
from papers.claims.confirming import confirm
from papers.claims.models import Claim, Duty
from papers.mail.models import Outgoing
from papers.members.models import Act, Group, Member
from papers.planning import actions, plans
from papers.planning.models import PlanChange
from papers.planning.plans import Plan
from papers.refusals import Refused
from papers.reminders.actions import plan_reminders
from papers.reminders.changes import tell_of_changes
from papers.sessions import actions as sessions
from papers.sessions import breaks
from papers.sessions.models import ReadingSession, Slot
from tests.at_once import at_once

from .conftest import NINE, NOW, SEVEN

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=1)


def pushing(first: ReadingSession, weeks: int = 1):
    return lambda now: plans.push(first, weeks, now)


def carry_out(make, by) -> PlanChange:
    return actions.apply(make, make(timezone.now()).seen, by=by)


def dates() -> list[str]:
    there = ReadingSession.objects.filter(cancelled_at=None).order_by("starts_at")
    return [f"{session.date:%m-%d}" for session in there]


@contextmanager
def rolled_back() -> Iterator[None]:
    """Leave nothing behind for the next example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows() -> list[Any]:
    """All that a change of the plan may touch, row by row, but for the sequences, which can only rise."""
    found = []
    for model in (Group, ReadingSession, Slot, Duty, Claim):
        for row in serializers.serialize("python", model._default_manager.order_by("pk")):
            row["fields"].pop("sequence", None)
            if model is Claim:
                session = ReadingSession.objects.filter(pk=row["fields"]["confirmed_for"]).first()
                is_confirmed = session is not None and row["fields"].pop("confirmed_sequence") == session.sequence
                row["fields"]["confirmed_sequence"] = is_confirmed
            found.append(row)
    return found


# --- Pushing back


def test_everything_from_a_session_on_is_a_week_later_and_keeps_its_papers(mondays, held, alice, bob):
    first, second, *_rest = mondays(3)
    slot = sessions.put_in_slot(second, held(bob), by=alice)
    change = carry_out(pushing(second), alice)
    assert dates() == ["09-11", "09-25", "10-02"]
    second.refresh_from_db()
    assert (second.sequence, second.wall_time, list(second.slots.all())) == (1, SEVEN, [slot])
    first.refresh_from_db()
    assert first.sequence == 0
    act = Act.objects.first()
    assert (act.verb, act.about, act.after["sessions"]) == ("push plan", f"plan:{change.pk}", 2)


def test_holidays_and_own_free_days_are_left_out(mondays, china, alice):
    there = mondays(4)
    breaks.add_break(dt.date(2023, 10, 16), dt.date(2023, 10, 20), "Exams", by=alice)
    carry_out(pushing(there[2]), alice)
    # 2 October is China's National Day, 16 October in the break.
    assert dates() == ["09-11", "09-18", "10-09", "10-23"]


def test_cancelled_and_past_sessions_stay_where_they_are(mondays, alice, time_machine):
    there = mondays(4)
    sessions.cancel_session(there[2], "Holiday", by=alice)
    time_machine.move_to(NOW + dt.timedelta(days=6), tick=False)
    carry_out(pushing(there[0]), alice)
    assert dates() == ["09-11", "09-25", "10-09"]
    there[2].refresh_from_db()
    assert there[2].date == dt.date(2023, 9, 25)


def test_two_hours_that_take_turns_go_on_taking_turns(mondays, alice):
    there = mondays(4, other_time=NINE)
    carry_out(pushing(there[1]), alice)
    hours = list(ReadingSession.objects.order_by("starts_at").values_list("wall_time", flat=True))
    assert hours == [SEVEN, NINE, SEVEN, NINE]


def test_the_instants_follow_the_clocks(alice):
    series = sessions.make_series(dt.date(2023, 10, 12), 4, SEVEN, "Europe/Berlin", 2, by=alice)
    first, second = series.sessions.order_by("starts_at")
    assert (first.starts_at.hour, second.starts_at.hour) == (17, 17)
    carry_out(pushing(first, 2), alice)
    hours = [session.starts_at.hour for session in series.sessions.order_by("starts_at")]
    assert hours == [17, 18]


@pytest.mark.parametrize("weeks", [0, 27, -1])
def test_a_number_of_weeks_that_cannot_be_is_refused(mondays, alice, weeks):
    (there,) = mondays(1)
    with pytest.raises(Refused, match="1 to 26 weeks") as refused:
        plans.push(there, weeks, NOW)
    assert refused.value.status == 422


def test_nothing_is_pushed_after_the_last_session(mondays, alice, time_machine):
    (there,) = mondays(1)
    time_machine.move_to(NOW + dt.timedelta(days=30), tick=False)
    with pytest.raises(Refused, match="no session to come"):
        plans.push(there, 1, timezone.now())


def test_a_plan_that_has_changed_since_it_was_looked_at_is_not_carried_out(mondays, alice):
    there = mondays(3)
    seen = plans.push(there[0], 1, NOW).seen
    breaks.add_break(dt.date(2023, 9, 18), dt.date(2023, 9, 18), "Outing", by=alice)
    with pytest.raises(Refused, match="changed meanwhile") as refused:
        actions.apply(pushing(there[0]), seen, by=alice)
    assert refused.value.status == 409
    assert dates() == ["09-11", "09-18", "09-25"]


def test_only_organisers_change_the_plan(mondays, alice, bob, rita):
    there = mondays(2)
    change = carry_out(pushing(there[0]), alice)
    for member in (bob, rita):
        for write in (partial(actions.apply, pushing(there[0]), "x"), partial(actions.undo, change)):
            with pytest.raises(Refused, match="Only organisers") as refused:
                write(by=member)
            assert refused.value.status == 403
    assert dates() == ["09-18", "09-25"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_push_at_once_one_wins(mondays, alice, a_member):
    there = mondays(5)
    make = pushing(there[1])
    seen = make(NOW).seen
    other = a_member("Olga", "organiser")
    refused = at_once(*(partial(actions.apply, make, seen, by=by) for by in (alice, other)))
    assert [refusal.status for refusal in refused] == [409]
    assert (dates(), PlanChange.objects.count()) == (["09-11", "09-25", "10-02", "10-09", "10-16"], 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_back_at_once_one_does(mondays, alice, a_member):
    change = carry_out(pushing(mondays(3)[0]), alice)
    refused = at_once(*(partial(actions.undo, change, by=by) for by in (alice, a_member("Olga", "organiser"))))
    assert len(refused) == 1
    assert dates() == ["09-11", "09-18", "09-25"]


# --- One mail a person


def mails(kind: str = "plan") -> dict[str, str]:
    waiting = Outgoing.objects.filter(kind=kind, state=Outgoing.State.WAITING)
    return {mail.address.partition("@")[0]: mail.text for mail in waiting}


def test_everybody_concerned_gets_one_mail_with_all_that_is_theirs(mondays, held, alice, bob, rita, a_member):
    there, dora, emil = mondays(3), a_member("Dora"), a_member("Emil")
    for session, title in zip(there, ("BERT", "GPT", "T5"), strict=True):
        sessions.put_in_slot(session, held(bob if title != "T5" else dora, title), by=alice)
    partner = partners.ask(Slot.objects.get(session=there[2]).paper, emil, by=dora)
    partners.answer(partner, "accept")
    duties.give(there[1], "host", dora, by=alice)
    change = carry_out(pushing(there[1]), alice)
    assert set(mails()) == {"bob", "dora", "emil"}
    assert Outgoing.objects.filter(kind="plan").count() == 3
    # The first session stays, so Bob hears of the second only.
    assert "GPT" in mails()["bob"]
    assert "BERT" not in mails()["bob"]
    assert "You lead the session" in mails()["dora"]
    assert "T5" in mails()["dora"]
    assert "T5" in mails()["emil"]
    keys = set(Outgoing.objects.filter(kind="plan").values_list("key", flat=True))
    assert keys == {f"plan:{change.pk}:to:{member.pk}" for member in (bob, dora, emil)}


def test_the_mail_names_both_dates_on_the_readers_clock_in_their_language(mondays, held, alice, a_member):
    yu = a_member("Yu", language="zh-hans", time_zone="America/New_York")
    sessions.put_in_slot(mondays(1)[0], held(yu), by=alice)
    carry_out(pushing(ReadingSession.objects.get()), alice)
    mail = Outgoing.objects.get(kind="plan")
    for words in ("2023年9月11日", "2023年9月18日", "19:00", "07:00", "America/New York"):
        assert words in mail.text, words
        assert words in mail.html


def test_who_has_left_gets_no_mail(mondays, held, alice, bob):
    sessions.put_in_slot(mondays(1)[0], held(bob), by=alice)
    bob.is_active = False
    bob.save()
    carry_out(pushing(ReadingSession.objects.get()), alice)
    assert not Outgoing.objects.filter(kind="plan").exists()


def test_who_hears_of_it_so_gets_no_second_mail_about_the_sessions(mondays, held, alice, bob, a_member, time_machine):
    dora = a_member("Dora")
    first, second = mondays(2)
    sessions.put_in_slot(first, held(bob), by=alice)
    now = first.starts_at - dt.timedelta(hours=60)
    Member.objects.update(joined_at=now - dt.timedelta(days=1))
    time_machine.move_to(now, tick=False)
    plan_reminders(now)
    change = carry_out(pushing(first), alice)
    tell_of_changes(now)
    later = now + dt.timedelta(minutes=11)
    tell_of_changes(later)
    assert {mail.address for mail in Outgoing.objects.filter(kind="change")} == {alice.email, dora.email}
    assert set(mails()) == {"bob"}
    # The reminder speaks of the new date as of one that Bob knows.
    Outgoing.objects.update(state=Outgoing.State.SENT)
    first.refresh_from_db()
    time_machine.move_to(first.starts_at - dt.timedelta(hours=20), tick=False)
    plan_reminders(timezone.now())
    assert Outgoing.objects.get(member=bob, kind="reminder").subject.startswith("You present #")
    assert change.undone_at is None


def test_what_is_taken_back_before_it_left_is_told_to_nobody(mondays, held, alice, bob, time_machine):
    first = mondays(1)[0]
    sessions.put_in_slot(first, held(bob), by=alice)
    now = first.starts_at - dt.timedelta(hours=60)
    Member.objects.update(joined_at=now - dt.timedelta(days=1))
    time_machine.move_to(now, tick=False)
    tell_of_changes(now)
    change = carry_out(pushing(first), alice)
    tell_of_changes(now)
    actions.undo(change, by=alice)
    tell_of_changes(now + dt.timedelta(minutes=11))
    assert not Outgoing.objects.filter(state=Outgoing.State.WAITING).exists()


def test_what_has_not_left_is_void_when_the_change_is_taken_back_and_who_was_told_is_told(
    mondays, held, alice, bob, a_member
):
    there, dora = mondays(2), a_member("Dora")
    sessions.put_in_slot(there[0], held(bob, "BERT"), by=alice)
    sessions.put_in_slot(there[1], held(dora, "GPT"), by=alice)
    change = carry_out(pushing(there[0]), alice)
    assert all(mail.due_at == NOW + dt.timedelta(minutes=10) for mail in Outgoing.objects.filter(kind="plan"))
    Outgoing.objects.filter(member=dora, kind="plan").update(state=Outgoing.State.SENT)
    actions.undo(change, by=alice)
    states = dict(Outgoing.objects.filter(kind="plan").values_list("subject", "state"))
    assert states["The plan is as it was before"] == Outgoing.State.WAITING
    assert set(mails()) == {"dora"}
    assert Outgoing.objects.get(member=bob, kind="plan").state == Outgoing.State.VOID


# --- Taking it back


def test_taken_back_all_is_as_it_was_confirmations_too(mondays, held, alice, bob, time_machine):
    there = mondays(3)
    for session, title in zip(there, ("BERT", "GPT", "T5"), strict=True):
        sessions.put_in_slot(session, held(bob if title != "T5" else alice, title), by=alice)
    confirm(Slot.objects.get(session=there[0]).paper, by=bob)
    duties.give(there[1], "scribe", alice, by=alice)
    before = rows()
    change = carry_out(pushing(there[0]), alice)
    assert rows() != before
    time_machine.move_to(LATER, tick=False)
    actions.undo(change, by=alice)
    assert rows() == before
    assert set(ReadingSession.objects.values_list("sequence", flat=True)) == {2}
    change.refresh_from_db()
    assert (change.undone_at, change.undone_by) == (LATER, alice)


@given(
    weeks=st.integers(1, 8),
    first=st.integers(0, 5),
    days=st.lists(st.integers(0, 40), max_size=5, unique=True),
    agenda=st.lists(st.integers(0, 5), max_size=6),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_pushed_and_taken_back_is_as_it_was(alice, bob, a_paper, weeks, first, days, agenda):
    with rolled_back():
        series = sessions.make_series(dt.date(2023, 9, 11), 1, SEVEN, "Europe/Berlin", 6, by=alice, other_time=NINE)
        there = list(series.sessions.order_by("starts_at"))
        for at in days:
            breaks.add_break(*[dt.date(2023, 9, 12) + dt.timedelta(days=at)] * 2, f"Day {at}", by=alice)
        for at in agenda:
            sessions.put_in_slot(there[at], a_paper(), by=alice)
        before = rows()
        change = carry_out(pushing(there[first], weeks), alice)
        moved = ReadingSession.objects.filter(sequence=1)
        assert moved.count() == 6 - first
        free = {dt.date(2023, 9, 12) + dt.timedelta(days=at) for at in days}
        assert not free & set(moved.values_list("date", flat=True))
        actions.undo(change, by=alice)
        assert rows() == before


@given(papers=st.integers(1, 12), held_by_bob=st.integers(0, 2), pace=st.integers(1, 4), keep=st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_pace_is_chosen_and_taken_back_all_is_as_it_was(alice, bob, a_paper, papers, held_by_bob, pace, keep):
    with rolled_back():
        Group.objects.update(papers_per_week=pace, claim_cap=50)
        sessions.make_series(dt.date(2023, 9, 11), 1, SEVEN, "Asia/Shanghai", 3, by=alice)
        made = [a_paper() for _paper in range(papers)]
        for paper in made[:held_by_bob]:
            claims.claim(paper, by=bob)
        before = rows()
        change = carry_out(plans.keep_pace if keep else plans.keep_end, alice)
        # Finishable: every paper of the list has a session.
        assert not plans.works(claimed=False)
        assert Slot.objects.count() == papers
        actions.undo(change, by=alice)
        assert rows() == before


def changed_by_a_move(there, alice, a_paper):
    sessions.move_session(there[1], dt.date(2023, 12, 1), SEVEN, by=alice)


def changed_by_cancelling(there, alice, a_paper):
    sessions.cancel_session(there[1], "Holiday", by=alice)


def changed_by_another_push(there, alice, a_paper):
    carry_out(pushing(there[1]), alice)


def changed_by_another_session(there, alice, a_paper):
    sessions.make_session(dt.date(2023, 9, 11), dt.time(20), "Asia/Shanghai", by=alice)


@pytest.mark.parametrize(
    ("change_it", "words"),
    [
        (changed_by_a_move, "2023-12-01 19:00"),
        (changed_by_cancelling, "2023-09-25 19:00"),
        (changed_by_another_push, "2023-10-02 19:00"),
        (changed_by_another_session, "already is a session at this time: 2023-09-11 20:00"),
    ],
)
def test_what_others_changed_since_is_named_and_nothing_is_taken_back(mondays, alice, a_paper, change_it, words):
    there = mondays(3)
    change = carry_out(pushing(there[0]), alice)
    change_it(there, alice, a_paper)
    before = rows()
    with pytest.raises(Refused, match=words) as refused:
        actions.undo(change, by=alice)
    assert refused.value.status == 409
    assert rows() == before


def test_a_change_that_hinders_nothing_does_not_hinder(mondays, alice, a_paper):
    there = mondays(2)
    change = carry_out(pushing(there[0]), alice)
    slot = sessions.put_in_slot(there[0], a_paper(), by=alice)
    sessions.change_place(there[0], "Room 3", by=alice)
    actions.undo(change, by=alice)
    assert dates() == ["09-11", "09-18"]
    assert Slot.objects.get() == slot


def test_it_is_too_late_after_a_day_or_once_the_old_time_has_passed(mondays, alice, time_machine):
    there = mondays(2)
    time_machine.move_to(there[0].starts_at - dt.timedelta(hours=1), tick=False)
    change = carry_out(pushing(there[0]), alice)
    time_machine.move_to(there[0].starts_at + dt.timedelta(minutes=1), tick=False)
    with pytest.raises(Refused, match="2023-09-11 19:00"):
        actions.undo(change, by=alice)
    time_machine.move_to(there[0].starts_at + dt.timedelta(hours=24), tick=False)
    with pytest.raises(Refused, match="older than a day"):
        actions.undo(change, by=alice)
    assert dates() == ["09-18", "09-25"]


def test_twice_is_once(mondays, alice):
    change = carry_out(pushing(mondays(2)[0]), alice)
    actions.undo(change, by=alice)
    with pytest.raises(Refused, match="already"):
        actions.undo(change, by=alice)
    assert dates() == ["09-11", "09-18"]


# --- Filling and pacing


def plan_of(make) -> Plan:
    return make(timezone.now())


def test_claimed_papers_without_a_session_get_one(mondays, held, a_paper, alice, bob, a_member):
    there = mondays(2, minutes=60)
    papers = [held(bob, "BERT"), held(alice, "GPT"), held(a_member("Dora"), "T5")]
    a_paper("Free")
    change = carry_out(plans.fill, alice)
    assert change.kind == "fill"
    agenda = list(Slot.objects.order_by("session", "position").values_list("paper", "session"))
    assert agenda == [(papers[0].pk, there[0].pk), (papers[1].pk, there[0].pk), (papers[2].pk, there[1].pk)]
    assert set(mails()) == {"bob", "alice", "dora"}
    actions.undo(change, by=alice)
    assert not Slot.objects.exists()
    assert mails() == {}


def test_what_finds_no_room_is_named_and_sessions_are_not_made_too_full(mondays, held, alice, bob):
    mondays(1, minutes=45)
    held(bob, "BERT"), held(alice, "GPT")
    plan = plan_of(plans.fill)
    assert ([w.title for w, _at in plan.placed], [w.title for w in plan.left]) == (["BERT"], ["GPT"])


def test_nobody_is_given_a_date_within_three_days(mondays, held, alice, bob, time_machine):
    there = mondays(2)
    held(bob)
    time_machine.move_to(there[0].starts_at - dt.timedelta(days=2), tick=False)
    plan = plan_of(plans.fill)
    assert [plan.sessions[at].pk for _work, at in plan.placed] == [there[1].pk]


def test_a_paper_released_since_is_another_plan(mondays, held, alice, bob):
    mondays(1)
    paper = held(bob)
    seen = plan_of(plans.fill).seen
    claims.release(paper, by=bob)
    with pytest.raises(Refused, match="changed meanwhile"):
        actions.apply(plans.fill, seen, by=alice)
    assert not Slot.objects.exists()


def test_to_keep_the_end_there_are_more_papers_a_week(mondays, held, a_paper, alice, bob, group):
    there = mondays(3)
    group.papers_per_week = 1
    group.save()
    sessions.put_in_slot(there[0], a_paper(), by=alice)
    for _paper in range(6):
        a_paper()
    mine = held(bob, "Mine")
    change = carry_out(plans.keep_end, alice)
    assert [session.slots.count() for session in there] == [3, 2, 3]
    assert Slot.objects.get(paper=mine).session == there[0]
    group.refresh_from_db()
    assert group.papers_per_week == 3
    assert (ReadingSession.objects.count(), change.after["settings"]) == (3, {"papers_per_week": 3})
    actions.undo(change, by=alice)
    group.refresh_from_db()
    assert (group.papers_per_week, Slot.objects.count()) == (1, 1)


def test_to_keep_the_pace_there_are_more_sessions_without_holidays(mondays, a_paper, alice, china):
    mondays(2, other_time=NINE, place="Room 3")
    china.papers_per_week = 2
    china.save()
    for _paper in range(9):
        a_paper()
    change = carry_out(plans.keep_pace, alice)
    # 2 October is China's National Day.
    assert dates() == ["09-11", "09-18", "09-25", "10-09", "10-16"]
    last = ReadingSession.objects.order_by("starts_at")[2:]
    assert [(session.wall_time, session.place, session.slots.count()) for session in last] == [
        (SEVEN, "Room 3", 2),
        (NINE, "Room 3", 2),
        (SEVEN, "Room 3", 1),
    ]
    actions.undo(change, by=alice)
    assert (dates(), Slot.objects.count()) == (["09-11", "09-18"], 0)


def test_a_new_session_in_which_somebody_has_a_role_is_not_taken_back(mondays, a_paper, alice, bob, group):
    group.papers_per_week = 1
    group.save()
    mondays(1)
    a_paper(), a_paper()
    change = carry_out(plans.keep_pace, alice)
    new = ReadingSession.objects.latest("starts_at")
    duties.take(new, "host", by=bob)
    with pytest.raises(Refused, match="2023-09-18 19:00"):
        actions.undo(change, by=alice)


def test_a_setting_that_was_changed_since_stays(mondays, a_paper, alice):
    mondays(1)
    a_paper()
    change = carry_out(plans.keep_end, alice)
    Group.objects.update(papers_per_week=9)
    with pytest.raises(Refused, match="pace, in papers a week"):
        actions.undo(change, by=alice)
    assert Group.objects.get().papers_per_week == 9


def test_a_paper_that_was_put_elsewhere_since_stays(mondays, held, alice, bob):
    there = mondays(2)
    paper = held(bob)
    change = carry_out(plans.fill, alice)
    sessions.take_out(Slot.objects.get(), by=alice)
    sessions.put_in_slot(there[1], paper, by=alice)
    with pytest.raises(Refused, match="#1"):
        actions.undo(change, by=alice)
    assert Slot.objects.get().session == there[1]


@pytest.mark.parametrize("make", [plans.keep_end, plans.keep_pace])
def test_without_papers_or_sessions_there_is_no_pace(mondays, a_paper, alice, make):
    with pytest.raises(Refused, match="nothing to spread"):
        make(NOW)
    a_paper()
    with pytest.raises(Refused, match="Make sessions first"):
        make(NOW)


@pytest.mark.parametrize("count", [1, 3])
def test_a_plan_costs_the_same_for_one_and_for_three(
    mondays, held, alice, bob, a_member, django_assert_num_queries, count
):
    there = mondays(count)
    for at in range(count):
        held(a_member(f"M{at}"), f"Paper {at}")
    # Sessions, times away, papers with who holds them.
    with django_assert_num_queries(3):
        plans.fill(NOW)
    # The group, own breaks, sessions.
    with django_assert_num_queries(3):
        plans.push(there[0], 1, NOW)
