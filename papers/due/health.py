"""Whether everything that the site needs is alive. Nothing here waits for more than about two seconds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

import psycopg
from django.core.cache import cache
from django.db import connection
from django_redis import get_redis_connection
from kombu import Connection

from readinggroup.celery import app

SECONDS = 1.5


def not_alive() -> list[str]:
    """Return the names of what does not answer: database, broker, worker, beat; empty when all is well.

    Worker and beat are heard through the cache: while that is away, they are not heard.
    """
    checks: dict[str, Callable[[], None]] = {
        "database": ask_database,
        "broker": ask_broker,
        "worker": lambda: listen_for("worker"),
        "beat": lambda: listen_for("beat"),
    }
    threads = ThreadPoolExecutor(max_workers=len(checks), thread_name_prefix="healthz")
    answers = {name: threads.submit(check) for name, check in checks.items()}
    # A check that hangs ends by its own timeouts; the answer doesn't wait for it.
    threads.shutdown(wait=False)
    silent = []
    for name, answer in answers.items():
        try:
            answer.result(timeout=SECONDS)
        except (Exception, TookTooLong):
            silent.append(name)
    return silent


def ask_database() -> None:
    """Raise unless PostgreSQL answers on a connection of its own: a kept one may hang on a dead server."""
    facts = connection.get_connection_params()
    kept = {name: facts[name] for name in ("dbname", "user", "password", "host", "port") if name in facts}
    with psycopg.connect(**kept, connect_timeout=2, options="-c statement_timeout=1000", autocommit=True) as line:
        line.execute("SELECT 1")


def ask_broker() -> None:
    """Raise unless the broker answers. Kombu pings it when it connects."""
    url = app.conf.broker_write_url or app.conf.broker_url
    options = {**app.conf.broker_transport_options, "socket_connect_timeout": 1, "socket_timeout": 1}
    with Connection(url, transport_options=options, connect_timeout=1) as line:
        line.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=1)


def listen_for(process: str) -> None:
    """Raise unless the process has said within the last seconds that it is alive."""
    # Not through Django's cache, which keeps quiet about a server that is away.
    if not get_redis_connection("default").exists(cache.make_key(f"alive:{process}")):
        raise LookupError(process)
