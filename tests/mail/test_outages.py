"""A mail server that is away for two hours, and one that refuses three for good: everybody else is reached, once.

`make test` runs a short form, `make faults` a thousand mails.
"""

import datetime as dt
import os
from collections import Counter

import pytest

from papers.mail import rules, sending
from papers.mail.actions import make, queue_all
from papers.mail.models import Outgoing, RefusedAddress
from papers.mail.queries import outbox

MAILS = int(os.environ.get("OUTAGE_MAILS", "120"))
NOW = dt.datetime(2023, 3, 3, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def digest(settings) -> None:
    """So many digests, in many domains, and a reminder of a session that begins in an hour."""
    settings.MAILS_PER_DOMAIN = 0
    words = {"subject": "Hello", "text": "Hello.\n", "due_at": NOW}
    queue_all(
        make(kind="digest", key=f"digest:{number}", address=f"m{number}@example.org", **words)
        for number in range(MAILS)
    )
    late = {"kind": "reminder", "key": "reminder", "address": "late@example.org", "not_after": NOW + 60 * MINUTE}
    queue_all([make(**late, **words)])


def states() -> Counter[str]:
    return Counter(Outgoing.objects.values_list("state", flat=True))


def test_after_two_hours_all_that_is_still_of_use_goes_out_within_fifteen_minutes_and_once(
    digest, mail_server, settings
):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    for minute in range(120):
        assert sending.send_waiting(NOW + minute * MINUTE).keys() <= {"waiting", "void"}
    assert mail_server.recipients == []
    settings.EMAIL_PORT = port
    for minute in range(120, 135):
        sending.send_waiting(NOW + minute * MINUTE, seconds=None)
    assert states() == {"sent": MAILS, "void": 1}
    assert Outgoing.objects.get(state="void").error == rules.TOO_LATE
    assert len(mail_server.recipients) == len(set(mail_server.recipients)) == MAILS


def test_three_that_are_refused_for_good_are_named_and_hinder_nobody(digest, mail_server):
    lost = {f"m{number}@example.org" for number in (3, MAILS // 2, MAILS - 1)}
    for address in lost:
        mail_server.at_recipient[address] = f"550 5.1.1 <{address}> is unknown"
    assert sending.send_waiting(NOW, seconds=None) == {"failed": 3, "sent": MAILS - 2}
    assert sending.send_waiting(NOW + 120 * MINUTE, seconds=None) == {}
    shown = {row.address: row.words for row in outbox(state="failed").rows}
    assert shown.keys() == lost
    assert all(f"550 5.1.1 <{address}> is unknown" in words for address, words in shown.items())
    assert set(RefusedAddress.objects.values_list("address", flat=True)) == lost


def test_one_in_ten_that_is_asked_to_wait_arrives_once(digest, mail_server):
    slow = {f"m{number}@example.org" for number in range(0, MAILS, 10)}
    for address in slow:
        mail_server.at_recipient[address] = "451 4.7.1 greylisted, try again later"
    assert sending.send_waiting(NOW, seconds=None) == {"waiting": len(slow), "sent": MAILS + 1 - len(slow)}
    mail_server.at_recipient.clear()
    # Spread by chance, so that they do not all come back at once.
    tries = set(Outgoing.objects.filter(state="waiting").values_list("next_try_at", flat=True))
    assert len(tries) > len(slow) // 2
    assert sending.send_waiting(NOW + 2 * MINUTE, seconds=None) == {"sent": len(slow)}
    assert Counter(mail_server.recipients).most_common(1)[0][1] == 1
