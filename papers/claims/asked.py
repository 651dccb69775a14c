"""What waits for a member's answer, for the first page."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from papers.claims import handing_out, swapping, waiting
from papers.claims.machines import SENT
from papers.claims.models import Claim, Offer, Swap
from papers.members.models import Member


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the address where it is answered."""

    sentence: str
    url: str


def questions_for(member: Member) -> list[Question]:
    """Return what is open for the member: papers given to them, offered to them, and swaps; in three queries."""
    now = timezone.now()
    given = Claim.objects.filter(holder=member, released_at=None, accept_by__gt=now).select_related("paper")
    offered = Offer.objects.filter(member=member, state=SENT, expires_at__gt=now).select_related("paper")
    swaps = Swap.objects.filter(wanted__holder=member, state=SENT, expires_at__gt=now).select_related(*swapping.WITH)
    return [
        *(
            Question(
                _("You were given #%(number)d “%(title)s”. Will you present it?")
                % {"number": claim.paper.number, "title": claim.paper.title},
                f"/confirm/{handing_out.token_of(claim)}/",
            )
            for claim in given
        ),
        *(
            Question(
                _("#%(number)d “%(title)s” is free, and you waited for it. Do you take it?")
                % {"number": offer.paper.number, "title": offer.paper.title},
                f"/offer/{waiting.token_of(offer)}/",
            )
            for offer in offered
        ),
        *(
            Question(
                _("%(name)s offers #%(given)s “%(given_title)s” for your #%(wanted)s “%(wanted_title)s”.")
                % swapping.facts_of(swap, name=swap.given.holder.name),
                f"/swap/{swapping.token_of(swap)}/",
            )
            for swap in swaps
        ),
    ]
