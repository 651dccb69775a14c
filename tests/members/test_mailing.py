"""Who can't be reached by mail: organisers are told once, and who says that it works again ends it."""

import datetime as dt

import pytest

from papers.mail.models import Outgoing, RefusedAddress
from papers.members import mailing
from papers.members.models import Act

NOW = dt.datetime(2023, 3, 3, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pause():
    def act(address: str = "bob@example.org") -> RefusedAddress:
        words = {"refusals": 3, "words": "550 no such user", "refused_at": NOW, "paused_at": NOW}
        return RefusedAddress.objects.create(address=address, **words)

    return act


def test_each_organiser_is_told_once(alice, bob, pause):
    pause()
    assert mailing.tell_of_paused(NOW) == 1
    assert mailing.tell_of_paused(NOW) == 0
    mail = Outgoing.objects.get()
    assert (mail.address, mail.kind) == ("alice@example.org", "paused")
    assert "Bob" in mail.subject
    assert "550 no such user" in mail.text
    assert f"/members/{bob.pk}/" in mail.text
    # When it comes to that again, they are told again.
    mailing.mail_again(bob, by=alice)
    pause()
    assert mailing.tell_of_paused(NOW) == 1


def test_nobody_is_told_of_strangers_of_who_has_left_or_of_themselves(alice, bob, charlie, pause):
    pause("stranger@example.org")
    pause(charlie.email)
    pause(alice.email)
    assert mailing.tell_of_paused(NOW) == 0


def test_without_any_it_costs_one_query(alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert mailing.tell_of_paused(NOW) == 0


def test_the_member_sees_it_first_and_ends_it(client_of, bob, pause):
    pause()
    client = client_of(bob)
    page = client.get("/").content.decode()
    assert "Nothing is mailed to bob@example.org any more" in page
    assert "550 no such user" in page
    response = client.post(f"/members/{bob.pk}/mail/")
    assert (response.status_code, response["Location"]) == (303, "/")
    assert not RefusedAddress.objects.exists()
    assert "Nothing is mailed" not in client.get("/").content.decode()
    assert Act.objects.get(verb="mail again").after == {"address": "bob@example.org"}


def test_an_organiser_sees_it_at_risk_and_on_the_members_page(client_of, alice, bob, pause):
    pause()
    client = client_of(alice)
    page = client.get("/").content.decode()
    assert "Mails to Bob come back." in page
    assert "550 no such user" in client.get(f"/members/{bob.pk}/").content.decode()
    assert client.post(f"/members/{bob.pk}/mail/")["Location"] == f"/members/{bob.pk}/"
    assert not RefusedAddress.objects.exists()


def test_others_neither_see_nor_end_it(client_of, rita, bob, pause):
    pause()
    client = client_of(rita)
    assert "550" not in client.get(f"/members/{bob.pk}/").content.decode()
    assert client.post(f"/members/{bob.pk}/mail/").status_code == 403
    assert client.get(f"/members/{bob.pk}/mail/").status_code == 405
    assert RefusedAddress.objects.exists()


def test_many_cost_as_many_queries_as_one(alice, bob, rita, pause, django_assert_num_queries):
    pause()
    with django_assert_num_queries(2):
        assert len(mailing.unreachable()) == 1
    pause(rita.email)
    with django_assert_num_queries(2):
        assert len(mailing.unreachable()) == 2
