import datetime as dt

import pytest

from papers.sessions import dates, rules


@pytest.mark.parametrize(
    ("date", "time", "zone", "instant"),
    [
        ("2023-03-06", "19:00", "Asia/Shanghai", "2023-03-06T11:00"),
        ("2023-03-06", "19:00", "Asia/Kathmandu", "2023-03-06T13:15"),
        ("2023-03-25", "19:00", "Europe/Berlin", "2023-03-25T18:00"),
        ("2023-03-27", "19:00", "Europe/Berlin", "2023-03-27T17:00"),
        # In the gap: the offset before it.
        ("2023-03-26", "02:30", "Europe/Berlin", "2023-03-26T01:30"),
        ("2023-03-12", "02:30", "America/New_York", "2023-03-12T07:30"),
        # The hour that comes twice: the first.
        ("2023-10-29", "02:30", "Europe/Berlin", "2023-10-29T00:30"),
        ("2023-11-05", "01:30", "America/New_York", "2023-11-05T05:30"),
        # Half an hour of summer, and a day that an island left out.
        ("2023-04-02", "01:45", "Australia/Lord_Howe", "2023-04-01T14:45"),
        ("2011-12-30", "19:00", "Pacific/Apia", "2011-12-31T05:00"),
    ],
)
def test_a_wall_time_is_this_instant(date, time, zone, instant):
    starts_at = dates.starts_at(dt.date.fromisoformat(date), dt.time.fromisoformat(time), zone)
    assert starts_at == dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)
    assert starts_at.tzinfo is dt.UTC


def test_a_wall_time_that_says_the_second_hour_still_means_the_first():
    second = dt.time(2, 30, fold=1)
    assert dates.starts_at(dt.date(2023, 10, 29), second, "Europe/Berlin").hour == 0


def test_a_series_begins_with_the_first_such_weekday():
    tuesday, monday = dt.date(2023, 7, 4), 1
    assert dates.dates_of(tuesday, monday, 2) == [dt.date(2023, 7, 10), dt.date(2023, 7, 17)]
    assert dates.dates_of(tuesday, 2, 1) == [tuesday]


def test_a_series_goes_through_week_53():
    found = dates.dates_of(dt.date(2020, 12, 21), 1, 3)
    assert [date.isocalendar()[:2] for date in found] == [(2020, 52), (2020, 53), (2021, 1)]


@pytest.mark.parametrize(("weeks", "refused"), [(0, True), (1, False), (60, False), (61, True), (-1, True)])
def test_a_series_has_1_to_60_weeks(weeks, refused):
    assert bool(rules.why_not_weeks(weeks)) is refused


@pytest.mark.parametrize(("year", "refused"), [(1, True), (1999, True), (2000, False), (2100, False), (9999, True)])
def test_a_date_has_a_year_of_our_time(year, refused):
    assert bool(rules.why_not_date(dt.date(year, 6, 1))) is refused


def test_only_organisers_change_the_schedule():
    assert rules.why_not_organise(is_organiser=True) is None
    assert "organiser" in (rules.why_not_organise(is_organiser=False) or "")


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, None),
        ({"has_begun": True}, "begun"),
        ({"is_cancelled": True}, "cancelled"),
        ({"would_be_past": True}, "passed"),
    ],
)
def test_when_a_session_can_be_moved(facts, word):
    reason = rules.why_not_move(**{"has_begun": False, "is_cancelled": False, "would_be_past": False, **facts})
    assert (reason is None) if word is None else (word in (reason or ""))


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, None),
        ({"has_begun": True}, "begun"),
        ({"is_cancelled": True}, "already cancelled"),
        ({"because": "  "}, "why"),
    ],
)
def test_when_a_session_can_be_cancelled(facts, word):
    reason = rules.why_not_cancel(**{"has_begun": False, "is_cancelled": False, "because": "Spring festival", **facts})
    assert (reason is None) if word is None else (word in (reason or ""))


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, None),
        ({"is_cancelled": True}, "cancelled"),
        ({"in_this_session": True}, "already in this session"),
        ({"elsewhere": "2023-07-10 19:00"}, "already in the session of 2023-07-10 19:00"),
        ({"elsewhere": "2023-07-03 19:00", "elsewhere_is_over": True}, "was read in the session of 2023-07-03 19:00"),
        ({"done_by_organiser": True}, "done"),
        ({"by_notes_only": True}, "by notes only"),
        ({"in_the_place": "#4 GPT-4"}, "this place now has #4 GPT-4"),
    ],
)
def test_when_a_paper_can_be_put_into_a_place(facts, word):
    nothing = {
        "is_cancelled": False,
        "done_by_organiser": False,
        "in_this_session": False,
        "elsewhere": "",
        "elsewhere_is_over": False,
        "in_the_place": "",
        "by_notes_only": False,
    }
    reason = rules.why_not_put(number=17, **{**nothing, **facts})
    assert (reason is None) if word is None else (word in (reason or ""))
    assert reason is None or "#17" in reason
