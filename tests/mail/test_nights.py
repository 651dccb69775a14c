"""At night, on the clock of who gets it, a mail waits for the morning, unless that is too late or it is waited for."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from papers.mail import rules, sending
from papers.mail.models import Outgoing
from papers.mail.queries import in_words
from papers.members.models import Member

# Three in the morning in Shanghai, eight in the evening in Berlin.
NOW = dt.datetime(2023, 3, 3, 19, tzinfo=dt.UTC)
MORNING = dt.datetime(2023, 3, 4, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob_in_shanghai(bob) -> Member:
    Member.objects.filter(pk=bob.pk).update(time_zone="Asia/Shanghai", quiet_nights=True)
    bob.refresh_from_db()
    return bob


def at(*clock: int, zone: str = "Europe/Berlin", day: int = 3, month: int = 3) -> dt.datetime:
    return dt.datetime(2023, month, day, *clock, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (at(8), None),
        (at(20, 59), None),
        (at(21), at(8, day=4)),
        (at(23, 59), at(8, day=4)),
        (at(0), at(8)),
        (at(7, 59), at(8)),
        # The nights in which the clocks change.
        (at(23, day=25), at(8, day=26)),
        (at(23, day=28, month=10), at(8, day=29, month=10)),
    ],
)
def test_from_eight_to_nine_mails_come(now, morning):
    zone = ZoneInfo("Europe/Berlin")
    assert rules.when_awake(now=now, zone=zone, kind="reminder", not_after=None) == morning


def test_what_would_be_useless_in_the_morning_comes_at_night():
    facts = {"now": at(23), "zone": ZoneInfo("Europe/Berlin"), "kind": "reminder"}
    assert rules.when_awake(**facts, not_after=at(9, day=4)) == at(8, day=4)
    assert rules.when_awake(**facts, not_after=at(8, 59, day=4)) is None


def test_it_waits_and_comes_in_the_morning(mail_server, queued, bob_in_shanghai):
    row = queued(member=bob_in_shanghai, due_at=NOW)
    assert sending.send_waiting(NOW) == {"waiting": 1}
    row.refresh_from_db()
    assert (row.state, row.error, row.next_try_at) == ("waiting", rules.NIGHT, MORNING)
    assert in_words(row).startswith("It is night where the member is")
    assert sending.send_waiting(MORNING - dt.timedelta(minutes=1)) == {}
    assert sending.send_waiting(MORNING) == {"sent": 1}


@pytest.mark.parametrize("facts", [{"kind": "digest"}, {"kind": "sign-in", "secret": True}, {"kind": "test"}])
def test_what_has_its_own_hour_or_is_waited_for_comes_at_once(mail_server, queued, bob_in_shanghai, facts):
    queued(member=bob_in_shanghai, due_at=NOW, **facts)
    assert sending.send_waiting(NOW) == {"sent": 1}


def test_who_does_not_mind_gets_it_at_night(mail_server, queued, bob_in_shanghai):
    Member.objects.update(quiet_nights=False)
    queued(member=bob_in_shanghai, due_at=NOW)
    assert sending.send_waiting(NOW) == {"sent": 1}


def test_what_is_no_longer_true_in_the_morning_does_not_come(mail_server, queued, bob_in_shanghai):
    queued(member=bob_in_shanghai, due_at=NOW)
    sending.send_waiting(NOW)
    Member.objects.update(left_at=NOW)
    assert sending.send_waiting(MORNING) == {"void": 1}
    assert Outgoing.objects.get().error == rules.HAS_LEFT
