"""The address of a text in a digest opens that text, for two weeks, to who got it, and nothing else."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from papers.digests import actions
from papers.digests.looking import GOOD_FOR
from papers.discussion import actions as discussion
from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.notes import actions as notes
from papers.notes.models import Note

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(alice, bob, a_paper, group):
    """A note and a thread of Alice's, and the paths of both in the digest that Bob got."""
    group.first_thoughts = False
    group.save()
    Member.objects.update(joined_at=timezone.now() - dt.timedelta(days=60))
    Member.objects.filter(pk=alice.pk).update(wants_digest=False)
    paper = a_paper("Scaling Laws")
    notes.write_note(paper, "About **power** laws", by=alice)
    discussion.start_thread(paper, "Why a power law?", "question", "Is it *one*?", by=alice)
    assert actions.plan_digests(timezone.now() + dt.timedelta(days=8)) == 1
    mail = Outgoing.objects.get(kind="digest")
    paths = ["/look/" + part.split()[0] for part in mail.text.split("/look/")[1:]]
    assert len(paths) == 2
    assert all(path in mail.html for path in paths)
    return paths


def test_it_opens_that_text_without_signing_in(written, client):
    shown = [client.get(path) for path in written]
    assert [response.status_code for response in shown] == [200, 200]
    both = "".join(response.content.decode() for response in shown)
    assert "About <strong>power</strong> laws" in both
    assert "Is it <em>one</em>?" in both
    assert "Alice" in both
    for response in shown:
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "no-referrer"
    assert "/accounts/login/?next=%2Fp" in both
    assert client.get("/papers/1/").status_code == 302
    assert client.post(written[0]).status_code == 405


def test_who_is_signed_in_reads_it_on_its_page(written, bob, client_of):
    places = {client_of(bob).get(path)["Location"] for path in written}
    note = Note.objects.get()
    assert f"/papers/1/#note-{note.pk}" in places


def test_after_two_weeks_it_is_closed(written, client):
    with time_machine.travel(timezone.now() + GOOD_FOR + dt.timedelta(minutes=1)):
        response = client.get(written[0])
    assert response.status_code == 404
    assert "这个链接已失效" in response.content.decode()


def test_it_shows_what_its_reader_may_see_by_now(written, client, alice, bob):
    note = Note.objects.get()
    notes.delete_note(note, by=alice)
    post = alice.posts.get()
    post.hidden_at = timezone.now()
    post.save()
    assert [client.get(path).status_code for path in written] == [404, 404]


def test_it_ends_with_the_membership_and_with_the_addresses_of_older_mails(written, client, bob):
    Member.objects.filter(pk=bob.pk).update(mail_generation=1)
    assert client.get(written[0]).status_code == 404
    Member.objects.filter(pk=bob.pk).update(mail_generation=0, left_at=timezone.now())
    assert client.get(written[0]).status_code == 404


@pytest.mark.parametrize("token", ["x", "WzEsMF0:1tt:x", "a" * 3000])
def test_nonsense_opens_nothing(client, token, db, group):
    assert client.get(f"/look/{token}/").status_code == 404
