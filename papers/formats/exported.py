"""The JSON that `export_list` writes: read again, in full."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from papers.formats.records import KINDS, Descent, Heading, LinkedTo, Parsed, Place, Record, Unread

REMARKED = ("remark_zh", "remark_en", "correction_zh", "correction_en")


def read(text: str) -> Parsed:
    """Return what an exported list says; what is not as `export_list` writes it is unread, never guessed."""
    try:
        said = json.loads(text)
        papers, parts, lineage = said["papers"], said.get("parts", []), said.get("lineage", [])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        reason = _("This is no list as “export_list --format json” writes it, so nothing of it was read.")
        return Parsed(unread=[Unread(1, text[:80], reason)])
    parsed = Parsed()
    keep(papers, record, parsed.records, parsed)
    keep(parts, heading, parsed.parts, parsed)
    keep(lineage, descent, parsed.lineage, parsed)
    return parsed


def keep(said: Any, make: Callable[[Any, int], Any], kept: list[Any], parsed: Parsed) -> None:
    for place, one in enumerate(said if isinstance(said, list) else [], start=1):
        try:
            kept.append(make(one, place))
        except (KeyError, TypeError, ValueError, AttributeError):
            reason = _("Entry %(place)d is not as “export_list --format json” writes it, so it was left out.")
            parsed.unread.append(Unread(place, json.dumps(one)[:200], reason % {"place": place}))


def record(said: Mapping[str, Any], place: int) -> Record:
    title = text_of(said, "title")
    if not title.strip() or said.get("kind", "paper") not in KINDS:
        raise ValueError(title)
    return Record(
        title=title,
        number=whole(said.get("number")),
        aliases=tuple(map(str, said.get("aliases") or ())),
        kind=said.get("kind", "paper"),
        authors=tuple(map(str, said.get("authors") or ())),
        authors_complete=bool(said.get("authors_complete", True)),
        year=whole(said.get("year")),
        month=whole(said.get("month")),
        arxiv_id=text_of(said, "arxiv_id") or None,
        doi=text_of(said, "doi") or None,
        url=text_of(said, "url"),
        abstract=text_of(said, "abstract"),
        on_list=bool(said.get("on_list", True)),
        places=tuple(
            Place(
                part=whole(entry["part"]),
                position=whole(entry.get("position")),
                title=text_of(said, "title_seed"),
                **{
                    name: text_of(entry, name) for name in ("remark_zh", "remark_en", "correction_zh", "correction_en")
                },
            )
            for entry in said.get("entries") or ()
        ),
        links=tuple(
            LinkedTo(
                text_of(link, "kind") or "other", link.get("url"), text_of(link, "language"), text_of(link, "title")
            )
            for link in said.get("links") or ()
        ),
        line=place,
    )


def heading(said: Mapping[str, Any], place: int) -> Heading:
    return Heading(int(said["number"]), text_of(said, "title_zh"), text_of(said, "title_en"))


def descent(said: Mapping[str, Any], place: int) -> Descent:
    return Descent(
        int(said["from"]),
        int(said["to"]),
        str(said["kind"]),
        text_of(said, "evidence_zh"),
        text_of(said, "evidence_en"),
        text_of(said, "evidence_source") or "stated",
    )


def text_of(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(name)
    return (value or "").replace("\0", "")


def whole(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError(value)
    return value
