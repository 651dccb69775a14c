"""On which days the group does not meet: its own breaks, and the holidays of its country."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from papers.countries.days import Special, special_days
from papers.members.models import Group
from papers.sessions.models import Break


def special_between(group: Group, first: dt.date, last: dt.date) -> dict[dt.date, Special]:
    """Return what is special about the days from the first to the last, both included, in one query.

    A break of the group's own goes before what the country's calendar says; names are in the language of the request.
    """
    days = [first + dt.timedelta(days=day) for day in range((last - first).days + 1)]
    found = special_days(group.country, days)
    for own in Break.objects.filter(first__lte=last, last__gte=first).order_by("-first", "-pk"):
        found |= {day: Special(own.name) for day in days if own.first <= day <= own.last}
    return {day: named(special) for day, special in sorted(found.items())}


def named(special: Special) -> Special:
    """Return it with a name, which a moved workday has none of."""
    return special if special.name else Special(_("A working day, moved here for a holiday"), special.is_free)


def breaks_to_come(today: dt.date) -> QuerySet[Break]:
    """Return the group's own breaks that are not over, soonest first."""
    return Break.objects.filter(last__gte=today).order_by("first", "pk")
