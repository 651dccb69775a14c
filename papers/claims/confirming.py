"""The holder of a scheduled paper says that they will be there; asked by mail two weeks before the session.

What was said is true of the session as it then stood: after a move it is asked again.
"""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from papers.catalogue.models import Paper
from papers.claims import letters, rules
from papers.claims.locking import held_of
from papers.claims.models import Claim
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
    """Write to the holders whose sessions are two weeks away or less; return how many mails were new. Twice is once.

    Who is away is asked once they are back; who looks for a stand-in or was only just given the paper is not.
    """
    asked = 0
    # On the last day the reminder goes out, which says all there is to say.
    near = unconfirmed(now).filter(starts_at__gt=now + dt.timedelta(days=1)).exclude(holder__in=away_today())
    for claim in near.select_related("holder", "paper"):
        starts_at, key = claim.starts_at, f"confirm:{claim.slot}:{claim.sequence}:{claim.holder_id}"  # type: ignore[attr-defined]
        if Outgoing.objects.filter(key=key).exists():
            continue
        letters.send(
            "confirm",
            claim.holder,
            key=key,
            about=f"session:{claim.session}",  # type: ignore[attr-defined]
            paper=claim.paper,
            not_after=starts_at,
            starts=starts_at,
            token=token_of(claim),
        )
        asked += 1
    return asked


def unconfirmed(now: dt.datetime) -> QuerySet[Any]:
    """Return the open claims on papers of sessions two weeks away or less that nobody has confirmed, soonest first.

    Each knows its `slot`, `session` (primary keys), `sequence` and `starts_at`.
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
    return near.filter(Q(confirmed_for=None) | ~said).order_by("starts_at", "pk")


def token_of(claim: Claim) -> str:
    return tokens.make(TOKEN, claim.pk)
