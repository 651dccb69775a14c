"""arXiv and Crossref, spoken to for real on this machine: right answers, odd ones, slow and hostile ones."""

import threading

import pytest

from papers.sources import arxiv, asking, crossref
from papers.sources.asking import NotFound, Unreachable, Unreadable
from tests.sources.answers import ATOM, BOMB, CROSSREF, EMPTY, FOUND, UNKNOWN


def test_arxiv_answers_with_the_facts(source, settings):
    settings.SOURCES_CONTACT = "mailto:alice@example.org"
    source.body = ATOM
    found = arxiv.by_id("1706.03762")
    record = found.record
    assert (record.title, record.authors) == ("Attention Is All You Need", ("Ashish Vaswani", "Noam Shazeer"))
    assert (record.year, record.month, record.arxiv_id, found.version) == (2017, 6, "1706.03762", 7)
    assert (record.doi, record.url) == ("10.1000/att", "https://arxiv.org/abs/1706.03762")
    assert record.abstract == "We propose a new simple network architecture & more."
    path, headers = source.asked[0]
    assert "id_list=1706.03762" in path
    assert headers["User-Agent"].startswith("readinggroup/")
    assert "mailto:alice@example.org" in headers["User-Agent"]


def test_a_title_is_found_only_when_it_is_the_same(source):
    source.body = ATOM
    found = arxiv.by_title("attention is ALL you need!")
    assert found is not None
    assert found.record.arxiv_id == "1706.03762"
    assert arxiv.by_title("Attention is most of what you need") is None


def test_crossref_answers_with_the_facts(source):
    source.body = CROSSREF
    record = crossref.by_doi("10.1109/tkde.2024.3352100").record
    assert record.title == "Unifying Large Language Models & Graphs"
    assert (record.authors, record.year, record.month) == (("Shirui Pan", "The Group"), 2024, 7)
    assert (record.doi, record.abstract) == ("10.1109/tkde.2024.3352100", "Graphs < models.")
    assert source.asked[0][0] == "/works/10.1109/tkde.2024.3352100"
    source.body = FOUND
    found = crossref.by_title("Unifying large language models and graphs".replace("and", "&"))
    assert found is not None


@pytest.mark.parametrize("body", [EMPTY, UNKNOWN])
def test_an_unknown_id_is_said(source, body):
    source.body = body
    with pytest.raises(NotFound, match="knows no paper"):
        arxiv.by_id("9999.99999")


@pytest.mark.parametrize("body", [b"", b"<feed", b"\xff\xfe\x00", b"{}", BOMB])
def test_a_broken_answer_of_arxiv_is_not_understood(source, body):
    source.body = body
    with pytest.raises(Unreadable):
        arxiv.by_id("1706.03762")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"message": 1}', b'{"message": {}}', b'{"message": {"title": [7]}}'])
def test_a_broken_answer_of_crossref_is_not_understood(source, body):
    source.body = body
    with pytest.raises(Unreadable):
        crossref.by_doi("10.1000/x")


@pytest.mark.parametrize(
    ("status", "headers", "kind", "wait"),
    [
        (404, {}, NotFound, None),
        (503, {"Retry-After": "120"}, Unreachable, 120),
        (429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, Unreachable, 0),
        (500, {"Retry-After": "soon"}, Unreachable, None),
        (429, {"Retry-After": "99999999"}, Unreachable, 86_400),
        (302, {"Location": "http://127.0.0.1:1/"}, Unreadable, None),
        (403, {}, Unreadable, None),
    ],
)
def test_other_statuses(source, status, headers, kind, wait):
    source.status, source.headers = status, headers
    with pytest.raises(kind) as raised:
        crossref.by_doi("10.1000/x")
    assert len(source.asked) == 1
    assert getattr(raised.value, "retry_after", None) == wait


def test_an_answer_that_never_comes_is_given_up(source, monkeypatch):
    monkeypatch.setattr(asking, "READ_SECONDS", 0.3)
    source.body, source.drip = ATOM, threading.Event()
    with pytest.raises(Unreachable, match="asked again"):
        arxiv.by_id("1706.03762")


def test_an_answer_that_is_too_large_is_given_up(source, monkeypatch):
    monkeypatch.setattr(asking, "MOST_BYTES", 1000)
    source.body = b"x" * 200_000
    with pytest.raises(Unreachable, match="too large"):
        arxiv.by_id("1706.03762")


def test_a_source_that_is_away_is_said(source, settings):
    settings.ARXIV_API = "http://127.0.0.1:1/api"
    with pytest.raises(Unreachable):
        arxiv.by_id("1706.03762")


def test_no_other_host_is_asked(source):
    with pytest.raises(Unreadable):
        asking.get("http://localhost/x", accept="*/*")
    assert source.asked == []


def test_a_source_is_asked_once_in_three_seconds(source):
    assert asking.seconds_to_wait("arxiv") == 0
    assert 0 < asking.seconds_to_wait("arxiv") <= 3
    assert asking.seconds_to_wait("crossref") == 0
