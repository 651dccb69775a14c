"""Which sender has which mail, and what becomes of it when the sender dies.

A row is taken by one conditional update and committed, so of many senders one has it. The sender holds an advisory
lock on it while it lives. Right before the last dot of a mail leaves, the word that it was handed over is on its way
to the database: the two leave back to back, so a sender that is killed leaves either a row that was not handed over,
which goes out by the next sender, or one that was, of which nobody can know whether it arrived. That one is
unconfirmed: shown to organisers and never sent again by itself. (design D2)
"""

import datetime as dt
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q
from django.utils import timezone

from papers.mail import rules
from papers.mail.models import Outgoing

State = Outgoing.State
Result = TypeVar("Result")

# The first half of the advisory lock that says "a living sender has this row".
LOCK = 20_230_227

TAKE = f"""
    UPDATE {Outgoing._meta.db_table}
    SET state = 'sending', taken_at = %(now)s, handed_at = NULL, attempts = attempts + 1
    WHERE state = 'waiting' AND id = (
        SELECT id FROM {Outgoing._meta.db_table}
        WHERE state = 'waiting' AND next_try_at <= %(now)s
        ORDER BY secret DESC, next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, pg_try_advisory_lock(%(lock)s, (id %% 2147483647)::int)
"""  # noqa: S608 - the table's name is our own
HAND_OVER = f"UPDATE {Outgoing._meta.db_table} SET handed_at = $1::timestamptz WHERE id = $2::bigint"  # noqa: S608


class LostHold(Exception):
    """The connection that had the lock is gone: another sender may take the row, so this one must not send it."""


class Hold:
    """This sender's hold on one row, on the database connection that has its lock."""

    def __init__(self, id: int) -> None:
        self.id = id
        self.line: psycopg.Connection | None = connection.connection
        self.is_asked = False

    def hand_over(self) -> None:
        """Send the database the word that the mail leaves now, without waiting for its answer. Raises LostHold."""
        if self.line is None or connection.connection is not self.line:
            raise LostHold
        try:
            wire = self.line.pgconn
            # A database that hangs up says so first: all it has said is read, to its end.
            while select.select([wire.socket], [], [], 0)[0]:
                wire.consume_input()
            wire.send_query_params(HAND_OVER.encode(), [timezone.now().isoformat().encode(), str(self.id).encode()])
            while wire.flush():
                pass
        except psycopg.Error as error:
            raise LostHold from error
        self.is_asked = True

    def hear(self) -> None:
        """Read the database's answer, once the mail server was heard. An error in it shows with the next query."""
        if self.is_asked and self.line is not None:
            self.is_asked = False
            while self.line.pgconn.get_result() is not None:
                pass


@contextmanager
def taken(now: dt.datetime) -> Iterator[tuple[Outgoing, Hold] | None]:
    """Take one row that is due at `now` for as long as the block lasts; None when nothing is due."""
    id = take_one(now)
    if id is None:
        yield None
        return
    hold = Hold(id)
    try:
        yield patiently(lambda: Outgoing.objects.select_related("member").get(pk=id)), hold
    finally:
        let_go(id)


def take_one(now: dt.datetime) -> int | None:
    """Let this sender, and no other, have one row that is due at `now`; returns its id, or None.

    Sign-in codes come first: somebody is waiting for them. The caller must `let_go` of the row.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"now": now, "lock": LOCK})
        found = cursor.fetchone()
    return found[0] if found is not None else None


def let_go(id: int) -> None:
    """Say that no sender has the row any more. A connection that is gone has said so already."""
    with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, (%s %% 2147483647)::int)", [LOCK, id])


def settle_abandoned(now: dt.datetime) -> int:
    """Look after the rows whose sender died in the middle; returns how many of them are unconfirmed.

    What was not handed over waits again. What was is unconfirmed, and never sent again by itself.
    """
    stale = Outgoing.objects.filter(state=State.SENDING).filter(
        Q(taken_at=None) | Q(taken_at__lte=now - rules.SENDING_TAKES_AT_MOST)
    )
    marked = 0
    for id in stale.values_list("pk", flat=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, (%s %% 2147483647)::int)", [LOCK, id])
            (is_nobodys,) = cursor.fetchone()
        if not is_nobodys:
            continue
        try:
            row = stale.filter(pk=id)
            row.filter(handed_at=None).update(state=State.WAITING, next_try_at=now, error=rules.SENDER_DIED_BEFORE)
            marked += row.update(state=State.UNCONFIRMED, error=rules.SENDER_DIED, finished_at=now)
        finally:
            let_go(id)
    return marked


def patiently(act: Callable[[], Result], *, seconds: float = 30.0) -> Result:
    """Read or write, and try again while the database restarts; returns what came of it.

    Raises the database's error after so many seconds.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.5)
