"""What uvicorn serves: the pages, through Django's WSGI handler in a few threads.

Synchronous views are two to four times as fast this way as through Django's ASGI handler, and each thread keeps
its own database connection.
"""

from a2wsgi import WSGIMiddleware

from readinggroup.wsgi import application as pages

THREADS = 8

application = WSGIMiddleware(pages, workers=THREADS)  # type: ignore[arg-type]
