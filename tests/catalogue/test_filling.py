"""Facts are filled in later, politely, and never over what somebody wrote."""

import datetime as dt

import pytest
from django.utils import timezone

from papers.catalogue import actions, filling
from papers.catalogue.models import Edit, Paper
from tests.sources.answers import ATOM, CROSSREF, UNKNOWN
from tests.sources.conftest import source

__all__ = ["source"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_turn(monkeypatch):
    """The wait for one's turn has its own test."""
    monkeypatch.setattr(filling, "seconds_to_wait", lambda name: 0.0)


def test_a_pasted_id_is_filled_in(source, part, alice):
    source.body = ATOM
    paper = actions.add_paper("https://arxiv.org/abs/1706.03762", part, by=alice)
    assert (paper.title, paper.fill_at is not None) == ("arXiv:1706.03762", True)
    assert filling.fill_what_waits() == 1
    paper.refresh_from_db()
    assert (paper.title, paper.authors) == ("Attention Is All You Need", ["Ashish Vaswani", "Noam Shazeer"])
    assert (paper.year, paper.month, paper.arxiv_version, paper.fill_at) == (2017, 6, 7, None)
    assert paper.folded == "attentionisallyouneed"
    assert Edit.objects.filter(paper=paper, by=None).get().after["year"] == 2017
    assert filling.fill_what_waits() == 0


def test_a_pasted_doi_is_filled_in(source, part, alice):
    source.body = CROSSREF
    actions.add_paper("10.1109/TKDE.2024.3352100", part, by=alice)
    filling.fill_what_waits()
    assert Paper.objects.get().title == "Unifying Large Language Models & Graphs"


def test_what_somebody_wrote_stays(source, part, alice):
    source.body = ATOM
    paper = actions.add_paper("1706.03762", part, by=alice)
    actions.edit_paper(paper, {"title": "Mine", "year": 2016}, paper.version, by=alice)
    filling.fill_what_waits()
    paper.refresh_from_db()
    assert (paper.title, paper.year, paper.month) == ("Mine", 2016, None)
    assert paper.authors == ["Ashish Vaswani", "Noam Shazeer"]


def test_without_a_network_the_paper_is_kept_and_asked_for_again(source, settings, part, alice, client_of):
    settings.ARXIV_API = "http://127.0.0.1:1/api"
    paper = actions.add_paper("1706.03762", part, by=alice)
    assert filling.fill_what_waits() == 0
    paper.refresh_from_db()
    assert paper.fill_tries == 1
    assert "could not be reached" in paper.fill_problem
    assert timezone.now() + dt.timedelta(seconds=50) < paper.fill_at < timezone.now() + dt.timedelta(seconds=90)
    page = client_of(alice).get("/papers/to-fill/").content.decode()
    assert "will be filled" in page
    assert "could not be reached" in page


def test_each_try_waits_longer_and_the_last_is_left_to_a_person(source, part, alice):
    source.status = 503
    paper = actions.add_paper("1706.03762", part, by=alice)
    waits = []
    for _turn in range(filling.MOST_TRIES):
        Paper.objects.update(fill_at=timezone.now())
        filling.fill_what_waits(most=1)
        paper.refresh_from_db()
        waits.append(paper.fill_at and paper.fill_at - timezone.now())
    assert waits[-1] is None
    assert waits[0] < waits[2] < waits[4]
    assert max(waits[:-1]) < dt.timedelta(hours=31)


def test_a_source_that_says_when_is_asked_then(source, part, alice):
    source.status, source.headers = 503, {"Retry-After": "7200"}
    actions.add_paper("1706.03762", part, by=alice)
    filling.fill_what_waits(most=1)
    assert Paper.objects.get().fill_at > timezone.now() + dt.timedelta(hours=1, minutes=59)


def test_an_unknown_paper_is_not_asked_for_again(source, part, alice):
    source.body = UNKNOWN
    actions.add_paper("1706.03762", part, by=alice)
    filling.fill_what_waits()
    paper = Paper.objects.get()
    assert paper.fill_at is None
    assert "knows no paper" in paper.fill_problem


def test_a_paper_is_with_one_worker_at_a_time(part, alice):
    actions.add_paper("1706.03762", part, by=alice)
    now = timezone.now()
    assert filling.take_next(now) is not None
    assert filling.take_next(now) is None
    # A worker that was killed meanwhile gives it back.
    assert filling.take_next(now + filling.LEASE + dt.timedelta(seconds=1)) is not None


def test_a_doi_of_another_paper_is_not_taken(source, a_paper, part, alice):
    a_paper("Other", doi="10.1000/att")
    source.body = ATOM
    paper = actions.add_paper("1706.03762", part, by=alice)
    filling.fill_what_waits()
    paper.refresh_from_db()
    assert (paper.doi, paper.year) == (None, 2017)
