"""What pages read of the catalogue."""

from django.db.models import QuerySet

from papers.catalogue.models import Paper
from papers.members.models import Member


def visible_to(member: Member) -> QuerySet[Paper]:
    """Return the papers this member may know of: for every signed-in member of the group all but merged ones."""
    return Paper.objects.filter(merged_into=None)
