"""No more mails a minute to one domain than its servers like; what is too much waits for the next minute.

Counted in the cache, which all senders share. While that is away nothing is counted, and mails go out.
"""

import datetime as dt

from django.conf import settings
from django.core.cache import cache
from django.db.models.functions import Lower

from papers.mail.models import Outgoing

MINUTE = dt.timedelta(minutes=1)


def may_go(address: str, now: dt.datetime) -> bool:
    """Count one mail to the address's domain, and return whether it is within the domain's share of this minute."""
    if not settings.MAILS_PER_DOMAIN:
        return True
    key = f"mails:{domain_of(address)}:{int(now.timestamp() // 60)}"
    cache.add(key, 0, timeout=120)
    try:
        count = cache.incr(key)
    except ValueError:  # the key is not there: the cache came back in between
        return True
    return not isinstance(count, int) or count <= settings.MAILS_PER_DOMAIN


def postpone(address: str, now: dt.datetime) -> dt.datetime:
    """Let all that waits for the address's domain wait for the next minute; return when that begins."""
    start = now.replace(second=0, microsecond=0) + MINUTE
    waiting = Outgoing.objects.filter(state=Outgoing.State.WAITING, next_try_at__lte=now, secret=False)
    here = waiting.annotate(small=Lower("address")).filter(small__endswith=f"@{domain_of(address)}")
    here.update(next_try_at=start)
    return start


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()
