"""What pages read of the catalogue."""

from django.db.models import QuerySet

from papers.catalogue.models import Paper
from papers.members.models import Member


def visible_to(member: Member) -> QuerySet[Paper]:
    """Return the papers this member may know of: all of them, for every signed-in member of the group."""
    return Paper.objects.all()
