"""The jobs of the site as organisers read them."""

import datetime as dt
from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from papers.due.actions import PLANNERS
from papers.jobs.models import Job
from papers.jobs.queries import jobs
from papers.jobs.rules import TICK, is_silent
from papers.mail.queries import Queue, moment, queue_at

LABELS = {
    "moved session": gettext_noop("Sessions keep their wall time when a zone changes its rules"),
    "offer": gettext_noop("A free paper is offered to the next in line"),
    "swap": gettext_noop("Exchanges nobody answered end"),
    "stale claim": gettext_noop("Claims in which nothing happens are asked about, then freed"),
    "unanswered": gettext_noop("Papers handed out and not accepted become free again"),
    "stand-in": gettext_noop("Everybody is asked to stand in"),
    "partner": gettext_noop("Invitations to present together end"),
    "confirmation": gettext_noop("Presenters are asked whether they will be there"),
    "understudy": gettext_noop("Understudies are told of who has not said yes"),
    "calendar": gettext_noop("Calendars learn of changes"),
    "reminder": gettext_noop("Members are reminded of sessions"),
    "reading": gettext_noop("Members are reminded of what is left to read"),
    "change": gettext_noop("Members are told of sessions that move or are cancelled"),
    "reply": gettext_noop("Members are told of answers and mentions"),
    "digest": gettext_noop("The weekly digests are written"),
    "rendering": gettext_noop("Texts are set again when macros or the renderer changed"),
    "paused address": gettext_noop("Organisers are told whose mails come back"),
    "old changes": gettext_noop("Live pages forget old changes"),
    "unused figures": gettext_noop("Figures that no text shows are thrown away"),
}
SILENT = {
    "database": gettext_noop("The database does not answer."),
    "broker": gettext_noop("The broker, which wakes the worker, does not answer. Mails leave once it does."),
    "worker": gettext_noop("The worker, which sends the mails, is not heard. Start it again."),
    "beat": gettext_noop("The beat, which rings each minute, is not heard. Start it again."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One job, in words."""

    name: str
    label: str
    ran: str
    count: int
    failures: int
    error: str


@dataclass(frozen=True)
class Listing:
    """How the site's clockwork is. `silent` holds sentences about what does not answer."""

    ticked: str
    stands_still: bool
    silent: list[str]
    queue: Queue
    oldest: str
    lines: list[Line]


def listing(now: dt.datetime, silent: list[str]) -> Listing:
    """Return how the jobs went, those that failed first. `silent` names what did not answer just now."""
    known = jobs()
    tick = known.get(TICK)
    queue = queue_at(now)
    lines = [line_of(name, known.get(name)) for name in PLANNERS]
    return Listing(
        ticked=moment(tick.ran_at) if tick else "",
        stands_still=is_silent(now=now, last=tick.ran_at if tick else None, since=None),
        silent=[_(SILENT[name]) for name in silent],
        queue=queue,
        oldest=moment(queue.oldest),
        lines=sorted(lines, key=lambda line: not line.failures),
    )


def line_of(name: str, job: Job | None) -> Line:
    return Line(
        name=slugify(name),
        label=_(LABELS[name]),
        ran=moment(job.ran_at) if job else "",
        count=job.count if job else 0,
        failures=job.failures if job else 0,
        error=job.error if job else "",
    )


def kind_of(slug: str) -> str:
    """Return the job that an address names; what names none comes back as it is."""
    return next((kind for kind in PLANNERS if slugify(kind) == slug), slug)
