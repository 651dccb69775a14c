import datetime as dt

import pytest

from papers.reminders import rules

START = dt.datetime(2023, 3, 3, 11, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
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
    ("now", "cancelled", "wants", "has_a_part", "expected"),
    [
        (START - 2 * DAY, False, True, False, True),
        (START - 2 * DAY, False, False, True, True),
        (START - 2 * DAY, False, False, False, False),
        # The reminder tells it, to who gets one.
        (START - SECOND, False, True, True, False),
        (START - SECOND, False, False, True, True),
        (START - SECOND, True, True, False, True),
        (START, True, True, True, False),
    ],
)
def test_a_change_has_a_mail_of_its_own_unless_the_reminder_tells_it(now, cancelled, wants, has_a_part, expected):
    facts = {"is_cancelled": cancelled, "wants_reminders": wants, "has_a_part": has_a_part}
    assert rules.gets_change_mail(now=now, starts_at=START, **facts) is expected


@pytest.mark.parametrize(
    ("since", "starts", "expected"),
    [
        (START - 10 * MINUTE, [START + DAY], True),
        (START - 10 * MINUTE + SECOND, [START + DAY, START + 2 * DAY], False),
        (START, [START + 60 * MINUTE, START + DAY], True),
        (START, [START + 61 * MINUTE], False),
        # What is over by now hurries nobody.
        (START, [START - DAY, START + DAY], False),
    ],
)
def test_a_change_is_told_after_ten_minutes_or_at_once_when_time_is_short(since, starts, expected):
    assert rules.is_settled(now=START, since=since, starts=starts) is expected


def test_a_key_tells_what_was_told():
    assert rules.told_by(rules.reminder_key(12, 3, 7)) == (12, 3)
    assert rules.told_by(rules.reminder_key(12, 3, 7) + "#again-9") == (12, 3)
    for other in ("digest:7:2023-W09", "reminder:24h:12", rules.change_key([(12, 4)], 7), "", "reminder"):
        assert rules.told_by(other) is None


def test_a_mail_about_several_sessions_has_one_name_in_any_order():
    two = [(12, 3), (4, 1)]
    assert rules.change_key(two, 7) == rules.change_key(two[::-1], 7) == "change:7:4.1+12.3"
    assert rules.change_about([(12, 3)]) == "session:12"
    many = [(number, 1) for number in range(1000, 1026)]
    assert len(rules.change_key(many, 10**6)) < 200
    assert len(rules.change_about(many)) <= 60
    assert rules.change_key(many, 7) != rules.change_key(many[1:], 7)
