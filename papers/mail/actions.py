"""Putting mail into the outbox and taking back what is no longer true. Nothing is sent from here."""

import datetime as dt
import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from papers.mail.models import Outgoing

log = logging.getLogger(__name__)

SUBJECT_LENGTH = 250
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")

# What one INSERT carries; the columns that are missing here are filled by the sender or by the database.
COLUMNS = (
    "kind",
    "key",
    "about",
    "member",
    "address",
    "subject",
    "text",
    "html",
    "headers",
    "secret",
    "discreet",
    "due_at",
    "not_after",
    "state",
    "attempts",
    "next_try_at",
    "error",
)
ROWS_AT_ONCE = 500
SECONDS_WITHOUT_BELL = 10


def queue(
    *,
    kind: str,
    key: str,
    address: str,
    subject: str,
    text: str,
    html: str = "",
    member: Any = None,
    about: str = "",
    due_at: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
    headers: dict[str, str] | None = None,
    secret: bool = False,
    discreet: bool = False,
) -> Outgoing | None:
    """Put one mail into the outbox, in the caller's transaction, and wake a sender once that is committed.

    Returns the row, or None when there already is one with this key or the address is one that is never mailed
    (it ends in .invalid). `due_at` (now, if not given) is when it may go out first, `not_after` when it is useless.
    `about` names what it speaks of, such as "session:12", so that `void` finds it. `secret` marks a sign-in code,
    `discreet` a mail of which organisers do not see to whom it goes.
    Raises ValidationError for an address that is none.
    """
    row = make(
        kind=kind,
        key=key,
        address=address,
        subject=subject,
        text=text,
        html=html,
        member=member,
        about=about,
        due_at=due_at,
        not_after=not_after,
        headers=headers,
        secret=secret,
        discreet=discreet,
    )
    return next(iter(queue_all([row])), None)


def make(*, subject: str, headers: dict[str, str] | None = None, **facts: Any) -> Outgoing:
    """Return an outbox row that is not stored yet, with what could break a header taken out.

    Takes what `queue` takes and raises what it raises.
    """
    facts["due_at"] = facts.get("due_at") or timezone.now()
    validate_email(facts["address"])
    return Outgoing(
        subject=one_line(subject)[:SUBJECT_LENGTH],
        headers={name: one_line(value) for name, value in (headers or {}).items() if HEADER_NAME.fullmatch(name)},
        next_try_at=facts["due_at"],
        **facts,
    )


def make_failed(*, error: Exception, subject: str, **facts: Any) -> Outgoing:
    """Return an outbox row, not stored yet, that shows organisers a mail which could not be composed, and why.

    Takes kind, key, member and the like, as `queue` does. It keeps the key from being tried again each minute.
    """
    facts["due_at"] = facts.get("due_at") or timezone.now()
    return Outgoing(
        subject=one_line(subject)[:SUBJECT_LENGTH],
        state=Outgoing.State.FAILED,
        error=f"{type(error).__name__}: {error}".replace("\x00", " ")[:2000],
        next_try_at=facts["due_at"],
        **facts,
    )


def queue_all(rows: Iterable[Outgoing]) -> list[Outgoing]:
    """Put many mails into the outbox by few statements; returns those that were new, with their ids."""
    wanted = [row for row in rows if not row.address.lower().endswith(".invalid")]
    new: list[Outgoing] = []
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        new += insert_new(wanted[start : start + ROWS_AT_ONCE])
    if new:
        wake_a_sender_on_commit()
    return new


def insert_new(rows: list[Outgoing]) -> list[Outgoing]:
    """Return the rows whose key was free. Django's bulk_create can't say which of them those were."""
    fields = [field for field in Outgoing._meta.concrete_fields if field.name in COLUMNS]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * len(rows))
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection=connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Outgoing._meta.db_table} ({names}) VALUES {places}"  # noqa: S608 - names of our own model
            " ON CONFLICT (key) DO NOTHING RETURNING key, id",
            values,
        )
        ids = dict(cursor.fetchall())
    new = []
    for row in rows:
        # Taken out, so that of two rows with one key in the same call only the first counts.
        if row.key in ids:
            row.pk = ids.pop(row.key)
            row._state.adding, row._state.db = False, connection.alias
            new.append(row)
    return new


def void(*, about: str | None = None, kind: str | None = None, member: Any = None) -> int:
    """Take back the waiting mails about this thing, or to this member, because they are no longer true.

    Returns how many. A mail that is already being sent can't be called back. The keys become free, so that a new mail
    with the right words can be planned under the same key. Call it after the change was written, in its transaction.
    """
    if about is None and member is None:
        raise ValueError("This would take back every mail: say what it is about, or to whom it goes.")
    waiting = Outgoing.objects.filter(state=Outgoing.State.WAITING)
    if about is not None:
        waiting = waiting.filter(about=about)
    if kind is not None:
        waiting = waiting.filter(kind=kind)
    if member is not None:
        waiting = waiting.filter(member=member)
    return waiting.update(
        state=Outgoing.State.VOID,
        key=Concat(F("key"), Value("~"), Cast("pk", CharField()), output_field=CharField()),
        finished_at=timezone.now(),
    )


def one_line(text: str) -> str:
    """Return the text with line ends and other control characters, which could begin a new header, as spaces."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", str(text)).split())


def wake_a_sender_on_commit() -> None:
    """Once a transaction, however many mails it queues."""
    if not any(entry[1] is wake_a_sender for entry in connection.run_on_commit):
        transaction.on_commit(wake_a_sender)


def wake_a_sender() -> None:
    """Ring for a worker that sends."""
    ring("papers.send")


def ring(task: str) -> None:
    """Ring for a worker. Nobody answering costs nothing: the row is the truth, and a tick finds it within a minute."""
    if time.monotonic() < bell.broken_until:
        return
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except Exception as error:  # whatever the broker's client raises
        # A broker that lets us wait until the timeout must not slow down each form.
        bell.broken_until = time.monotonic() + SECONDS_WITHOUT_BELL
        log.info("No worker could be woken for %s (%s); the next tick does it.", task, error)


@dataclass
class Bell:
    """Until when this process doesn't try to ring, in seconds of the monotonic clock."""

    broken_until: float = 0.0


bell = Bell()
