"""Each link is asked for once a week, and is dead after two failures in a row."""

import datetime as dt

import pytest
from django.utils import timezone

from papers.catalogue import checking
from papers.catalogue.models import Link

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7, seconds=1)


@pytest.fixture
def answer(monkeypatch):
    """Let every link answer with this status; return what was asked for."""
    asked: list[str] = []
    status = {"now": 200}
    monkeypatch.setattr(checking.links, "ask", lambda url: (asked.append(url), status["now"])[1])
    return asked, status


def test_a_link_is_asked_for_once_a_week(a_paper, answer):
    asked, _status = answer
    paper, now = a_paper(), timezone.now()
    Link.objects.create(paper=paper, url="https://example.org/a")
    Link.objects.create(paper=paper, url=None, title="lost")
    assert checking.check_links(now) == 1
    assert checking.check_links(now + dt.timedelta(days=6)) == 0
    assert checking.check_links(now + WEEK) == 1
    assert asked == ["https://example.org/a"] * 2


def test_one_failure_is_forgiven_and_two_are_shown(a_paper, answer, bob, client_of):
    _asked, status = answer
    paper, now = a_paper(), timezone.now()
    link = Link.objects.create(paper=paper, url="https://example.org/a", title="Code")
    status["now"] = 404
    checking.check_links(now)
    link.refresh_from_db()
    assert (link.status, link.dead_since) == (404, None)
    checking.check_links(now + WEEK)
    link.refresh_from_db()
    assert link.dead_since is not None
    assert "does not answer" in client_of(bob).get(paper.get_absolute_url()).content.decode()
    status["now"] = 200
    checking.check_links(now + 2 * WEEK)
    link.refresh_from_db()
    assert (link.status, link.dead_since) == (200, None)


def test_a_run_is_short(a_paper, answer):
    paper = a_paper()
    Link.objects.bulk_create(Link(paper=paper, url=f"https://example.org/{n}") for n in range(checking.A_RUN + 3))
    now = timezone.now()
    assert checking.check_links(now) == checking.A_RUN
    assert checking.check_links(now) == 3
