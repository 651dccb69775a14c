"""One connection a process that listens to PostgreSQL, and the open pages that it wakes.

PostgreSQL tells of a change when its transaction commits, so a page never asks too early. What is told is only which
paper it was: what a reader may see of it is decided when their page asks.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import connection

CHANNEL = "paper_changed"
# A restart of the database takes longer than a moment and shorter than a minute.
RETRY = 1.0

log = logging.getLogger(__name__)


class Listener:
    """Wakes the open pages of one process. All of it runs in the web server's event loop."""

    def __init__(self) -> None:
        self.pages: dict[int, set[asyncio.Event]] = defaultdict(set)
        self.task: asyncio.Task[None] | None = None

    @property
    def open_pages(self) -> int:
        return sum(map(len, self.pages.values()))

    @contextlib.contextmanager
    def page(self, paper: int) -> Iterator[asyncio.Event]:
        """Yield the event that is set when something of the paper (its primary key) has changed."""
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.listen())
        changed = asyncio.Event()
        self.pages[paper].add(changed)
        try:
            yield changed
        finally:
            self.pages[paper].discard(changed)
            if not self.pages[paper]:
                del self.pages[paper]

    async def listen(self) -> None:
        """Listen as long as a page is open; come back when the connection is lost."""
        heard_before = False
        while self.pages:
            try:
                async with await psycopg.AsyncConnection.connect(**address(), autocommit=True) as line:
                    await line.execute(f"LISTEN {CHANNEL}")
                    if heard_before:
                        # Nobody knows what was missed, so every page asks.
                        self.wake(*self.pages)
                    heard_before = True
                    await self.hear(line)
            except (psycopg.Error, OSError) as error:
                log.warning("Open pages are not told of changes for a moment: %s", type(error).__name__)
                await asyncio.sleep(RETRY)

    async def hear(self, line: psycopg.AsyncConnection) -> None:
        """Wake pages until the last one is closed."""
        while self.pages:
            async for told in line.notifies(timeout=60):
                self.wake(int(told.payload))

    def wake(self, *papers: int) -> None:
        for paper in papers:
            for changed in self.pages.get(paper, ()):
                changed.set()


def address() -> dict[str, Any]:
    """Return where the site's database is, as psycopg takes it. Without a pooler: listening needs a session."""
    known = connection.get_connection_params()
    needed = {"dbname", "user", "password", "host", "port", *connection.settings_dict.get("OPTIONS", {})}
    return {name: value for name, value in known.items() if name in needed}
