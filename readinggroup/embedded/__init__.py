"""The PostgreSQL and the Valkey that `make run` brings along.

Nothing in this package imports Django, because the settings import it. Importing it starts nothing: a server runs
from the first `ensure_...()` on a data folder until the last process that called one has left.
"""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path

from readinggroup.embedded.places import home, socket_folder
from readinggroup.embedded.postgres import DATABASE, USER, Postgres, find_binaries
from readinggroup.embedded.sharing import CannotStart, SharedServer
from readinggroup.embedded.valkey import Valkey

__all__ = [
    "CannotStart",
    "SharedServer",
    "ensure_postgres",
    "ensure_valkey",
    "find_binaries",
    "for_command",
    "home",
    "needed_servers",
    "postgres",
    "postgres_settings",
    "valkey",
    "valkey_socket",
]

# `serve` starts its servers itself, one line a step; the others never ask the database.
COMMANDS_WITHOUT_DATABASE = {
    "collectstatic",
    "compilemessages",
    "findstatic",
    "help",
    "makemessages",
    "render_markup",
    "serve",
    "startapp",
    "version",
}


@cache
def _postgres(folder: Path) -> Postgres:
    return Postgres(folder)


@cache
def _valkey(folder: Path) -> Valkey:
    return Valkey(folder)


def postgres() -> Postgres:
    """Return the embedded PostgreSQL of the data folder, running or not."""
    return _postgres(home())


def valkey() -> Valkey:
    """Return the embedded Valkey of the data folder, running or not."""
    return _valkey(home())


def postgres_settings() -> dict[str, str]:
    """Return the entries of Django's DATABASES that reach the embedded PostgreSQL."""
    return {"HOST": str(socket_folder(home())), "PORT": "5432", "NAME": DATABASE, "USER": USER}


def valkey_socket() -> Path:
    """Return the socket of the embedded Valkey."""
    return valkey().socket


def needed_servers() -> list[SharedServer]:
    """Return the embedded servers that no variable of the environment replaces by an outside one."""
    servers: list[SharedServer] = []
    if not os.environ.get("DATABASE_URL"):
        servers.append(postgres())
    if not (os.environ.get("BROKER_URL") and os.environ.get("CACHE_URL")):
        servers.append(valkey())
    return servers


def ensure_postgres() -> AbstractContextManager[None]:
    """Return a context in which PostgreSQL runs; entering it raises CannotStart. With DATABASE_URL it does nothing."""
    return postgres().in_use() if postgres() in needed_servers() else nullcontext()


def ensure_valkey() -> AbstractContextManager[None]:
    """Return a context in which Valkey runs; entering it raises CannotStart. It does nothing with outside ones."""
    return valkey().in_use() if valkey() in needed_servers() else nullcontext()


@contextmanager
def for_command(argv: Sequence[str]) -> Iterator[None]:
    """Give one call of manage.py its database; exits with a sentence and code 1 where that is impossible.

    Only PostgreSQL is started: queueing does without a broker, because the database row is the truth.
    """
    if not _needs_database(argv):
        yield
        return
    # Without this a terminated command would leave its server running until the next command.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    server = ensure_postgres()
    try:
        server.__enter__()
    except CannotStart as error:
        sys.exit(str(error))
    try:
        yield
    finally:
        server.__exit__(None, None, None)


def _needs_database(argv: Sequence[str]) -> bool:
    """Return whether this command line asks the database anything."""
    command, options = (argv[1], set(argv[2:])) if len(argv) > 1 else ("help", set())
    if command.startswith("-") or options & {"-h", "--help"}:
        return False
    if command == "makemigrations" and "--check" in options:
        return False
    return command not in COMMANDS_WITHOUT_DATABASE
