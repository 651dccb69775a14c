"""On which dates and at which instants a series meets, without a database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.countries.days import Special
from papers.sessions import dates
from papers.sessions.dates import Choice

SEVEN, NINE = dt.time(19), dt.time(9)


def day(said: str) -> dt.date:
    return dt.date.fromisoformat(said)


def meets(first: str, weekday: int, weeks: int, free: dict[str, str], **choices) -> list[str]:
    special = {day(date): Special(name) for date, name in free.items()}
    chosen = {day(date.replace("_", "-")[1:]): value for date, value in choices.items()}
    held = dates.weeks_of(dates.dates_of(day(first), weekday, weeks + 60), weeks, special, chosen)
    return [week.meets.isoformat() for week in held if week.meets]


GOLDEN_WEEK = {"2023-10-02": "国庆节", "2023-10-03": "国庆节"}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        # Left out, and one more at the end.
        ({}, ["2023-09-25", "2023-10-09", "2023-10-16"]),
        ({"d2023_10_02": (Choice.LATER, None)}, ["2023-09-25", "2023-10-09", "2023-10-16"]),
        ({"d2023_10_02": (Choice.DROP, None)}, ["2023-09-25", "2023-10-09"]),
        ({"d2023_10_02": (Choice.KEEP, None)}, ["2023-09-25", "2023-10-02", "2023-10-09"]),
        ({"d2023_10_02": (Choice.MOVE, day("2023-10-07"))}, ["2023-09-25", "2023-10-07", "2023-10-09"]),
        # Nothing was said of where to.
        ({"d2023_10_02": (Choice.MOVE, None)}, ["2023-09-25", "2023-10-09", "2023-10-16"]),
        # A choice about a day like others is none.
        ({"d2023_09_25": (Choice.DROP, None)}, ["2023-09-25", "2023-10-09", "2023-10-16"]),
    ],
)
def test_a_free_date_becomes_what_was_chosen(chosen, expected):
    assert meets("2023-09-25", 1, 3, GOLDEN_WEEK, **chosen) == expected


def test_a_date_that_is_added_at_the_end_is_not_free_either():
    free = {"2023-10-02": "x", "2023-10-16": "y", "2023-10-23": "z"}
    assert meets("2023-09-25", 1, 3, free) == ["2023-09-25", "2023-10-09", "2023-10-30"]


def test_a_moved_workday_is_a_day_like_others():
    held = dates.weeks_of([day("2023-10-07")], 1, {day("2023-10-07"): Special("", is_free=False)}, {})
    assert (held[0].choice, held[0].meets, held[0].is_free) == (Choice.KEEP, day("2023-10-07"), False)


def test_a_calendar_full_of_holidays_ends_the_series_early():
    free = {date.isoformat(): "x" for date in dates.dates_of(day("2023-09-25"), 1, 200)}
    assert meets("2023-09-25", 1, 3, free) == []


@given(
    weeks=st.integers(1, 60),
    free=st.sets(st.integers(0, 70)),
    choices=st.dictionaries(st.integers(0, 70), st.sampled_from(list(Choice))),
)
def test_a_series_has_as_many_meetings_as_it_was_asked_for_but_for_those_left_out(weeks, free, choices):
    grid = dates.dates_of(day("2023-01-02"), 1, weeks + 200)
    special = {grid[at]: Special("x") for at in free}
    chosen = {grid[at]: (choice, grid[at] + dt.timedelta(days=1)) for at, choice in choices.items()}
    held = dates.weeks_of(grid, weeks, special, chosen)
    dropped = sum(week.choice is Choice.DROP for week in held)
    met = [week.meets for week in held if week.meets is not None]
    assert len(met) == weeks - dropped
    assert len(set(met)) == len(met)
    assert all(not week.is_free or week.choice in (Choice.KEEP, Choice.MOVE) for week in held if week.meets)


@pytest.mark.parametrize(
    ("count", "other", "expected"),
    [(3, None, [SEVEN] * 3), (4, NINE, [SEVEN, NINE, SEVEN, NINE]), (1, NINE, [SEVEN]), (0, NINE, [])],
)
def test_two_hours_take_turns(count, other, expected):
    assert dates.hours_of(count, SEVEN, other) == expected


# The wall time stays; the instant follows the clocks of the zone, both ways and in both hemispheres.
@pytest.mark.parametrize(
    ("date", "time", "zone", "instant"),
    [
        ("2023-03-20", "19:00", "Europe/Berlin", "2023-03-20T18:00"),
        ("2023-03-27", "19:00", "Europe/Berlin", "2023-03-27T17:00"),
        ("2023-10-23", "19:00", "Europe/Berlin", "2023-10-23T17:00"),
        ("2023-10-30", "19:00", "Europe/Berlin", "2023-10-30T18:00"),
        ("2023-03-06", "19:00", "America/New_York", "2023-03-07T00:00"),
        ("2023-03-13", "19:00", "America/New_York", "2023-03-13T23:00"),
        ("2023-10-30", "19:00", "America/New_York", "2023-10-30T23:00"),
        ("2023-11-06", "19:00", "America/New_York", "2023-11-07T00:00"),
        ("2023-04-01", "19:00", "Australia/Sydney", "2023-04-01T08:00"),
        ("2023-04-03", "19:00", "Australia/Sydney", "2023-04-03T09:00"),
        ("2023-09-25", "19:00", "Australia/Sydney", "2023-09-25T09:00"),
        ("2023-10-02", "19:00", "Australia/Sydney", "2023-10-02T08:00"),
        ("2023-04-02", "19:00", "Australia/Lord_Howe", "2023-04-02T08:30"),
        ("2023-10-01", "19:00", "Australia/Lord_Howe", "2023-10-01T08:00"),
        ("2023-07-03", "19:00", "Asia/Shanghai", "2023-07-03T11:00"),
        ("2023-12-04", "19:00", "Asia/Shanghai", "2023-12-04T11:00"),
        ("2023-07-03", "19:00", "Asia/Kolkata", "2023-07-03T13:30"),
        ("2023-07-03", "19:00", "Asia/Kathmandu", "2023-07-03T13:15"),
        ("2023-07-03", "00:00", "Pacific/Kiritimati", "2023-07-02T10:00"),
        ("2023-07-03", "23:59", "Pacific/Pago_Pago", "2023-07-04T10:59"),
        # Morocco has its winter time in Ramadan.
        ("2023-03-20", "19:00", "Africa/Casablanca", "2023-03-20T19:00"),
        ("2023-05-01", "19:00", "Africa/Casablanca", "2023-05-01T18:00"),
        # The hour that is left out, and the one that comes twice.
        ("2023-03-26", "02:30", "Europe/Berlin", "2023-03-26T01:30"),
        ("2023-10-29", "02:30", "Europe/Berlin", "2023-10-29T00:30"),
        ("2023-03-12", "02:30", "America/New_York", "2023-03-12T07:30"),
        ("2023-11-05", "01:30", "America/New_York", "2023-11-05T05:30"),
    ],
)
def test_a_wall_time_is_this_instant(date, time, zone, instant):
    found = dates.starts_at(day(date), dt.time.fromisoformat(time), zone)
    assert found == dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)


def test_a_free_date_is_moved_to_the_next_day_that_is_not_free():
    special = {day("2023-10-02"): Special("x"), day("2023-10-03"): Special("x"), day("2023-10-04"): Special("", False)}
    assert dates.next_day(day("2023-10-02"), special) == day("2023-10-04")
    assert dates.next_day(day("2023-10-09"), special) == day("2023-10-10")


def at(hour: int, length: int) -> dates.Span:
    begin = dt.datetime(2023, 7, 5, hour, tzinfo=dt.UTC)
    return begin, begin + dt.timedelta(hours=length)


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        (at(10, 2), at(10, 2), True),
        (at(10, 2), at(11, 2), True),
        (at(10, 4), at(11, 1), True),
        (at(10, 2), at(12, 2), False),
        (at(10, 2), at(8, 2), False),
        (at(10, 2), at(20, 2), False),
    ],
)
def test_spans_that_share_time_clash(one, other, do):
    assert dates.clash(one, other) is do
    assert dates.clash(other, one) is do
    assert bool(dates.clashing([one, other])) is do


def test_a_long_span_clashes_with_more_than_its_neighbour():
    assert dates.clashing([at(10, 8), at(11, 1), at(13, 1), at(18, 1)]) == [at(11, 1), at(13, 1)]
