"""Forgetting changes that no page asks for any more."""

import datetime as dt

from papers.live.models import Change
from papers.live.queries import KEPT_FOR


def forget_old_changes(now: dt.datetime) -> int:
    """Delete the changes that are older than a day and return how many there were."""
    return Change.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
