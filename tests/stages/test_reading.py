"""The diaries of the stages: what a line means, and when it happened."""

import datetime as dt
import zoneinfo

import pytest

from papers.catalogue.seed_files import BrokenSeed
from papers.stages.reading import STAGES, Stage, read_stage

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
MEMBERS = """
[[member]]
key = "ann"
name = "Ann"
role = "organiser"
language = "en"
time_zone = "Europe/London"
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with one member and a first week to fill in."""

    def write(diary: str, more: str = "") -> None:
        (tmp_path / "members.toml").write_text(MEMBERS)
        (tmp_path / "first-week.toml").write_text(f"ends = '1 Thu 21:30'\ndiary = '''\n{diary}\n'''\n{more}")
        return tmp_path

    return write


def one(folder, line):
    (happening,) = read_stage("first-week", folder(line)).happenings
    return happening.moment, happening.who, happening.what, dict(happening.facts)


@pytest.mark.parametrize(
    ("line", "what", "facts"),
    [
        ("joins", "join", {}),
        ("begins", "begin", {}),
        ("claims gpt-1", "claim", {"paper": "gpt-1"}),
        ("releases gpt-1", "release", {"paper": "gpt-1"}),
        ("marks gpt-1", "mark", {"paper": "gpt-1"}),
        ("leaves", "leave", {}),
        ("cancels week 6: a holiday", "cancel", {"week": "6", "because": "a holiday"}),
        ("moves week 12 to Sat 15:00", "move", {"week": "12", "day": "Sat", "time": "15:00"}),
        (
            "puts gpt-1, gpt-2 into week 3 for 24 minutes",
            "put",
            {"papers": "gpt-1, gpt-2", "week": "3", "minutes": "24"},
        ),
        (
            "plans 26 weeks from week 2 on Thu 19:30 for 120 minutes at https://meet.example.org/x",
            "plan",
            {
                "weeks": "26",
                "week": "2",
                "day": "Thu",
                "time": "19:30",
                "minutes": "120",
                "place": "https://meet.example.org/x",
            },
        ),
    ],
)
def test_a_line_of_the_diary_is_understood(folder, line, what, facts):
    assert one(folder, f"3 Tue 21:40  ann  {line}") == ((3, "Tue", "21:40"), "ann", what, facts)


@pytest.mark.parametrize(
    "line",
    ["3 Tue 21:40 ann dances", "3 Tue ann joins", "Tue 21:40 ann joins", "3 Die 21:40 ann joins", "3 Tue 21:40 ann"],
)
def test_a_line_that_is_not_understood_is_named(folder, line):
    with pytest.raises(BrokenSeed, match=f"^first-week.toml: the diary's line “{line}” is not understood.$"):
        read_stage("first-week", folder(line))


def test_somebody_unknown_is_named(folder):
    with pytest.raises(BrokenSeed, match="nobody called “bob”"):
        read_stage("first-week", folder("1 Mon 08:00 bob joins"))


def test_a_note_without_words_is_named(folder):
    note = '[[note]]\nat = "1 Mon 08:00"\nby = "ann"\npaper = "gpt-1"\n'
    with pytest.raises(BrokenSeed, match="note of 1 Mon 08:00: “body” is missing"):
        read_stage("first-week", folder("1 Mon 08:00 ann joins", note))


def test_a_file_that_is_no_toml_is_named(folder):
    with pytest.raises(BrokenSeed, match=r"first-week\.toml is not readable as TOML"):
        read_stage("first-week", folder("", "[[note]"))


# The first stage ends on a Thursday at 21:30 in Shanghai, 13:30 in UTC.
@pytest.mark.parametrize(
    ("now", "first_day"),
    [
        (dt.datetime(2023, 3, 2, 13, 29, 59, tzinfo=dt.UTC), dt.date(2023, 2, 20)),
        (dt.datetime(2023, 3, 2, 13, 30, tzinfo=dt.UTC), dt.date(2023, 2, 27)),
        (dt.datetime(2023, 3, 5, 23, 0, tzinfo=dt.UTC), dt.date(2023, 2, 27)),
        (dt.datetime(2023, 3, 9, 13, 29, 59, tzinfo=dt.UTC), dt.date(2023, 2, 27)),
        (dt.datetime(2023, 3, 9, 13, 30, tzinfo=dt.UTC), dt.date(2023, 3, 6)),
    ],
)
def test_the_group_began_so_that_the_stage_ended_within_the_last_week(now, first_day):
    stage = Stage("first-week", {}, [], (1, "Thu", "21:30"))
    calendar = stage.calendar(now, SHANGHAI)
    assert calendar.first_day == first_day
    assert calendar.first_day.isoweekday() == 1
    assert dt.timedelta() <= now - calendar.instant(*stage.ends) < dt.timedelta(weeks=1)


def test_moments_are_wall_times_in_the_groups_zone():
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    calendar = Stage("x", {}, [], (1, "Mon", "00:00")).calendar(dt.datetime(2023, 3, 22, tzinfo=dt.UTC), zone)
    assert calendar.instant(1, "Mon", "19:30") == dt.datetime(2023, 3, 20, 18, 30, tzinfo=dt.UTC)
    assert calendar.instant(2, "Mon", "19:30") == dt.datetime(2023, 3, 27, 17, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("name", STAGES)
def test_the_files_of_every_stage_are_understood(name):
    stage = read_stage(name)
    joined = {happening.who for happening in stage.happenings if happening.what == "join"}
    assert {happening.who for happening in stage.happenings} == joined
    texts = [happening.facts["body"] for happening in stage.happenings if "body" in happening.facts]
    assert any("$" in text for text in texts)
    # Both languages are written.
    assert any(any("\u4e00" <= character <= "\u9fff" for character in text) for text in texts)
    if name == "mid-term":
        assert any(text.isascii() for text in texts)
