import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from papers.claims import actions
from papers.claims.models import Claim
from papers.members.models import Act, Member
from papers.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(bob, a_paper) -> Claim:
    return actions.claim(a_paper(), by=bob)


@pytest.fixture
def presented(bob, a_paper) -> Claim:
    return Claim.objects.create(paper=a_paper("BERT", done_at=dt.datetime(2023, 5, 1, tzinfo=dt.UTC)), holder=bob)


def test_who_leaves_gives_back_what_they_hold_but_not_what_they_presented(bob, held, presented):
    assert actions.take_leave(bob, by=bob) == [held.paper.number]
    held.refresh_from_db()
    presented.refresh_from_db()
    assert (held.released_at is not None, held.released_by, presented.released_at) == (True, bob, None)
    assert {act.verb for act in Act.objects.all()} == {"claim", "leave", "give back"}


def test_what_an_organiser_takes_back_with_the_member_is_logged(alice, bob, held):
    actions.take_leave(bob, by=alice)
    done = Act.objects.exclude(verb="claim")
    assert [(act.verb, act.by) for act in done] == [("release", alice), ("remove", alice)]


def test_a_refused_leave_releases_nothing(alice, a_paper):
    claim = actions.claim(a_paper(), by=alice)
    with pytest.raises(Refused):
        actions.take_leave(alice, by=alice)
    claim.refresh_from_db()
    assert claim.released_at is None


def test_who_becomes_a_reader_no_longer_holds_papers(alice, bob, held, presented):
    actions.give_role(bob, "organiser", by=alice, seen="member")
    held.refresh_from_db()
    assert held.released_at is None
    actions.give_role(bob, "reader", by=alice, seen="organiser")
    held.refresh_from_db()
    presented.refresh_from_db()
    assert (held.released_at is not None, presented.released_at) == (True, None)


def test_a_request_of_somebody_who_has_just_left_claims_nothing(bob, a_paper):
    before = Member.objects.get(pk=bob.pk)
    actions.take_leave(bob, by=bob)
    with pytest.raises(Refused) as refused:
        actions.claim(a_paper(), by=before)
    assert (refused.value.status, "You have left" in refused.value.sentence) == (403, True)


@pytest.mark.django_db(transaction=True)
def test_a_claim_waits_for_the_leave_that_is_under_way_and_is_then_refused(bob, a_paper):
    paper, refused = a_paper(), []

    def claim() -> None:
        try:
            actions.claim(paper, by=bob)
        except Refused as refusal:
            refused.append(refusal.status)
        finally:
            connection.close()

    claiming = threading.Thread(target=claim)
    with transaction.atomic():
        actions.take_leave(Member.objects.get(pk=bob.pk), by=bob)
        claiming.start()
        claiming.join(timeout=0.5)
        assert claiming.is_alive()
    claiming.join(timeout=10)
    assert refused == [403]
    assert not Claim.objects.exists()


# --- Pages


def test_leaving_asks_first_says_what_happens_and_signs_out(bob, held, client_of):
    client = client_of(bob)
    page = client.get("/me/leave/").content.decode()
    assert ("Attention Is All You Need" in page, "Leave the group?" in page) == (True, True)
    bob.refresh_from_db()
    assert bob.is_active
    response = client.post("/me/leave/")
    assert (response.status_code, response["Location"]) == (303, "/accounts/login/")
    assert client.get("/me/").status_code == 302
    bob.refresh_from_db()
    assert (bob.is_active, bob.left_at is None) == (False, False)


def test_the_only_organiser_is_told_before_and_after_why_they_stay(alice, client_of):
    client = client_of(alice)
    for response, status in ((client.get("/me/leave/"), 200), (client.post("/me/leave/"), 409)):
        page = response.content.decode()
        assert (response.status_code, "You are the only organiser" in page) == (status, True)
        assert 'formaction="/me/leave/"' not in page
    assert client.get("/me/").status_code == 200


def test_an_organiser_takes_somebody_out_whose_next_request_finds_them_signed_out(alice, bob, held, client_of):
    theirs, address = client_of(bob), f"/organise/members/{bob.pk}/remove/"
    assert "Take <bdi>Bob</bdi> out" in client_of(alice).get(address).content.decode()
    response = client_of(alice).post(address)
    assert (response.status_code, response["Location"]) == (303, "/organise/members/")
    assert theirs.get("/me/").status_code == 302
    response = client_of(alice).post(address)
    assert (response.status_code, "already left" in response.content.decode()) == (409, True)


def test_strangers_and_those_who_left_are_sent_to_sign_in(bob, charlie, client_of):
    for client in (Client(), client_of(charlie)):
        for address in ("/me/leave/", f"/organise/members/{bob.pk}/remove/"):
            assert client.post(address).status_code == 302
    bob.refresh_from_db()
    assert bob.is_active
