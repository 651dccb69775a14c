"""The list as others read it. The JSON format is a contract: a change is a breaking change."""

from typing import Any

from django.db.models import Prefetch

from papers.catalogue.models import Entry, Lineage, Paper, Part


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
        "lineage": [
            {
                "from": edge.source.number,
                "to": edge.target.number,
                "kind": edge.kind,
                "evidence_zh": edge.evidence_zh or None,
                "evidence_en": edge.evidence_en or None,
                "evidence_source": edge.evidence_source,
            }
            for edge in Lineage.objects.filter(removed_at=None).select_related("source", "target")
        ],
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
