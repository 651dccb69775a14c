"""Claiming and releasing a paper.

One holder a paper is the database's promise (`one_holder_per_paper`): of many who claim at once the constraint lets
one through. The cap on one member's papers is counted under a lock on that member's row.
"""

from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from papers.catalogue.models import Paper
from papers.claims import confirming, duties, letters, partners, rules, standing_in, swapping, waiting
from papers.claims.locking import held_of, lock_for_claim, lock_member, lock_papers
from papers.claims.machines import FREE, HELD, SENT
from papers.claims.models import Claim, Offer, Partner, WaitingPlace
from papers.claims.queries import DONE, Place, open_claims, place_of
from papers.members import actions as members
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import Refused, refuse_if


@transaction.atomic
def claim(paper: Paper, *, by: Member, handed_out: bool = False) -> Claim:
    """Give the paper to this member; `handed_out` by an organiser, also while its part takes bids only.

    Raises Refused (403 for a role that cannot claim, else 409) when the paper is not free or the member holds as
    many papers as the group allows.
    """
    # As they are now: somebody who leaves, or is made a reader, holds the same lock meanwhile.
    by = lock_member(by)
    refuse_if(
        rules.why_role_may_not_claim(may_write=by.may_write, has_left=not members.is_here(by)),
        status=HTTPStatus.FORBIDDEN,
    )
    lock_for_claim(paper)
    place = place_of(paper, by)
    refuse_if(why_not_free(place, handed_out=handed_out))
    held = [f"#{row['number']}" for row in open_claims(by, timezone.now())]
    refuse_if(rules.why_no_more(held=held, cap=the_group().claim_cap))
    try:
        with transaction.atomic():
            made = confirming.begin(paper, by, timezone.now())
    except IntegrityError:
        # Somebody's claim was committed between our look and our write: the constraint decided.
        raise Refused(why_not_free(place_of(paper, by), handed_out=handed_out) or "") from None
    waiting.taken(paper, by)
    members.log("claim", f"paper #{paper.number}", by=by, before={"state": FREE}, after={"state": HELD})
    letters.void_reminders(place.session_id)
    return made


@transaction.atomic
def release(paper: Paper, *, by: Member) -> Claim:
    """Take the paper back from its holder; an organiser may do it for others, which is logged.

    With co-presenters or an understudy it is not free then: the first of them goes on with it.

    Raises Refused when nobody holds the paper, when it was presented, or when it is somebody else's.
    """
    held, place = held_of(paper), place_of(paper, by)
    is_mine = held is not None and held.holder_id == by.pk
    refuse_if(
        rules.why_not_release(
            holds=held is not None, is_mine=is_mine, is_organiser=by.is_organiser, is_done=place.state == DONE
        ),
        status=HTTPStatus.CONFLICT if held is None or is_mine or by.is_organiser else HTTPStatus.FORBIDDEN,
    )
    assert held is not None
    is_free = let_go(held, by=by)
    letters.void_reminders(place.session_id)
    if is_free:
        # Their own release can be taken back for a moment; until then nobody else is written to.
        waiting.offer_next(paper, not_before=timezone.now() + rules.UNDO_WITHIN if is_mine else None)
    return held


def let_go(held: Claim, *, by: Member) -> bool:
    """End a locked claim, and what was asked about it; return whether its paper is free.

    It is not where somebody at the holder's side goes on with it: the first co-presenter, else the understudy. A free
    paper is not offered to anybody yet.
    """
    starts_at = place_of(held.paper, held.holder).starts_at
    heir = next(iter(partners.co_presenters_of(held)), None) or partners.ready_understudy(held, starts_at)
    if heir is not None:
        standing_in.hand_on(held, heir, by=by)
        return False
    end(held, by=by)
    swapping.withdraw_all(held)
    about, before = f"paper #{held.paper.number}", {"holder": held.holder_id}
    members.log("give back" if held.holder_id == by.pk else "release", about, by=by, before=before)
    return True


def end(claim: Claim, *, by: Member | None) -> None:
    """Write that a locked claim has ended; nothing else follows from here."""
    claim.released_at, claim.released_by = timezone.now(), by
    claim.save(update_fields=["released_at", "released_by"])


@transaction.atomic
def undo_release(paper: Paper, *, by: Member) -> Claim:
    """Take one's own release back a moment after it, also from the next in line, who was not written to yet.

    Raises Refused (409) when the moment is over or somebody has claimed the paper.
    """
    lock_papers(paper.pk)
    last = Claim.objects.select_for_update(of=("self",)).filter(paper=paper).order_by("-claimed_at", "-pk").first()
    offer = Offer.objects.select_for_update(of=("self",)).filter(paper=paper, state=SENT).first()
    released_at = last.released_at if last is not None else None
    refuse_if(
        rules.why_not_undo(
            is_mine=last is not None and last.holder_id == by.pk and last.released_by_id == by.pk,
            age=timezone.now() - (released_at or timezone.now()),
            is_free=released_at is not None,
        )
    )
    assert last is not None
    if offer is not None:
        waiting.take_back(offer)
    last.released_at = last.released_by = None
    last.save(update_fields=["released_at", "released_by"])
    members.log("undo release", f"paper #{paper.number}", by=by, after={"state": HELD})
    letters.void_reminders(place_of(paper, by).session_id)
    return last


@transaction.atomic
def release_all(member: Member, *, by: Member) -> list[int]:
    """Take back every paper the member still holds and return their numbers. What was presented stays theirs."""
    lock_member(member)
    lock_papers(*papers_of(member))
    waiting.leave_all(member)
    partners.step_back_from_all(member)
    duties.leave_all(member, by=by)
    rows = open_claims(member, timezone.now())
    numbers = [row["number"] for row in rows]
    held = Claim.objects.select_for_update(of=("self",)).filter(
        holder=member, released_at=None, paper__number__in=numbers
    )
    for claim in held.select_related("paper").order_by("pk"):
        if let_go(claim, by=by):
            waiting.offer_next(claim.paper)
    for row in rows:
        letters.void_reminders(row["session_id"])
    return numbers


def papers_of(member: Member) -> set[int]:
    """Return the papers that change when the member goes: those they hold, wait for, are offered or help with."""
    held = Claim.objects.filter(holder=member, released_at=None).values_list("paper", flat=True)
    waits = WaitingPlace.objects.filter(member=member, left_at=None).values_list("paper", flat=True)
    helps = Partner.objects.filter(member=member, left_at=None, claim__released_at=None)
    return {*held, *waits, *helps.values_list("claim__paper", flat=True)}


@transaction.atomic
def take_leave(member: Member, *, by: Member) -> list[int]:
    """End the membership, release the papers the member holds and return their numbers.

    Raises Refused: 403 for a role that may not take others out, 409 when they have left or are the last organiser.
    """
    members.end_membership(member, by=by)
    return release_all(member, by=by)


@transaction.atomic
def give_role(member: Member, role: str, *, by: Member, seen: str) -> Member:
    """Give the member another role and return them; who becomes a reader no longer holds papers.

    Raises Refused as `papers.members.actions.give_role` does.
    """
    member = members.give_role(member, role, by=by, seen=seen)
    if not member.may_write:
        release_all(member, by=by)
    return member


@transaction.atomic
def mark_read(paper: Paper, *, by: Member, read: bool = True) -> Paper:
    """Say that the group has read the paper, session or not; or take that back. Doing it twice changes nothing.

    Raises Refused (403) for everybody but organisers.
    """
    refuse_if(rules.why_not_mark_read(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    paper = Paper.objects.select_for_update(no_key=True).get(pk=paper.pk)
    if (paper.done_at is not None) == read:
        return paper
    paper.done_at, paper.done_by = (timezone.now(), by) if read else (None, None)
    paper.save(update_fields=["done_at", "done_by"])
    members.log("mark read" if read else "mark unread", f"paper #{paper.number}", by=by)
    return paper


def why_not_free(place: Place, *, handed_out: bool) -> str | None:
    until = None if handed_out or place.bids_until is None else timezone.localtime(place.bids_until)
    return rules.why_paper_is_not_free(
        holder_name=place.holder_name,
        is_mine=place.is_mine,
        is_done=place.state == DONE,
        is_on_list=place.is_on_list,
        offered_to=None if place.offered_to_me else place.offered_to,
        bids_until=date_format(until, "DATETIME_FORMAT") if until else None,
    )
