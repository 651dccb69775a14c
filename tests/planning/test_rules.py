"""Pushing back, filling and pacing as arithmetic, without a database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.planning import rules
from papers.planning.rules import Meeting, Room, Work

SEVEN, NINE, THREE = dt.time(19), dt.time(9), dt.time(15)
MONDAY = dt.date(2023, 9, 4)


def day(said: str) -> dt.date:
    return dt.date.fromisoformat(said)


def meeting(date: str, time: dt.time = SEVEN, zone: str = "Asia/Shanghai", id: int = 1, **facts) -> Meeting:
    return Meeting(id, day(date), time, zone, 120, **facts)


def push(meetings: list[Meeting], weeks: int, *free: str) -> list[str]:
    moved = rules.pushed(meetings, weeks, lambda date: date.isoformat() in free)
    assert moved is not None
    return [f"{there.date}" for there in moved]


THREE_MONDAYS = [meeting("2023-09-04"), meeting("2023-09-11"), meeting("2023-09-18")]


@pytest.mark.parametrize(
    ("weeks", "free", "expected"),
    [
        (1, (), ["2023-09-11", "2023-09-18", "2023-09-25"]),
        (2, (), ["2023-09-18", "2023-09-25", "2023-10-02"]),
        # A free week on the way, and two in a row: all that follow wait as well.
        (1, ("2023-09-18",), ["2023-09-11", "2023-09-25", "2023-10-02"]),
        (1, ("2023-09-11",), ["2023-09-18", "2023-09-25", "2023-10-02"]),
        (1, ("2023-09-11", "2023-09-18"), ["2023-09-25", "2023-10-02", "2023-10-09"]),
        (2, ("2023-10-02", "2023-10-09"), ["2023-09-18", "2023-09-25", "2023-10-16"]),
        # A free day that is nobody's.
        (1, ("2023-09-12",), ["2023-09-11", "2023-09-18", "2023-09-25"]),
        (26, (), ["2024-03-04", "2024-03-11", "2024-03-18"]),
    ],
)
def test_a_plan_is_pushed_back_without_the_free_days(weeks, free, expected):
    assert push(THREE_MONDAYS, weeks, *free) == expected


def test_a_week_that_was_free_before_is_no_reason_to_wait():
    # 2 October is free, and the series had left it out: each goes one week on, and the one before it two.
    there = [meeting("2023-09-25"), meeting("2023-10-09")]
    assert push(there, 1, "2023-10-02") == ["2023-10-09", "2023-10-16"]


def test_two_series_keep_their_days_and_their_order():
    there = [meeting("2023-09-04"), meeting("2023-09-07"), meeting("2023-09-11"), meeting("2023-09-14")]
    assert push(there, 1) == ["2023-09-11", "2023-09-14", "2023-09-18", "2023-09-21"]
    assert push(there, 1, "2023-09-11") == ["2023-09-18", "2023-09-21", "2023-09-25", "2023-09-28"]


def test_one_that_had_been_moved_is_on_its_series_day_and_hour_again():
    moved = meeting("2023-09-09", THREE, weekday=1, hours=(SEVEN,))
    (there,) = rules.pushed([moved], 1, lambda date: False) or []
    assert (there.date, there.wall_time) == (day("2023-09-11"), SEVEN)
    # One of the two hours of its series is its own.
    other = meeting("2023-09-04", NINE, weekday=1, hours=(SEVEN, NINE))
    (there,) = rules.pushed([other], 1, lambda date: False) or []
    assert (there.date, there.wall_time) == (day("2023-09-11"), NINE)


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [("Europe/Berlin", 17, 18), ("America/New_York", 23, 0), ("Australia/Sydney", 9, 8), ("Asia/Shanghai", 11, 11)],
)
def test_the_wall_time_stays_when_the_clocks_change_between(zone, before, after):
    there = meeting("2023-09-18", zone=zone)
    (moved,) = rules.pushed([there], 8, lambda date: False) or []
    assert (moved.wall_time, there.starts_at.hour, moved.starts_at.hour) == (SEVEN, before, after)


def test_there_is_no_week_left_when_all_are_free():
    assert rules.pushed(THREE_MONDAYS, 1, lambda date: date > day("2023-09-11")) is None


meetings = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from([NINE, SEVEN]), st.integers(0, 1)),
    max_size=12,
    unique_by=lambda m: m[0],
).map(
    lambda rows: sorted(
        (
            Meeting(at, MONDAY + dt.timedelta(days=days), time, "Europe/Berlin", 120, weekday=weekly * 3)
            for at, (days, time, weekly) in enumerate(rows)
        ),
        key=lambda found: found.starts_at,
    )
)


@given(meetings=meetings, weeks=st.integers(1, 26), free=st.sets(st.integers(0, 300), max_size=60))
def test_what_is_pushed_back_is_later_in_order_free_of_overlap_and_on_no_free_day(meetings, weeks, free):
    days = {MONDAY + dt.timedelta(days=at) for at in free}
    moved = rules.pushed(meetings, weeks, lambda date: date in days)
    assert moved is not None
    assert [there.id for there in moved] == [was.id for was in meetings]
    for was, then in zip(meetings, moved, strict=True):
        assert then.date > was.date
        assert then.date not in days
        assert then.date.isoweekday() == (was.weekday or was.date.isoweekday())
    for one, other in zip(moved, moved[1:], strict=False):
        assert one.ends_at <= other.starts_at


def test_a_series_goes_on_where_it_ends():
    news = rules.following([meeting("2023-09-18"), meeting("2023-09-21")], lambda date: date == day("2023-09-28"))
    assert [f"{new.date}" for new, _last in (next(news) for _time in range(4))] == [
        "2023-09-25",
        "2023-10-02",
        "2023-10-05",
        "2023-10-09",
    ]


@pytest.mark.parametrize(("last", "expected"), [(SEVEN, [NINE, SEVEN, NINE]), (NINE, [SEVEN, NINE, SEVEN])])
def test_new_meetings_go_on_with_the_turns_of_the_hours(last, expected):
    news = [meeting(f"2023-10-{at:02}") for at in (2, 9, 16)]
    found = rules.alternating(news, meeting("2023-09-25", last), [SEVEN, NINE])
    assert [new.wall_time for new in found] == expected


def work(number: int, minutes: int = 30, **facts) -> Work:
    return Work(number, number, f"Paper {number}", minutes, **facts)


def room(at: int, minutes: int = 120, planned: int = 0, papers: int = 0) -> Room:
    return Room(at, MONDAY + dt.timedelta(weeks=at), minutes, planned, papers)


def numbers(placed: rules.Placed) -> list[tuple[int, int]]:
    return [(one.number, at) for one, at in placed]


def test_claimed_papers_go_where_there_are_minutes_for_them():
    placed, left = rules.filled([work(1), work(2, 10), work(3), work(4)], [room(0, planned=90), room(1, 60)])
    assert numbers(placed) == [(1, 0), (2, 1), (3, 1)]
    assert left == [work(4)]


def test_nobody_gets_a_paper_while_away_if_there_is_another_day():
    away = work(1, away=((MONDAY, MONDAY + dt.timedelta(days=7)),))
    assert numbers(rules.filled([away], [room(0), room(1), room(2)])[0]) == [(1, 2)]
    assert rules.filled([away], [room(0), room(1)])[1] == [away]
    # The list must be finishable, so a pace takes the day all the same when there is no other.
    assert numbers(rules.spread([away], [room(0), room(1)], [1, 1])[0]) == [(1, 0)]
    assert numbers(rules.spread([away], [room(0), room(1), room(2)], [1, 1, 1])[0]) == [(1, 2)]


@pytest.mark.parametrize(
    ("papers", "works", "needed"),
    [([0, 0, 0], 6, 2), ([0, 0, 0], 7, 3), ([5, 0, 0], 4, 2), ([3, 3], 0, 0), ([3, 3], 1, 4), ([], 5, 0)],
)
def test_how_many_papers_a_session_must_take(papers, works, needed):
    assert rules.needed([room(at, papers=there) for at, there in enumerate(papers)], works) == needed


@pytest.mark.parametrize(
    ("papers", "works", "most", "missing"),
    [([0, 0], 12, 6, 0), ([0, 0], 13, 6, 1), ([6, 8], 7, 6, 2), ([0], 3, 6, 0), ([], 7, 3, 3)],
)
def test_how_many_sessions_are_missing_at_a_pace(papers, works, most, missing):
    rooms = [room(at, papers=there) for at, there in enumerate(papers)]
    assert rules.sessions_missing(rooms, works, most) == missing


@given(papers=st.lists(st.integers(0, 8), min_size=1, max_size=30), works=st.integers(0, 150))
def test_the_end_can_always_be_kept_and_the_load_is_even(papers, works):
    def rooms() -> list[Room]:
        return [room(at, papers=there) for at, there in enumerate(papers)]

    limits = rules.evenly(rooms(), works)
    filled = rooms()
    placed, left = rules.spread([work(number) for number in range(works)], filled, limits)
    assert (len(placed), left) == (works, [])
    taken = [after.papers for after, before in zip(filled, papers, strict=True) if after.papers > before]
    assert not taken or max(taken) == rules.needed(rooms(), works)
    assert not taken or max(taken) - min(taken) <= 1


@given(papers=st.lists(st.integers(0, 8), max_size=20), works=st.integers(0, 150), most=st.integers(1, 10))
def test_at_any_pace_the_list_is_finished_with_the_fewest_sessions(papers, works, most):
    rooms = [room(at, papers=there) for at, there in enumerate(papers)]
    missing = rules.sessions_missing(rooms, works, most)

    def left_with(more: int) -> int:
        there = [room(at, papers=taken) for at, taken in enumerate([*papers, *[0] * more])]
        return len(rules.spread([work(number) for number in range(works)], there, [most] * len(there))[1])

    assert left_with(missing) == 0
    assert missing == 0 or left_with(missing - 1) > 0


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, None),
        ({"weeks": 0}, "1 to 26"),
        ({"weeks": 27}, "1 to 26"),
        ({"meetings": 0}, "no session to come"),
        ({"found": False}, "free days in all weeks"),
    ],
)
def test_when_a_plan_can_be_pushed_back(facts, word):
    reason = rules.why_not_push(**{"weeks": 1, "meetings": 3, "found": True, **facts})
    assert (reason is None) if word is None else (word in (reason or ""))


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, None),
        ({"papers": 0}, "nothing to spread"),
        ({"sessions": 0}, "Make sessions first"),
        ({"missing": 61}, "more than 60"),
    ],
)
def test_when_there_is_another_pace(facts, word):
    reason = rules.why_not_repace(**{"sessions": 3, "papers": 9, "missing": 0, **facts})
    assert (reason is None) if word is None else (word in (reason or ""))


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, None),
        ({"age": dt.timedelta(hours=24)}, None),
        ({"age": dt.timedelta(hours=24, seconds=1)}, "older than a day"),
        ({"is_undone": True}, "already"),
    ],
)
def test_when_a_change_is_taken_back(facts, word):
    reason = rules.why_not_undo(**{"is_undone": False, "age": dt.timedelta(0), **facts})
    assert (reason is None) if word is None else (word in (reason or ""))
