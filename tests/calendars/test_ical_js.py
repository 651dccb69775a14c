"""The feed as ical.js reads it, the reader of Thunderbird and Nextcloud: only by the VTIMEZONE that is in it.

Skipped unless node is here and ICAL_JS names a folder in which `npm install ical.js` was run.
"""

import datetime as dt
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from papers.calendars import actions, composing
from papers.sessions import actions as sessions
from tests.calendars.conftest import NOW
from tests.calendars.test_feed import HOSTILE
from tests.calendars.test_zones import CASES, HOUR, an_occasion, utc

FOLDER = Path(os.environ.get("ICAL_JS", "."))
READ = """
import ICAL from "ical.js";
import { readFileSync } from "node:fs";
const said = JSON.parse(readFileSync(0, "utf8")).map((text) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid, sequence: event.sequence, summary: event.summary, location: event.location,
      status: component.getFirstPropertyValue("status"),
      start: event.startDate.toUnixTime(), end: event.endDate.toUnixTime(),
      alarms: component.getAllSubcomponents("valarm").map((a) => a.getFirstPropertyValue("trigger").toString()),
    };
  });
});
console.log(JSON.stringify(said));
"""

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules" / "ical.js").is_dir(), reason="ICAL_JS names no folder with ical.js in it"
    ),
]


def read(*calendars: bytes) -> list[list[dict]]:
    done = subprocess.run(
        ["node", "--input-type=module", "-e", READ],
        cwd=FOLDER,
        input=json.dumps([data.decode() for data in calendars]),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_it_places_each_session_where_people_mean_it():
    instants = [utc(meant) for _name, _agreed, meant in CASES]
    data = [
        composing.calendar([an_occasion(name, instant)], group="G")
        for (name, _agreed, _meant), instant in zip(CASES, instants, strict=True)
    ]
    for (name, agreed, _meant), instant, (event,) in zip(CASES, instants, read(*data), strict=True):
        start, end = instant.timestamp(), (instant + 2 * HOUR).timestamp()
        assert (event["start"], event["end"]) == (start, end), (name, agreed)


@pytest.mark.django_db
def test_it_follows_a_move_and_a_cancellation(alice, bob, a_session, presents, fetch, time_machine):
    session = a_session(place=HOSTILE)
    presents(bob, session, HOSTILE, aliases=[HOSTILE[:40]])
    actions.choose(holds="all", alarm="day", by=bob)
    files = [fetch(bob).content]
    actions.note_changes(NOW)
    time_machine.move_to(NOW + HOUR, tick=False)
    sessions.move_session(session, dt.date(2023, 3, 5), dt.time(20), by=alice)
    actions.note_changes(NOW + HOUR)
    files.append(fetch(bob).content)
    sessions.cancel_session(session, "Holiday", by=alice)
    files.append(fetch(bob).content)
    (first,), (moved,), (cancelled,) = read(*files)
    assert first["uid"] == moved["uid"] == cancelled["uid"]
    assert [one["sequence"] for one in (first, moved, cancelled)] == [0, 1, 2]
    assert [one["status"] for one in (first, moved, cancelled)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [one["alarms"] for one in (first, moved, cancelled)] == [["-P1D"], ["-P1D"], []]
    assert moved["start"] == utc("2023-03-05 12:00").timestamp()
    assert first["location"] == HOSTILE
    assert HOSTILE[:40] in first["summary"]
