import datetime as dt
import zoneinfo
from collections.abc import Callable

import pytest

from papers.claims.models import Claim
from papers.sessions.models import ReadingSession, Slot


@pytest.fixture
def a_session(group) -> Callable[..., ReadingSession]:
    """Make a session on Friday, 3 March 2023, 19:00 in Shanghai, which is 11:00 UTC and 12:00 in Berlin."""

    def make(date=dt.date(2023, 3, 3), wall_time=dt.time(19), time_zone="Asia/Shanghai", **facts) -> ReadingSession:
        starts_at = dt.datetime.combine(date, wall_time, zoneinfo.ZoneInfo(time_zone)).astimezone(dt.UTC)
        return ReadingSession.objects.create(
            date=date, wall_time=wall_time, time_zone=time_zone, starts_at=starts_at, place="Room 101", **facts
        )

    return make


@pytest.fixture
def presents(a_paper) -> Callable[..., Slot]:
    """Let a member (or nobody) present a new paper in the session."""

    def make(member, session, title="Attention Is All You Need") -> Slot:
        paper = a_paper(title)
        if member is not None:
            Claim.objects.create(paper=paper, holder=member)
        return Slot.objects.create(session=session, paper=paper, position=session.slots.count() + 1)

    return make
