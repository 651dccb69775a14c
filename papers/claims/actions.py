"""Claiming and releasing a paper.

One holder a paper is the database's promise (`one_holder_per_paper`): of many who claim at once the constraint lets
one through. The cap on one member's papers is counted under a lock on that member's row.
"""

from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.claims import rules, swapping, waiting
from papers.claims.machines import FREE, HELD, SENT
from papers.claims.models import Claim, Offer
from papers.claims.queries import DONE, Place, open_claims, place_of
from papers.mail import actions as mail
from papers.members import actions as members
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import Refused, refuse_if


@transaction.atomic
def claim(paper: Paper, *, by: Member) -> Claim:
    """Give the paper to this member.

    Raises Refused (403 for a role that cannot claim, else 409) when the paper is not free or the member holds as
    many papers as the group allows.
    """
    # As they are now: somebody who leaves, or is made a reader, holds the same lock meanwhile.
    by = Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    refuse_if(
        rules.why_role_may_not_claim(may_write=by.may_write, has_left=not members.is_here(by)),
        status=HTTPStatus.FORBIDDEN,
    )
    # Whoever passes an offer on locks it first.
    list(Offer.objects.select_for_update(of=("self",)).filter(paper=paper, state=SENT))
    place = place_of(paper, by)
    refuse_if(why_not_free(place))
    held = [f"#{row['number']}" for row in open_claims(by, timezone.now())]
    refuse_if(rules.why_no_more(held=held, cap=the_group().claim_cap))
    try:
        with transaction.atomic():
            made = Claim.objects.create(paper=paper, holder=by)
    except IntegrityError:
        # Somebody's claim was committed between our look and our write: the constraint decided.
        raise Refused(why_not_free(place_of(paper, by)) or "") from None
    waiting.taken(paper, by)
    members.log("claim", f"paper #{paper.number}", by=by, before={"state": FREE}, after={"state": HELD})
    void_reminders(place.session_id)
    return made


@transaction.atomic
def release(paper: Paper, *, by: Member) -> Claim:
    """Take the paper back from its holder; an organiser may do it for others, which is logged.

    Raises Refused when nobody holds the paper, when it was presented, or when it is somebody else's.
    """
    held = Claim.objects.select_for_update(of=("self",)).filter(paper=paper, released_at=None).first()
    place = place_of(paper, by)
    is_mine = held is not None and held.holder_id == by.pk
    refuse_if(
        rules.why_not_release(
            holds=held is not None, is_mine=is_mine, is_organiser=by.is_organiser, is_done=place.state == DONE
        ),
        status=HTTPStatus.CONFLICT if held is None or is_mine or by.is_organiser else HTTPStatus.FORBIDDEN,
    )
    assert held is not None
    let_go(held, by=by)
    void_reminders(place.session_id)
    # Their own release can be taken back for a moment; until then nobody else is written to.
    waiting.offer_next(paper, not_before=timezone.now() + rules.UNDO_WITHIN if is_mine else None)
    return held


def let_go(held: Claim, *, by: Member) -> None:
    """End a locked claim, and what was asked about it. The paper is not offered to anybody yet."""
    end(held, by=by)
    swapping.withdraw_all(held)
    about, before = f"paper #{held.paper.number}", {"holder": held.holder_id}
    members.log("give back" if held.holder_id == by.pk else "release", about, by=by, before=before)


def end(claim: Claim, *, by: Member | None) -> None:
    """Write that a locked claim has ended; nothing else follows from here."""
    claim.released_at, claim.released_by = timezone.now(), by
    claim.save(update_fields=["released_at", "released_by"])


@transaction.atomic
def undo_release(paper: Paper, *, by: Member) -> Claim:
    """Take one's own release back a moment after it, also from the next in line, who was not written to yet.

    Raises Refused (409) when the moment is over or somebody has claimed the paper.
    """
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
    void_reminders(place_of(paper, by).session_id)
    return last


@transaction.atomic
def release_all(member: Member, *, by: Member) -> list[int]:
    """Take back every paper the member still holds and return their numbers. What was presented stays theirs."""
    waiting.leave_all(member)
    rows = open_claims(member, timezone.now())
    numbers = [row["number"] for row in rows]
    held = Claim.objects.select_for_update(of=("self",)).filter(
        holder=member, released_at=None, paper__number__in=numbers
    )
    for claim in held.select_related("paper").order_by("pk"):
        let_go(claim, by=by)
        waiting.offer_next(claim.paper)
    for row in rows:
        void_reminders(row["session_id"])
    return numbers


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


def why_not_free(place: Place) -> str | None:
    return rules.why_paper_is_not_free(
        holder_name=place.holder_name,
        is_mine=place.is_mine,
        is_done=place.state == DONE,
        is_on_list=place.is_on_list,
        offered_to=None if place.offered_to_me else place.offered_to,
    )


def void_reminders(session_id: int | None) -> None:
    """Let the tick plan anew what still waits about the paper's session: who presents has changed."""
    if session_id is not None:
        mail.void(about=f"session:{session_id}", kind="reminder")
