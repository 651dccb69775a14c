import datetime as dt

import pytest

from papers.claims import actions as claims
from papers.discussion import actions as discussion
from papers.members.models import Group
from papers.minutes import actions
from papers.minutes.models import Section
from papers.sessions import actions as sessions
from papers.sessions.models import ReadingSession
from tests.sessions.conftest import NOW, _clock, a_session  # noqa: F401 - the same clock and sessions

SOON = dt.timedelta(minutes=5)


@pytest.fixture
def session(a_session, a_paper, group, alice, bob) -> ReadingSession:  # noqa: F811
    """A session that begins in five minutes, with a paper that Bob presents and a question about it."""
    Group.objects.update(language="en")
    made = a_session(0, wall_time=dt.time(20, 5))
    paper = a_paper("Scaling Laws")
    claims.claim(paper, by=bob)
    sessions.put_in_slot(made, paper, by=alice)
    discussion.start_thread(paper, "Why a power law?", "question", "Is it one?", by=alice)
    assert made.starts_at - NOW == SOON
    return made


@pytest.fixture
def begun(session, alice, time_machine) -> list[Section]:
    """Its minutes, which have just begun."""
    time_machine.move_to(session.starts_at, tick=False)
    return actions.begin(session, by=alice)
