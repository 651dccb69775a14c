import datetime as dt

import pytest

from papers.reminders import rules

START = dt.datetime(2023, 3, 3, 11, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START - DAY - SECOND, False),
        (START - DAY, True),
        (START - SECOND, True),
        (START, False),
        (START + DAY, False),
    ],
)
def test_reminders_leave_in_the_last_24_hours_and_none_after_the_start(now, expected):
    assert rules.is_time(now=now, starts_at=START, is_cancelled=False) is expected
    assert rules.is_time(now=now, starts_at=START, is_cancelled=True) is False


@pytest.mark.parametrize(
    ("now", "cancelled", "expected"),
    [
        (START - 2 * DAY, False, True),
        (START - SECOND, False, False),
        (START - SECOND, True, True),
        (START, True, False),
    ],
)
def test_a_change_has_a_mail_of_its_own_unless_the_reminder_tells_it(now, cancelled, expected):
    assert rules.needs_change_mail(now=now, starts_at=START, is_cancelled=cancelled) is expected


def test_a_key_tells_what_was_told():
    assert rules.told_by(rules.reminder_key(12, 3, 7)) == (12, 3)
    assert rules.told_by(rules.change_key(12, 4, 7)) == (12, 4)
    assert rules.told_by(rules.change_key(12, 4, 7) + "#again-9") == (12, 4)
    for other in ("digest:7:2023-W09", "reminder:24h:12", "change:x:y:z", "", "reminder"):
        assert rules.told_by(other) is None
