"""Three refusals pause an address, one mail that arrives ends that, and whoever organises hears of it once."""

import datetime as dt

import pytest

from papers.mail import refusing, rules, sending
from papers.mail.models import Outgoing, RefusedAddress

NOW = dt.datetime(2023, 3, 3, 12, tzinfo=dt.UTC)
NO_SUCH_USER = "550 5.1.1 no such user"

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(queued):
    """Queue and send mails with these keys; return the state in which each ended."""

    def act(*keys: str, address: str = "Bob@example.org", **facts) -> list[str]:
        for key in keys:
            queued(address, key=key, due_at=NOW, **facts)
        sending.send_waiting(NOW)
        return list(Outgoing.objects.filter(key__in=keys).order_by("pk").values_list("state", flat=True))

    return act


@pytest.mark.parametrize(
    ("code", "words", "is_about_it"),
    [
        (550, "5.1.1 no such user", True),
        (550, "no such user", True),
        (551, "user not local", True),
        (553, "5.1.3 bad destination mailbox address syntax", True),
        (550, "5.2.1 mailbox disabled", True),
        # About the mailbox's fullness, the way, our address, or what the mail holds.
        (552, "5.2.2 mailbox full", False),
        (550, "5.4.4 unable to route", False),
        (550, "5.7.1 your address is on a list", False),
        (554, "no SMTP service here", False),
        (552, "too large", False),
    ],
)
def test_what_is_about_the_address(code, words, is_about_it):
    assert rules.is_about_the_address(code, words) is is_about_it


def test_the_third_refusal_in_a_row_pauses(mail_server, send):
    mail_server.at_recipient["Bob@example.org"] = NO_SUCH_USER
    assert send("a", "b") == ["failed", "failed"]
    row = RefusedAddress.objects.get()
    assert (row.address, row.refusals, row.words, row.paused_at) == ("bob@example.org", 2, NO_SUCH_USER, None)
    assert send("c", "d") == ["failed", "void"]
    row.refresh_from_db()
    assert (row.refusals, row.paused_at) == (3, NOW)
    assert Outgoing.objects.get(key="d").error == rules.PAUSED
    # The others are not hindered.
    assert send("e", address="alice@example.org") == ["sent"]


def test_one_that_arrives_ends_the_row(mail_server, send):
    mail_server.at_recipient["Bob@example.org"] = NO_SUCH_USER
    send("a", "b")
    mail_server.at_recipient.clear()
    assert send("c", address="bob@example.org") == ["sent"]
    assert not RefusedAddress.objects.exists()


def test_what_is_not_about_the_address_counts_nothing(mail_server, send):
    mail_server.at_recipient["Bob@example.org"] = "550 5.7.1 blocked"
    mail_server.at_text["bob@example.org"] = NO_SUCH_USER
    assert send("a", "b", "c") == ["failed"] * 3
    assert send("d", address="bob@example.org") == ["failed"]
    assert not RefusedAddress.objects.exists()


def test_a_sign_in_code_goes_out_all_the_same_and_shows_that_the_address_works(mail_server, send):
    refusing_row(paused_at=NOW)
    assert send("code", secret=True) == ["sent"]
    assert refusing.pause_of("BOB@example.org") is None


def refusing_row(**facts) -> RefusedAddress:
    words = {"address": "bob@example.org", "refusals": 3, "words": NO_SUCH_USER, "refused_at": NOW}
    return RefusedAddress.objects.create(**words | facts)
