import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from papers.digests.composing import unsubscribe_url
from papers.digests.models import Digest
from papers.members.models import Member
from papers.notes.models import Note

pytestmark = pytest.mark.django_db

LONG_AGO = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def strict() -> Client:
    """A client without cookies that is held to the CSRF check."""
    return Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})


def path(member: Member) -> str:
    return unsubscribe_url(member).removeprefix("http://127.0.0.1:8000")


def wants(member: Member) -> bool:
    return Member.objects.get(pk=member.pk).wants_digest


def test_looking_at_the_address_changes_nothing(bob, strict):
    for method in (strict.get, strict.head):
        assert method(path(bob)).status_code == 200
    assert b"bob@example.org" in strict.get(path(bob)).content
    assert wants(bob)


def test_one_click_stops_the_digest_without_cookie_and_token(alice, bob, strict):
    response = strict.post(path(bob), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not wants(bob)
    assert wants(alice)
    assert Member.objects.get(pk=bob.pk).wants_reminders
    assert b"No more digests go to bob@example.org" in response.content
    strict.post(path(bob), {"digest": "on"})
    assert wants(bob)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(bob, strict, method):
    assert getattr(strict, method)(path(bob)).status_code == 405
    assert wants(bob)


def test_an_address_that_was_revoked_or_made_up_changes_nothing(bob, charlie, strict):
    revoked = path(bob)
    Member.objects.filter(pk=bob.pk).update(mail_generation=1)
    for address in (
        revoked,
        "/unsubscribe/nonsense/",
        path(charlie),
        revoked.replace("unsubscribe/W", "unsubscribe/X"),
    ):
        response = strict.post(address)
        assert response.status_code == 404
        assert b"Nothing was changed" in response.content
    assert wants(bob)
    assert wants(charlie)


def test_this_week_shows_what_the_mail_would_say(alice, bob, a_paper, client_of):
    Member.objects.update(joined_at=LONG_AGO)
    Note.objects.create(paper=a_paper("Attention"), author=alice, body="Nice.", html="<p>", renderer=1)
    page = client_of(bob).get("/digest/")
    assert page.status_code == 200
    assert "Alice wrote a note" in page.content.decode()
    assert "New to you: 1 note." in page.content.decode()
    assert "Nothing is new to you." in client_of(alice).get("/digest/").content.decode()
    assert client_of(bob).post("/digest/").status_code == 405
    assert Client().get("/digest/").status_code == 302
    assert not Digest.objects.exists()


def test_this_week_costs_the_same_for_1_thing_and_30(alice, bob, a_paper, client_of):
    Member.objects.update(joined_at=LONG_AGO)
    client = client_of(bob)
    paper = a_paper()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/digest/").status_code == 200
        return len(captured)

    Note.objects.create(paper=paper, author=alice, body="Nice.", html="<p>", renderer=1)
    one = queries()
    for number in range(30):
        Note.objects.create(paper=a_paper(f"P{number}"), author=alice, body="Nice.", html="<p>", renderer=1)
    assert queries() == one <= 14
