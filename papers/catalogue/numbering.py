"""The numbers of papers: people's bookmarks. They never repeat, also not from one list to the next."""

from django.db.models import Max

from papers.catalogue.models import Paper


def next_number() -> int:
    """Return the number after the highest that was ever given out."""
    return (Paper.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1
