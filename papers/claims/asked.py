"""What waits for a member's answer, for the first page."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from papers.claims import confirming, handing_out, partners, swapping, waiting
from papers.claims.machines import SENT
from papers.claims.models import Claim, Offer, Partner, Swap
from papers.members.models import Member


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the address where it is answered."""

    sentence: str
    url: str


def questions_for(member: Member) -> list[Question]:
    """Return what is open for the member, in five queries.

    Papers given or offered to them, swaps, presenting together, and sessions they are to confirm.
    """
    now = timezone.now()
    given = Claim.objects.filter(holder=member, released_at=None, accept_by__gt=now).select_related("paper")
    offered = Offer.objects.filter(member=member, state=SENT, expires_at__gt=now).select_related("paper")
    swaps = Swap.objects.filter(wanted__holder=member, state=SENT, expires_at__gt=now).select_related(*swapping.WITH)
    asked = Partner.objects.filter(member=member, state=SENT, expires_at__gt=now, claim__released_at=None)
    asked = asked.select_related("claim__paper", "claim__holder")
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
        *(
            Question(
                _("%(name)s asks you to present #%(number)d “%(title)s” together. Do you?")
                % {"name": one.claim.holder.name, "number": one.claim.paper.number, "title": one.claim.paper.title},
                f"/with/{partners.token_of(one)}/",
            )
            for one in asked
        ),
        *(
            Question(
                _("You hold #%(number)d “%(title)s”; its session is on %(starts)s. Will you present it?")
                % {
                    "number": claim.paper.number,
                    "title": claim.paper.title,
                    "starts": date_format(timezone.localtime(claim.starts_at), "DATETIME_FORMAT"),
                },
                f"/confirm/{confirming.token_of(claim)}/",
            )
            for claim in confirming.unconfirmed(now).filter(holder=member).select_related("paper")
        ),
    ]
