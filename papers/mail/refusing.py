"""Addresses that mail servers refuse for good: after three refusals nothing more is sent there until somebody says so.

Only what a server says while it is handed the mail counts. A mail that comes back later, as a mail of its own, is not
read: the site has no inbox.
"""

import datetime as dt

from django.db.models import F, QuerySet

from papers.mail import rules
from papers.mail.models import RefusedAddress


def standing_of(address: str) -> RefusedAddress | None:
    """Return how often and when the address was refused, or None for one that was not."""
    return RefusedAddress.objects.filter(address=address.lower()).first()


def note_refusal(address: str, words: str, now: dt.datetime) -> None:
    """Count one more refusal in a row, and pause the address with the third."""
    row, _new = RefusedAddress.objects.get_or_create(
        address=address.lower(), defaults={"words": words, "refused_at": now}
    )
    mine = RefusedAddress.objects.filter(pk=row.pk)
    mine.update(refusals=F("refusals") + 1, words=words, refused_at=now)
    mine.filter(paused_at=None, refusals__gte=rules.REFUSALS_THAT_PAUSE).update(paused_at=now)


def forget_refusals(address: str) -> bool:
    """Send to this address again, with no refusal counted; returns whether there was any."""
    return bool(RefusedAddress.objects.filter(address=address.lower()).delete()[0])


def paused() -> QuerySet[RefusedAddress]:
    """Return the addresses to which nothing is sent at present."""
    return RefusedAddress.objects.exclude(paused_at=None)


def pause_of(address: str) -> RefusedAddress | None:
    """Return since when and why nothing is sent to the address, or None."""
    return paused().filter(address=address.lower()).first()
