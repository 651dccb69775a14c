import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from papers.mail.actions import make, queue_all, void
from papers.mail.models import Outgoing

pytestmark = pytest.mark.django_db


def test_queueing_twice_under_one_key_makes_one_mail(queued):
    row = queued()
    assert (row.state, row.attempts, row.next_try_at) == ("waiting", 0, row.due_at)
    assert Outgoing.objects.get() == row
    with pytest.raises(AssertionError):
        queued(subject="Another")
    assert Outgoing.objects.get().subject == "论文 & papers"


def test_of_many_mails_only_the_new_ones_are_returned(queued):
    queued("bob@example.org")
    rows = [
        make(kind="note", key=f"note:{address}", address=address, subject="s", text="t")
        for address in ("bob@example.org", "rita@example.org", "rita@example.org", "x@example.invalid")
    ]
    new = queue_all(rows)
    assert [row.address for row in new] == ["rita@example.org"]
    assert new[0].pk == Outgoing.objects.get(address="rita@example.org").pk


def test_line_ends_cannot_begin_another_header(queued):
    row = queued(
        subject="Hello\r\nBcc: everybody@example.org\x00\u2028!",
        headers={"List-Unsubscribe": "<http://x>\r\nBcc: a@example.org", "X\r\nBcc": "b@example.org"},
    )
    assert row.subject == "Hello Bcc: everybody@example.org !"
    assert row.headers == {"List-Unsubscribe": "<http://x> Bcc: a@example.org"}


@pytest.mark.parametrize("address", ["bob", "bob@example.org\nBcc: a@example.org", "", "a@b@c"])
def test_what_is_no_address_is_refused_before_queueing(queued, address):
    with pytest.raises(ValidationError):
        queued(address)
    assert not Outgoing.objects.exists()


def test_voiding_takes_back_what_waits_and_frees_its_key(queued, alice, bob):
    mine = queued(about="session:12", member=bob)
    other = queued("alice@example.org", about="session:12", member=alice)
    elsewhere = queued("rita@example.org", about="session:1")
    assert void(about="session:12", member=bob) == 1
    assert void(about="session:12", kind="digest") == 0
    states = dict(Outgoing.objects.values_list("pk", "state"))
    assert states == {mine.pk: "void", other.pk: "waiting", elsewhere.pk: "waiting"}
    assert queued(about="session:12", member=bob).pk != mine.pk


def test_what_was_sent_is_not_taken_back(queued):
    row = queued(about="session:12")
    Outgoing.objects.update(state="sent")
    assert void(about="session:12") == 0
    row.refresh_from_db()
    assert row.key == "note:bob@example.org"


@pytest.mark.django_db(transaction=True)
def test_a_mail_queued_in_a_transaction_that_fails_is_not_there(queued):
    def fail():
        with transaction.atomic():
            queued()
            raise RuntimeError

    pytest.raises(RuntimeError, fail)
    assert not Outgoing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_nothing(queued, monkeypatch):
    from papers.mail.actions import bell
    from readinggroup.celery import app

    monkeypatch.setattr(bell, "broken_until", 0.0)
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    app.pool.force_close_all()
    began = dt.datetime.now(dt.UTC)
    queued()
    assert dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=2)
    assert bell.broken_until > 0
    assert Outgoing.objects.get().state == "waiting"
