import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers.attendance.actions import token_of
from papers.claims import duties
from papers.claims.models import Claim
from papers.mail.actions import void
from papers.mail.models import Outgoing
from papers.mail.sending import send_waiting
from papers.members.models import Member
from papers.reminders.actions import plan_reminders
from papers.reminders.changes import tell_of_changes
from papers.reminders.times import note_times
from papers.sessions.models import ReadingSession

pytestmark = pytest.mark.django_db

START = dt.datetime(2023, 3, 3, 11, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY_BEFORE = START - 24 * HOUR


def subjects() -> dict[str, str]:
    return dict(Outgoing.objects.exclude(state="void").order_by("pk").values_list("member__name", "subject"))


def move(session: ReadingSession, *, to: dt.datetime) -> None:
    """As papers.sessions.actions.move_session does it."""
    there = to.astimezone(dt.timezone(8 * HOUR))
    session.date, session.wall_time, session.starts_at = there.date(), there.time(), to
    session.sequence += 1
    session.save()
    void(about=f"session:{session.pk}")


def test_the_presenter_and_all_others_are_reminded_a_day_before(alice, bob, charlie, rita, a_session, presents):
    session = a_session()
    presents(bob, session)
    assert plan_reminders(DAY_BEFORE - dt.timedelta(seconds=1)) == 0
    assert plan_reminders(DAY_BEFORE) == 3
    assert subjects() == {
        "Alice": "Reading session on Friday, March 3, 2023 at 12:00 (Europe/Berlin)",
        "Bob": "You present #1 on Friday, March 3, 2023 at 12:00 (Europe/Berlin)",
        "Rita": "Reading session on Friday, March 3, 2023 at 12:00 (Europe/Berlin)",
    }
    row = Outgoing.objects.get(member=bob)
    assert row.key == f"reminder:24h:{session.pk}:0:{bob.pk}"
    assert (row.kind, row.about, row.due_at, row.not_after) == ("reminder", f"session:{session.pk}", DAY_BEFORE, START)


def test_a_reminder_says_what_when_where_and_why_it_came(bob, a_session, presents, settings):
    session = a_session()
    presents(bob, session, title="<b>Attention</b> & more")
    presents(None, session, title="Free paper")
    plan_reminders(DAY_BEFORE)
    row = Outgoing.objects.get()
    for part in (row.text, row.html):
        for words in (
            "19:00",
            "Asia/Shanghai",
            "12:00",
            "Europe/Berlin",
            "Room 101",
            "You present:",
            "Bob presents it, 30 minutes.",
            "Nobody presents it yet.",
            f"{settings.BASE_URL}/sessions/{session.pk}/",
            f"{settings.BASE_URL}/papers/1/",
            f"{settings.BASE_URL}/me/",
            f"{settings.BASE_URL}/coming/{token_of(session.pk, bob.pk)}/",
            "论文阅读组",
        ):
            assert words in part
    assert "#1 <b>Attention</b> & more" in row.text
    assert "<b>" not in row.html
    assert "&lt;b&gt;Attention&lt;/b&gt; &amp; more" in row.html
    assert "\n\n\n" not in row.text
    assert len(row.html.encode()) < 90_000


def test_each_gets_it_in_their_language_and_zone(a_member, a_session):
    a_member("Zhang", language="zh-hans", time_zone="Asia/Shanghai")
    a_member("Ram", time_zone="Asia/Kathmandu")
    a_member("Zoe", time_zone="Mars/Olympus")
    a_session()
    plan_reminders(DAY_BEFORE)
    texts = dict(Outgoing.objects.values_list("member__name", "text"))
    assert "16:45 (Asia/Kathmandu)" in texts["Ram"]
    # A zone that nobody knows is the group's, which is the session's.
    assert "19:00 (Asia/Shanghai)" in texts["Zoe"]
    assert "On your clock" not in texts["Zoe"]
    assert "2023年3月3日" in texts["Zhang"]


def test_planning_again_adds_nothing(alice, bob, a_session, presents):
    presents(bob, a_session())
    assert [plan_reminders(DAY_BEFORE + n * HOUR) for n in range(3)] == [2, 0, 0]


def test_who_does_not_want_reminders_gets_none(alice, bob, a_session, presents):
    Member.objects.update(wants_reminders=False)
    presents(bob, a_session())
    assert plan_reminders(DAY_BEFORE) == 0


def test_a_session_made_late_is_reminded_of_at_once_and_never_after_its_start(bob, a_session):
    a_session()
    assert plan_reminders(START) == 0
    assert plan_reminders(START - dt.timedelta(minutes=1)) == 1
    # The mail server was away until the session began.
    assert send_waiting(START) == {"void": 1}


def test_a_cancelled_session_is_not_reminded_of(bob, a_session):
    a_session(cancelled_at=START)
    assert plan_reminders(DAY_BEFORE) == 0


def test_moving_a_session_moves_its_reminders(alice, bob, a_session, presents):
    session = a_session()
    Member.objects.update(joined_at=DAY_BEFORE - 24 * HOUR)
    presents(bob, session)
    plan_reminders(DAY_BEFORE)
    move(session, to=START + 72 * HOUR)
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"void"}
    assert plan_reminders(DAY_BEFORE + HOUR) == 0
    assert plan_reminders(DAY_BEFORE + 72 * HOUR) == 2
    # No mail has told them of the new time yet.
    assert subjects()["Bob"] == "Moved: the reading session is now on Monday, March 6, 2023 at 12:00 (Europe/Berlin)"


def test_a_session_moved_into_the_next_24_hours_has_one_mail_that_says_so(bob, rita, a_session, mailoutbox):
    session = a_session()
    plan_reminders(DAY_BEFORE)
    send_waiting(DAY_BEFORE)
    move(session, to=START + HOUR)
    moved_at = DAY_BEFORE + 2 * HOUR
    Member.objects.filter(pk=rita.pk).update(joined_at=moved_at + dt.timedelta(minutes=5))
    Outgoing.objects.filter(member=rita).delete()
    # Whoever moved it may think better of it.
    assert plan_reminders(moved_at) == plan_reminders(moved_at + dt.timedelta(seconds=599)) == 0
    assert plan_reminders(moved_at + dt.timedelta(minutes=10)) == 2
    assert tell_of_changes(moved_at + dt.timedelta(minutes=10)) == 0
    new = dict(Outgoing.objects.filter(state="waiting").values_list("member__name", "subject"))
    assert new == {
        "Bob": "Moved: the reading session is now on Friday, March 3, 2023 at 13:00 (Europe/Berlin)",
        "Rita": "Reading session on Friday, March 3, 2023 at 13:00 (Europe/Berlin)",
    }
    text = Outgoing.objects.get(member=bob, state="waiting").text
    assert "Until now: Friday, March 3, 2023, 19:00 (Asia/Shanghai)\nOn your clock: 12:00 (Europe/Berlin)\n" in text
    assert "When: Friday, March 3, 2023, 20:00 (Asia/Shanghai)\nOn your clock: 13:00 (Europe/Berlin)\n" in text
    assert plan_reminders(moved_at + dt.timedelta(minutes=11)) == 0


def test_a_changed_agenda_is_planned_anew_under_the_same_key(bob, a_session, presents):
    session = a_session()
    slot = presents(None, session)
    plan_reminders(DAY_BEFORE)
    Claim.objects.create(paper=slot.paper, holder=bob)
    void(about=f"session:{session.pk}")
    assert plan_reminders(DAY_BEFORE + HOUR) == 1
    assert subjects()["Bob"].startswith("You present #1")


def test_one_member_whose_mail_cannot_be_composed_stops_nobody(alice, bob, a_session, caplog):
    Member.objects.filter(pk=bob.pk).update(email="no address")
    a_session()
    assert plan_reminders(DAY_BEFORE) == 1
    states = dict(Outgoing.objects.values_list("member__name", "state"))
    assert states == {"Alice": "waiting", "Bob": "failed"}
    assert "could not be composed" in caplog.text
    caplog.clear()
    assert plan_reminders(DAY_BEFORE + HOUR) == 0
    assert not caplog.text


def test_a_title_cannot_begin_a_header(bob, a_session, presents, mailoutbox):
    session = a_session()
    presents(bob, session, title="Attention\r\nBcc: all@example.org")
    ReadingSession.objects.update(place="Room\r\nBcc: all@example.org")
    plan_reminders(DAY_BEFORE)
    assert send_waiting(DAY_BEFORE) == {"sent": 1}
    (mail,) = mailoutbox
    assert "bcc" not in {name.lower() for name in mail.message().keys()}  # noqa: SIM118
    assert mail.recipients() == ["bob@example.org"]


def test_planning_asks_the_same_of_the_database_for_3_members_and_30(a_member, a_session, presents):
    session = a_session()
    for number in range(3):
        presents(a_member(f"M{number}"), session)
    note_times(DAY_BEFORE)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert plan_reminders(DAY_BEFORE) == 3
    Outgoing.objects.all().delete()
    for number in range(3, 30):
        a_member(f"M{number}")
    with CaptureQueriesContext(connection) as many:
        assert plan_reminders(DAY_BEFORE) == 30
    assert len(many) == len(few) <= 12


def test_host_and_scribe_are_reminded_of_it_and_everybody_reads_who_they_are(
    alice, bob, rita, a_session, time_machine
):
    time_machine.move_to(DAY_BEFORE, tick=False)
    session = a_session()
    duties.take(session, "host", by=bob)
    duties.take(session, "scribe", by=alice)
    plan_reminders(DAY_BEFORE)
    texts = dict(Outgoing.objects.values_list("member__name", "text"))
    assert ("You lead this session." in texts["Bob"], "minutes of this session" in texts["Bob"]) == (True, False)
    assert ("You lead this session." in texts["Alice"], "minutes of this session" in texts["Alice"]) == (False, True)
    assert "Host: Bob" in texts["Rita"]
    assert "Scribe: Alice" in texts["Rita"]
    assert "You lead" not in texts["Rita"]
