"""One polite request: with a name and a contact, never long, never large, never anywhere else."""

import datetime as dt
import time
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

VERSION = "0.1"
CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 5.0, 15.0, 30.0
MOST_BYTES = 5_000_000
# arXiv's terms: one request in three seconds (https://info.arxiv.org/help/api/tou.html). Crossref gets the same.
PACE_SECONDS = 3


class SourceError(Exception):
    """A source gave no answer that can be used. Its text is a whole sentence for a person."""


class NotFound(SourceError):
    """The source knows no such paper."""


class Unreachable(SourceError):
    """The source does not answer now; asking again later may help. `retry_after` is in seconds, or None."""

    def __init__(self, sentence: str, *, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unreadable(SourceError):
    """The source's answer is not understood."""


def seconds_to_wait(source: str) -> float:
    """Return 0 when the source may be asked now, by this process alone, else how long to wait."""
    if cache.add(f"asked:{source}", time.time(), PACE_SECONDS):
        return 0.0
    asked = cache.get(f"asked:{source}") or 0.0
    return max(0.1, asked + PACE_SECONDS - time.time())


def get(url: str, *, params: dict[str, str] | None = None, accept: str, most: int | None = None) -> bytes:
    """Return the body of an answer with status 200 and at most so many bytes (5 MB unless told).

    Goes only to the hosts of the base addresses in the settings, and follows no redirect. Raises NotFound,
    Unreachable and Unreadable.
    """
    host = urlsplit(url).hostname
    if host not in {
        urlsplit(base).hostname for base in (settings.ARXIV_API, settings.ARXIV_PDF, settings.CROSSREF_API)
    }:
        raise Unreadable(_("This address is no source that this site asks."))
    contact = f"{settings.SOURCES_CONTACT}; " if settings.SOURCES_CONTACT else ""
    headers = {"User-Agent": f"readinggroup/{VERSION} ({contact}{settings.BASE_URL})", "Accept": accept}
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    ends = time.monotonic() + TOTAL_SECONDS
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", url, params=params, headers=headers) as response,
        ):
            refuse_status(host or "", response)
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > (most or MOST_BYTES) or time.monotonic() > ends:
                    raise Unreachable(_("The answer of %(host)s took too long or was too large.") % {"host": host})
            return bytes(body)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        sentence = _("%(host)s could not be reached; it will be asked again.") % {"host": host}
        raise Unreachable(sentence) from error


def refuse_status(host: str, response: httpx.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    if status == HTTPStatus.NOT_FOUND:
        raise NotFound(_("%(host)s knows no such paper.") % {"host": host})
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        sentence = _("%(host)s is busy; it will be asked again.") % {"host": host}
        raise Unreachable(sentence, retry_after=retry_after(response.headers.get("Retry-After", "")))
    raise Unreadable(
        _("%(host)s answered with %(status)d, which is not understood.") % {"host": host, "status": status}
    )


def retry_after(said: str) -> int | None:
    """Return how many seconds a Retry-After header asks to wait, at most a day, or None."""
    day = 86_400
    if said.isascii() and said.isdigit():
        return min(int(said[:9]), day)
    try:
        at = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    return max(0, min(int((at - dt.datetime.now(dt.UTC)).total_seconds()), day))
