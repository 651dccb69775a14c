"""The stream that tells an open page of changes, from a real server and a real PostgreSQL."""

import http.client
import time

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from papers.claims.actions import claim, release
from papers.live import stream
from papers.live.listening import CHANNEL
from tests.live import serving


@pytest.fixture
def site(transactional_db, group):
    with serving() as site:
        yield site


class Stream:
    """A page that listens."""

    def __init__(self, port: int, address: str, method: str = "GET") -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.line.request(method, address)
        self.answer = self.line.getresponse()

    def event(self) -> str:
        """Return the next event's name."""
        while not (line := self.answer.readline()).startswith(b"event: "):
            assert line, "The stream ended."
        return line.decode().removeprefix("event: ").strip()

    def close(self) -> None:
        self.answer.close()
        self.line.close()


@pytest.fixture
def listen(site):
    """Open a page's stream."""
    pages = []

    def open_stream(address: str, method: str = "GET") -> Stream:
        pages.append(Stream(site.port, address, method))
        return pages[-1]

    yield open_stream
    for page in pages:
        page.close()


def listeners() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE query = %s AND datname = current_database()", [f"LISTEN {CHANNEL}"]
        )
        return [pid for (pid,) in cursor.fetchall()]


def until(condition) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_change_is_told_when_it_is_committed(listen, a_paper, bob):
    paper, other = a_paper(), a_paper("BERT")
    page, elsewhere = listen(stream.address_of(paper.pk)), listen(stream.address_of(other.pk))
    assert page.answer.status == 200
    assert page.answer.headers["Content-Type"] == "text/event-stream"
    assert page.answer.headers["Cache-Control"] == "no-cache"
    assert page.event() == elsewhere.event() == "pulse"
    until(listeners)
    claim(paper, by=bob)
    assert page.event() == "change"
    claim(other, by=bob)
    # Of the first paper it heard nothing.
    assert elsewhere.event() == "change"
    # Many pages, one connection.
    assert len(listeners()) == 1


def test_a_lost_connection_to_the_database_comes_back_and_everybody_asks(listen, a_paper, bob):
    paper = a_paper()
    page = listen(stream.address_of(paper.pk))
    assert page.event() == "pulse"
    until(listeners)
    lost = listeners()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", lost)
    # Nobody knows what was missed meanwhile.
    assert page.event() == "change"
    until(lambda: listeners() not in ([], lost))
    claim(paper, by=bob)
    assert page.event() == "change"
    release(paper, by=bob)
    assert page.event() == "change"


@pytest.mark.parametrize("address", ["/live/", "/live/1/", "/live/MQ:1:forged/", "/live/../papers/1/"])
def test_an_address_that_is_not_ours_is_not_asked_again(listen, address):
    """204 is what ends an EventSource."""
    assert listen(address).answer.status == 204


def test_an_address_lives_a_day_and_is_only_read(listen, a_paper):
    paper = a_paper()
    address = stream.address_of(paper.pk)
    assert listen(address, "POST").answer.status == 204
    assert stream.paper_at(address) == paper.pk
    with time_machine.travel(time.time() + stream.ADDRESS_LIVES + 1):
        assert stream.paper_at(address) is None


def test_there_is_an_end_to_open_pages(listen, a_paper, monkeypatch):
    monkeypatch.setattr(stream, "MOST_PAGES", 0)
    assert listen(stream.address_of(a_paper().pk)).answer.status == 503


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_back_and_forth(group, a_paper, bob):
    call_command("migrate", "papers", "0015", verbosity=0)
    call_command("migrate", "papers", verbosity=0)
    claim(a_paper(), by=bob)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM papers_change")
        assert cursor.fetchone() == (1,)
