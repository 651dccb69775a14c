"""Three days before a session: what is left to read, to whoever has something left, once."""

import datetime as dt

import pytest

from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.notes.actions import set_reading
from papers.reminders import rules
from papers.reminders.actions import plan_reminders
from papers.reminders.reading import plan_reading
from papers.sessions.models import ReadingSession

pytestmark = pytest.mark.django_db

STARTS = dt.datetime(2023, 3, 3, 11, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
NOW = STARTS - 60 * HOUR


@pytest.mark.parametrize(("hours", "is_time"), [(73, False), (72, True), (25, True), (24, False), (-1, False)])
def test_when_it_leaves(hours, is_time):
    assert rules.is_time_to_read(now=STARTS - hours * HOUR, starts_at=STARTS) is is_time


def test_who_has_something_left_is_told_what(alice, bob, rita, charlie, a_session, presents):
    session = a_session()
    first, second = presents(bob, session, title="BERT").paper, presents(None, session, title="<i>GPT</i>").paper
    set_reading(first, "studied", by=rita)
    set_reading(second, "skimmed", by=rita)
    set_reading(second, "read", by=bob)
    assert plan_reading(NOW) == 2
    # Bob presents the one and has read the other; Charlie has left.
    mails = {mail.member: mail for mail in Outgoing.objects.all()}
    assert {member.name: mail.subject for member, mail in mails.items()} == {
        "Alice": "To read for Friday, March 3, 2023: 2 papers",
        "Rita": "To read for Friday, March 3, 2023: #2",
    }
    for part in (mails[rita].text, mails[rita].html):
        assert "/papers/2/" in part
        assert "/papers/1/" not in part
        assert "Asia/Shanghai" in part
    assert "&lt;i&gt;GPT" in mails[rita].html
    assert mails[rita].not_after == STARTS - 24 * HOUR


def test_nobody_is_told_twice_not_even_of_another_time(alice, a_session, presents):
    session = a_session()
    presents(None, session)
    assert plan_reading(NOW) == 1
    assert plan_reading(NOW) == 0
    ReadingSession.objects.filter(pk=session.pk).update(starts_at=STARTS + 5 * HOUR, sequence=1)
    assert plan_reading(NOW) == 0


def test_who_read_the_time_in_it_is_reminded_of_no_move(alice, a_session, presents):
    session = a_session()
    presents(None, session)
    Member.objects.update(joined_at=NOW - 100 * HOUR)
    plan_reading(NOW)
    Outgoing.objects.update(state=Outgoing.State.SENT)
    plan_reminders(STARTS - 20 * HOUR)
    assert Outgoing.objects.get(kind="reminder").subject.startswith("Reading session on")


def test_a_session_without_papers_or_that_is_cancelled_reminds_nobody(alice, a_session, presents):
    a_session()
    other = a_session(wall_time=dt.time(15), cancelled_at=NOW)
    presents(None, other)
    assert plan_reading(NOW) == 0


def test_who_wants_no_reminders_gets_none(alice, a_session, presents):
    presents(None, a_session())
    Member.objects.update(wants_reminders=False)
    assert plan_reading(NOW) == 0
