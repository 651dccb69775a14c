"""Sending what is due.

A row is taken by one conditional update and committed before the mail leaves, so of many senders one sends it. A
sender holds an advisory lock on its row while it lives; the row of one that was killed becomes unconfirmed and is
shown to the organisers, because nobody can know whether its mail arrived.
"""

import datetime as dt
import hashlib
import logging
import re
import smtplib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import format_datetime
from typing import Any, TypeVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q
from django.utils import timezone

from papers.mail import pacing, refusing, rules
from papers.mail.models import Outgoing
from papers.mail.smtp import Unanswered

log = logging.getLogger(__name__)

Result = TypeVar("Result")

State = Outgoing.State

# How long one task sends before it lets the worker do something else.
BATCH_SECONDS = 20.0
# The first half of the advisory lock that says "a living sender has this row".
LOCK = 20_230_227

TAKE = f"""
    UPDATE {Outgoing._meta.db_table} SET state = 'sending', taken_at = %(now)s, attempts = attempts + 1
    WHERE state = 'waiting' AND id = (
        SELECT id FROM {Outgoing._meta.db_table}
        WHERE state = 'waiting' AND next_try_at <= %(now)s
        ORDER BY secret DESC, next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, pg_try_advisory_lock(%(lock)s, (id %% 2147483647)::int)
"""  # noqa: S608 - the table's name is our own


class OutOfReach(Exception):
    """The mail server can't be reached or refuses us; that says nothing about the mail."""


def send_waiting(now: dt.datetime | None = None, *, seconds: float | None = BATCH_SECONDS) -> Counter[str]:
    """Send what is due at `now`, for at most about so many seconds (None: until nothing is left).

    Returns how many mails came to which state. A mail that fails never stops the others; a mail server that can't
    be reached ends the batch.
    """
    now = now or timezone.now()
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    outcome: Counter[str] = Counter()
    with Carrier() as carrier:
        while carrier.in_reach and time.monotonic() < until:
            with taken(now) as row:
                if row is None:
                    break
                outcome[deliver(row, carrier, now)] += 1
    return outcome


def is_anything_waiting(now: dt.datetime) -> bool:
    """Return whether a mail is due at `now`."""
    return Outgoing.objects.filter(state=State.WAITING, next_try_at__lte=now).exists()


@contextmanager
def taken(now: dt.datetime) -> Iterator[Outgoing | None]:
    """Take one row for as long as the block lasts; None when nothing is due."""
    id = take_one(now)
    try:
        # A row that was taken and can't be read would count as one that may have been sent.
        rows = Outgoing.objects.select_related("member")
        yield patiently(lambda: rows.get(pk=id)) if id is not None else None
    finally:
        if id is not None:
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


def deliver(row: Outgoing, carrier: "Carrier", now: dt.datetime) -> str:
    """Send the taken row, or find that it must not be sent; returns its new state."""
    standing = patiently(lambda: refusing.standing_of(row.address))
    reason = rules.why_not_send(
        now=now,
        not_after=row.not_after,
        has_left=has_left(row.member),
        still_wanted=row.kind not in rules.WISHES or getattr(row.member, rules.WISHES[row.kind], True),
        # Who asks for a code waits for it now, and it shows whether the address works again.
        is_paused=standing is not None and standing.paused_at is not None and not row.secret,
    )
    if reason is not None:
        return finish(row, State.VOID, reason, now)
    if not row.secret and not pacing.may_go(row.address, now):
        row.next_try_at = patiently(lambda: pacing.postpone(row.address, now))
        return finish(row, State.WAITING, rules.TOO_MANY, now)
    try:
        carrier.hand_over(message_of(row))
    except OutOfReach as error:
        return try_later(row, str(error), now, server_reached=False)
    except Unanswered as error:
        return finish(row, State.UNCONFIRMED, str(error), now)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return recipient_refused(row, code, words, now)
    except smtplib.SMTPResponseException as error:
        return refused(row, error.smtp_code, error.smtp_error, now)
    except smtplib.SMTPNotSupportedError as error:
        return finish(row, State.FAILED, str(error), now)
    except OSError as error:  # a connection that was lost before the text, or a full disk
        return try_later(row, str(error) or type(error).__name__, now)
    except Exception as error:
        # Whatever is wrong with this one mail, the others must go out.
        log.exception("Mail %s could not be composed", row.key)
        return finish(row, State.FAILED, f"{type(error).__name__}: {error}", now)
    if standing is not None:
        patiently(lambda: refusing.forget_refusals(row.address))
    return finish(row, State.SENT, "", now)


def has_left(member: Any) -> bool:
    """Return whether the mail is for a member who is no longer one."""
    return member is not None and not (member.is_active and member.left_at is None)


def recipient_refused(row: Outgoing, code: int, words: bytes | str, now: dt.datetime) -> str:
    """Note that the server does not take mails for this address; returns the new state."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    if rules.is_for_good(code) and rules.is_about_the_address(code, said):
        text = clean(f"{code} {said}")
        patiently(lambda: refusing.note_refusal(row.address, text, now))
    return refused(row, code, said, now)


def refused(row: Outgoing, code: int, words: bytes | str, now: dt.datetime) -> str:
    """Note the server's refusal: for good, or to be tried again; returns the new state."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    text = f"{code} {said}"
    return finish(row, State.FAILED, text, now) if rules.is_for_good(code) else try_later(row, text, now)


def try_later(row: Outgoing, words: str, now: dt.datetime, *, server_reached: bool = True) -> str:
    """Put the row back among the waiting; one that was tried for days fails. Returns the new state."""
    if rules.is_hopeless(now=now, due_at=row.due_at):
        return finish(row, State.FAILED, words, now)
    row.next_try_at = now + rules.wait_before_try(row.attempts, server_reached=server_reached)
    return finish(row, State.WAITING, words, now)


def finish(row: Outgoing, state: Outgoing.State, words: str, now: dt.datetime) -> str:
    """Write down how sending ended, also when the database was away for a moment; returns the new state."""
    done = None if state == State.WAITING else now
    error = clean(words)
    # Another sender may have taken us for dead while the database was away: what we know is better.
    mine = Outgoing.objects.filter(pk=row.pk, state__in=[State.SENDING, State.UNCONFIRMED])
    patiently(lambda: mine.update(state=state, error=error, finished_at=done, next_try_at=row.next_try_at))
    return str(state.value)


def clean(words: str) -> str:
    """Return the server's words as they can be stored: without NUL, and no more than a page."""
    return words.replace("\x00", " ").strip()[:2000]


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


def mark_unconfirmed(now: dt.datetime) -> int:
    """Mark the rows whose sender died in the middle; returns how many. They are never sent again by themselves."""
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
            marked += stale.filter(pk=id).update(state=State.UNCONFIRMED, error=rules.SENDER_DIED, finished_at=now)
        finally:
            let_go(id)
    return marked


def message_of(row: Outgoing) -> EmailMultiAlternatives:
    """Return the row as a MIME message. The Message-ID comes from the row's key, so it is the same at each try."""
    headers = {
        **row.headers,
        "Message-ID": message_id(row.key),
        "Date": format_datetime(timezone.now()),
        "List-Id": f"<reading-group.{host()}>",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(
        row.subject, row.text, settings.DEFAULT_FROM_EMAIL, [row.address], headers=headers
    )
    if row.html:
        message.attach_alternative(row.html, "text/html")
    return message


def message_id(key: str) -> str:
    """Return the Message-ID of the row with this key: readable, and unlike any other key's."""
    readable = re.sub(r"[^A-Za-z0-9-]+", ".", key).strip(".")[:60]
    return f"<{readable}.{hashlib.sha256(key.encode()).hexdigest()[:12]}@{host()}>"


def host() -> str:
    """Return the host name that stands in Message-ID and List-Id."""
    return settings.BASE_HOST or "localhost"


class Carrier:
    """The connection to the mail server: opened for the first mail, shared by a batch, opened anew after an error."""

    def __init__(self) -> None:
        self.line: BaseEmailBackend | None = None
        self.in_reach = True

    def __enter__(self) -> "Carrier":
        return self

    def __exit__(self, *error: object) -> None:
        self.hang_up()

    def hand_over(self, message: EmailMultiAlternatives) -> None:
        """Send one message. Raises OutOfReach, or what smtplib raises about this message."""
        try:
            if self.line is None:
                self.line = self.call()
            self.line.send_messages([message])
        except smtplib.SMTPHeloError as error:
            self.in_reach = False
            raise OutOfReach(str(error)) from error
        except BaseException:
            self.hang_up()
            raise

    def call(self) -> BaseEmailBackend:
        line = get_connection()
        try:
            line.open()
        except OSError as error:
            self.in_reach = False
            raise OutOfReach(str(error) or type(error).__name__) from error
        return line

    def hang_up(self) -> None:
        line, self.line = self.line, None
        if line is not None:
            with suppress(OSError):
                line.close()
