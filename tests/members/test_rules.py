import datetime as dt
import zoneinfo

import pytest

from papers import lines
from papers.members import rules


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Europe/Berlin", "UTC", "PRC"])
def test_known_zones_are_taken(name):
    assert rules.why_not_zone(name) is None


@pytest.mark.parametrize("name", ["", "Asia/Beijing", "Europe", "../etc/passwd", "asia/shanghai", "\x00"])
def test_unknown_zones_are_named(name):
    assert name in (rules.why_not_zone(name) or "")
    assert rules.why_not_zone(name)


def test_zones_to_choose_from_are_places():
    names = rules.zone_names()
    assert {"Asia/Shanghai", "America/New_York", "UTC"} <= set(names)
    assert not {"PRC", "Etc/GMT+8", "EST"} & set(names)


# --- Names


@pytest.mark.parametrize("name", ["Bob", "李雷", "🦉", "👩🏽‍🔬", "يوسف", "J.", "O’Neill", "3"])
def test_a_name_is_what_can_be_seen(name):
    assert lines.tidy(name) == name
    assert rules.why_not_name(name) is None


@pytest.mark.parametrize("name", ["", " ", "\u3000", "\u200b", "\u200d\u2060", "\ufeff", "\u3164", "\u2800", "\u0301"])
def test_a_name_that_nobody_can_see_is_refused(name):
    assert "can be seen" in (rules.why_not_name(lines.tidy(name)) or "")


def test_a_name_stands_on_one_line_and_turns_no_other_words():
    assert lines.tidy("  Bob\n\tTheBuilder  ") == "Bob TheBuilder"
    assert lines.tidy("\u202eBob\u202c \u2067x\u2069") == "Bob x"


def test_a_name_that_is_too_long_is_refused_with_both_lengths():
    assert rules.why_not_name("字" * 80) is None
    assert "80" in (rules.why_not_name("字" * 81) or "")
    assert rules.why_not_name("字" * 81, longest=120) is None


# --- The next digest

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2023-07-05T12:00Z", "2023-07-07T06:00Z"),
        ("2023-07-07T05:59Z", "2023-07-07T06:00Z"),
        # At the hour itself the digest is being sent; the next one is a week later.
        ("2023-07-07T06:00Z", "2023-07-14T06:00Z"),
        # The clocks go back on 29 October.
        ("2023-10-27T07:00Z", "2023-11-03T07:00Z"),
    ],
)
def test_the_next_digest_comes_on_the_day_and_hour_of_the_members_clock(now, expected):
    at = rules.next_digest(dt.datetime.fromisoformat(now), weekday=5, hour=8, zone=BERLIN)
    assert at == dt.datetime.fromisoformat(expected)
    assert (at.isoweekday(), at.hour, at.tzinfo) == (5, 8, BERLIN)


def test_an_hour_that_the_clocks_leave_out_moves_the_digest_by_the_hour():
    # On Sunday 26 March 2023 Berlin goes from 02:00 to 03:00.
    now = dt.datetime(2023, 3, 25, 12, tzinfo=dt.UTC)
    at = rules.next_digest(now, weekday=7, hour=2, zone=BERLIN)
    assert (at, at.hour) == (dt.datetime(2023, 3, 26, 1, tzinfo=dt.UTC), 3)


# --- Roles and memberships


def test_only_organisers_organise():
    assert rules.why_not_organise(is_organiser=True) is None
    assert "organiser" in (rules.why_not_organise(is_organiser=False) or "")


@pytest.mark.parametrize(
    ("is_self", "is_organiser", "others", "words"),
    [
        (True, True, 0, "You are the only organiser"),
        (False, True, 0, "Alice is the only organiser"),
        (True, True, 1, None),
        (True, False, 0, None),
    ],
)
def test_the_group_keeps_an_organiser(is_self, is_organiser, others, words):
    why = rules.why_not_without(name="Alice", is_self=is_self, is_organiser=is_organiser, other_organisers=others)
    assert (why is None) if words is None else (words in (why or ""))


def test_a_role_is_changed_only_from_the_one_that_was_seen():
    facts = {"name": "Bob", "has_left": False, "role": "member", "role_now": "Member"}
    assert rules.why_not_give_role(**facts, role_seen="member") is None
    assert "(Member)" in (rules.why_not_give_role(**facts, role_seen="reader") or "")
    assert "has left" in (rules.why_not_give_role(**{**facts, "has_left": True}, role_seen="member") or "")


def test_who_has_left_cannot_leave_and_who_is_here_cannot_be_brought_back():
    assert rules.why_not_end(name="Bob", has_left=False) is None
    assert "Bob has already left" in (rules.why_not_end(name="Bob", has_left=True) or "")
    assert rules.why_not_bring_back(name="Bob", has_left=True) is None
    assert "Bob is already back" in (rules.why_not_bring_back(name="Bob", has_left=False) or "")


# --- The group's settings


@pytest.mark.parametrize(("number", "refused"), [(0, True), (1, False), (100, False), (101, True), (-5, True)])
def test_a_setting_lies_between_its_bounds(number, refused):
    assert bool(rules.why_not_between(number, rules.CLAIM_CAPS)) is refused


def test_bounds_fit_the_columns():
    assert all(bounds[-1] < 2**15 for bounds in (rules.GOALS, rules.WEEKS, rules.PAPERS_PER_WEEK, rules.CLAIM_CAPS))


@pytest.mark.parametrize(("year", "refused"), [(1, True), (1999, True), (2000, False), (2100, False), (9999, True)])
def test_the_first_day_is_of_our_time(year, refused):
    assert bool(rules.why_not_first_day(dt.date(year, 6, 1))) is refused


def test_the_whole_goal_holds_the_first_one():
    assert rules.why_not_goals(first_goal=100, goal=100) is None
    assert "99" in (rules.why_not_goals(first_goal=100, goal=99) or "")


def test_settings_that_somebody_else_saved_are_not_overwritten_unseen():
    assert rules.why_not_overwrite(seen="a", now="a") is None
    assert "Somebody else" in (rules.why_not_overwrite(seen="a", now="b") or "")
