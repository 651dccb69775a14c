"""Who is told that a session was moved or cancelled, when, and that it is once."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers.calendars.actions import note_changes
from papers.claims import duties, partners
from papers.mail.models import Outgoing
from papers.mail.sending import send_waiting
from papers.members.models import Member
from papers.reminders.actions import plan_reminders
from papers.reminders.changes import tell_of_changes
from papers.reminders.models import AgreedTime, Announcement
from papers.reminders.times import note_times
from papers.sessions import actions as sessions
from papers.sessions.models import ReadingSession

pytestmark = pytest.mark.django_db

# The sessions are on Friday, 3 March, 11:00 UTC, and later.
NOW = dt.datetime(2023, 2, 27, 9, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
JOINED = NOW - 30 * DAY


@pytest.fixture
def at(time_machine):
    """Let it be an instant, with the tick's two looks at the sessions; return how many changes were told."""

    def tick(now: dt.datetime) -> int:
        time_machine.move_to(now, tick=False)
        note_changes(now)
        return tell_of_changes(now)

    return tick


@pytest.fixture
def people(alice, bob, rita) -> None:
    Member.objects.update(joined_at=JOINED)


@pytest.fixture
def session(a_session, people, at) -> ReadingSession:
    session = a_session()
    assert at(NOW) == 0
    return session


def move(session: ReadingSession, by, day: int = 4, hour: int = 20) -> None:
    sessions.move_session(session, dt.date(2023, 3, day), dt.time(hour), by=by)


def told() -> dict[str, str]:
    return dict(Outgoing.objects.filter(kind="change", state="waiting").values_list("member__name", "subject"))


def test_everybody_who_gets_mails_of_sessions_is_told_of_a_move_once(alice, bob, rita, session, at, mailoutbox):
    Member.objects.filter(pk=rita.pk).update(wants_reminders=False)
    move(session, alice)
    assert [at(NOW + n * MINUTE) for n in (1, 5, 10, 11, 12)] == [0, 0, 0, 2, 0]
    subject = "Moved: the reading session is now on Saturday, March 4, 2023 at 13:00 (Europe/Berlin)"
    assert told() == {"Alice": subject, "Bob": subject}
    row = Outgoing.objects.get(member=bob)
    assert (row.key, row.about) == (f"change:{bob.pk}:{session.pk}.1", f"session:{session.pk}")
    send_waiting(NOW + 12 * MINUTE)
    assert [at(NOW + n * HOUR) for n in (1, 12, 30)] == [0, 0, 0]
    assert len(mailoutbox) == 2
    # The reminder need not say it again, but to who was told nothing yet.
    Member.objects.filter(pk=rita.pk).update(wants_reminders=True)
    at(dt.datetime(2023, 3, 4, 11, tzinfo=dt.UTC))
    assert plan_reminders(dt.datetime(2023, 3, 4, 11, tzinfo=dt.UTC)) == 3
    reminders = dict(Outgoing.objects.filter(kind="reminder").values_list("member__name", "subject"))
    assert [reminders[name].split(":")[0] for name in ("Bob", "Rita")] == [
        "Reading session on Saturday, March 4, 2023 at 13",
        "Moved",
    ]


def test_it_names_the_old_and_the_new_time_on_both_clocks(alice, bob, session, presents, at):
    presents(bob, session)
    duties.take(session, "scribe", by=bob)
    Member.objects.filter(pk=alice.pk).update(language="zh-hans", time_zone="Asia/Shanghai")
    move(session, alice)
    at(NOW + MINUTE)
    at(NOW + 11 * MINUTE)
    row = Outgoing.objects.get(member=bob)
    assert row.text.startswith(
        "Hello Bob,\n\nThe session was moved. Please note the new time:\n\n"
        "Until now: Friday, March 3, 2023, 19:00 (Asia/Shanghai)\n"
        "On your clock: 12:00 (Europe/Berlin)\n\n"
        "You present:\n- #1 Attention Is All You Need (30 minutes)\nYou write the minutes of this session.\n\n"
        "When: Saturday, March 4, 2023, 20:00 (Asia/Shanghai)\n"
        "On your clock: 13:00 (Europe/Berlin)\n"
    )
    for words in ("Friday, March 3, 2023, 19:00", "12:00", "Saturday, March 4, 2023, 20:00", "13:00", "You present:"):
        assert words in row.html
    hers = Outgoing.objects.get(member=alice)
    assert "2023年3月3日" in hers.text
    assert "2023年3月4日" in hers.text
    assert "Europe/Berlin" not in hers.text


def test_who_has_something_to_do_in_it_is_always_told(alice, bob, rita, a_member, a_session, presents, at, people):
    cast = {name: a_member(name, joined_at=JOINED) for name in ("Holder", "Helper", "Stand", "Host", "Nobody")}
    session = a_session()
    at(NOW)
    slot = presents(cast["Holder"], session)
    partners.stand_by(slot.paper, by=cast["Stand"])
    claim = slot.paper.claims.get()
    claim.partners.create(member=cast["Helper"], role="co-presenter", state="accepted", expires_at=NOW)
    duties.take(session, "host", by=cast["Host"])
    Member.objects.update(wants_reminders=False)
    assert at(NOW) == 0
    sessions.cancel_session(session, "Holiday", by=alice)
    at(NOW + MINUTE)
    assert at(NOW + 11 * MINUTE) == 4
    assert told() == dict.fromkeys(
        ("Holder", "Helper", "Stand", "Host"), "Cancelled: the reading session on Friday, March 3, 2023"
    )
    row = Outgoing.objects.get(member=cast["Host"])
    assert "because you have something to do in a session" in row.text
    assert "19:00 (Asia/Shanghai)\nOn your clock: 12:00 (Europe/Berlin)" in row.text
    for part in (row.text, row.html):
        assert "Holiday" in part
        assert "Its papers are free" in part


def test_what_is_moved_back_within_ten_minutes_is_not_told(alice, session, at):
    move(session, alice)
    assert at(NOW + MINUTE) == 0
    move(session, alice, day=3, hour=19)
    assert [at(NOW + n * MINUTE) for n in (9, 11, 19, 30)] == [0, 0, 0, 0]
    assert not Outgoing.objects.exists()
    assert AgreedTime.objects.count() == 3


def test_what_was_moved_twice_is_told_once_from_the_first_time_to_the_last(alice, bob, session, at):
    move(session, alice, day=4)
    at(NOW + MINUTE)
    move(session, alice, day=6)
    assert [at(NOW + n * MINUTE) for n in (8, 11, 18, 19)] == [0, 0, 3, 0]
    text = Outgoing.objects.get(member=bob).text
    assert "March 3" in text
    assert "March 6" in text
    assert "March 4" not in text


def test_what_is_moved_back_later_is_told_to_who_was_told_and_taken_back_from_who_was_not(
    alice, bob, rita, session, at, mailoutbox
):
    move(session, alice)
    at(NOW + MINUTE)
    assert at(NOW + 11 * MINUTE) == 3
    # Only Bob's has left when it is moved back.
    Outgoing.objects.exclude(member=bob).update(next_try_at=NOW + DAY, due_at=NOW + DAY)
    assert send_waiting(NOW + 12 * MINUTE) == {"sent": 1}
    move(session, alice, day=3, hour=19)
    at(NOW + 13 * MINUTE)
    assert at(NOW + 23 * MINUTE) == 1
    assert told() == {"Bob": "Moved: the reading session is now on Friday, March 3, 2023 at 12:00 (Europe/Berlin)"}


def test_a_session_moved_and_then_cancelled_is_called_by_the_time_that_is_known(alice, bob, session, at):
    move(session, alice)
    at(NOW + MINUTE)
    sessions.cancel_session(session, "Holiday", by=alice)
    at(NOW + 2 * MINUTE)
    at(NOW + 12 * MINUTE)
    assert told()["Bob"] == "Cancelled: the reading session on Friday, March 3, 2023"


def test_what_happens_within_the_last_hour_is_told_at_once(alice, session, at):
    start = session.starts_at
    at(start - 50 * MINUTE)
    sessions.cancel_session(session, "Ill", by=alice)
    assert at(start - 49 * MINUTE) == 3


def test_ten_sessions_moved_at_once_are_one_mail(alice, bob, a_session, people, at, presents, mailoutbox):
    there = [a_session(dt.date(2023, 3, 3) + n * 7 * DAY) for n in range(10)]
    presents(bob, there[3])
    at(NOW)
    for number, session in enumerate(reversed(there)):
        date = session.date + 7 * DAY
        if number < 9:
            sessions.move_session(session, date, session.wall_time, by=alice)
        else:
            sessions.cancel_session(session, "Spring festival", by=alice)
    at(NOW + MINUTE)
    with CaptureQueriesContext(connection) as asked:
        assert at(NOW + 11 * MINUTE) == 3
    # Three for each session and a few besides, not more with more members.
    assert len(asked) < 70
    row = Outgoing.objects.get(member=bob)
    assert row.subject == "10 reading sessions were moved or cancelled"
    assert row.text.count("Until now:") == row.text.count("When:") == 9
    assert row.text.count("You present:") == row.text.count("Spring festival") == 1
    for session in there:
        assert f"/sessions/{session.pk}/" in row.text or session == there[0]
    assert Announcement.objects.count() == 30
    # One of them changes again before the mails have left: they are made anew.
    sessions.move_session(there[5], there[5].date + 8 * DAY, dt.time(19), by=alice)
    assert at(NOW + 12 * MINUTE) == 3
    assert at(NOW + 22 * MINUTE) == 3
    assert Outgoing.objects.filter(kind="change", state="void").count() == 3
    assert Outgoing.objects.filter(kind="change", state="waiting").count() == 6


def test_what_is_a_day_old_is_told_no_more(alice, session, at):
    move(session, alice)
    at(NOW + MINUTE)
    assert at(NOW + MINUTE + DAY) == 0


def test_who_joined_since_knows_no_other_time(alice, bob, session, at, a_member):
    move(session, alice)
    at(NOW + MINUTE)
    a_member("Dan", joined_at=NOW + 5 * MINUTE)
    at(NOW + 11 * MINUTE)
    assert set(told()) == {"Alice", "Bob", "Rita"}


def test_a_site_that_did_not_keep_times_yet_tells_nobody_of_old_moves(people, a_session, at):
    a_session(sequence=3)
    assert [at(NOW + n * MINUTE) for n in (0, 11, 60)] == [0, 0, 0]
    note_times(NOW)
    assert AgreedTime.objects.count() == 1


def test_a_mail_that_cannot_be_composed_stops_nobody_and_is_tried_once(alice, bob, session, at, caplog):
    Member.objects.filter(pk=bob.pk).update(email="no address")
    move(session, alice)
    at(NOW + MINUTE)
    assert at(NOW + 11 * MINUTE) == 2
    assert Outgoing.objects.get(member=bob).state == "failed"
    caplog.clear()
    assert at(NOW + 12 * MINUTE) == 0
    assert not caplog.text


def test_more_members_take_no_more_queries(alice, a_member, session, at):
    for number in range(30):
        a_member(f"M{number}", joined_at=JOINED)
    move(session, alice)
    at(NOW + MINUTE)
    with CaptureQueriesContext(connection) as asked:
        assert at(NOW + 11 * MINUTE) == 33
    assert len(asked) < 30
