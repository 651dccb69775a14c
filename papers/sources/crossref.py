"""Crossref's REST interface (https://api.crossref.org/swagger-ui/index.html)."""

import html
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from papers.formats.records import Record
from papers.sources.arxiv import Found
from papers.sources.asking import Unreadable, get
from papers.words import folded

ACCEPT = "application/json"
KINDS = {"report": "report", "monograph": "report", "dataset": "library"}


def by_doi(doi: str) -> Found:
    """Return the facts of the paper with this DOI. Raises NotFound, Unreachable and Unreadable."""
    return found_in(message(get(f"{settings.CROSSREF_API}/{quote(doi, safe='/')}", accept=ACCEPT)))


def by_title(title: str) -> Found | None:
    """Return the facts of the paper with exactly this title, but for capitals and punctuation, or None."""
    params = {"query.bibliographic": title[:300], "rows": "3"}
    items = message(get(settings.CROSSREF_API, params=params, accept=ACCEPT)).get("items", [])
    for item in items if isinstance(items, list) else []:
        found = found_in(item)
        if folded(found.record.title) == folded(title):
            return found
    return None


def message(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(_("Crossref's answer is not understood.")) from error
    if not isinstance(said, dict):
        raise Unreadable(_("Crossref's answer is not understood."))
    return said


def found_in(said: Mapping[str, Any]) -> Found:
    """Return the facts of one work. Raises Unreadable for one without a title."""
    try:
        title = plain((said.get("title") or [""])[0])
        date = next(
            (parts for name in ("issued", "published-print", "published-online") if (parts := date_of(said, name))), []
        )
        names = [
            " ".join(filter(None, [author.get("given"), author.get("family") or author.get("name")]))
            for author in said.get("author") or []
        ]
        if not title:
            raise ValueError(title)
        doi = str(said.get("DOI") or "").lower() or None
        return Found(
            Record(
                title=title,
                kind=KINDS.get(str(said.get("type")), "paper"),
                authors=tuple(plain(name) for name in names if name),
                year=date[0] if date else None,
                month=date[1] if len(date) > 1 and date[1] in range(1, 13) else None,
                doi=doi,
                url=f"https://doi.org/{doi}" if doi else "",
                abstract=plain(str(said.get("abstract") or "")),
            )
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Unreadable(_("Crossref's answer is not understood.")) from error


def date_of(said: Mapping[str, Any], name: str) -> list[int]:
    parts = (said.get(name) or {}).get("date-parts") or [[]]
    return [int(part) for part in parts[0] if part]


def plain(text: str) -> str:
    """Return a text without the tags and entities that Crossref keeps in titles and abstracts."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
