import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from papers.due import actions
from papers.members.models import Member
from papers.sessions.models import ReadingSession

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("deliver_due", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_a_count_per_kind_as_of_an_instant(alice, mailoutbox):
    ReadingSession.objects.create(
        date=dt.date(2023, 3, 4),
        wall_time=dt.time(7),
        time_zone="UTC",
        starts_at=dt.datetime(2023, 3, 4, 7, tzinfo=dt.UTC),
    )
    Member.objects.update(wants_digest=False)
    assert "reminder: 0\n" in run("--now", "2023-03-03T06:59:59Z")
    printed = run("--now", "2023-03-03T15:00:00+08:00")
    assert printed.splitlines() == [
        "moved session: 0",
        "offer: 0",
        "swap: 0",
        "stale claim: 0",
        "unanswered: 0",
        "stand-in: 0",
        "partner: 0",
        "confirmation: 0",
        "understudy: 0",
        "calendar: 0",
        "reminder: 1",
        "reading: 0",
        "change: 0",
        "reply: 0",
        "digest: 0",
        "rendering: 0",
        "paused address: 0",
        "old changes: 0",
        "unused figures: 0",
        "sent: 1",
        "waiting: 0",
        "failed: 0",
        "void: 0",
        "unconfirmed: 0",
    ]
    assert "reminder: 0\n" in run("--now", "2023-03-03T07:00")
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("nonsense", ["yesterday", "2023-02-30", "", "10000-01-01"])
def test_an_instant_that_is_none_is_wrong_usage(nonsense):
    with pytest.raises(CommandError, match="is not an instant"):
        run("--now", nonsense)


def test_what_fails_is_said_in_a_sentence(alice, monkeypatch):
    def fail(now):
        raise RuntimeError("broken")

    monkeypatch.setitem(actions.PLANNERS, "digest", fail)
    with pytest.raises(CommandError, match="Not everything was delivered: RuntimeError: broken"):
        run()
