"""The seed files of the reading list, read and checked as seeds/README.md says. Nothing is written here."""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation

from papers.catalogue.models import Lineage, Link, Paper
from papers.catalogue.remarks import REMARKS
from papers.catalogue.rules import path_between
from papers.members.rules import why_not_settings

SEEDS = Path(settings.BASE_DIR) / "seeds"

PAPER_FACTS = ("title", "aliases", "kind", "authors", "authors_complete", "year", "month", "arxiv_id", "doi", "url")
LINK_FACTS = ("kind", "url", "language", "title")
# What `group.toml` says, and of which type each is.
GROUP_FACTS = {
    "name_zh": str,
    "name_en": str,
    "starts_on": dt.date,
    "first_goal": int,
    "goal": int,
    "weeks": int,
    "papers_per_week": int,
    "time_zone": str,
    "language": str,
}
# What is no text in an entry.
TYPES = {"aliases": list, "authors": list, "authors_complete": bool, "year": int, "month": int, "links": list}


class BrokenSeed(Exception):
    """A seed file says something that cannot be loaded. Its text is one sentence naming the file and the entry."""


@dataclass(frozen=True)
class SeedList:
    """What the files of a list say: its parts in order, what is only mentioned, the edges, and the timeline."""

    parts: list[dict[str, Any]]
    mentioned: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    timeline: dict[str, Any] | None


def read_list(folder: Path) -> SeedList:
    """Return what the files in the folder say, all of it checked. Raises BrokenSeed."""
    parts = read_parts(folder)
    first = {entry["key"]: entry for part in parts for entry in part["entry"] if "key" in entry}
    known = set(first)
    mentioned = read_tables(folder / "mentioned.toml", "entry")
    for place, entry in enumerate(mentioned, start=1):
        refuse("mentioned.toml", entry, place, why_not_mentioned(entry, known))
        known.add(entry["key"])
    edges = read_tables(folder / "lineage.toml", "edge")
    for place, edge in enumerate(edges, start=1):
        refuse("lineage.toml", edge, place, why_not_edge(edge, known))
    refuse_circles(edges)
    return SeedList(parts, mentioned, edges, read_timeline(folder / "timeline.toml", known))


def read_parts(folder: Path) -> list[dict[str, Any]]:
    """Return the parts of the list as the files say, by number. Raises BrokenSeed."""
    parts: dict[int, dict[str, Any]] = {}
    for path in sorted(folder.glob("part-*.toml")):
        part = read_table(path, {"number": int, "title_zh": str, "title_en": str, "entry": list})
        if part["number"] in parts:
            raise BrokenSeed(f"{path.name}: another file already is part {part['number']}.")
        parts[part["number"]] = part
    if not parts:
        raise BrokenSeed(f"There are no files part-*.toml in {folder}.")
    in_order = [parts[number] for number in sorted(parts)]
    known: set[str] = set()
    for part in in_order:
        for place, entry in enumerate(part["entry"], start=1):
            refuse(f"part-{part['number']}.toml", entry, place, why_not_entry(entry, known))
            known.add(entry.get("again") or entry["key"])
    return in_order


def read_table(path: Path, shape: Mapping[str, type]) -> dict[str, Any]:
    """Return what one file says, which has these names and no others; their values unchecked. Raises BrokenSeed."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenSeed(f"{path.name} is not readable as TOML: {error}.") from error
    for name, kind in shape.items():
        if not isinstance(said.get(name), kind):
            raise BrokenSeed(f"{path.name}: “{name}” is missing or not as seeds/README.md says.")
    unknown = said.keys() - shape.keys()
    if unknown:
        raise BrokenSeed(f"{path.name}: “{min(unknown)}” is no name that seeds/README.md knows.")
    return said


def read_tables(path: Path, name: str) -> list[dict[str, Any]]:
    """Return the tables of a file that need not be there. Raises BrokenSeed."""
    tables: list[dict[str, Any]] = read_table(path, {name: list})[name] if path.exists() else []
    return tables


def read_timeline(path: Path, known: set[str]) -> dict[str, Any] | None:
    """Return the timeline under one entry, or None when there is no such file. Raises BrokenSeed."""
    if not path.exists():
        return None
    said = read_table(path, {"entry": str, "stage": list})
    events = [event for stage in said["stage"] for event in stage["events"]]
    missing = [
        key for key in (said["entry"], *(key for event in events for key in event["papers"])) if key not in known
    ]
    if missing:
        raise BrokenSeed(f"{path.name}: no entry has the key “{missing[0]}”.")
    return said


def refuse(file: str, entry: Any, place: int, why: str | None) -> None:
    """Raise BrokenSeed when there is a reason against the entry, naming file and entry."""
    if why is not None:
        raise BrokenSeed(f"{file}, {named(entry, place)}: {why}")


def named(entry: Any, place: int) -> str:
    """Return how a sentence about an entry calls it."""
    words = (entry.get(word) for word in ("key", "title_seed", "again")) if isinstance(entry, dict) else ()
    name = next((word for word in words if word), None)
    return f"entry {place}" if name is None else f"entry {place} (“{name}”)"


def why_not_entry(entry: Any, known: set[str]) -> str | None:
    """Return why this entry cannot be loaded, or None. `known` are the keys of the entries before it."""
    is_again = isinstance(entry, dict) and "again" in entry
    here = {"title_seed", "links", *REMARKS}
    needed, allowed = (
        (("title_seed", "again"), here | {"again"})
        if is_again
        else (("title_seed", "key", "title", "kind"), here | {"key", *PAPER_FACTS})
    )
    why = why_not_written(entry, needed, allowed) or why_not_links(entry.get("links", []))
    if why is not None:
        return why
    if entry.get("correction_source") and not (entry.get("correction_zh") and entry.get("correction_en")):
        return "“correction_source” stands beside a correction in both languages."
    if is_again:
        return None if entry["again"] in known else f"no entry before it has the key “{entry['again']}”."
    return why_not_work(entry, known)


def why_not_mentioned(entry: Any, known: set[str]) -> str | None:
    """Return why this work that is only mentioned cannot be loaded, or None."""
    why = why_not_written(entry, ("key", "title", "kind"), {"key", "links", *PAPER_FACTS})
    return why or why_not_links(entry.get("links", [])) or why_not_work(entry, known)


def why_not_written(entry: Any, needed: Iterable[str], allowed: set[str]) -> str | None:
    """Return what is missing, does not belong there or is of a wrong type, or None."""
    if not isinstance(entry, dict):
        return "it is no table."
    for name in needed:
        if not entry.get(name):
            return f"“{name}” is missing."
    unknown = entry.keys() - allowed
    if unknown:
        return f"“{min(unknown)}” does not belong here; seeds/README.md says what does."
    for name, value in entry.items():
        items = value if name in ("aliases", "authors") and isinstance(value, list) else []
        if type(value) is not TYPES.get(name, str) or not all(isinstance(item, str) for item in items):
            return f"“{name}” is not written as seeds/README.md says."
    return None


def why_not_work(entry: Mapping[str, Any], known: set[str]) -> str | None:
    if entry["key"] in known:
        return "another entry before it has the same key."
    if "month" in entry and not ("year" in entry and 1 <= entry["month"] <= 12):
        return "“month” is a number from 1 to 12 beside a year."
    return why_not_row(Paper(number=1, key=entry["key"], **facts_of(entry)))


def why_not_links(links: Iterable[Any]) -> str | None:
    for link in links:
        if not isinstance(link, dict) or link.keys() - set(LINK_FACTS) or not (link.get("url") or link.get("title")):
            return f"a link has {', '.join(LINK_FACTS)} and nothing else, and a title where its address was lost."
        why = why_not_row(Link(**link))
        if why is not None:
            return why
    return None


def why_not_edge(edge: Any, known: set[str]) -> str | None:
    """Return why this edge of the lineage cannot be loaded, or None."""
    names = ("from", "to", "kind", "source", "evidence_zh", "evidence_en")
    why = why_not_written(edge, names, set(names))
    if why is not None:
        return why
    unknown = next((edge[name] for name in ("from", "to") if edge[name] not in known), None)
    if unknown is not None:
        return f"no entry has the key “{unknown}”."
    if edge["from"] == edge["to"]:
        return "a work cannot lead to itself."
    return why_not_row(Lineage(**edge_facts(edge)), but=["source", "target"])


def refuse_circles(edges: Iterable[Mapping[str, Any]]) -> None:
    """Raise BrokenSeed when what builds on what goes in a circle."""
    before: list[tuple[str, str]] = []
    for edge in edges:
        if edge["kind"] != Lineage.Kind.BUILDS_ON:
            continue
        path = path_between(edge["to"], edge["from"], before)
        if path is not None:
            raise BrokenSeed(
                f"lineage.toml: “{edge['from']}” builds on “{edge['to']}”, but {' → '.join(path)} as well."
            )
        before.append((edge["from"], edge["to"]))


def facts_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the paper's fields, with the model's own default for what the file leaves unknown."""
    unknown = Paper()
    return {name: entry.get(name, getattr(unknown, name)) for name in PAPER_FACTS}


def edge_facts(edge: Mapping[str, Any]) -> dict[str, Any]:
    """Return the edge's fields but for the two works it joins."""
    return {
        "kind": edge["kind"],
        "evidence_zh": edge["evidence_zh"],
        "evidence_en": edge["evidence_en"],
        "evidence_source": edge["source"],
    }


def link_facts(link: Mapping[str, Any]) -> dict[str, Any]:
    """Return the link's fields; a lost address is None, so that several lost links do not repeat each other."""
    return {name: link.get(name) or (None if name == "url" else "") for name in LINK_FACTS}


def why_not_row(row: models.Model, *, but: Iterable[str] = ("paper",)) -> str | None:
    """Return what the model itself says against the row's values, in English like the files, or None."""
    with translation.override("en"):
        try:
            row.clean_fields(exclude=list(but))
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            return f"“{name}”: {messages[0]}"
    return None


def read_group(path: Path | None = None) -> dict[str, Any]:
    """Return what `group.toml` says of the group, by the name of the setting. Raises BrokenSeed.

    Of the group's two names it is the one in the group's language. What the environment says comes before the file.
    """
    path = path or SEEDS / "group.toml"
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenSeed(f"{path.name} is not readable as TOML: {error}.") from error
    for name, kind in GROUP_FACTS.items():
        if type(said.get(name)) is not kind:
            raise BrokenSeed(f"{path.name}: “{name}” is missing or not as its comment says.")
    if said.keys() - GROUP_FACTS.keys():
        raise BrokenSeed(f"{path.name}: “{min(said.keys() - GROUP_FACTS.keys())}” is no setting of the group.")
    names = {"zh-hans": said.pop("name_zh"), "en": said.pop("name_en")}
    said |= settings.GROUP_CHOSEN
    if said["language"] not in names:
        raise BrokenSeed(f"{path.name}: “language” is zh-hans or en.")
    said.setdefault("name", names[said["language"]])
    with translation.override("en"):
        for name, reason in why_not_settings(said).items():
            raise BrokenSeed(f"{path.name}: “{name}” cannot be {said[name]}. {reason}")
    return said
