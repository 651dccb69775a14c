import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from papers.sessions import actions
from papers.sessions.models import ReadingSession

# A Wednesday in summer; the tests' clock stands here.
NOW = dt.datetime(2023, 7, 5, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _clock(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def a_session(alice, time_machine) -> Callable[..., ReadingSession]:
    """Make a session at 19:00 in Shanghai, two hours long, some days from now; one in the past was made before it."""

    def make(days: int = 5, **facts) -> ReadingSession:
        facts = {"wall_time": dt.time(19), "time_zone": "Asia/Shanghai", "by": alice, **facts}
        now = timezone.now()
        time_machine.move_to(now - dt.timedelta(days=60), tick=False)
        made = actions.make_session(NOW.date() + dt.timedelta(days=days), **facts)
        time_machine.move_to(now, tick=False)
        return made

    return make
