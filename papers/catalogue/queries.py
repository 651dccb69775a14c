"""What pages read of the catalogue."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from papers.catalogue.models import Edit, Entry, Paper
from papers.catalogue.remarks import REMARKS
from papers.catalogue.rules import RECORD
from papers.members.models import Member

A_PAGE = 100


def visible_to(member: Member) -> QuerySet[Paper]:
    """Return the papers this member may know of: for every signed-in member of the group all but merged ones."""
    return Paper.objects.filter(merged_into=None)


def on_the_list() -> QuerySet[Paper]:
    """Return the papers of the list that is read now, each once, without those that are only mentioned."""
    here = Entry.objects.filter(paper=OuterRef("pk"), part__reading_list__archived_at=None)
    return Paper.objects.filter(Exists(here), on_list=True, merged_into=None)


@dataclass(frozen=True, slots=True)
class ToFill:
    """A paper and what is missing of its record, as words."""

    number: int
    title: str
    missing: list[str]
    waiting: bool
    problem: str


def to_fill(member: Member) -> list[ToFill]:
    """Return the papers of the list of which year, authors or an address are unknown, by number, in one query."""
    rows = (
        visible_to(member)
        .filter(on_list=True)
        .filter(Q(year=None) | Q(authors=[]) | Q(url="", arxiv_id=None, doi=None) | Q(fill_at__isnull=False))
        .order_by("number")
        .values("number", "title", "year", "authors", "url", "arxiv_id", "doi", "fill_at", "fill_problem")
    )
    return [
        ToFill(
            number=row["number"],
            title=row["title"],
            missing=missing_of(row),
            waiting=row["fill_at"] is not None,
            problem=row["fill_problem"],
        )
        for row in rows
    ]


def missing_of(row: Mapping[str, Any]) -> list[str]:
    known = {
        _("year"): row["year"],
        _("authors"): row["authors"],
        _("address"): row["url"] or row["arxiv_id"] or row["doi"],
    }
    return [name for name, value in known.items() if not value]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an edit: its name, and as HTML what went and what came."""

    name: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class Edited:
    """One edit as the history shows it."""

    id: int
    by: str
    at: str
    part: int | None
    changes: list[Change]
    can_restore: bool


def history_of(paper: Paper) -> list[Edited]:
    """Return the newest edits of a paper, in one query."""
    edits = Edit.objects.filter(paper=paper).select_related("by", "entry__part").order_by("-at", "-pk")[:A_PAGE]
    return [edited_from(edit) for edit in edits]


def changed_since(thing: Paper | Entry, version: int) -> dict[str, Any]:
    """Return the fields of a record or a place that were changed after this version, with what they said at it."""
    place = thing if isinstance(thing, Entry) else None
    fields = set(REMARKS) if place else set(RECORD)
    edits = Edit.objects.filter(paper=place.paper_id if place else thing.pk, entry=place).order_by("-at", "-pk")
    of_these = [edit.before for edit in edits if fields & edit.before.keys()][: max(thing.version - version, 0)]
    return {name: value for before in of_these for name, value in before.items() if name in fields}


def edited_from(edit: Edit) -> Edited:
    names = [*edit.after, *(name for name in edit.before if name not in edit.after)]
    fields = set(REMARKS) if edit.entry_id else {field.name for field in Paper._meta.concrete_fields}
    return Edited(
        id=edit.pk,
        by=edit.by.name if edit.by else "",
        at=date_format(localtime(edit.at), "DATETIME_FORMAT"),
        part=edit.entry.part.number if edit.entry else None,
        changes=[
            Change(label_of(name, edit), diff(as_text(edit.before.get(name)), as_text(edit.after.get(name))))
            for name in names
        ],
        can_restore=bool(edit.before) and edit.before.keys() <= fields,
    )


def label_of(name: str, edit: Edit) -> str:
    for model in (Entry, Paper) if edit.entry_id else (Paper, Entry):
        field = next((field for field in model._meta.concrete_fields if field.name == name), None)
        if field is not None:
            return str(field.verbose_name)
    return {"link": _("link"), "lineage": _("lineage"), "part": _("part"), "session": _("session")}.get(name, name)


def as_text(value: Any) -> str:
    """Return a field's value as a text that can be compared."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def diff(before: str, after: str) -> SafeString:
    """Return both texts as one, with <del> around what went and <ins> around what came."""
    pieces: list[str] = []
    one, other = tokens(before), tokens(after)
    for kind, start, end, first, last in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        gone, came = escape("".join(one[start:end])), escape("".join(other[first:last]))
        if kind == "equal":
            pieces.append(gone)
            continue
        pieces.append((f"<del>{gone}</del>" if gone else "") + (f"<ins>{came}</ins>" if came else ""))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped


def tokens(text: str) -> list[str]:
    """Return the words of a text, and each Chinese character by itself. Of a long text only the first are compared."""
    made: list[str] = []
    for letter in text[:5000]:
        if made and letter.isascii() and letter.isalnum() and made[-1][-1].isascii() and made[-1][-1].isalnum():
            made[-1] += letter
        else:
            made.append(letter)
    return made
