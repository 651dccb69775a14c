"""What a text may refer to: the papers there are, and the members who are here."""

from papers import markup
from papers.catalogue.models import Paper
from papers.members.queries import current_members


def known_in(source: str, about: Paper | None = None) -> markup.References:
    """Return the papers and members a text may name, with a query for each kind of which there is a mark in it.

    `about` is the paper whose pages the text may name.
    """
    numbers = markup.numbers_in(source)
    there = set(Paper.objects.filter(number__in=numbers).values_list("number", flat=True)) if numbers else set()
    people = dict(current_members().values_list("name", "pk")) if "@" in source else {}
    return markup.References(papers=there, people=people, source=source_of(about))


def source_of(paper: Paper | None) -> markup.Source:
    """Return where the paper can be read, as far as that is known."""
    return markup.Source(paper.arxiv_id or "", paper.url) if paper is not None else markup.Source()
