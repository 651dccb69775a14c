"""National holidays as they are in fact; the dates are those that the governments published."""

import datetime as dt

import pytest
from django.utils import translation

from papers.countries.days import country_of, special_days
from papers.countries.names import NAMES


def special(country: str, day: str):
    return special_days(country, [dt.date.fromisoformat(day)]).get(dt.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("CN", "2023-10-02", "National Day"),
        ("CN", "2023-01-23", "Chinese New Year (Spring Festival)"),
        ("CN", "2023-06-22", "Dragon Boat Festival"),
        ("DE", "2023-10-03", "German Unity Day"),
        ("US", "2023-11-23", "Thanksgiving"),
        ("GB", "2023-12-26", "Boxing Day"),
        ("JP", "2023-05-05", "Children's Day"),
    ],
)
def test_a_holiday_has_its_name(country, day, name):
    found = special(country, day)
    assert found.is_free
    assert name in found.name


@pytest.mark.parametrize(
    ("day", "is_free"),
    [
        # The National Day of 2023: the Thursday and Friday are free for the Saturday and Sunday that follow.
        ("2023-10-05", True),
        ("2023-10-06", True),
        ("2023-10-07", False),
        ("2023-10-08", False),
        # Spring Festival 2024.
        ("2024-02-04", False),
        ("2024-02-18", False),
        ("2024-02-15", True),
    ],
)
def test_chinas_moved_days_are_known(day, is_free):
    assert special("CN", day).is_free is is_free


@pytest.mark.parametrize("day", ["2023-10-09", "2023-07-05", "2023-09-30"])
def test_other_days_are_nothing_special(day):
    assert special("CN", day) is None


def test_names_are_in_the_readers_language_where_there_are_any():
    with translation.override("zh-hans"):
        assert special("CN", "2023-10-02").name == "国庆节"
        # The library has no Chinese for Germany: English is more use than German.
        assert special("DE", "2023-10-03").name == "German Unity Day"


@pytest.mark.parametrize("country", ["", "ZZ", "CHN"])
def test_an_unknown_country_has_no_holidays(country):
    assert special(country, "2023-10-02") is None


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Asia/Shanghai", "CN"),
        ("PRC", "CN"),
        ("Europe/Berlin", "DE"),
        ("America/New_York", "US"),
        ("UTC", ""),
        ("", ""),
    ],
)
def test_a_zone_has_a_country(zone, country):
    assert country_of(zone) == country


def test_every_country_that_can_be_chosen_is_known_to_the_library():
    for code in NAMES:
        special_days(code, [dt.date(2023, 1, 1)])
    assert len(NAMES) > 200
