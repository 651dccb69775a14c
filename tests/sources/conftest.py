import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache


@dataclass
class Source:
    """A server on this machine that answers as it is told, and remembers what it was asked."""

    body: bytes = b""
    # By how the path begins, where not all is answered alike.
    bodies: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: threading.Event | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def source(settings) -> Iterator[Source]:
    """Let arXiv and Crossref be a server on this machine, asked without waiting for its turn."""
    state = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.path, dict(self.headers)))
            body = next((body for path, body in state.bodies.items() if self.path.startswith(path)), state.body)
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if state.drip is not None:
                state.drip.wait(5)
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    settings.ARXIV_API, settings.CROSSREF_API = f"{base}/api/query", f"{base}/works"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    yield state
    if state.drip is not None:
        state.drip.set()
    server.shutdown()
    server.server_close()
    thread.join()
