"""The list as others read it. The JSON format is a contract: a change is a breaking change."""

from typing import Any

from django.db.models import Prefetch

from papers.catalogue.models import Entry, Paper, Part


def as_json() -> dict[str, Any]:
    """Return the whole list as plain data; what is unknown is None, never guessed."""
    papers = Paper.objects.order_by("number").prefetch_related(
        "links", Prefetch("entries", Entry.objects.select_related("part").order_by("part__number", "position"))
    )
    return {
        "parts": [
            {"number": part.number, "title_zh": part.title_zh, "title_en": part.title_en}
            for part in Part.objects.filter(reading_list__archived_at=None).order_by("number")
        ],
        "papers": [paper_as_json(paper) for paper in papers],
        "lineage": [],
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
                "remark_zh": None,
                "remark_en": None,
                "correction_zh": None,
                "correction_en": None,
            }
            for entry in entries
        ],
        "links": [
            {"kind": link.kind, "language": link.language or None, "url": link.url, "title": link.title or None}
            for link in paper.links.all()
        ],
    }
