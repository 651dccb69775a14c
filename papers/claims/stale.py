"""Claims in which nothing happens: a nudge after two weeks, a warning, and after three weeks the paper is free again.

What happens is a note of the holder on the paper, or a session in which it stands: with a date nothing is stale.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from papers.claims import actions, letters, rules, swapping, waiting
from papers.claims.locking import lock_papers
from papers.claims.models import Claim
from papers.mail.models import Outgoing
from papers.members import actions as members
from papers.members.away import away_today

Dated = QuerySet[Claim]


def tend(now: dt.datetime) -> int:
    """Nudge, warn, or take back what is due at `now`; return how many claims. Twice is once."""
    return sum(tend_one(claim.pk, now) for claim in quiet(now))


def quiet(now: dt.datetime) -> list[Claim]:
    """Return the open claims without a date in which nothing has happened for as long as the nudge waits."""
    # The notes stand beside the claims in the order of folders; their table is asked by name of the relation.
    open_claims = Claim.objects.filter(
        released_at=None, looking_since=None, accept_by=None, paper__done_at=None, paper__slots=None
    )
    late = with_activity(open_claims.exclude(holder__in=away_today())).filter(active_at__lte=now - rules.NUDGE_AFTER)
    return list(late.select_related("holder", "paper"))


def with_activity(claims: QuerySet[Claim]) -> QuerySet[Any]:
    """Add to each claim when something happened in it last, as `active_at`."""
    own = Q(paper__notes__author=OuterRef("holder"), paper__notes__deleted_at=None)
    last_note = (
        Claim.objects.filter(own, pk=OuterRef("pk"))
        .values("pk")
        .annotate(last=Max("paper__notes__written_at"))
        .values("last")
    )
    return claims.annotate(active_at=Greatest("claimed_at", Subquery(last_note)))


@transaction.atomic
def tend_one(pk: int, now: dt.datetime) -> bool:
    """Do what is due for one claim, and return whether anything was."""
    claims = with_activity(Claim.objects.select_related("holder", "paper"))
    claim = claims.get(pk=pk)
    lock_papers(claim.paper_id)
    if Claim.objects.select_for_update().filter(pk=pk, released_at=None).first() is None:
        return False
    active_at: dt.datetime = claim.active_at
    since = int(active_at.timestamp())
    warned = Outgoing.objects.filter(key=f"stale-warning:{pk}:{since}").values_list("made_at", flat=True).first()
    due = rules.due_for_stale(age=now - active_at, since_warning=None if warned is None else now - warned)
    if due == "release":
        take_back(claim)
        return True
    if due is None:
        return False
    key = f"stale-{due}:{pk}:{since}"
    if Outgoing.objects.filter(key=key).exists():
        return False
    until = now + rules.WARN_BEFORE
    letters.send(f"stale_{due}", claim.holder, key=key, about=f"stale:{pk}", paper=claim.paper, until=until)
    return True


def take_back(claim: Claim) -> None:
    """Free a paper in which nothing happened, in the holder's place, and say so."""
    actions.end(claim, by=None)
    swapping.withdraw_all(claim)
    members.log("expire claim", f"paper #{claim.paper.number}", by=None, before={"holder": claim.holder_id})
    letters.send("stale_release", claim.holder, key=f"stale-release:{claim.pk}", paper=claim.paper)
    waiting.offer_next(claim.paper)
