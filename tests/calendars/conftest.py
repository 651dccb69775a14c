import datetime as dt
import zoneinfo
from collections.abc import Callable

import pytest
from icalendar import Calendar

from papers.calendars import actions, queries
from papers.claims.models import Claim
from papers.sessions.models import ReadingSession, Slot

NOW = dt.datetime(2023, 3, 1, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def a_session(group) -> Callable[..., ReadingSession]:
    """Make a session: without facts on Friday, 3 March 2023, 19:00 in Shanghai, which is 11:00 UTC."""

    def make(date=dt.date(2023, 3, 3), wall_time=dt.time(19), time_zone="Asia/Shanghai", **facts) -> ReadingSession:
        starts_at = dt.datetime.combine(date, wall_time, zoneinfo.ZoneInfo(time_zone)).astimezone(dt.UTC)
        facts = {"place": "Room 101", "made_at": NOW, **facts}
        return ReadingSession.objects.create(
            date=date, wall_time=wall_time, time_zone=time_zone, starts_at=starts_at, **facts
        )

    return make


@pytest.fixture
def presents(a_paper) -> Callable[..., Slot]:
    """Let a member (or nobody) present a new paper in the session."""

    def make(member, session, title="Attention Is All You Need", **facts) -> Slot:
        paper = a_paper(title, **facts)
        if member is not None:
            Claim.objects.create(paper=paper, holder=member)
        return Slot.objects.create(session=session, paper=paper, position=session.slots.count() + 1)

    return make


@pytest.fixture
def fetch(client) -> Callable:
    """Fetch a member's calendar (None: the group's) as a program does, without a cookie."""

    def get(member, **headers):
        feed = queries.feed_of(member)
        assert feed is not None
        return client.get(queries.path_of(feed), headers=headers)

    return get


@pytest.fixture
def events(fetch, alice) -> Callable:
    """Return the events of a member's calendar (None: the group's), which gets an address if it has none."""

    def read(member):
        if queries.feed_of(member) is None:
            actions.new_address(member, by=member or alice)
        return Calendar.from_ical(fetch(member).content).walk("VEVENT")

    return read
