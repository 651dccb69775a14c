"""The holder of a scheduled paper says that they will be there; asked by mail two weeks before the session,
a week and two days before. Five days before, the understudy of who has said nothing hears of it.

What was said is true of the session as it then stood: after a move it is asked again.
"""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, F, Prefetch, Q, QuerySet, When

from papers.catalogue.models import Paper
from papers.claims import letters, rules
from papers.claims.locking import held_of
from papers.claims.models import Claim, Partner
from papers.claims.queries import DONE, place_of
from papers.mail.models import Outgoing
from papers.members import actions as members
from papers.members import tokens
from papers.members.away import away_today
from papers.members.models import Member
from papers.refusals import refuse_if
from papers.sessions.models import ReadingSession

TOKEN = "present"  # noqa: S105 - the kind of a token, not one


def begin(paper: Paper, holder: Member, now: dt.datetime) -> Claim:
    """Write that the member holds the paper from now on, and return the claim; raises IntegrityError where one is.

    Whoever takes a paper whose session is near knows its date, and is not asked for it.
    """
    session = ReadingSession.objects.filter(slots__paper=paper, cancelled_at=None).first()
    is_near = session is not None and now >= session.starts_at - rules.CONFIRM_BEFORE
    return Claim.objects.create(
        paper=paper,
        holder=holder,
        confirmed_for=session if is_near else None,
        confirmed_sequence=session.sequence if session and is_near else None,
    )


@transaction.atomic
def confirm(paper: Paper, *, by: Member) -> Claim:
    """Write that the holder will present the paper in its session, and return their claim. Twice is once.

    Raises Refused: 403 for somebody else's paper, 409 when it is in no session to come.
    """
    held = held_of(paper)
    place = place_of(paper, by)
    is_mine = held is not None and held.holder_id == by.pk
    refuse_if(
        rules.why_not_confirm(is_mine=is_mine, is_scheduled=place.session_id is not None, is_done=place.state == DONE),
        status=HTTPStatus.CONFLICT if is_mine else HTTPStatus.FORBIDDEN,
    )
    assert held is not None
    session = ReadingSession.objects.get(slots__paper=paper)
    if (held.confirmed_for_id, held.confirmed_sequence) == (session.pk, session.sequence):
        return held
    held.confirmed_for, held.confirmed_sequence, held.accept_by = session, session.sequence, None
    held.save(update_fields=["confirmed_for", "confirmed_sequence", "accept_by"])
    members.log("confirm", f"paper #{paper.number}", by=by, after={"session": session.pk})
    return held


def ask_to_confirm(now: dt.datetime) -> int:
    """Write to holders two weeks, a week and two days before their session; return how many mails were new.

    Who has not said yes is asked at each of these steps; who has is reminded at the last two. Twice is once. Who is
    away is written to once they are back; who looks for a stand-in or was only just given the paper is not.
    """
    # On the last day the reminder goes out, which says all there is to say.
    near = scheduled(now).filter(starts_at__gt=now + dt.timedelta(days=1)).exclude(holder__in=away_today())
    due = {}
    for claim in near.select_related("holder", "paper"):
        step = rules.step_before(claim.starts_at - now)
        taken_before = claim.claimed_at <= claim.starts_at - dt.timedelta(days=step)
        if not claim.is_confirmed or (taken_before and step < rules.CONFIRM_BEFORE.days):
            due[key_of(claim, step)] = claim
    there = set(Outgoing.objects.filter(key__in=due).values_list("key", flat=True))
    new = {key: claim for key, claim in due.items() if key not in there}
    for key, claim in new.items():
        letters.send(
            "present" if claim.is_confirmed else "confirm",
            claim.holder,
            key=key,
            about=f"session:{claim.session}",
            paper=claim.paper,
            not_after=claim.starts_at,
            starts=claim.starts_at,
            token=token_of(claim),
        )
    return len(new)


def key_of(claim: Any, step: int) -> str:
    """Return the key of the mail about a holder's slot so many days before; after a move it is another one."""
    key = f"confirm:{claim.slot}:{claim.sequence}:{claim.holder_id}"
    return key if step == rules.CONFIRM_BEFORE.days else f"{key}:{step}"


def warn_understudies(now: dt.datetime) -> int:
    """Write to the understudies of who has not said yes five days before; return how many mails were new."""
    near = unconfirmed(now).filter(starts_at__lte=now + rules.ESCALATE_BEFORE)
    helpers = Partner.objects.filter(role=Partner.Role.UNDERSTUDY, state="accepted", left_at=None)
    helpers = helpers.exclude(member__in=away_today()).select_related("member")
    due = {
        f"understudy:{claim.slot}:{claim.sequence}:{helper.member_id}": (claim, helper.member)
        for claim in near.select_related("holder", "paper").prefetch_related(Prefetch("partners", helpers))
        for helper in claim.partners.all()
    }
    there = set(Outgoing.objects.filter(key__in=due).values_list("key", flat=True))
    new = {key: both for key, both in due.items() if key not in there}
    for key, (claim, member) in new.items():
        letters.send(
            "understudy_ready",
            member,
            key=key,
            about=f"session:{claim.session}",
            paper=claim.paper,
            not_after=claim.starts_at,
            starts=claim.starts_at,
            name=claim.holder.name,
        )
    return len(new)


def scheduled(now: dt.datetime) -> QuerySet[Any]:
    """Return the open claims on papers of sessions two weeks away or less, soonest first.

    Each knows its `slot`, `session` (primary keys), `sequence`, `starts_at`, and whether it `is_confirmed`.
    """
    near = Claim.objects.filter(
        released_at=None,
        looking_since=None,
        accept_by=None,
        paper__done_at=None,
        paper__slots__session__cancelled_at=None,
        paper__slots__session__starts_at__gt=now,
        paper__slots__session__starts_at__lte=now + rules.CONFIRM_BEFORE,
    ).annotate(
        slot=F("paper__slots"),
        session=F("paper__slots__session"),
        sequence=F("paper__slots__session__sequence"),
        starts_at=F("paper__slots__session__starts_at"),
    )
    said = Q(confirmed_for=F("session"), confirmed_sequence=F("sequence"))
    # A comparison with nothing is not true, and not false either.
    is_confirmed = Case(When(said, then=True), default=False, output_field=BooleanField())
    return near.annotate(is_confirmed=is_confirmed).order_by("starts_at", "pk")


def unconfirmed(now: dt.datetime) -> QuerySet[Any]:
    """Return those of them that nobody has confirmed."""
    return scheduled(now).filter(is_confirmed=False)


def token_of(claim: Claim) -> str:
    return tokens.make(TOKEN, claim.pk)
