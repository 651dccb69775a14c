"""What calendar programs are given, read by other people's readers of iCalendar."""

import datetime as dt
import gzip

import pytest
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from papers.calendars import actions, queries
from papers.claims import actions as claims
from papers.claims import duties, partners
from papers.discussion import actions as discussion
from papers.members.models import Member
from papers.notes import actions as notes
from papers.sessions import actions as sessions
from papers.sessions.models import ReadingSession
from tests.calendars.conftest import NOW

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
HOSTILE = 'A, B; C\\D: "quoted" 🦙 价值对齐' + "很长的标题" * 24


def test_a_session_is_an_event_with_time_place_papers_and_people(alice, bob, a_session, presents, events, settings):
    session = a_session()
    presents(bob, session)
    presents(None, session, "BERT: Pre-training", aliases=["BERT"])
    duties.take(session, "host", by=alice)
    (event,) = events(alice)
    assert event["uid"] == f"session-{session.pk}@127.0.0.1"
    assert event["dtstart"].to_ical() == b"20230303T190000"
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert event["dtend"].dt == session.ends_at
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")
    assert event["summary"] == "论文阅读组: #1 Attention Is All You Need; #2 BERT"
    assert event["location"] == "Room 101"
    assert event["url"] == f"{settings.BASE_URL}/sessions/{session.pk}/"
    assert event["description"].splitlines() == [
        "You lead this session.",
        "",
        "#1 Attention Is All You Need (30 minutes)",
        "Presented by Bob.",
        "#2 BERT: Pre-training (30 minutes)",
        "Nobody presents it yet.",
        "Host: Alice",
        f"{settings.BASE_URL}/sessions/{session.pk}/",
    ]
    (his,) = events(bob)
    assert his["summary"] == "论文阅读组: you present #1 Attention Is All You Need"
    assert his["description"].splitlines()[0] == "You present #1."


def test_each_calendar_speaks_its_language(alice, bob, a_session, events):
    a_session()
    Member.objects.filter(pk=bob.pk).update(language="zh-hans")
    assert events(alice)[0]["description"].startswith("No paper was put")
    assert events(bob)[0]["description"] == events(None)[0]["description"]


def test_vobject_reads_the_same(alice, bob, a_session, presents, events, fetch):
    session = a_session(time_zone="America/New_York", place=HOSTILE)
    presents(bob, session, HOSTILE)
    events(alice)
    (read,) = vobject.readComponents(fetch(alice).content.decode())
    event = read.vevent
    assert (event.dtstart.value, event.dtend.value) == (session.starts_at, session.ends_at)
    assert event.location.value == HOSTILE
    assert HOSTILE in event.description.value
    assert event.uid.value == f"session-{session.pk}@127.0.0.1"
    assert event.sequence.value == "0"


@pytest.mark.parametrize("end", ["", "x", "xx", "xxx"])
def test_hostile_texts_are_escaped_and_folded_at_75_octets(alice, bob, a_session, presents, events, fetch, end):
    session = a_session(place=f"https://meet.example.org/a?b=1;c=2,3\r\nATTENDEE:mallory@example.org{end}")
    title = HOSTILE + end
    presents(bob, session, f"{title}\r\nEND:VEVENT\r\nBEGIN:VEVENT")
    (event,) = events(alice)
    data = fetch(alice).content
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        line.decode()
    assert f"#1 {title} END:VEVENT BEGIN:VEVENT" in event["description"]
    assert event["location"] == f"https://meet.example.org/a?b=1;c=2,3 ATTENDEE:mallory@example.org{end}"
    assert event["summary"] == "论文阅读组: #1"


def test_only_mine_holds_what_one_presents_leads_writes_or_steps_in_for(
    alice, bob, a_member, a_session, presents, events
):
    days = [a_session(dt.date(2023, 3, day)) for day in range(3, 9)]
    carol = a_member("Carol")
    presents(bob, days[0])
    presents(alice, days[1])
    duties.take(days[2], "host", by=bob)
    duties.take(days[3], "scribe", by=bob)
    slot = presents(alice, days[4])
    partners.stand_by(slot.paper, by=bob)
    duties.take(days[5], "host", by=carol)
    actions.choose(holds="mine", alarm="none", by=bob)
    said = {event["uid"]: event["description"].splitlines()[0] for event in events(bob)}
    assert list(said.values()) == [
        "You present #1.",
        "You lead this session.",
        "You write the minutes of this session.",
        "You step in for #3 if its presenter can’t make it.",
    ]
    actions.choose(holds="all", alarm="none", by=bob)
    assert len(events(bob)) == 6


def test_a_calendar_rings_only_when_asked_to(alice, bob, a_session, events):
    a_session()
    a_session(dt.date(2023, 3, 10), cancelled_at=NOW, sequence=1)
    rings = {}
    for alarm in ("none", "hour", "day"):
        actions.choose(holds="all", alarm=alarm, by=bob)
        rings[alarm] = [[ring["trigger"].dt for ring in event.walk("VALARM")] for event in events(bob)]
    assert rings == {"none": [[], []], "hour": [[-HOUR], []], "day": [[-DAY], []]}


def test_notes_questions_and_addresses_of_members_are_not_in_it(alice, bob, a_session, presents, events, fetch):
    slot = presents(bob, a_session())
    notes.write_note(slot.paper, "SECRET note", by=bob)
    discussion.start_thread(slot.paper, "SECRET title", "question", "SECRET body", by=bob)
    events(alice)
    said = fetch(alice).content.decode()
    assert "SECRET" not in said
    assert "@example.org" not in said


# --- What changes


def seen(event) -> tuple[int, str, dt.datetime]:
    assert event["dtstamp"].dt == event["last-modified"].dt
    return event["sequence"], event["status"], event["last-modified"].dt


def test_a_reader_follows_a_move_and_a_cancellation(alice, bob, a_session, presents, events, time_machine):
    session = a_session()
    presents(bob, session)
    actions.note_changes(NOW)
    (before,) = events(bob)
    time_machine.move_to(NOW + HOUR, tick=False)
    sessions.move_session(session, dt.date(2023, 3, 4), dt.time(20), by=alice)
    actions.note_changes(NOW + HOUR)
    (moved,) = events(bob)
    assert moved["uid"] == before["uid"]
    assert seen(before)[0] < seen(moved)[0] == 1
    assert moved["dtstart"].dt == dt.datetime(2023, 3, 4, 12, tzinfo=dt.UTC)
    assert seen(moved)[2] == NOW + HOUR
    time_machine.move_to(NOW + 2 * HOUR, tick=False)
    sessions.cancel_session(session, "Holiday, sorry", by=alice)
    actions.note_changes(NOW + 2 * HOUR)
    for holds in ("all", "mine"):
        actions.choose(holds=holds, alarm="hour", by=bob)
        (cancelled,) = events(bob)
        assert cancelled["uid"] == before["uid"]
        assert seen(cancelled) == (2, "CANCELLED", NOW + 2 * HOUR)
        assert cancelled["summary"] == "论文阅读组: cancelled"
        assert "Holiday, sorry" in cancelled["description"]
    time_machine.move_to(NOW + 2 * HOUR + 30 * DAY - dt.timedelta(seconds=1), tick=False)
    assert len(events(bob)) == 1
    time_machine.move_to(NOW + 2 * HOUR + 30 * DAY, tick=False)
    assert events(bob) == []


def test_the_number_and_the_time_rise_before_the_tick_has_come_by(alice, a_session, events, time_machine):
    session = a_session()
    actions.note_changes(NOW)
    sessions.move_session(session, dt.date(2023, 3, 4), dt.time(20), by=alice)
    assert events(alice)[0]["sequence"] == 1


@pytest.mark.parametrize(
    "change",
    ["place", "agenda", "title", "name", "claim", "host", "zone"],
)
def test_every_change_of_what_is_said_is_a_newer_revision_once(alice, bob, a_session, presents, events, change):
    session = a_session()
    slot = presents(bob, session)
    assert actions.note_changes(NOW) == 0
    first = seen(events(alice)[0])
    assert actions.note_changes(NOW + HOUR) == 0
    assert seen(events(alice)[0]) == first
    match change:
        case "place":
            sessions.change_place(session, "Room 7", by=alice)
        case "agenda":
            sessions.take_out(slot, by=alice)
        case "title":
            type(slot.paper).objects.update(title="Another title")
        case "name":
            Member.objects.filter(pk=bob.pk).update(name="Robert")
        case "claim":
            claims.release(slot.paper, by=bob)
        case "host":
            duties.take(session, "host", by=alice)
        case "zone":
            ReadingSession.objects.update(time_zone="Asia/Hong_Kong")
    assert actions.note_changes(NOW + 2 * HOUR) == 1
    assert seen(events(alice)[0]) == (1, "CONFIRMED", NOW + 2 * HOUR)
    assert actions.note_changes(NOW + 3 * HOUR) == 0


def test_the_past_stays_for_a_year(alice, a_session, events):
    a_session(dt.date(2022, 2, 26))
    a_session(dt.date(2022, 3, 5))
    assert [event["dtstart"].to_ical() for event in events(alice)] == [b"20220305T190000"]


# --- Asking again


def test_who_asks_again_is_told_that_nothing_changed(alice, a_session, events, fetch):
    a_session()
    actions.note_changes(NOW)
    events(alice)
    first = fetch(alice)
    assert first.status_code == 200
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, max-age=900"
    assert first["X-Robots-Tag"].startswith("noindex")
    assert first["Last-Modified"] == "Wed, 01 Mar 2023 09:00:00 GMT"
    for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = fetch(alice, **headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    assert fetch(alice, **{"If-None-Match": '"other"'}).status_code == 200
    assert fetch(alice).content == first.content


def test_what_changed_is_fetched_anew(alice, bob, a_session, presents, events, fetch):
    slot = presents(bob, a_session())
    actions.note_changes(NOW)
    events(alice)
    first = fetch(alice)
    sessions.take_out(slot, by=alice)
    # By what it says at once, by the time with the next tick.
    assert fetch(alice, **{"If-None-Match": first["ETag"]}).status_code == 200
    actions.note_changes(NOW + HOUR)
    again = fetch(alice, **{"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 200
    assert again["Last-Modified"] == "Wed, 01 Mar 2023 10:00:00 GMT"


@pytest.mark.parametrize("change", ["choice", "language", "group", "thirty days"])
def test_the_time_rises_with_whatever_changes_the_file(
    alice, bob, group, a_session, events, fetch, change, time_machine
):
    a_session()
    a_session(dt.date(2023, 3, 10), cancelled_at=NOW, sequence=1)
    events(bob)
    actions.note_changes(NOW)
    first, then = fetch(bob), NOW + HOUR
    if change == "thirty days":
        then = NOW + 30 * DAY
    time_machine.move_to(then, tick=False)
    if change == "choice":
        actions.choose(holds="mine", alarm="none", by=bob)
    elif change == "language":
        Member.objects.filter(pk=bob.pk).update(language="zh-hans")
    elif change == "group":
        type(group).objects.update(name="Another name")
    actions.note_changes(then)
    again = fetch(bob, **{"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_head_and_gzip(alice, a_session, events, client):
    for day in range(3, 20):
        a_session(dt.date(2023, 3, day))
    events(alice)
    path = queries.path_of(queries.feed_of(alice))
    plain, head = client.get(path), client.head(path)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", plain["ETag"])
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 3
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})
    assert again.status_code == 304
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("count", [1, 3, 60])
def test_it_asks_as_much_of_the_database_for_any_number_of_sessions(
    alice, bob, a_session, presents, events, fetch, count
):
    for number in range(count):
        session = a_session(dt.date(2023, 3, 3) + number * DAY)
        presents(bob, session)
        duties.take(session, "host", by=alice)
    events(bob)
    with CaptureQueriesContext(connection) as asked:
        response = fetch(bob)
    assert len(Calendar.from_ical(response.content).walk("VEVENT")) == count
    # One of them is the test’s own.
    assert len(asked) == 7
    with CaptureQueriesContext(connection) as asked:
        actions.note_changes(NOW)
    assert len(asked) <= 12


# --- One session as a file


def test_one_session_is_a_file_for_members(alice, bob, rita, charlie, a_session, presents, client, client_of):
    session = a_session()
    a_session(dt.date(2023, 3, 10))
    presents(bob, session)
    address = f"/sessions/{session.pk}/session.ics"
    response = client_of(bob).get(address)
    assert response["Content-Disposition"] == f'attachment; filename="session-{session.pk}.ics"'
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event["summary"].startswith("论文阅读组: you present")
    assert client_of(rita).get(address).status_code == 200
    assert client_of(bob).get("/sessions/999/session.ics").status_code == 404
    assert client_of(bob).post(address).status_code == 405
    assert client.get(address).status_code == 302
    assert client_of(charlie).get(address).status_code == 302
    assert address in client_of(bob).get(session.get_absolute_url()).content.decode()
    assert isinstance(client, Client)
