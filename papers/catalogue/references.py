"""What a text may refer to: the papers there are, and the members who are here."""

from papers import markup
from papers.catalogue.models import Paper
from papers.members.queries import current_members


def known_in(source: str) -> markup.References:
    """Return the papers and members a text may name, with a query for each kind of which there is a mark in it."""
    numbers = markup.numbers_in(source)
    there = set(Paper.objects.filter(number__in=numbers).values_list("number", flat=True)) if numbers else set()
    people = dict(current_members().values_list("name", "pk")) if "@" in source else {}
    return markup.References(papers=there, people=people)
