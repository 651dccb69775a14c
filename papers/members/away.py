"""Days on which members are away: nothing is assigned to them then, and nobody reminds them of claims."""

import datetime as dt
from collections import defaultdict
from http import HTTPStatus

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from papers.mail.composing import zone_of
from papers.members import rules
from papers.members.models import Away, Member
from papers.refusals import refuse_if

Days = tuple[dt.date, dt.date]


@transaction.atomic
def go_away(member: Member, first: dt.date, last: dt.date) -> Away:
    """Keep the days as a time away, made one with those that overlap it, and return it. Raises Refused (422)."""
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    coming = times_of(member)
    why = rules.why_not_away(first=first, last=last, today=today_of(member), others=coming.count())
    refuse_if(why, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    overlapping = Away.objects.filter(member=member, first__lte=last, last__gte=first)
    ends = [(first, last), *overlapping.values_list("first", "last")]
    overlapping.delete()
    return Away.objects.create(member=member, first=min(end[0] for end in ends), last=max(end[1] for end in ends))


def come_back(member: Member, pk: int) -> None:
    """Take one of the member's own times away back. Twice is once."""
    Away.objects.filter(member=member, pk=pk).delete()


def times_of(member: Member) -> QuerySet[Away]:
    """Return the member's times away that are not over, soonest first."""
    return Away.objects.filter(member=member, last__gte=today_of(member)).order_by("first", "pk")


def today_of(member: Member) -> dt.date:
    return timezone.localdate(timezone=zone_of(member.time_zone))


def is_digest_paused(member: Member) -> bool:
    """Return whether the member lets the digest rest at present."""
    return member.digest_paused_until is not None and today_of(member) < member.digest_paused_until


def on(member: Member, instant: dt.datetime) -> Away | None:
    """Return the time away in which this instant lies on the member's clock, or None."""
    day = instant.astimezone(zone_of(member.time_zone)).date()
    return Away.objects.filter(member=member, first__lte=day, last__gte=day).first()


def all_times() -> dict[int, list[Days]]:
    """Return the times away of all members that may not be over, by member, in one query."""
    # A day ahead of the clock of UTC somebody's day is over, and a day behind somebody's is not.
    since = timezone.now().date() - dt.timedelta(days=1)
    found: dict[int, list[Days]] = defaultdict(list)
    for member, first, last in Away.objects.filter(last__gte=since).values_list("member", "first", "last"):
        found[member].append((first, last))
    return found


def away_today() -> dict[int, dt.date]:
    """Return who is away today, by member, with their last day."""
    today = timezone.localdate()
    return {member: last for member, times in all_times().items() for first, last in times if first <= today <= last}
