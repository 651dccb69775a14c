"""What `@zzy` and `#ppo` in a text that is being written may become."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast

from papers.catalogue.queries import visible_to
from papers.members.models import Member
from papers.members.queries import current_members
from papers.search.typed import place_of

OFFERED = 8
# Of a list longer than this only what begins with the digits typed is looked for among all.
LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class Completion:
    """One of what may be meant: the words to show, and the text that takes the place of what was typed."""

    label: str
    detail: str
    text: str


def completions(typed: str, member: Member) -> list[Completion]:
    """Return what a text beginning with `@` or `#` may mean to this member, the likeliest first; at most eight."""
    mark, wanted = typed[:1], typed[1:].strip()
    found = {"@": people, "#": works}.get(mark)
    return found(wanted, member) if found else []


def people(wanted: str, member: Member) -> list[Completion]:
    """Return the current members but oneself, by name, pinyin or initials."""
    names = current_members().exclude(pk=member.pk).order_by("name", "pk").values_list("name", flat=True)
    ranked = ranked_by(wanted, ((name, [name]) for name in names))
    return [Completion(name, "", f"@{name} ") for name in ranked]


def works(wanted: str, member: Member) -> list[Completion]:
    """Return papers by the beginning of their number, by alias or by title."""
    papers = visible_to(member).filter(merged_into=None).order_by("number")
    if wanted.isdecimal():
        digits = papers.annotate(digits=Cast("number", CharField())).filter(digits__startswith=wanted)
        rows = list(digits.values_list("number", "title", "aliases")[:OFFERED])
    else:
        known = {row[0]: row for row in papers.values_list("number", "title", "aliases")[:LOOKED_AT]}
        ranked = ranked_by(wanted, ((number, [*row[2], row[1]]) for number, row in known.items()))
        rows = [known[number] for number in ranked]
    return [Completion(f"#{number}", (aliases or [title])[0], f"#{number} ") for number, title, aliases in rows]


def ranked_by(wanted: str, named: Iterable[tuple[Any, list[str]]]) -> list[Any]:
    """Return the things that answer to what was typed: those whose name begins with it first, else in their order."""
    found = []
    for thing, names in named:
        places = [at for name in names if (at := place_of(wanted, name)) is not None]
        if places:
            found.append((min(places), thing))
    return [thing for _at, thing in sorted(found, key=lambda pair: pair[0])[:OFFERED]]
