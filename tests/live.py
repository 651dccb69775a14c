"""The site as a web server runs it, on a loopback port, with the database of the test."""

import http.client
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from django.conf import settings
from django.db import connection
from django.test import Client

from papers.members.models import Member
from readinggroup.asgi import application


@dataclass(frozen=True)
class Visitor:
    """A browser's two cookies: the session of a member, and the token of its forms."""

    session: str
    token: str


def visitor(member: Member) -> Visitor:
    """Return a visitor who is signed in as this member."""
    client = Client()
    client.force_login(member)
    return Visitor(client.cookies[settings.SESSION_COOKIE_NAME].value, secrets.token_hex(16))


@dataclass(frozen=True)
class LiveSite:
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, path: str, by: Visitor, *, begin: threading.Barrier | None = None) -> tuple[int, str]:
        """Post as htmx does, once all are ready; return status and body."""
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={by.session}; {settings.CSRF_COOKIE_NAME}={by.token}",
            "X-CSRFToken": by.token,
            "HX-Request": "true",
        }
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.connect()
        if begin is not None:
            begin.wait(timeout=60)
        line.request("POST", path, headers=headers)
        response = line.getresponse()
        body = response.read().decode()
        line.close()
        return response.status, body


@contextmanager
def serving(port: int = 0) -> Iterator[LiveSite]:
    """Serve with uvicorn, eight threads and a database connection for each, as one web process does."""
    with socket.create_server(("127.0.0.1", port), backlog=1024) as listener:
        config = uvicorn.Config(application, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            yield LiveSite(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(timeout=20)
    # The threads of the server stay, waiting for work; their connections must not keep the database from being
    # emptied and dropped.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
