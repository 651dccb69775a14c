"""Host and scribe: each has a rotation of its own, whoever wants may do it, and an organiser may ask."""

import datetime as dt
from functools import partial

import pytest
from django.utils import timezone

from papers.claims import actions, duties
from papers.claims.ledger import ledger
from papers.claims.models import Duty
from papers.claims.risks import at_risk
from papers.jobs.models import Job
from papers.mail.models import Outgoing
from papers.members import away
from papers.members.models import Member
from papers.refusals import Refused
from papers.sessions.actions import cancel_session, make_session, put_in_slot
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def a_session(alice):
    Member.objects.update(joined_at=NOW - dt.timedelta(days=300))

    def make(day: int):
        return make_session(dt.date(2023, 7, 5) + dt.timedelta(days=day), dt.time(19), "Asia/Shanghai", by=alice)

    return make


def turns(session, role="host") -> list[str]:
    return [turn.member.name for turn in duties.rotations(session)[role]]


def test_whose_turn_it_is_goes_round_and_each_role_has_its_own(a_session, alice, bob, a_member):
    dora = a_member("Dora", joined_at=NOW - dt.timedelta(days=300))
    Member.objects.update(joined_at=NOW - dt.timedelta(days=300))
    one, two, three = a_session(1), a_session(8), a_session(15)
    assert turns(one) == ["Alice", "Bob", "Dora"]
    duties.take(one, "host", by=alice)
    assert turns(two) == ["Bob", "Dora", "Alice"]
    assert turns(two, "scribe") == ["Alice", "Bob", "Dora"]
    duties.take(two, "host", by=dora)
    assert turns(three) == ["Bob", "Alice", "Dora"]


def test_who_joins_later_starts_at_the_mean_and_is_not_asked_first_every_time(a_session, alice, bob, a_member):
    Member.objects.update(joined_at=NOW - dt.timedelta(days=300))
    for day in (-20, -13, -6):
        session = make_session(dt.date(2023, 7, 5) + dt.timedelta(days=20 + day), dt.time(19), "UTC", by=alice)
        session.starts_at = NOW + dt.timedelta(days=day)
        session.save()
        Duty.objects.create(session=session, role="host", member=alice if day == -20 else bob)
    late = a_member("Late", joined_at=NOW)
    session = a_session(30)
    Member.objects.filter(pk=late.pk).update(joined_at=NOW)
    found = {turn.member.name: turn.times for turn in duties.rotations(session)["host"]}
    assert found == {"Alice": 1, "Bob": 2, "Late": 1.5}


def test_who_is_away_presents_or_has_the_other_role_stands_last(a_session, alice, bob, a_member, a_paper):
    dora, eve = a_member("Dora"), a_member("Eve")
    session = a_session(10)
    Member.objects.update(joined_at=NOW - dt.timedelta(days=300))
    away.go_away(alice, session.date, session.date)
    paper = a_paper()
    actions.claim(paper, by=bob)
    put_in_slot(session, paper, by=alice)
    duties.take(session, "scribe", by=dora)
    assert turns(session)[0] == "Eve"
    assert [turn.is_free for turn in duties.rotations(session)["host"]] == [True, False, False, False]
    assert duties.fill(NOW, by=alice) == 1
    assert Duty.objects.get(role="host").member == eve


def test_one_member_a_role_and_the_faster_one_is_named(a_session, bob, alice):
    session = a_session(1)
    duties.take(session, "host", by=bob)
    assert duties.take(session, "host", by=bob).member == bob
    with pytest.raises(Refused, match="Bob was faster"):
        duties.take(session, "host", by=alice)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_has_it(a_session, bob, alice):
    session = a_session(1)
    refused = at_once(partial(duties.take, session, "host", by=bob), partial(duties.take, session, "host", by=alice))
    assert (len(refused), Duty.objects.count()) == (1, 1)


def test_a_role_counts_a_point_promised_then_done(a_session, bob, time_machine):
    session = a_session(1)
    duties.take(session, "host", by=bob)
    line = ledger(NOW).of(bob)
    assert (line.done, line.promised) == (0, 1)
    line = ledger(session.ends_at).of(bob)
    assert (line.done, line.promised) == (1, 0)
    time_machine.move_to(session.ends_at, tick=False)
    with pytest.raises(Refused, match="is over"):
        duties.leave(session, "host", by=bob)


def test_what_a_cancelled_session_asked_for_counts_nothing(a_session, alice, bob):
    session = a_session(1)
    duties.take(session, "host", by=bob)
    cancel_session(session, "Holiday", by=alice)
    assert ledger(NOW).of(bob).promised == 0
    with pytest.raises(Refused, match="over or cancelled"):
        duties.take(session, "scribe", by=bob)


def test_who_is_asked_gets_a_mail_and_who_can_not_gives_it_back(a_session, alice, bob):
    session = a_session(5)
    duties.give(session, "scribe", bob, by=alice)
    assert Outgoing.objects.get(kind="duty").member == bob
    duties.leave(session, "scribe", by=bob)
    assert Outgoing.objects.get(kind="duty").state == "void"
    assert not duties.leave(session, "scribe", by=bob)


def test_only_organisers_ask_others_and_only_members_are_asked(a_session, alice, bob, rita, charlie):
    session = a_session(5)
    with pytest.raises(Refused) as refusal:
        duties.give(session, "host", alice, by=bob)
    assert refusal.value.status == 403
    for other in (rita, charlie):
        with pytest.raises(Refused, match="for members"):
            duties.give(session, "host", other, by=alice)
    duties.take(session, "host", by=bob)
    with pytest.raises(Refused) as refusal:
        duties.leave(session, "host", by=rita)
    assert refusal.value.status == 403


def test_who_leaves_the_group_leaves_sessions_to_come_for_others(a_session, alice, bob):
    session = a_session(5)
    duties.take(session, "host", by=bob)
    actions.take_leave(bob, by=bob)
    assert duties.duties_of(session) == {}


def test_three_days_before_what_nobody_does_is_at_risk(a_session, alice, bob, a_paper):
    session = a_session(5)
    paper = a_paper()
    put_in_slot(session, paper, by=alice)
    duties.take(session, "host", by=bob)
    assert at_risk(NOW) == []
    near = [risk.sentence for risk in at_risk(session.starts_at - dt.timedelta(days=3))]
    assert [sentence.split(" ")[0:2] for sentence in near] == [["Nobody", "presents"], ["Nobody", "writes"]]
    actions.claim(paper, by=bob)
    near = at_risk(session.starts_at - dt.timedelta(days=3))
    assert [risk.url for risk in near] == [f"/sessions/{session.pk}/#duties"]


def test_the_session_page_shows_and_takes_them(a_session, alice, bob, rita, client_of):
    session = a_session(2)
    at = session.get_absolute_url()
    assert "I’ll do it" in client_of(bob).get(at).content.decode()
    assert "I’ll do it" not in client_of(rita).get(at).content.decode()
    assert client_of(bob).get(f"{at}roles/host/").status_code == 405
    assert client_of(bob).post(f"{at}roles/king/").status_code == 404
    assert client_of(rita).post(f"{at}roles/host/").status_code == 403
    assert client_of(bob).post(f"{at}roles/host/").status_code == 303
    assert client_of(alice).post(f"{at}roles/host/").status_code == 409
    assert client_of(alice).post(f"{at}roles/scribe/", {"member": bob.pk}).status_code == 303
    assert client_of(alice).post(f"{at}roles/scribe/", {"member": "9" * 30}).status_code == 404
    assert client_of(bob).post(f"{at}roles/scribe/", {"member": alice.pk}).status_code == 403
    assert client_of(bob).post(f"{at}roles/host/", {"_method": "delete"}).status_code == 303
    assert client_of(bob).post("/sessions/roles/").status_code == 403
    assert client_of(alice).post("/sessions/roles/").status_code == 303
    assert {duty.role for duty in Duty.objects.filter(left_at=None)} == {"host", "scribe"}
    Job.objects.create(name="tick", ran_at=timezone.now())
    assert "At risk" not in client_of(alice).get("/").content.decode()
