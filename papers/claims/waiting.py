"""Waiting in line for a paper, and offering it to whose turn it is.

The line of a paper changes only under the lock on the paper (`locking`). So nobody joins a line in the moment in which
its paper becomes free and is then forgotten.
"""

import datetime as dt
from http import HTTPStatus

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from papers.catalogue.models import Paper
from papers.claims import letters, rules
from papers.claims.locking import held_of, lock_member, lock_papers
from papers.claims.machines import ACCEPTED, ANSWER, SENT, WITHDRAWN, after
from papers.claims.models import Offer, WaitingPlace
from papers.claims.queries import DONE, place_of
from papers.mail.composing import zone_of
from papers.members import actions as members
from papers.members import tokens
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import Refused, refuse_if

TOKEN = "offer"  # noqa: S105 - the kind of a token, not one


@transaction.atomic
def join(paper: Paper, *, by: Member) -> WaitingPlace:
    """Let the member stand at the end of the paper's line and return their place.

    Raises Refused: 403 for a role, 409 when the paper is free, done or theirs, or they stand in another line.
    """
    by = lock_member(by)
    held = held_of(paper)
    # A free paper that is offered has a line too.
    offered = Offer.objects.select_for_update().filter(paper=paper, state=SENT).first()
    mine = list(WaitingPlace.objects.filter(member=by, left_at=None).values_list("paper_id", flat=True))
    refuse_if(
        rules.why_not_wait(
            may_write=by.may_write and members.is_here(by),
            is_mine=held is not None and held.holder_id == by.pk,
            is_held=held is not None or (offered is not None and offered.member_id != by.pk),
            is_done=place_of(paper, by).state == DONE,
            is_waiting=paper.pk in mine,
            others=len(mine),
            cap=the_group().waiting_cap,
        ),
        status=HTTPStatus.CONFLICT if by.may_write else HTTPStatus.FORBIDDEN,
    )
    place = WaitingPlace.objects.create(paper=paper, member=by)
    members.log("wait", f"paper #{paper.number}", by=by)
    return place


@transaction.atomic
def leave(paper: Paper, *, by: Member) -> None:
    """Take the member out of the paper's line; an offer to them passes to the next. Twice is once."""
    lock_papers(paper.pk)
    offer = Offer.objects.select_for_update().filter(paper=paper, member=by, state=SENT).first()
    if offer is not None:
        answer(offer, "decline")
    elif WaitingPlace.objects.filter(paper=paper, member=by, left_at=None).update(left_at=timezone.now()):
        members.log("stop waiting", f"paper #{paper.number}", by=by)


def offer_next(paper: Paper, *, not_before: dt.datetime | None = None) -> Offer | None:
    """Offer the free paper to whoever is first in its line, by mail too; return the offer, or None without a line.

    Call it in the transaction in which the paper became free. The mail goes out `not_before` that instant.
    """
    line = WaitingPlace.objects.select_for_update(of=("self",)).filter(paper=paper, left_at=None)
    place = line.select_related("member").order_by("joined_at", "pk").first()
    if place is None:
        return None
    member, now = place.member, timezone.now()
    zone = zone_of(member.time_zone, the_group().time_zone)
    offer = Offer.objects.create(
        paper=paper, member=member, place=place, expires_at=rules.waking_end(not_before or now, zone)
    )
    members.log("offer", f"paper #{paper.number}", by=None, after={"to": member.name})
    letters.send(
        "offer",
        member,
        key=f"offer:{offer.pk}",
        about=letters.about_offer(offer.pk),
        paper=paper,
        due_at=not_before,
        not_after=offer.expires_at,
        until=offer.expires_at,
        token=token_of(offer),
    )
    return offer


def answer(offer: Offer, act: str) -> Offer | None:
    """Let a locked offer become what the act of `machines.ANSWER` makes of it; not taken, it is passed on.

    Returns the next offer, if there is one. Raises Refused (409) when it was answered already.
    """
    state = after(ANSWER, offer.state, act)
    if state is None:
        raise Refused(why_no_answer(offer) or "")
    before, offer.state, offer.answered_at = offer.state, state, timezone.now()
    offer.save(update_fields=["state", "answered_at"])
    WaitingPlace.objects.filter(pk=offer.place_id, left_at=None).update(left_at=offer.answered_at)
    letters.void(letters.about_offer(offer.pk))
    by = None if act == "expire" else offer.member
    about, to = f"paper #{offer.paper.number}", {"to": offer.member.name}
    members.log(f"{act} offer", about, by=by, before={"state": before}, after=to)
    return None if state == ACCEPTED else offer_next(offer.paper)


def take_back(offer: Offer) -> None:
    """Withdraw a locked offer whose paper is held again; its member keeps their place in the line."""
    offer.state, offer.answered_at = WITHDRAWN, timezone.now()
    offer.save(update_fields=["state", "answered_at"])
    letters.void(letters.about_offer(offer.pk))
    members.log("withdraw offer", f"paper #{offer.paper.number}", by=None, after={"to": offer.member.name})


def taken(paper: Paper, by: Member) -> None:
    """Close what waits once the member has claimed the paper: an offer to them is accepted, their place is left."""
    offer = Offer.objects.select_for_update().filter(paper=paper, member=by, state=SENT).first()
    if offer is not None:
        answer(offer, "accept")
    WaitingPlace.objects.filter(paper=paper, member=by, left_at=None).update(left_at=timezone.now())


def in_line(paper: Paper) -> list[Member]:
    """Return who waits for the paper, who came first first."""
    places = WaitingPlace.objects.filter(paper=paper, left_at=None).select_related("member")
    return [place.member for place in places.order_by("joined_at", "pk")]


@transaction.atomic
def leave_all(member: Member) -> None:
    """Take somebody who leaves, or may no longer claim, out of every line; offers to them pass to the next."""
    for offer in (
        Offer.objects.select_for_update(of=("self",)).filter(member=member, state=SENT).select_related("paper")
    ):
        answer(offer, "withdraw")
    WaitingPlace.objects.filter(member=member, left_at=None).update(left_at=timezone.now())


def pass_on(now: dt.datetime) -> int:
    """Let the offers whose time is over at `now` pass to the next in line; return how many did. Twice is once."""
    late = Offer.objects.filter(state=SENT, expires_at__lte=now).values_list("pk", "paper")
    return sum(pass_one_on(pk, paper, now) for pk, paper in list(late))


@transaction.atomic
def pass_one_on(pk: int, paper: int, now: dt.datetime) -> bool:
    lock_papers(paper)
    offers = Offer.objects.select_for_update(of=("self",)).select_related("paper", "member")
    offer = offers.filter(pk=pk, state=SENT, expires_at__lte=now).first()
    if offer is None:
        return False
    answer(offer, "expire")
    return True


def token_of(offer: Offer) -> str:
    return tokens.make(TOKEN, offer.pk)


def why_no_answer(offer: Offer) -> str | None:
    """Return why the offer takes no answer any more, in the reader's words, or None."""
    if offer.state == SENT and offer.expires_at > timezone.now():
        return None
    state = "expired" if offer.state == SENT else offer.state
    when = date_format(timezone.localtime(offer.answered_at or offer.expires_at), "DATETIME_FORMAT")
    return rules.why_no_answer(state=state, when=when)
