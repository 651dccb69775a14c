"""RIS, the tagged lines that reference managers exchange (https://en.wikipedia.org/wiki/RIS_(file_format))."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import rispy
from django.utils.translation import gettext as _
from rispy.config import LIST_TYPE_TAGS

from papers.formats.bibtex import DATE
from papers.formats.ids import arxiv_id_in, doi_in
from papers.formats.names import in_order
from papers.formats.records import Parsed, Record, Unread, outside

KINDS = {"RPRT": "report", "BLOG": "blog", "ELEC": "blog", "WEB": "blog", "ICOMM": "blog", "COMP": "library"}
TYPES = {"report": "RPRT", "blog": "BLOG", "library": "COMP"}
# Some writers put one space less, or a tab, between tag and value.
TAG = re.compile(r"([A-Z][A-Z0-9])[ \t]{1,2}-[ \t]?")
# Several addresses may stand in one value; a semicolon alone may belong to an address.
ADDRESSES = re.compile(r";?\s+|;(?=https?://)")


def read(text: str) -> Parsed:
    """Return the records of a RIS file. One that is broken is unread; the others are read."""
    parsed = Parsed()
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    pieces, between = pieces_of(text.split("\n"))
    for line, lines in pieces:
        try:
            said = rispy.loads("\n".join([*joined(lines), "ER  - \n"]), delimiter_tags_mapping={})
        except (OSError, ValueError, KeyError, IndexError, TypeError):
            said = []
        record = record_of(said[0], line) if said else None
        if record is None:
            reason = _("This record has no title or is broken, so it was left out.")
            parsed.unread.append(Unread(line, "\n".join(lines)[:300], reason))
        else:
            parsed.records.append(record)
    if pieces:
        parsed.unread.extend(outside(between))
    elif text.strip():
        parsed.unread.append(Unread(1, text[:200], _("There is no record in this text: each begins with “TY  - ”.")))
    return parsed


def pieces_of(lines: Iterable[str]) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    """Return the lines of each record with the number of its first, and with their numbers the lines in no record.

    So a broken record takes no other with it.
    """
    pieces: list[tuple[int, list[str]]] = []
    between: list[tuple[int, str]] = []
    is_inside = False
    for number, raw in enumerate(lines, start=1):
        line = TAG.sub(r"\1  - ", raw, count=1) if TAG.match(raw) else raw
        if line.startswith("TY  - "):
            pieces.append((number, []))
            is_inside = True
        if line.startswith("ER  - "):
            is_inside = False
        elif is_inside:
            pieces[-1][1].append(line)
        else:
            between.append((number, raw))
    return pieces, between


def joined(lines: Iterable[str]) -> list[str]:
    """Return the lines with those that go on in the next as one; a list goes on with its next value."""
    made: list[list[str]] = []
    for line in lines:
        goes_on = made and not TAG.match(line) and made[-1][0][:2] not in LIST_TYPE_TAGS
        if goes_on:
            made[-1].append(line.strip())
        else:
            made.append([line])
    return [" ".join(pieces) for pieces in made]


def record_of(said: Mapping[str, Any], line: int) -> Record | None:
    title = first(said, "title", "primary_title", "short_title", "translated_title")
    if not title:
        return None
    names = said.get("authors") or said.get("first_authors") or []
    date = DATE.search(first(said, "year", "publication_year", "date"))
    exact = DATE.search(first(said, "date", "year", "publication_year"))
    urls = ADDRESSES.split(first(said, "urls") or first(said, "url", "file_attachments1"))
    arxiv = arxiv_id_in(" ".join([*urls, first(said, "doi"), first(said, "accession_number", "number", "id")]))
    month = int(exact["month"]) if exact and exact["month"] else None
    return Record(
        title=title,
        aliases=tuple(" ".join(str(word).split()) for word in said.get("keywords", ()) if str(word).strip()),
        kind=KINDS.get(str(said.get("type_of_reference", "")), "paper"),
        authors=tuple(filter(None, (spoken(str(name)) for name in names))),
        year=int(date["year"]) if date else None,
        month=month if date and month in range(1, 13) else None,
        arxiv_id=arxiv[0] if arxiv else None,
        doi=doi_in(first(said, "doi")) or doi_in(" ".join(urls)),
        url=next((url for url in urls if url.startswith(("http://", "https://"))), ""),
        abstract=first(said, "abstract", "notes_abstract"),
        line=line,
    )


def spoken(name: str) -> str:
    """Return a name as it is spoken; RIS writes family name, given names, suffix."""
    return in_order([" ".join(part.split()) for part in name.split(",")])


def first(said: Mapping[str, Any], *names: str) -> str:
    """Return the first of these fields that says something, in one line."""
    for name in names:
        value = said.get(name) or ""
        text = " ".join(" ".join(map(str, value)).split() if isinstance(value, list) else str(value).split())
        if text:
            return text
    return ""


def write(records: Iterable[Record]) -> str:
    """Return the records as RIS in UTF-8."""
    return "\n".join(record_text(record) for record in records)


def record_text(record: Record) -> str:
    date = f"{record.year}/{record.month:02}//" if record.year and record.month else ""
    tags = [
        ("TY", TYPES.get(record.kind, "GEN")),
        ("TI", record.title),
        *(("AU", inverted(name)) for name in record.authors),
        ("PY", str(record.year or "")),
        ("DA", date),
        ("DO", record.doi or ""),
        ("UR", record.url),
        ("AN", f"arXiv:{record.arxiv_id}" if record.arxiv_id else ""),
        *(("KW", alias) for alias in record.aliases),
        ("AB", record.abstract),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value.strip()]
    return "\n".join([*lines, "ER  - ", ""])


def inverted(name: str) -> str:
    words = name.split()
    return name if len(words) < 2 or "," in name else f"{words[-1]}, {' '.join(words[:-1])}"
