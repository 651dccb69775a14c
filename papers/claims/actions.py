"""Claiming and releasing a paper.

One holder a paper is the database's promise (`one_holder_per_paper`): of many who claim at once the constraint lets
one through. The cap on one member's papers is counted under a lock on that member's row.
"""

from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.claims import rules
from papers.claims.models import Claim
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
    refuse_if(rules.why_role_may_not_claim(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
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
    held.released_at = timezone.now()
    held.released_by = by
    held.save(update_fields=["released_at", "released_by"])
    if not is_mine:
        members.log("release", f"paper #{paper.number}", by=by, before={"holder": held.holder_id})
    void_reminders(place.session_id)
    return held


@transaction.atomic
def release_all(member: Member, *, by: Member) -> int:
    """Take back every paper of a member who leaves; return how many. What was presented stays theirs."""
    rows = open_claims(member, timezone.now())
    numbers = [row["number"] for row in rows]
    Claim.objects.filter(holder=member, released_at=None, paper__number__in=numbers).update(
        released_at=timezone.now(), released_by=by
    )
    for row in rows:
        void_reminders(row["session_id"])
    return len(rows)


def why_not_free(place: Place) -> str | None:
    return rules.why_paper_is_not_free(
        holder_name=place.holder_name, is_mine=place.is_mine, is_done=place.state == DONE
    )


def void_reminders(session_id: int | None) -> None:
    """Let the tick plan anew what still waits about the paper's session: who presents has changed."""
    if session_id is not None:
        mail.void(about=f"session:{session_id}", kind="reminder")
