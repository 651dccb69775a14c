"""National holidays and moved workdays, as the library `holidays` knows them. Nothing here knows the database.

China's State Council publishes a year's moved days in the November before. Later years have the holidays themselves
and what the law says of those on a weekend, but no moved days yet.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import holidays
from django.utils.translation import get_language

from papers.countries.names import NAMES

# For those zones of old names that no table of zones lists.
OLD_NAMES = {"PRC": "CN", "ROC": "TW", "Hongkong": "HK", "Japan": "JP", "Singapore": "SG", "ROK": "KR"}


@dataclass(frozen=True, slots=True)
class Special:
    """What is special about a day: it is free, or it is a weekend's day on which people work. The name is in words."""

    name: str
    is_free: bool = True


def special_days(country: str, days: Iterable[dt.date]) -> dict[dt.date, Special]:
    """Return what is special about those of the days that are holidays or moved workdays of the country.

    The names are in the language of the request where the library has it, else in English or the country's own.
    A country that the library does not know has none, and neither has the empty text.
    """
    if country not in NAMES:
        return {}
    language = language_for(country, get_language() or "")
    found = {}
    for day in days:
        free, worked = calendar(country, language, day.year)
        if name := free.get(day):
            found[day] = Special(name)
        elif day in worked:
            found[day] = Special("", is_free=False)
    return found


@lru_cache(maxsize=200)
def calendar(country: str, language: str | None, year: int) -> tuple[dict[dt.date, str], frozenset[dt.date]]:
    """Return a year's holidays with their names, and the days of its weekends on which people work."""
    found = holidays.country_holidays(country, years=[year], language=language)
    # Two holidays on one day stand in one text, parted by semicolons.
    free = {day: name.replace("; ", ", ") for day, name in found.items()}
    return free, frozenset(day for day in getattr(found, "weekend_workdays", ()) if day.year == year)


@lru_cache(maxsize=200)
def language_for(country: str, language: str) -> str | None:
    """Return the name by which the library knows the language for this country; None is the country's own."""
    known = holidays.country_holidays(country).supported_languages
    wanted = "zh_CN" if language.startswith("zh") else "en_US"
    return wanted if wanted in known else "en_US" if "en_US" in known else None


def country_of(zone: str) -> str:
    """Return the country of a time zone such as Asia/Shanghai, or the empty text for one of none, such as UTC."""
    return zones().get(zone, "")


@lru_cache(maxsize=1)
def zones() -> dict[str, str]:
    """Return the country of each zone, by the table that comes with the database of zones."""
    table = (resources.files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {zone: code for code, _place, zone, *_said in rows if code in NAMES} | OLD_NAMES
