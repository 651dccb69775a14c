"""The group's first values."""

import datetime as dt

import pytest

from papers.catalogue import seed_files
from papers.catalogue.seed_files import BrokenSeed, read_group
from papers.catalogue.seeding import load_group
from papers.members.models import Group

pytestmark = pytest.mark.django_db

FILE = (seed_files.SEEDS / "group.toml").read_text(encoding="utf-8")


@pytest.fixture
def group(group) -> Group:
    Group.objects.update(set_up_at=None, name="x", time_zone="UTC", goal=1, language="en")
    group.refresh_from_db()
    return group


def test_a_group_that_nobody_has_set_up_gets_the_values_of_the_file(group):
    assert load_group() is True
    group.refresh_from_db()
    assert (group.name, group.language, group.time_zone) == ("ChatGPT之100篇论文阅读组", "zh-hans", "Asia/Shanghai")
    assert (group.starts_on, group.first_goal, group.goal) == (dt.date(2023, 2, 27), 100, 150)
    assert (group.weeks, group.papers_per_week, group.set_up_at) == (26, 6, None)
    assert load_group() is False


def test_without_a_group_one_is_made_of_the_file(db):
    load_group()
    assert Group.objects.get().name == "ChatGPT之100篇论文阅读组"


def test_a_group_that_somebody_has_set_up_stays(group):
    Group.objects.update(set_up_at=dt.datetime(2023, 2, 20, tzinfo=dt.UTC))
    assert load_group() is False
    group.refresh_from_db()
    assert (group.name, group.goal) == ("x", 1)


def test_what_the_environment_says_comes_before_the_file(group, settings):
    settings.GROUP_CHOSEN = {"name": "Ours", "time_zone": "Europe/Berlin"}
    load_group()
    group.refresh_from_db()
    assert (group.name, group.time_zone, group.language, group.goal) == ("Ours", "Europe/Berlin", "zh-hans", 150)


def test_the_name_is_the_one_in_the_language_that_the_environment_says(group, settings):
    settings.GROUP_CHOSEN = {"language": "en"}
    load_group()
    group.refresh_from_db()
    assert (group.name, group.language) == ("ChatGPT paper reading group", "en")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("goal = 150", "goal = 99", "“goal” cannot be 99"),
        ("goal = 150", 'goal = "150"', "“goal” is missing or not as its comment says"),
        ("weeks = 26", "", "“weeks” is missing"),
        ("weeks = 26", "weeks = true", "“weeks” is missing or not"),
        ("Asia/Shanghai", "Asia/Beijing", "“time_zone” cannot be Asia/Beijing"),
        ('"zh-hans"', '"fr"', "“language” is zh-hans or en"),
        ("weeks = 26", "weeks = 26\npace = 1", "“pace” is no setting"),
        ("weeks = 26", "weeks =", "not readable as TOML"),
    ],
)
def test_a_broken_file_changes_nothing_and_is_named(group, tmp_path, old, new, words):
    assert old in FILE
    path = tmp_path / "group.toml"
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(BrokenSeed) as broken:
        load_group(path)
    assert words in str(broken.value)
    group.refresh_from_db()
    assert group.name == "x"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BrokenSeed, match="group.toml"):
        read_group(tmp_path / "group.toml")
