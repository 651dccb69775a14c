import datetime as dt
from collections.abc import Callable

import pytest

from papers.claims import actions as claims
from papers.members.models import Group, Member
from papers.sessions import actions
from papers.sessions.models import ReadingSession

# A Wednesday; the tests' clock stands here.
NOW = dt.datetime(2023, 9, 6, 12, 0, tzinfo=dt.UTC)
SEVEN, NINE = dt.time(19), dt.time(9)


@pytest.fixture(autouse=True)
def _clock(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def china(group) -> Group:
    group.country = "CN"
    group.save()
    return group


@pytest.fixture
def mondays(alice) -> Callable[..., list[ReadingSession]]:
    """Make a weekly series on Mondays at 19:00 in Shanghai, the first on 11 September 2023."""

    def make(weeks: int = 4, **facts) -> list[ReadingSession]:
        facts = {"wall_time": SEVEN, "time_zone": "Asia/Shanghai", "weeks": weeks, "by": alice, **facts}
        series = actions.make_series(dt.date(2023, 9, 11), 1, **facts)
        return list(series.sessions.order_by("starts_at"))

    return make


@pytest.fixture
def held(a_paper) -> Callable[..., object]:
    """Make a paper that somebody has claimed."""

    def make(by: Member, title: str = "BERT", **facts):
        paper = a_paper(title, **facts)
        claims.claim(paper, by=by)
        return paper

    return make
