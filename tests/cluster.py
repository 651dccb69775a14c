"""The pytest plug-in that gives a test run a PostgreSQL and a Valkey of its own, thrown away at the end.

It is loaded with `-p tests.cluster`, because the settings want to know the data folder before any conftest is read.
"""

import os
import signal
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from readinggroup import translations
from readinggroup.embedded.postgres import Postgres
from readinggroup.embedded.valkey import Valkey

# Nobody needs this database after a crash.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
# What a developer has set for a site of their own is no business of the tests.
FORGOTTEN = (
    *(
        "DATABASE_URL",
        "BROKER_URL",
        "CACHE_URL",
        "PORT",
        "BASE_URL",
        "EMAIL_URL",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DEBUG",
    ),
    *("GROUP_NAME", "GROUP_TIMEZONE", "GROUP_LANGUAGE", "SIGNUP", "RATE_LIMITS", "MAIL_FROM"),
)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    # A worker of xdist finds the servers of the run that started it in its environment.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        # Terminated like interrupted: the servers have to go in either case.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        servers = ExitStack()
        early_config.add_cleanup(servers.close)
        start(servers)
        translations.compile_all()
    return (yield)


def start(servers: ExitStack) -> None:
    """Start both servers in a new data folder and lead the settings there."""
    home = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="readinggroup-tests-"))).resolve()
    for name in FORGOTTEN:
        os.environ.pop(name, None)
    os.environ["READINGGROUP_HOME"] = str(home)
    # Sites that tests start ask for no link of the list.
    os.environ["CHECK_LINKS"] = "off"
    servers.enter_context(Postgres(home, settings=FAST, sync=False).in_use())
    servers.enter_context(Valkey(home).in_use())
