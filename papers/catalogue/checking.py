"""Asking once a week whether the links of papers still answer. A link is dead when two askings in a row went wrong."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from papers.catalogue.models import Link
from papers.sources import links

EACH = dt.timedelta(days=7)
# One answer may take 20 seconds, and a task is to be short; the next tick goes on.
A_RUN = 5


def check_links(now: dt.datetime | None = None, *, most: int = A_RUN) -> int:
    """Ask for the links that were not asked for in a week, and return how many were."""
    for turn in range(most):
        link = take_next(now or timezone.now())
        if link is None:
            return turn
        note(link, links.ask(link.url or ""))
    return most


@transaction.atomic
def take_next(now: dt.datetime) -> Link | None:
    """Return the link that waits longest and mark it as asked, so that no other worker asks for it too."""
    due = Link.objects.select_for_update(skip_locked=True, no_key=True).filter(
        Q(checked_at=None) | Q(checked_at__lte=now - EACH), url__isnull=False
    )
    link = due.order_by(F("checked_at").asc(nulls_first=True), "pk").first()
    if link is not None:
        link.checked_at = now
        link.save(update_fields=["checked_at"])
    return link


def note(link: Link, status: int) -> None:
    """Keep the answer. One that failed before and fails again is dead since now; one that answers is alive."""
    failed_before = link.status is not None and not links.is_alive(link.status)
    if links.is_alive(status):
        link.dead_since = None
    elif failed_before and link.dead_since is None:
        link.dead_since = timezone.now()
    link.status = status
    link.save(update_fields=["status", "dead_since"])
