"""Weekly sessions and digests through the changes of clocks, in five zones: nothing is missing, nothing comes twice.

`make test` runs the eleven weeks around the spring of 2023, `make faults` a whole year with a tick each hour.
"""

import datetime as dt
import os
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from papers.due.actions import deliver_due
from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.notes.models import Note
from papers.sessions.models import ReadingSession

WEEKS = int(os.environ.get("YEAR_WEEKS", "11"))
STEP = dt.timedelta(hours=int(os.environ.get("YEAR_HOURS", "6")))
# Monday, 20 February 2023, a week before the group began.
BEGIN = dt.datetime(2023, 2, 20, tzinfo=dt.UTC)
HOME = ZoneInfo("Europe/Berlin")
# North and south, half an hour of summer time, a quarter of an hour off, and none at all.
ZONES = ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"]
DAY = dt.timedelta(days=1)
# From 21:00 to 8:00, a night of changing clocks included.
NIGHT = dt.timedelta(hours=12)

pytestmark = pytest.mark.django_db


@pytest.fixture
def group_of_five(alice, a_paper) -> list[Member]:
    Member.objects.update(wants_digest=False, wants_reminders=False)
    members = [
        Member.objects.create(email=f"m{number}@example.org", name=zone, time_zone=zone, language="en")
        for number, zone in enumerate(ZONES)
    ]
    Member.objects.update(joined_at=BEGIN)
    paper = a_paper()
    for day in range(7 * WEEKS + 8):
        facts = {"paper": paper, "author": alice, "body": f"Day {day}", "html": "<p>", "renderer": 1}
        Note.objects.create(**facts, written_at=BEGIN + day * DAY)
    for week in range(WEEKS):
        date = BEGIN.date() + dt.timedelta(weeks=week, days=10)
        starts_at = dt.datetime.combine(date, dt.time(19), HOME)
        ReadingSession.objects.create(
            date=date, wall_time=dt.time(19), time_zone=str(HOME), starts_at=starts_at.astimezone(dt.UTC)
        )
    return members


def test_nothing_is_missing_and_nothing_comes_twice(group_of_five, mailoutbox):
    end = BEGIN + dt.timedelta(weeks=WEEKS + 2)
    now = BEGIN
    while now < end:
        deliver_due(now, seconds=None)
        now += STEP
    sessions = {f"session:{session.pk}": session for session in ReadingSession.objects.all()}
    for member in group_of_five:
        zone = ZoneInfo(member.time_zone)
        rows = Outgoing.objects.filter(member=member, state="sent")
        reminders = Counter(rows.filter(kind="reminder").values_list("about", flat=True))
        assert reminders == dict.fromkeys(sessions, 1)
        for about, sent in rows.filter(kind="reminder").values_list("about", "finished_at"):
            # A day before, or in the morning after that; never at night.
            before = sessions[about].starts_at - sent
            assert DAY - NIGHT - STEP <= before <= DAY
            assert 8 <= sent.astimezone(zone).hour < 21
        digests = list(rows.filter(kind="digest").order_by("finished_at").values_list("finished_at", flat=True))
        weeks = [sent.astimezone(zone).isocalendar()[:2] for sent in digests]
        assert len(set(weeks)) == len(weeks) >= WEEKS
        for sent in digests:
            due = dt.datetime.combine(sent.astimezone(zone).date(), dt.time(8), zone)
            # With a tick each few hours the mail may leave a little later, even on the next day.
            late = sent - max(at for at in (due - DAY, due) if at <= sent)
            assert late < STEP
    assert Counter(message.extra_headers["Message-ID"] for message in mailoutbox).most_common(1)[0][1] == 1
    assert len(mailoutbox) == Outgoing.objects.filter(state="sent").count()
