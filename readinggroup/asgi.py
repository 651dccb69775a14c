"""What uvicorn serves: the pages, through Django's WSGI handler in a few threads, and the streams of open pages.

Synchronous views are two to four times as fast this way as through Django's ASGI handler, and each thread keeps
its own database connection. A stream would hold its thread for as long as a page is open, so it has none.
"""

from typing import Any

from a2wsgi import WSGIMiddleware

from readinggroup.wsgi import application as site

from papers.live.stream import application as live  # isort: skip - Django has to be set up first

THREADS = 8

pages = WSGIMiddleware(site, workers=THREADS)  # type: ignore[arg-type]


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    else:
        await pages(scope, receive, send)
