"""The outbox as organisers read it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from papers.mail import rules
from papers.mail.models import Outgoing

PAGE = 50

State = Outgoing.State
LOUD = (State.FAILED, State.UNCONFIRMED)
STATES = {str(state.value) for state in State}


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One mail, in words."""

    id: int
    made: str
    address: str
    subject: str
    state: str
    label: str
    words: str
    is_loud: bool
    can_go_again: bool


@dataclass(frozen=True)
class Outbox:
    """One page of the outbox. `older` is the id before which there are more, None on the last page."""

    rows: list[OutboxRow]
    older: int | None
    counts: Mapping[str, int]

    @property
    def loud(self) -> int:
        """How many mails failed or are unconfirmed."""
        return sum(self.counts.get(state, 0) for state in LOUD)


def outbox(*, state: str = "", before: int | None = None) -> Outbox:
    """Return a page of the outbox, newest first: all mails or those in one state, older than the mail `before`."""
    rows: QuerySet[Outgoing] = Outgoing.objects.order_by("-pk").defer("text", "html", "headers")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    shown = list(rows[: PAGE + 1])
    counts = Outgoing.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return Outbox(
        rows=[row_of(mail) for mail in shown[:PAGE]],
        older=shown[PAGE - 1].pk if len(shown) > PAGE else None,
        counts=dict(counts),
    )


def loud_mails(*, since: dt.datetime | None = None) -> int:
    """Return how many mails failed or are unconfirmed, of all or of those that ended since an instant."""
    rows = Outgoing.objects.filter(state__in=LOUD)
    return (rows if since is None else rows.filter(finished_at__gte=since)).count()


@dataclass(frozen=True, slots=True)
class Queue:
    """The mails that wait: how many are due, since when the first of them, and how many are for later."""

    due: int
    oldest: dt.datetime | None
    later: int


def queue_at(now: dt.datetime) -> Queue:
    """Return what waits at `now`, in one query."""
    due = Q(next_try_at__lte=now)
    waiting = Outgoing.objects.filter(state=State.WAITING).aggregate(
        due=Count("pk", filter=due), oldest=Min("due_at", filter=due), later=Count("pk", filter=~due)
    )
    return Queue(**waiting)


def row_of(mail: Outgoing) -> OutboxRow:
    is_loud = mail.state in LOUD
    return OutboxRow(
        id=mail.pk,
        made=moment(mail.made_at),
        address=_("a member; whom is not shown") if mail.discreet else mail.address,
        subject=mail.subject,
        state=mail.state,
        label=mail.get_state_display(),
        words=in_words(mail),
        is_loud=is_loud,
        can_go_again=is_loud and not mail.secret,
    )


def in_words(mail: Outgoing) -> str:
    """Return what became of the mail, as a sentence, with the server's words where there are any."""
    # Our own reasons are kept in English; the server's words are in no catalogue and stay as they are.
    said = _(mail.error) if mail.error else ""
    match mail.state:
        case State.WAITING if mail.error in (rules.TOO_MANY, rules.NIGHT):
            return f"{said} " + _("It is sent at %(moment)s.") % {"moment": moment(mail.next_try_at)}
        case State.WAITING if mail.attempts:
            words = _("Tried %(count)s times; the next time is %(moment)s. The server said: %(said)s")
            return words % {"count": mail.attempts, "moment": moment(mail.next_try_at), "said": said}
        case State.WAITING:
            return _("It is sent at %(moment)s.") % {"moment": moment(mail.next_try_at)}
        case State.SENDING:
            return _("It is being sent right now.")
        case State.SENT if settings.SMTP is None:
            return _("It was kept as a file, because there is no mail server.")
        case State.SENT:
            return _("The mail server took it at %(moment)s.") % {"moment": moment(mail.finished_at)}
        case State.FAILED:
            return _("It was not delivered. The server said: %(said)s") % {"said": said}
        case State.VOID:
            return said or _("It was not sent, because what it said was no longer true.")
        case _:
            return _("Nobody knows whether it arrived. %(said)s") % {"said": said}


def moment(at: dt.datetime | None) -> str:
    """Return the instant in the reader's zone and language."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at is not None else ""


def may_show_text(mail: Outgoing) -> bool:
    """Return whether organisers may read the mail: a sign-in code only where it reaches nobody else.

    A discreet one never: it calls who gets it by name.
    """
    return not mail.discreet and (not mail.secret or settings.SMTP is None)
