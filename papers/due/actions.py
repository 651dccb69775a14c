"""One tick: everything that is due by now is planned, then sent."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.db import connection, transaction
from django.utils import timezone

from papers.calendars.actions import note_changes
from papers.claims.confirming import ask_to_confirm, warn_understudies
from papers.claims.handing_out import give_back_unanswered
from papers.claims.partners import expire as expire_partners
from papers.claims.stale import tend
from papers.claims.standing_in import ask_everybody
from papers.claims.swapping import expire
from papers.claims.waiting import pass_on
from papers.digests.actions import plan_digests
from papers.discussion.letters import plan_replies
from papers.due import rules
from papers.figures.actions import forget_unused
from papers.jobs import actions as jobs
from papers.jobs.actions import Ran
from papers.jobs.rules import TICK
from papers.live.actions import forget_old_changes
from papers.macros.rendering import render_again
from papers.mail.actions import queue
from papers.mail.holding import settle_abandoned
from papers.mail.models import Outgoing
from papers.mail.rules import why_not_again
from papers.mail.sending import BATCH_SECONDS, send_waiting
from papers.members import actions as members
from papers.members.mailing import tell_of_paused
from papers.members.models import Member
from papers.refusals import refuse_if
from papers.reminders.actions import plan_reminders
from papers.reminders.changes import tell_of_changes
from papers.reminders.reading import plan_reading
from papers.sessions.actions import keep_wall_times

log = logging.getLogger(__name__)

# In this order: a session whose zone has new rules is moved before anybody is reminded of it.
PLANNERS: dict[str, Callable[[dt.datetime], int]] = {
    "moved session": keep_wall_times,
    "offer": pass_on,
    "swap": expire,
    "stale claim": tend,
    "unanswered": give_back_unanswered,
    "stand-in": ask_everybody,
    "partner": expire_partners,
    "confirmation": ask_to_confirm,
    "understudy": warn_understudies,
    "calendar": note_changes,
    "reminder": plan_reminders,
    "reading": plan_reading,
    "change": tell_of_changes,
    "reply": plan_replies,
    "digest": plan_digests,
    "rendering": render_again,
    "paused address": tell_of_paused,
    "old changes": forget_old_changes,
    "unused figures": forget_unused,
}
OUTCOMES = ("sent", "waiting", "failed", "void", "unconfirmed")

LOCK = 20_230_228


def deliver_due(
    now: dt.datetime | None = None, *, seconds: float | None = BATCH_SECONDS, patient: bool = False
) -> dict[str, int]:
    """Plan what is due at `now` and send it, for at most about so many seconds (None: until nothing is left).

    Returns how many of each kind were planned and how many mails came to each state. Doing it again, or twice at
    once, adds nothing: while another tick plans, this one only sends, or waits for its turn if it is `patient`.
    A planner that fails stops neither the others nor the sending; its error is raised at the end.
    """
    now = now or timezone.now()
    counts = dict.fromkeys((*PLANNERS, *OUTCOMES), 0)
    with the_planner(patient=patient) as is_mine:
        runs = [run(kind, now) for kind in PLANNERS] if is_mine else []
        if is_mine:
            jobs.note([*runs, Ran(TICK)], now)
    counts |= {ran.name: ran.count for ran in runs}
    counts["unconfirmed"] = settle_abandoned(now)
    for state, count in send_waiting(now, seconds=seconds).items():
        counts[state] += count
    for ran in runs:
        if ran.error is not None:
            raise ran.error
    return counts


def run(kind: str, now: dt.datetime) -> Ran:
    """Plan what is due of one kind; an error is logged and told, not raised."""
    try:
        return Ran(kind, PLANNERS[kind](now))
    except Exception as error:
        log.exception("What is due of kind %r could not be planned", kind)
        return Ran(kind, error=error)


def run_now(kind: str, *, by: Member) -> Ran:
    """Do one job of the tick at once, for an organiser who has mended what broke it, and return how it went.

    Raises Refused: 403 for a role, 404 for no such job, 409 while a tick is planning.
    """
    refuse_if(rules.why_not_see_outbox(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    refuse_if(rules.why_not_job(kind, PLANNERS), status=HTTPStatus.NOT_FOUND)
    now = timezone.now()
    with the_planner(patient=False) as is_mine:
        refuse_if(rules.why_not_run_now(is_planning=not is_mine))
        ran = run(kind, now)
        jobs.note([ran], now)
    members.log("run job", f"job:{kind}", by=by, after={"name": kind})
    return ran


@contextmanager
def the_planner(*, patient: bool) -> Iterator[bool]:
    """Tell whether nobody else is planning, and keep others from it for as long as the block lasts."""
    with connection.cursor() as cursor:
        if patient:
            cursor.execute("SELECT true FROM pg_advisory_lock(%s)", [LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@transaction.atomic
def send_again(mail: Outgoing, *, by: Member) -> Outgoing:
    """Queue a mail that failed or is unconfirmed once more, as a new one, and return that.

    Raises Refused: 403 for a role, 409 when it can't or need not be sent again.
    """
    refuse_if(rules.why_not_see_outbox(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    mail = Outgoing.objects.select_for_update().get(pk=mail.pk)
    key = f"{mail.key[:170]}#again-{mail.pk}"
    refuse_if(why_not_send_again(mail, key))
    again = queue(
        kind=mail.kind,
        key=key,
        about=mail.about,
        member=mail.member,
        address=mail.address,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=mail.headers,
        not_after=mail.not_after,
        discreet=mail.discreet,
    )
    # Somebody did it at the same moment.
    refuse_if(None if again else why_not_send_again(mail, key))
    assert again is not None
    facts = {"subject": mail.subject, **({} if mail.discreet else {"address": mail.address})}
    members.log("send mail again", f"mail:{mail.pk}", by=by, after=facts)
    return again


def why_not_send_again(mail: Outgoing, key: str) -> str | None:
    """Return what the rule says of the mail, which would be sent again under this key."""
    return why_not_again(
        state=mail.state,
        secret=mail.secret,
        has_text=bool(mail.text),
        now=timezone.now(),
        not_after=mail.not_after,
        done_before=Outgoing.objects.filter(key=key).exists(),
    )
