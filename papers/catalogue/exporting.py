"""The list as others read it, in every format. The JSON is a contract: a change is a breaking change."""

import json
from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet

from papers.catalogue.models import Entry, Lineage, Paper, Part
from papers.catalogue.queries import on_the_list
from papers.formats import bibtex, markdown, ris, table
from papers.formats.records import LinkedTo, Place, Record


def as_json() -> dict[str, Any]:
    """Return the whole list as plain data; what is unknown is None, never guessed."""
    return {
        "parts": [
            {"number": part.number, "title_zh": part.title_zh, "title_en": part.title_en}
            for part in Part.objects.filter(reading_list__archived_at=None).order_by("number")
        ],
        "papers": [paper_as_json(paper) for paper in exported_papers()],
        "lineage": [
            {
                "from": edge.source.number,
                "to": edge.target.number,
                "kind": edge.kind,
                "evidence_zh": edge.evidence_zh or None,
                "evidence_en": edge.evidence_en or None,
                "evidence_source": edge.evidence_source,
            }
            for edge in Lineage.objects.filter(
                removed_at=None, source__merged_into=None, target__merged_into=None
            ).select_related("source", "target")
        ],
    }


def exported_papers() -> QuerySet[Paper]:
    """Return the papers with all their places and links, by number; what was merged is part of another one."""
    places = Entry.objects.filter(part__reading_list__archived_at=None).select_related("part")
    return (
        Paper.objects.filter(merged_into=None)
        .defer("words")
        .order_by("number")
        .prefetch_related("links", Prefetch("entries", places.order_by("part__number", "position")))
    )


def records() -> list[Record]:
    """Return the works of the list as records, by number, without those that are only mentioned."""
    return [record_of(paper) for paper in exported_papers().filter(pk__in=on_the_list())]


def record_of(paper: Paper) -> Record:
    return Record(
        title=paper.title,
        number=paper.number,
        aliases=tuple(paper.aliases),
        kind=paper.kind,
        authors=tuple(paper.authors),
        authors_complete=paper.authors_complete,
        year=paper.year,
        month=paper.month,
        arxiv_id=paper.arxiv_id,
        doi=paper.doi,
        url=paper.url,
        abstract=paper.abstract,
        on_list=paper.on_list,
        places=tuple(
            Place(
                part=entry.part.number,
                part_title=entry.part.title_zh,
                position=entry.position,
                remark_zh=entry.remark_zh,
                remark_en=entry.remark_en,
                correction_zh=entry.correction_zh,
                correction_en=entry.correction_en,
                title=entry.title_seed,
            )
            for entry in paper.entries.all()
        ),
        links=tuple(LinkedTo(link.kind, link.url, link.language, link.title) for link in paper.links.all()),
    )


WRITERS: dict[str, Callable[[], str]] = {
    "json": lambda: json.dumps(as_json(), ensure_ascii=False, indent=1) + "\n",
    "csv": lambda: table.write(records()),
    "bibtex": lambda: bibtex.write(records()),
    "ris": lambda: ris.write(records()),
    "markdown": lambda: markdown.write(records()),
}


def paper_as_json(paper: Paper) -> dict[str, Any]:
    entries = list(paper.entries.all())
    return {
        "number": paper.number,
        "title": paper.title,
        "title_seed": (entries[0].title_seed or None) if entries else None,
        "aliases": paper.aliases,
        "kind": paper.kind,
        "authors": paper.authors,
        "year": paper.year,
        "month": paper.month,
        "arxiv_id": paper.arxiv_id,
        "doi": paper.doi,
        "url": paper.url or None,
        "abstract": paper.abstract or None,
        "on_list": paper.on_list,
        "entries": [
            {
                "part": entry.part.number,
                "position": entry.position,
                "remark_zh": entry.remark_zh or None,
                "remark_en": entry.remark_en or None,
                "correction_zh": entry.correction_zh or None,
                "correction_en": entry.correction_en or None,
            }
            for entry in entries
        ],
        "links": [
            {"kind": link.kind, "language": link.language or None, "url": link.url, "title": link.title or None}
            for link in paper.links.all()
        ],
    }
