import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.digests import rules

ZONES = ["UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
zones = st.sampled_from(ZONES).map(zoneinfo.ZoneInfo)
instants = st.integers(1_420_000_000, 2_050_000_000).map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
WEEK = dt.timedelta(days=7)


def utc(*words: int) -> dt.datetime:
    return dt.datetime(*words, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "now", "at", "week"),
    [
        # Friday at 8: the first second, the last one before, and days later.
        ("Asia/Shanghai", utc(2023, 3, 3), utc(2023, 3, 3), "2023-W09"),
        ("Asia/Shanghai", utc(2023, 3, 2, 23, 59, 59), utc(2023, 2, 24), "2023-W08"),
        ("Asia/Shanghai", utc(2023, 3, 9), utc(2023, 3, 3), "2023-W09"),
        ("Asia/Kathmandu", utc(2023, 3, 3, 2, 15), utc(2023, 3, 3, 2, 15), "2023-W09"),
        # Summer and winter in Berlin and New York.
        ("Europe/Berlin", utc(2023, 3, 24, 12), utc(2023, 3, 24, 7), "2023-W12"),
        ("Europe/Berlin", utc(2023, 3, 31, 12), utc(2023, 3, 31, 6), "2023-W13"),
        ("America/New_York", utc(2023, 11, 3, 20), utc(2023, 11, 3, 12), "2023-W44"),
        ("America/New_York", utc(2023, 11, 10, 20), utc(2023, 11, 10, 13), "2023-W45"),
        # A year of 53 weeks, and a new year in the old one's last week.
        ("Europe/Berlin", utc(2021, 1, 2), utc(2021, 1, 1, 7), "2020-W53"),
        ("Europe/Berlin", utc(2022, 1, 8), utc(2022, 1, 7, 7), "2022-W01"),
    ],
)
def test_friday_at_8_in_many_zones(zone, now, at, week):
    assert rules.last_due(now, weekday=5, hour=8, zone=zoneinfo.ZoneInfo(zone)) == (at, week)


def test_an_hour_that_is_left_out_counts_as_if_it_were_not():
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    # On Sunday, 26 March 2023, 2:00 was followed by 3:00, at 1:00 UTC.
    due = rules.last_due(utc(2023, 3, 26, 1), weekday=7, hour=2, zone=berlin)
    assert due == (utc(2023, 3, 26, 1), "2023-W12")
    assert rules.last_due(utc(2023, 3, 26, 0, 59), weekday=7, hour=2, zone=berlin).week == "2023-W11"


def test_of_a_repeated_hour_the_first_counts_and_the_second_changes_nothing():
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    # On Sunday, 29 October 2023, 2:30 came at 0:30 and at 1:30 UTC.
    first = rules.last_due(utc(2023, 10, 29, 0, 30), weekday=7, hour=2, zone=berlin)
    second = rules.last_due(utc(2023, 10, 29, 1, 30), weekday=7, hour=2, zone=berlin)
    assert first == second == (utc(2023, 10, 29), "2023-W43")


@given(now=instants, zone=zones, weekday=st.integers(1, 7), hour=st.integers(0, 23))
def test_the_last_due_hour_is_past_and_less_than_a_week_ago(now, zone, weekday, hour):
    at, week = rules.last_due(now, weekday=weekday, hour=hour, zone=zone)
    assert at <= now < at + WEEK + HOUR
    there = at.astimezone(zone)
    assert there.isoweekday() == weekday
    assert f"{there.isocalendar().year}-W{there.isocalendar().week:02}" == week
    # Asked at that instant, it is due; a minute before, it was last week's.
    assert rules.last_due(at, weekday=weekday, hour=hour, zone=zone) == (at, week)
    assert rules.last_due(at - MINUTE, weekday=weekday, hour=hour, zone=zone).at < at


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize(("weekday", "hour"), [(1, 0), (5, 8), (7, 2), (7, 23)])
def test_a_year_has_each_iso_week_once(name, weekday, hour):
    zone = zoneinfo.ZoneInfo(name)
    now, dues = utc(2020, 1, 1), []
    while now < utc(2022, 1, 1):
        dues.append(rules.last_due(now, weekday=weekday, hour=hour, zone=zone))
        now += HOUR
    distinct = list(dict.fromkeys(dues))
    assert [due.week for due in distinct] == list(dict.fromkeys(due.week for due in distinct))
    assert len(distinct) in (105, 106)
    assert all(6.9 * 24 * HOUR < b.at - a.at < 7.1 * 24 * HOUR for a, b in zip(distinct, distinct[1:], strict=False))


AT = utc(2023, 3, 3)


@pytest.mark.parametrize(
    ("joined_at", "has_had", "expected"),
    [(AT, False, True), (AT + MINUTE, False, False), (AT - WEEK, True, False)],
)
def test_one_digest_a_week_from_the_first_hour_after_joining(joined_at, has_had, expected):
    assert rules.is_due(due=rules.Due(AT, "2023-W09"), joined_at=joined_at, has_had=has_had) is expected


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({}, True),
        ({"author_id": None}, True),
        ({"author_id": 1}, False),
        ({"at": AT}, False),
        ({"seen_at": AT + HOUR}, False),
        ({"seen_at": AT + MINUTE / 2}, True),
    ],
)
def test_new_is_what_others_did_since_and_i_have_not_seen(fact, expected):
    facts = {"member_id": 1, "author_id": 2, "at": AT + MINUTE, "since": AT, "seen_at": None}
    assert rules.is_new_to(**facts | fact) is expected
