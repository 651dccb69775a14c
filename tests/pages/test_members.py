import datetime as dt

import pytest
from django.test import Client

from papers.claims import actions as claims
from papers.claims.models import Claim
from papers.members.models import Member

pytestmark = pytest.mark.django_db


def test_everybody_in_the_group_sees_who_is_in_it_and_who_was(alice, bob, charlie, rita, client_of):
    for member in (alice, bob, rita):
        page = client_of(member).get("/members/").content.decode()
        here, former = page.split("Formerly in the group")
        assert [name in here for name in ("Alice", "Bob", "Rita", "Charlie")] == [True, True, True, False]
        assert "Charlie" in former
        assert client_of(member).get(f"/members/{charlie.pk}/").status_code == 200


def test_addresses_are_for_organisers_and_oneself(alice, bob, rita, client_of):
    for address in ("/members/", f"/members/{bob.pk}/"):
        assert "bob@example.org" in client_of(alice).get(address).content.decode()
        assert "bob@example.org" in client_of(bob).get(address).content.decode()
        assert "bob@example.org" not in client_of(rita).get(address).content.decode()


def test_strangers_and_those_who_left_are_sent_to_sign_in(bob, charlie, client_of):
    for client in (Client(), client_of(charlie)):
        for address in ("/members/", f"/members/{bob.pk}/"):
            assert client.get(address).status_code == 302


def test_the_pages_are_only_for_reading(bob, client_of):
    for address in ("/members/", f"/members/{bob.pk}/"):
        assert client_of(bob).post(address).status_code == 405


def test_who_is_not_there_is_not_found(bob, client_of):
    for pk in (0, 999_999, 10**30):
        assert client_of(bob).get(f"/members/{pk}/").status_code == 404


def test_a_member_is_shown_with_what_they_hold_and_have_presented(bob, a_paper, client_of):
    held, presented, released = a_paper("Attention"), a_paper("BERT"), a_paper("GPT")
    for paper in (held, presented):
        claims.claim(paper, by=bob)
    presented.done_at = dt.datetime(2023, 5, 1, tzinfo=dt.UTC)
    presented.save()
    claims.claim(released, by=bob)
    claims.release(released, by=bob)
    page = client_of(bob).get(f"/members/{bob.pk}/").content.decode()
    going, has = page.split('id="presented"')
    assert ("Attention" in going, "BERT" in going) == (True, False)
    assert ("Attention" in has, "BERT" in has) == (False, True)
    assert "GPT" not in page
    page = client_of(bob).get("/members/").content.decode()
    assert ("Attention" in page, "1 paper presented" in page) == (True, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_one_and_for_three(
    bob, a_paper, a_member, client_of, count, django_assert_num_queries
):
    for number in range(count):
        Claim.objects.create(paper=a_paper(f"P{number}"), holder=a_member(f"M{number}"))
        Claim.objects.create(paper=a_paper(f"Q{number}"), holder=bob)
    client = client_of(bob)
    # In the list also who is away; on a page the four of the points.
    for address, queries in (("/members/", 6), (f"/members/{bob.pk}/", 10)):
        with django_assert_num_queries(queries):
            client.get(address)
    assert Member.objects.count() == count + 1
