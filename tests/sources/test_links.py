"""Whether addresses answer, and that none of ours is ever asked. Connects to this machine only."""

import socket

import httpx
import pytest

from papers.sources import links


@pytest.fixture
def web(monkeypatch):
    """Let the answers come from here; remember to which address each question went."""
    asked: list[tuple[str, str, str]] = []
    answers: dict[str, tuple[int, str]] = {}

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.host, request.headers["Host"]))
        status, location = answers.get(
            f"{request.method} {request.url.path}", answers.get(request.url.path, (200, ""))
        )
        return httpx.Response(status, headers={"Location": location} if location else {})

    real = httpx.Client
    monkeypatch.setattr(links.httpx, "Client", lambda **said: real(**said, transport=httpx.MockTransport(handle)))
    return asked, answers


def public(host: str, port: int) -> list[str]:
    return {"example.org": ["93.184.216.34"], "other.example": ["93.184.216.35"]}.get(host, ["127.0.0.1"])


def test_the_connection_goes_to_the_address_that_was_looked_at(web):
    asked, _answers = web
    assert links.ask("https://example.org/a?b=c", resolve=public) == 200
    assert asked == [("HEAD", "93.184.216.34", "example.org")]


def test_a_server_that_knows_no_head_is_asked_again(web):
    asked, answers = web
    answers["HEAD /"] = (405, "")
    assert links.ask("http://example.org/", resolve=public) == 200
    assert [method for method, _address, _host in asked] == ["HEAD", "GET"]


def test_redirects_are_followed_and_each_is_looked_at(web):
    asked, answers = web
    answers["/a"] = (301, "https://other.example/b")
    assert links.ask("https://example.org/a", resolve=public) == 200
    assert [host for _method, _address, host in asked] == ["example.org", "other.example"]
    answers["/a"] = (302, "http://localhost/secret")
    assert links.ask("https://example.org/a", resolve=public) == 0
    answers["/a"] = (302, "/a")
    assert links.ask("https://example.org/a", resolve=public) == 0


@pytest.mark.parametrize(
    "url",
    [
        *("http://localhost/", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/"),
        *("ftp://example.org/", "file:///etc/passwd", "http://example.org:6379/", "http://user:pass@example.org/"),
        *("gopher://x", "", "http://", "http://\x00/", "javascript:alert(1)"),
    ],
)
def test_other_places_are_never_asked(web, url):
    asked, _answers = web
    assert (
        links.ask(
            url,
            resolve=lambda host, port: [host.strip("[]")] if host[:1].isdigit() or ":" in host else public(host, port),
        )
        == 0
    )
    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1"),
        *("100.64.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "2002:0a00:0001::", "::"),
    ],
)
def test_private_addresses_are_not_public(address):
    assert not links.is_public(address)


def test_one_private_address_among_public_ones_is_too_many(web):
    asked, _answers = web
    assert links.ask("http://example.org/", resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"]) == 0
    assert asked == []


def test_nobody_there_is_zero():
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror

    assert links.ask("http://example.org/", resolve=nowhere) == 0


@pytest.mark.parametrize(
    ("status", "alive"), [(200, True), (403, True), (429, True), (404, False), (500, False), (0, False)]
)
def test_what_counts_as_alive(status, alive):
    assert links.is_alive(status) is alive
