"""Zones as other people's readers understand them, against the database of zones itself."""

import datetime as dt
import io
import zoneinfo

import pytest
import vobject
from dateutil.tz import tzical
from icalendar import Calendar

from papers.calendars import composing
from papers.calendars.queries import Occasion
from papers.calendars.zones import timezone_component

HOUR = dt.timedelta(hours=1)
ZONES = (
    *("Asia/Kolkata", "Asia/Shanghai", "PRC", "Asia/Kathmandu", "Asia/Tehran", "Asia/Almaty"),
    *("America/New_York", "America/Sao_Paulo", "America/St_Johns", "America/Santiago", "America/Los_Angeles"),
    *("Europe/London", "Europe/Dublin", "Europe/Berlin", "Africa/Cairo", "Africa/Casablanca"),
    *("Australia/Lord_Howe", "Australia/Sydney", "Pacific/Chatham", "Pacific/Apia", "Antarctica/Troll"),
)
# Session by session: the zone, the agreed day and hour, and the instant that people of that zone mean by it, looked
# up by hand. Around both changes of the clocks where there are any.
CASES = (
    ("Asia/Kolkata", "2023-03-03 19:00", "2023-03-03 13:30"),
    ("Asia/Shanghai", "2023-07-07 19:00", "2023-07-07 11:00"),
    ("America/New_York", "2023-03-11 19:00", "2023-03-12 00:00"),
    ("America/New_York", "2023-03-12 03:00", "2023-03-12 07:00"),
    ("America/New_York", "2023-03-12 03:30", "2023-03-12 07:30"),
    ("America/New_York", "2023-03-12 19:00", "2023-03-12 23:00"),
    ("America/New_York", "2023-11-05 00:30", "2023-11-05 04:30"),
    ("America/New_York", "2023-11-05 01:30", "2023-11-05 05:30"),
    ("America/New_York", "2023-11-05 02:00", "2023-11-05 07:00"),
    ("America/New_York", "2023-11-05 19:00", "2023-11-06 00:00"),
    ("Australia/Lord_Howe", "2023-04-01 19:00", "2023-04-01 08:00"),
    ("Australia/Lord_Howe", "2023-04-02 19:00", "2023-04-02 08:30"),
    ("Australia/Lord_Howe", "2023-10-01 02:30", "2023-09-30 15:30"),
    ("Australia/Lord_Howe", "2023-10-01 19:00", "2023-10-01 08:00"),
    ("Africa/Casablanca", "2023-03-18 19:00", "2023-03-18 18:00"),
    ("Africa/Casablanca", "2023-03-19 19:00", "2023-03-19 19:00"),
    ("Africa/Casablanca", "2023-04-23 19:00", "2023-04-23 18:00"),
    ("America/Sao_Paulo", "2018-11-03 19:00", "2018-11-03 22:00"),
    ("America/Sao_Paulo", "2018-11-04 19:00", "2018-11-04 21:00"),
    ("America/Sao_Paulo", "2023-11-05 19:00", "2023-11-05 22:00"),
    ("Pacific/Chatham", "2023-04-01 19:00", "2023-04-01 05:15"),
    ("Pacific/Chatham", "2023-04-02 19:00", "2023-04-02 06:15"),
    ("Pacific/Chatham", "2023-09-24 03:45", "2023-09-23 14:00"),
    ("Europe/London", "2023-03-25 19:00", "2023-03-25 19:00"),
    ("Europe/London", "2023-03-26 02:00", "2023-03-26 01:00"),
    ("Europe/London", "2023-03-26 19:00", "2023-03-26 18:00"),
    ("Europe/London", "2023-10-29 01:30", "2023-10-29 00:30"),
    ("Europe/London", "2023-10-29 19:00", "2023-10-29 19:00"),
    ("Africa/Cairo", "2023-04-27 19:00", "2023-04-27 17:00"),
    ("Africa/Cairo", "2023-04-28 19:00", "2023-04-28 16:00"),
    ("Africa/Cairo", "2023-10-26 23:30", "2023-10-26 20:30"),
    ("Africa/Cairo", "2023-10-27 19:00", "2023-10-27 17:00"),
    ("Europe/Dublin", "2023-07-07 19:00", "2023-07-07 18:00"),
    ("America/Santiago", "2023-09-03 19:00", "2023-09-03 22:00"),
    ("Asia/Almaty", "2024-02-29 19:00", "2024-02-29 13:00"),
    ("Asia/Almaty", "2024-03-01 19:00", "2024-03-01 14:00"),
)


TAKEN_FOR_UTC = {"Europe/London", "Europe/Dublin", "Africa/Casablanca"}
# Europe goes back at two, New York at two, Cairo at midnight.
TWICE = {
    ("America/New_York", "2023-11-05 01:30"),
    ("Europe/London", "2023-10-29 01:30"),
    ("Africa/Cairo", "2023-10-26 23:30"),
}


def utc(instant: str) -> dt.datetime:
    return dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)


def written(name: str, first: int = 2023, last: int = 2024) -> str:
    return timezone_component(name, first, last).to_ical().decode()


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("first", [2018, 2022, 2023, 2024])
def test_dateutil_understands_every_hour_as_the_database_of_zones_does(name, first):
    zone, read = zoneinfo.ZoneInfo(name), tzical(io.StringIO(written(name, first, first + 1))).get(name)
    at, end = (dt.datetime.fromisoformat(f"{year}-01-01") for year in (first, first + 2))
    while at < end:
        # What lies in a gap exists nowhere, and of an hour that comes twice the first counts.
        exists = at.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == at
        if exists:
            assert at.replace(tzinfo=read).utcoffset() == at.replace(tzinfo=zone).utcoffset(), at
        at += HOUR / 2


@pytest.mark.parametrize("name", ["Europe/Dublin", "Africa/Casablanca", "Europe/London"])
def test_summer_time_is_called_so_where_the_database_counts_backwards(name):
    offsets = {part.name: part["tzoffsetto"].td for part in timezone_component(name, 2023, 2024).subcomponents}
    assert offsets == {"STANDARD": dt.timedelta(), "DAYLIGHT": HOUR}


def test_an_onset_is_named_on_the_clock_before_it():
    parts = timezone_component("America/New_York", 2023, 2023).subcomponents
    assert [part["dtstart"].to_ical() for part in parts[1:]] == [b"20230312T020000", b"20231105T020000"]


@pytest.mark.parametrize(("name", "agreed", "meant"), CASES)
def test_two_readers_place_a_session_where_people_mean_it(name, agreed, meant):
    wall, instant = dt.datetime.fromisoformat(agreed), utc(meant)
    data = composing.calendar([an_occasion(name, instant)], group="G")
    # Also without knowing the zone by its name, from its description alone; readers remember names, so each its own.
    unknown = f"X/{name}/{wall:%Y%m%d}{wall:%H%M}".encode()
    assert by_vobject(data) == by_icalendar(data) == (instant, instant + 2 * HOUR)
    said = data.replace(name.encode(), unknown)
    assert by_icalendar(said) == (instant, instant + 2 * HOUR)
    # vobject takes a zone for UTC that was the same up to 2020, and ours are described for their own years only.
    if name not in TAKEN_FOR_UTC:
        assert by_vobject(said) == (instant, instant + 2 * HOUR)
    start = f"DTSTART;TZID={name}:{wall:%Y%m%dT%H%M%S}\r\n"
    # The hour that comes twice is said in UTC.
    assert start.encode() in data or f"DTSTART:{instant:%Y%m%dT%H%M%SZ}" in data.decode()
    assert (start.encode() in data) is ((name, agreed) not in TWICE)


def by_vobject(data: bytes) -> tuple[dt.datetime, dt.datetime]:
    (read,) = vobject.readComponents(data.decode())
    return read.vevent.dtstart.value.astimezone(dt.UTC), read.vevent.dtend.value.astimezone(dt.UTC)


def by_icalendar(data: bytes) -> tuple[dt.datetime, dt.datetime]:
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    return event["dtstart"].dt.astimezone(dt.UTC), event["dtend"].dt.astimezone(dt.UTC)


def test_a_session_over_the_hour_that_comes_twice_is_as_long_as_it_is():
    # From half past midnight to half past one the second time.
    start = utc("2023-11-05 04:30")
    data = composing.calendar([an_occasion("America/New_York", start)], group="G")
    assert by_vobject(data) == by_icalendar(data) == (start, start + 2 * HOUR)


@pytest.mark.parametrize("name", ["UTC", "Mars/Olympus", ""])
def test_utc_and_what_is_no_zone_need_no_description(name):
    data = composing.calendar([an_occasion(name, dt.datetime(2023, 3, 3, 11, tzinfo=dt.UTC))], group="G")
    assert b"DTSTART:20230303T110000Z" in data
    assert b"VTIMEZONE" not in data


def an_occasion(name: str, at: dt.datetime) -> Occasion:
    return Occasion(
        id=1,
        starts_at=at,
        ends_at=at + 2 * HOUR,
        time_zone=name,
        place="",
        is_cancelled=False,
        because="",
        items=(),
        duties={},
        sequence=0,
        revisions=0,
        changed_at=at,
        people_then=frozenset(),
    )
