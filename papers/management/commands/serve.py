"""Everything `make run` needs, started in order and kept running: see papers/README.md, "Starting"."""

import asyncio
import fcntl
import io
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from papers.members.actions import first_organiser_link
from readinggroup import embedded, translations
from readinggroup.supervisor import Program, Supervisor, say

WEB_PROCESSES = 2
WORKER_PROCESSES = 2
HEALTHY_WITHIN = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A checkout has no collected static files.
PYTHON = [sys.executable, "-W", "ignore:No directory at"]
# Celery warns every root; the embedded servers are for one machine and one person.
CELERY = [*PYTHON, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "--skip-checks"]
CELERY += ["-A", "readinggroup"]


class Command(BaseCommand):
    help = (
        "Start the whole site: PostgreSQL, Valkey, web, worker and beat. Ctrl-C stops all of it. "
        "Example: manage.py serve --port 8010"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen on.")
        parser.add_argument("--port", type=int, help="The port to listen on; PORT and then 8000 by default.")
        parser.add_argument("--no-seed", action="store_true", help="Do not bring the reading list up to date.")

    def handle(self, *, host: str, port: int | None, no_seed: bool, **options: Any) -> None:
        if port is not None and port != settings.PORT:
            start_over_with_port(port)
        for number in STOP_SIGNALS:
            signal.signal(number, signal.default_int_handler)
        try:
            code = serve(host, seed=not no_seed)
        except embedded.CannotStart as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            code = 0
        sys.exit(code)


def serve(host: str, *, seed: bool) -> int:
    """Start everything in order and run it until a signal; return the exit code. Raises CommandError, CannotStart."""
    with ExitStack() as held:
        killed_before = held.enter_context(only_one(settings.BASE_URL))
        listener = held.enter_context(listening(host, settings.PORT, patience=6 if killed_before else 0))
        for server in embedded.needed_servers():
            with step(f"Starting {server.name}"):
                held.enter_context(server.in_use())
        bring_up_to_date(seed=seed)
        link = first_organiser_link()
        # The children have connections of their own.
        connections.close_all()
        code = asyncio.run(run_site(host, listener, link))
        # What is left takes a moment only, and is not to be cut short.
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        say("Web, worker and beat have ended.")
    return code


def start_over_with_port(port: int) -> None:
    """Replace this process by one that read the port before the settings did; BASE_URL and its kin depend on it."""
    os.environ["PORT"] = str(port)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (our own command line)


@contextmanager
def only_one(url: str) -> Iterator[bool]:
    """Hold the data folder against a second start; raises CommandError naming the first.

    Yields whether the last one was killed, so that its processes may be on their way out still.
    """
    settings.HOME.mkdir(parents=True, exist_ok=True)
    with (settings.HOME / "serve.lock").open("a+") as lock:
        lock.seek(0)
        last = lock.read().strip()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _, address = last.partition(" ")
            raise CommandError(
                f"The reading group already runs from {settings.HOME}, as process {pid} at {address}. "
                "Use that one, stop it first, or name another data folder with READINGGROUP_HOME."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()} {url}\n")
        lock.flush()
        try:
            yield bool(last)
        finally:
            lock.truncate(0)


@contextmanager
def listening(host: str, port: int, *, patience: float) -> Iterator[socket.socket]:
    """Hold the web's port from the first second on; raises CommandError where it cannot be had within `patience`.

    Requests that come early, or while a web process is being replaced, wait instead of being refused.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CommandError(f"{host} is not an address to listen on ({error}). Name another with --host.") from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it; uvicorn cannot know that the socket it is given is a TCP one.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        take_port(listener, address, patience)
        yield listener


def take_port(listener: socket.socket, address: Any, patience: float) -> None:
    """Bind and listen; raises CommandError once patience has run out."""
    deadline = time.monotonic() + patience
    while True:
        try:
            listener.bind(address)
            return listener.listen(1024)
        except OSError as error:
            if time.monotonic() > deadline:
                raise CommandError(
                    f"Port {address[1]} on {address[0]} cannot be used ({error.strerror}). "
                    f"Stop the program that has it, or choose another port: make run PORT={address[1] + 1}"
                ) from error
            time.sleep(0.1)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print one line: what is being done, and how long it took."""
    print(f"{what} ... ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed.", flush=True)
        raise
    print(f"done in {time.monotonic() - began:.1f} s.", flush=True)


def bring_up_to_date(*, seed: bool) -> None:
    """Migrate the database, compile the translations and read the reading list in, each only where it has to be."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with step("Bringing the database up to date"):
            call_command("migrate", verbosity=0)
    with step("Compiling the translations"):
        translations.compile_all()
    if seed:
        with step("Reading the reading list"):
            call_command("seed", stdout=io.StringIO())


async def run_site(host: str, listener: socket.socket, link: str | None) -> int:
    """Run web, worker and beat until a signal; return the exit code."""
    supervisor = Supervisor(programs(listener), embedded.needed_servers(), folder=settings.BASE_DIR)
    address = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not listened on)
    return await supervisor.run(lambda: announce(address, link))


def programs(listener: socket.socket) -> list[Program]:
    """Return the processes of the site.

    Each web process is a child of its own on the shared socket. Under `uvicorn --workers` the workers would outlive a
    parent that is killed, and go on holding the port.
    """
    uvicorn = [*PYTHON, "-m", "uvicorn", "readinggroup.asgi:application", "--fd", str(listener.fileno())]
    uvicorn += ["--timeout-graceful-shutdown", "3", "--no-access-log", "--log-level", "warning"]
    worker = ["worker", "--concurrency", str(WORKER_PROCESSES), "--without-mingle", "--without-gossip"]
    quiet = ["--loglevel", "warning"]
    return [
        *(Program(f"web {number + 1}", uvicorn, (listener.fileno(),)) for number in range(WEB_PROCESSES)),
        Program("worker", [*CELERY, *worker, *quiet, "-O", "fair"]),
        Program("beat", [*CELERY, "beat", *quiet]),
    ]


async def announce(address: str, link: str | None) -> None:
    """Print the site's address once it is healthy, and the first organiser's link while there is none."""
    if complaint := await wait_until_healthy(address):
        say(f"Not everything is well yet: {complaint}. Look at the lines above, and at {settings.BASE_URL}/healthz")
    say(f"The reading group is at {settings.BASE_URL}/ (Ctrl-C stops it).")
    say(f"论文阅读小组已启动：{settings.BASE_URL}/（按 Ctrl-C 停止）。")
    if link:
        say(f"There is no organiser yet. Whoever opens this link first becomes one: {link}")


async def wait_until_healthy(address: str) -> str:
    """Return an empty text once /healthz says ok, or after a minute what it says instead."""
    deadline = time.monotonic() + HEALTHY_WITHIN
    while (complaint := await asyncio.to_thread(ask_health, address)) and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    return complaint


def ask_health(address: str) -> str:
    """Return an empty text if the site is healthy, else what is wrong."""
    site = HTTPConnection(address, settings.PORT, timeout=2)
    with suppress(OSError, HTTPException):
        site.request("GET", "/healthz", headers={"Host": urlsplit(settings.BASE_URL).netloc})
        answer = site.getresponse()
        said = answer.read().decode(errors="replace").strip()
        site.close()
        return "" if answer.status == 200 else said[:300] or f"status {answer.status}"
    return "the web does not answer"
