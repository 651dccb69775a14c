"""Two weeks before the session its presenters are asked whether they will be there."""

import datetime as dt

import pytest
from django.test import Client

from papers.claims import actions, confirming, handing_out, partners, rules, standing_in
from papers.claims.machines import ANSWER, SLOT, slot_state
from papers.claims.models import Bid, Claim
from papers.claims.queries import place_of
from papers.mail.models import Outgoing
from papers.members import away
from papers.refusals import Refused
from papers.sessions.actions import make_session, move_session, put_in_slot

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def session(alice):
    return make_session(dt.date(2023, 8, 2), dt.time(19), "Asia/Shanghai", by=alice)


@pytest.fixture
def paper(bob, alice, a_paper, session):
    paper = a_paper()
    actions.claim(paper, by=bob)
    put_in_slot(session, paper, by=alice)
    return paper


def days_before(session, days: float) -> dt.datetime:
    return session.starts_at - dt.timedelta(days=days)


def test_the_holder_is_asked_once_two_weeks_before(paper, session):
    assert confirming.ask_to_confirm(days_before(session, 14.01)) == 0
    assert confirming.ask_to_confirm(days_before(session, 14)) == 1
    assert confirming.ask_to_confirm(days_before(session, 13)) == 0
    assert Outgoing.objects.filter(kind="confirm").count() == 1


def test_who_says_nothing_is_asked_again_a_week_and_two_days_before(paper, session):
    asked = [confirming.ask_to_confirm(days_before(session, days)) for days in (14, 7.1, 7, 6.9, 2.1, 2, 1.5, 1)]
    assert asked == [1, 0, 1, 0, 0, 1, 0, 0]
    assert Outgoing.objects.filter(kind="confirm").count() == 3


def test_who_has_said_yes_is_reminded_a_week_and_two_days_before(paper, session, bob):
    confirming.confirm(paper, by=bob)
    Claim.objects.update(claimed_at=NOW)
    asked = [confirming.ask_to_confirm(days_before(session, days)) for days in (14, 7, 6.9, 2, 1)]
    assert asked == [0, 1, 0, 1, 0]
    mail = Outgoing.objects.filter(kind="present").first()
    assert "You said yes to #1" in mail.text
    assert "/confirm/" not in mail.text
    # Who took it only now has just read its date.
    Outgoing.objects.all().delete()
    Claim.objects.update(claimed_at=days_before(session, 6.95))
    assert confirming.ask_to_confirm(days_before(session, 6.9)) == 0


def test_five_days_before_the_understudy_of_who_says_nothing_hears_of_it(paper, session, bob, rita, a_member):
    dora = a_member("Dora")
    partners.stand_by(paper, by=dora)
    assert confirming.warn_understudies(days_before(session, 5.1)) == 0
    assert confirming.warn_understudies(days_before(session, 5)) == 1
    assert confirming.warn_understudies(days_before(session, 4)) == 0
    mail = Outgoing.objects.latest("pk")
    assert (mail.address, mail.kind) == (dora.email, "understudy")
    assert "Bob" in mail.text
    confirming.confirm(paper, by=bob)
    Outgoing.objects.all().delete()
    assert confirming.warn_understudies(days_before(session, 4)) == 0


@pytest.mark.parametrize(("days", "step"), [(20, 14), (14, 14), (7.1, 14), (7, 7), (2.1, 7), (2, 2), (0.1, 2)])
def test_the_step_is_the_last_that_has_begun(days, step):
    assert rules.step_before(dt.timedelta(days=days)) == step


def test_who_has_said_yes_is_not_asked_and_after_a_move_is_asked_again(paper, session, alice, bob):
    confirming.confirm(paper, by=bob)
    assert place_of(paper, bob).is_confirmed
    assert confirming.ask_to_confirm(days_before(session, 10)) == 0
    move_session(session, dt.date(2023, 8, 9), dt.time(19), by=alice)
    assert not place_of(paper, bob).is_confirmed
    session.refresh_from_db()
    assert confirming.ask_to_confirm(days_before(session, 10)) == 1


def test_who_claims_when_the_session_is_near_knows_its_date(session, alice, bob, a_paper, time_machine):
    paper = a_paper()
    put_in_slot(session, paper, by=alice)
    time_machine.move_to(days_before(session, 7), tick=False)
    actions.claim(paper, by=bob)
    assert place_of(paper, bob).is_confirmed
    assert confirming.ask_to_confirm(days_before(session, 6)) == 0


def test_who_is_away_or_looks_for_a_stand_in_is_not_asked(paper, session, bob, time_machine):
    time_machine.move_to(days_before(session, 10), tick=False)
    gone = away.go_away(bob, dt.date(2023, 7, 20), dt.date(2023, 7, 25))
    assert confirming.ask_to_confirm(days_before(session, 10)) == 0
    away.come_back(bob, gone.pk)
    standing_in.look(paper, by=bob)
    assert confirming.ask_to_confirm(days_before(session, 10)) == 0


def test_only_the_holder_confirms_and_only_what_has_a_date(paper, bob, alice, a_paper):
    with pytest.raises(Refused) as refusal:
        confirming.confirm(paper, by=alice)
    assert refusal.value.status == 403
    loose = a_paper("No date")
    actions.claim(loose, by=bob)
    with pytest.raises(Refused, match="in no session"):
        confirming.confirm(loose, by=bob)


def test_two_taps_from_the_mail_and_twice_says_so(paper, bob):
    address = f"/confirm/{confirming.token_of(Claim.objects.get())}/"
    stranger = Client()
    assert "Will you present it?" in stranger.get(address).content.decode()
    assert not place_of(paper, bob).is_confirmed
    assert "is confirmed" in stranger.post(address, {"answer": "accept"}).content.decode()
    assert place_of(paper, bob).is_confirmed
    again = stranger.post(address, {"answer": "decline"})
    assert (again.status_code, "confirmed this already" in again.content.decode()) == (409, True)


def test_saying_no_asks_others_and_the_paper_stays_ones_own_until_then(paper, bob):
    address = f"/confirm/{confirming.token_of(Claim.objects.get())}/"
    assert "asked to take #1 over" in Client().post(address, {"answer": "decline"}).content.decode()
    place = place_of(paper, bob)
    assert (place.is_mine, place.is_looking) == (True, True)


def test_the_button_on_the_site_does_the_same(paper, bob, client_of):
    assert "I will be there" in client_of(bob).get("/papers/1/").content.decode()
    assert client_of(bob).post("/papers/1/confirm/", {"answer": "accept"}).status_code == 303
    assert "You have confirmed" in client_of(bob).get("/papers/1/").content.decode()


def test_the_states_of_a_slot_are_those_of_the_machine():
    facts = {"is_cancelled": False, "is_over": False, "holds": False}
    facts |= {"is_looking": False, "is_confirmed": False, "is_near": False}

    def state(**said: bool) -> str:
        return slot_state(**{**facts, **said})

    assert state() == "empty"
    assert SLOT["empty", "claim"] == state(holds=True) == "assigned"
    assert SLOT["assigned", "confirm"] == state(holds=True, is_confirmed=True) == "confirmed"
    assert SLOT["assigned", "near"] == state(holds=True, is_near=True) == "at risk"
    assert SLOT["at risk", "confirm"] == state(holds=True, is_near=True, is_confirmed=True)
    assert SLOT["confirmed", "look for a stand-in"] == state(holds=True, is_confirmed=True, is_looking=True)
    assert SLOT["at risk", "present"] == state(is_near=True, is_over=True) == "done"
    assert SLOT["at risk", "cancel"] == state(is_near=True, is_cancelled=True) == "cancelled"
    ends = {"done", "cancelled"}
    assert not any(before in ends for before, _act in SLOT)
    assert not any(before in set(ANSWER.values()) for before, _act in ANSWER)


# --- Bids first


def test_in_the_first_48_hours_a_part_takes_bids_and_no_claims(group, alice, bob, a_paper, client_of, time_machine):
    paper = a_paper()
    assert "Bids first" not in client_of(alice).get("/organise/assign/").content.decode()
    group.bids_first = True
    group.save()
    assert "Bids first" in client_of(alice).get("/organise/assign/").content.decode()
    assert client_of(bob).post("/organise/assign/bids/1/").status_code == 403
    assert client_of(alice).post("/organise/assign/bids/1/").status_code == 303
    with pytest.raises(Refused, match="takes? bids"):
        actions.claim(paper, by=bob)
    page = client_of(bob).get("/papers/").content.decode()
    assert ("Bids until" in page, 'hx-post="/papers/1/claim/"' in page) == (True, False)
    assert handing_out.bid(paper, Bid.Wish.WANT, by=bob) == "want"
    time_machine.move_to(NOW + dt.timedelta(hours=48, seconds=1), tick=False)
    actions.claim(paper, by=bob)


def test_an_organiser_can_hand_out_or_end_the_bids_earlier(group, alice, bob, a_paper, part):
    one, two = a_paper(), a_paper("Two")
    handing_out.open_for_bids(part, by=alice)
    part.refresh_from_db()
    handing_out.give(one, bob, NOW + dt.timedelta(hours=72), by=alice)
    assert place_of(one, bob).is_mine
    handing_out.open_for_bids(part, by=alice, closes=True)
    actions.claim(two, by=alice)
    with pytest.raises(Refused):
        handing_out.open_for_bids(part, by=bob)
