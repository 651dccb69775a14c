"""Sending what is due: each mail by one sender (`holding`), and what the mail server says of it."""

import datetime as dt
import hashlib
import logging
import re
import smtplib
import time
from collections import Counter
from contextlib import suppress
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from papers.mail import pacing, refusing, rules
from papers.mail.composing import zone_of
from papers.mail.holding import Hold, LostHold, patiently, taken
from papers.mail.models import Outgoing
from papers.mail.smtp import EmailBackend, Unanswered

log = logging.getLogger(__name__)

State = Outgoing.State

# How long one task sends before it lets the worker do something else.
BATCH_SECONDS = 20.0


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
            with taken(now) as found:
                if found is None:
                    break
                row, hold = found
                outcome[deliver(row, hold, carrier, now)] += 1
    return outcome


def is_anything_waiting(now: dt.datetime) -> bool:
    """Return whether a mail is due at `now`."""
    return Outgoing.objects.filter(state=State.WAITING, next_try_at__lte=now).exists()


def deliver(row: Outgoing, hold: Hold, carrier: "Carrier", now: dt.datetime) -> str:
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
    if (morning := morning_for(row, now)) is not None:
        row.next_try_at = morning
        return finish(row, State.WAITING, rules.NIGHT, now)
    if not row.secret and not pacing.may_go(row.address, now):
        row.next_try_at = patiently(lambda: pacing.postpone(row.address, now))
        return finish(row, State.WAITING, rules.TOO_MANY, now)
    try:
        carrier.hand_over(message_of(row), hold)
    except OutOfReach as error:
        return try_later(row, str(error), now, server_reached=False)
    except LostHold:
        return try_later(row, rules.LOST_HOLD, now)
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


def morning_for(row: Outgoing, now: dt.datetime) -> dt.datetime | None:
    """Return for which morning of the member the mail waits, or None when it may go out now."""
    if row.member is None or row.secret or not row.member.quiet_nights:
        return None
    zone = zone_of(row.member.time_zone)
    return rules.when_awake(now=now, zone=zone, kind=row.kind, not_after=row.not_after)


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
    # A sender that has taken the row since then has counted one more attempt.
    here = Outgoing.objects.filter(pk=row.pk, attempts=row.attempts)
    mine = here.filter(state__in=[State.SENDING, State.UNCONFIRMED])
    patiently(lambda: mine.update(state=state, error=error, finished_at=done, next_try_at=row.next_try_at))
    return str(state.value)


def clean(words: str) -> str:
    """Return the server's words as they can be stored: without NUL, and no more than a page."""
    return words.replace("\x00", " ").strip()[:2000]


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

    def hand_over(self, message: EmailMultiAlternatives, hold: Hold) -> None:
        """Send one message. Raises OutOfReach, LostHold, or what smtplib raises about this message."""
        try:
            if self.line is None:
                self.line = self.call()
            if isinstance(self.line, EmailBackend):
                self.line.call_before_end(hold.hand_over)
            else:
                hold.hand_over()
            self.line.send_messages([message])
        except smtplib.SMTPHeloError as error:
            self.in_reach = False
            raise OutOfReach(str(error)) from error
        except BaseException:
            self.hang_up()
            raise
        finally:
            hold.hear()

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
