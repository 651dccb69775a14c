"""Reading the stages of a believable group from the seed files.

A stage has a diary, one thing that happened a line, and the notes and threads that people wrote. Instants are said as
"3 Tue 21:40": the week of the group, the weekday and the wall time in the group's zone.
"""

import datetime as dt
import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papers.catalogue.seed_files import SEEDS, BrokenSeed

# A stage is told by these files, one after the other; the last one says when it ends.
STAGES = {"first-week": ("first-week",), "mid-term": ("first-week", "mid-term")}

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOMENT = re.compile(rf"(?P<week>\d+) +(?P<day>{'|'.join(DAYS)}) +(?P<time>\d\d:\d\d)")
DAY_AND_TIME = rf"(?P<day>{'|'.join(DAYS)}) (?P<time>\d\d:\d\d)"
PAPER = r"(?P<paper>[a-z0-9-]+)"
SENTENCES = {
    "join": "joins",
    "begin": "begins",
    "plan": rf"plans (?P<weeks>\d+) weeks from week (?P<week>\d+) on {DAY_AND_TIME} "
    r"for (?P<minutes>\d+) minutes at (?P<place>\S+)",
    "claim": f"claims {PAPER}",
    "release": f"releases {PAPER}",
    "mark": f"marks {PAPER}",
    "put": r"puts (?P<papers>[a-z0-9, -]+) into week (?P<week>\d+) for (?P<minutes>\d+) minutes",
    "move": rf"moves week (?P<week>\d+) to {DAY_AND_TIME}",
    "cancel": r"cancels week (?P<week>\d+): (?P<because>.+)",
    "leave": "leaves",
}


@dataclass(frozen=True)
class Calendar:
    """The weeks of a group: week 1 begins on the Monday `first_day`."""

    first_day: dt.date
    zone: zoneinfo.ZoneInfo

    def date(self, week: int, day: str) -> dt.date:
        return self.first_day + dt.timedelta(weeks=week - 1, days=DAYS.index(day))

    def instant(self, week: int, day: str, time: str) -> dt.datetime:
        """Return the instant, in UTC, of a weekday and wall time in a week of the group."""
        wall = dt.datetime.combine(self.date(week, day), dt.time.fromisoformat(time), tzinfo=self.zone)
        return wall.astimezone(dt.UTC)


@dataclass(frozen=True)
class Happening:
    """One thing that happened: when, who did what, the words of the sentence or the fields of the table."""

    moment: tuple[int, str, str]
    who: str
    what: str
    facts: Mapping[str, Any]
    where: str


@dataclass(frozen=True)
class Stage:
    """The people, what happened in their group, and the moment after which the stage shows it."""

    name: str
    people: Mapping[str, Mapping[str, str]]
    happenings: list[Happening]
    ends: tuple[int, str, str]

    def calendar(self, now: dt.datetime, zone: zoneinfo.ZoneInfo) -> Calendar:
        """Return the calendar in which the stage's end was the latest such moment of a week, not after `now`."""
        week, day, time = self.ends
        local = now.astimezone(zone)
        monday = local.date() - dt.timedelta(days=local.weekday())
        calendar = Calendar(monday - dt.timedelta(weeks=week - 1), zone)
        if calendar.instant(week, day, time) <= now:
            return calendar
        return Calendar(calendar.first_day - dt.timedelta(weeks=1), zone)


def read_stage(name: str, folder: Path | None = None) -> Stage:
    """Return the stage as its files tell it, in no particular order. Raises BrokenSeed."""
    folder = folder or SEEDS / "stages"
    people = {person["key"]: person for person in read(folder / "members.toml")["member"]}
    happenings: list[Happening] = []
    for part in STAGES[name]:
        path = folder / f"{part}.toml"
        said = read(path)
        ends = moment(said["ends"], path.name)
        for line in said["diary"].splitlines():
            if line.strip():
                happenings.append(sentence(line, path.name))
        happenings += [written("note", note, path.name) for note in said.get("note", [])]
        happenings += [written("thread", thread, path.name) for thread in said.get("thread", [])]
    for happening in happenings:
        for each in (happening, *happening.facts.get("reply", [])):
            if each.who not in people:
                raise BrokenSeed(f"{each.where}: there is nobody called “{each.who}” in members.toml.")
    return Stage(name, people, happenings, ends)


def read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenSeed(f"{path.name} is not readable as TOML: {error}.") from error


def moment(text: str, where: str) -> tuple[int, str, str]:
    """Return week, weekday and time of a text such as "3 Tue 21:40"."""
    found = MOMENT.fullmatch(text)
    if found is None:
        raise BrokenSeed(f"{where}: “{text}” is no moment such as “3 Tue 21:40”.")
    return int(found["week"]), found["day"], found["time"]


def sentence(line: str, where: str) -> Happening:
    """Return what a line of the diary says. Raises BrokenSeed."""
    said = re.fullmatch(rf"(?P<moment>{MOMENT.pattern}) +(?P<who>\w+) +(?P<rest>.+)", line.strip())
    for what, pattern in SENTENCES.items():
        found = re.fullmatch(pattern, said["rest"]) if said is not None else None
        if said is not None and found is not None:
            when = moment(said["moment"], where)
            return Happening(when, said["who"], what, found.groupdict(), f"{where}, “{line.strip()}”")
    raise BrokenSeed(f"{where}: the diary's line “{line.strip()}” is not understood.")


def written(what: str, table: Mapping[str, Any], where: str) -> Happening:
    """Return the note or thread that a table holds; a thread's replies are in its facts, as happenings."""
    name = f"{where}, {what} of {table.get('at', 'some time')}"
    needed = {"note": {"paper"}, "thread": {"paper", "kind", "title"}, "reply": set()}[what] | {"at", "by", "body"}
    if needed - table.keys():
        raise BrokenSeed(f"{name}: “{min(needed - table.keys())}” is missing.")
    facts = {**table, "reply": [written("reply", reply, where) for reply in table.get("reply", [])]}
    if "deleted" in table:
        facts["deleted"] = moment(table["deleted"], name)
    return Happening(moment(table["at"], name), table["by"], what, facts, name)
