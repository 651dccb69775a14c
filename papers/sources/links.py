"""Whether an address still answers. Members name the addresses, so none of them may lead into our own network."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings

from papers.sources.asking import VERSION

PORTS = {"http": 80, "https": 443}
REDIRECTS = 5
SECONDS, TOTAL_SECONDS = 10.0, 20.0
# Servers that know no HEAD, or answer it wrongly.
ASK_AGAIN = {403, 404, 405, 501}

Resolve = Callable[[str, int], Iterable[str]]


class Forbidden(Exception):
    """The address is no public one."""


def ask(url: str, *, resolve: Resolve | None = None) -> int:
    """Return the HTTP status with which an address answers, after at most five redirects; 0 when it does not.

    Only http and https on their usual ports, and only public addresses, are asked; each redirect is looked at again,
    and the connection goes to the very address that was looked at.
    """
    ends = time.monotonic() + TOTAL_SECONDS
    try:
        status = answered("HEAD", url, resolve or addresses_of, ends)
        return answered("GET", url, resolve or addresses_of, ends) if status in ASK_AGAIN else status
    except (Forbidden, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return 0


def answered(method: str, url: str, resolve: Resolve, ends: float) -> int:
    for _turn in range(REDIRECTS + 1):
        if time.monotonic() > ends:
            return 0
        status, location = one_answer(method, url, resolve)
        if status not in (301, 302, 303, 307, 308) or not location:
            return status
        url = urljoin(url, location)
    return 0


def one_answer(method: str, url: str, resolve: Resolve) -> tuple[int, str]:
    """Return the status and where it redirects to. Raises Forbidden and what httpx raises."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    if parts.scheme not in PORTS or port != PORTS[parts.scheme] or parts.username or not host:
        raise Forbidden(url)
    address = public_address(host, port, resolve)
    literal = f"[{address}]" if ":" in address else address
    target = httpx.URL(url).copy_with(host=literal.strip("[]"))
    headers = {"Host": host, "User-Agent": f"readinggroup/{VERSION} ({settings.BASE_URL})", "Accept": "*/*"}
    with (
        httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
        client.stream(method, target, headers=headers, extensions={"sni_hostname": host}) as response,
    ):
        return response.status_code, response.headers.get("Location", "")


def addresses_of(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def public_address(host: str, port: int, resolve: Resolve) -> str:
    """Return an address of the host, all of whose addresses are public. Raises Forbidden."""
    addresses = list(resolve(host, port))
    if not addresses or not all(is_public(address) for address in addresses):
        raise Forbidden(host)
    return addresses[0]


def is_public(address: str) -> bool:
    said = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(said, "ipv4_mapped", None) or getattr(said, "sixtofour", None)
    return said.is_global and not said.is_multicast and (inner is None or inner.is_global)


def is_alive(status: int) -> bool:
    """Return whether a link with this answer is worth a click: the page may only want a person to see it."""
    return 200 <= status < 400 or status in (
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.TOO_MANY_REQUESTS,
    )
