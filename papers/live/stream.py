"""`/live/<token>/`: server-sent events that say that a paper's page is not as it was. An ASGI application.

It asks nobody and reads nothing: the signed address stood in a page that its member was allowed to see, and the
stream bears no content. So a thousand open pages cost a thousand idle tasks and one connection.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from django.core import signing

from papers.catalogue.models import Paper
from papers.live.listening import Listener

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SALT = "papers.live"
ADDRESS_LIVES = 60 * 60 * 24
# A proxy closes a silent connection after a minute or half of one; a page that hears nothing for three of these
# connects again.
PULSE = 15.0
# Then the browser connects anew, so that no forgotten connection stays for ever.
STREAM_LIVES = 600.0
# In one process. A file descriptor each; systems give 1,024 to a process unless told otherwise.
MOST_PAGES = 2000

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]

log = logging.getLogger(__name__)
listener = Listener()


def address_of(paper: int) -> str:
    """Return where changes of the paper (its primary key) are told, for a day."""
    return f"/live/{signing.dumps(paper, salt=SALT)}/"


def live_on(paper: Paper, now: dt.datetime, *, thread: int | None = None) -> dict[str, str]:
    """Return what a page about the paper, or one thread, that is made at `now` needs to keep itself up to date.

    That is its stream, where it asks what is new, and since when.
    """
    only = f"thread={thread}&" if thread else ""
    return {
        "stream": address_of(paper.pk),
        "news": f"{paper.get_absolute_url()}news/?{only}since=",
        "since": now.isoformat(),
    }


def paper_at(path: str) -> int | None:
    """Return the primary key of the paper an address is about, or None when it is too old or no address of ours."""
    token = path.removeprefix("/live/").removesuffix("/")
    try:
        paper = signing.loads(token, salt=SALT, max_age=ADDRESS_LIVES)
    except signing.BadSignature:
        return None
    return paper if isinstance(paper, int) else None


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer a GET of a good address with a stream; 204, after which a browser does not ask again, to any other."""
    paper = paper_at(scope["path"]) if scope["method"] == "GET" else None
    if paper is None:
        await send({"type": "http.response.start", "status": 204, "headers": HEADERS[1:]})
        return await send({"type": "http.response.body", "body": b""})
    if listener.open_pages >= MOST_PAGES:
        log.warning("There are %s open pages; another one is not told of changes.", MOST_PAGES)
        await send({"type": "http.response.start", "status": 503, "headers": [*HEADERS[1:], (b"retry-after", b"60")]})
        return await send({"type": "http.response.body", "body": b""})
    stream = asyncio.create_task(tell(paper, send))
    gone = asyncio.create_task(until_gone(receive))
    try:
        await asyncio.wait((stream, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stream, gone):
            task.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await task
    return None


async def until_gone(receive: Receive) -> None:
    """Return when the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def tell(paper: int, send: Send) -> None:
    """Send an event for each change and a pulse in between, for ten minutes."""
    ends = asyncio.get_running_loop().time() + STREAM_LIVES
    with listener.page(paper) as changed:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await event(send, "retry: 3000\nevent: pulse")
        while asyncio.get_running_loop().time() < ends:
            try:
                await asyncio.wait_for(changed.wait(), PULSE)
            except TimeoutError:
                await event(send, "event: pulse")
            else:
                changed.clear()
                await event(send, "event: change")
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def event(send: Send, lines: str) -> None:
    await send({"type": "http.response.body", "body": f"{lines}\ndata: 1\n\n".encode(), "more_body": True})
