"""Loading the reading list from the seed files, again and again without overwriting what a member edited.

Each row remembers what the files said last (`seeded`). A field is written only while it still holds that value, so a
correction in the files reaches papers nobody touched, and a correction on the site stays.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from papers.catalogue.models import Entry, Link, Paper, Part, ReadingList

SEEDS = Path(settings.BASE_DIR) / "seeds"

PAPER_FACTS = ("title", "aliases", "kind", "authors", "authors_complete", "year", "month", "arxiv_id", "doi", "url")


@dataclass(frozen=True)
class Counts:
    """What one loading did."""

    parts: int = 0
    papers: int = 0
    entries: int = 0


def read_parts(folder: Path) -> list[dict[str, Any]]:
    """Return the parts of the list as the files say, by number."""
    parts = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("part-*.toml"))]
    return sorted(parts, key=lambda part: part["number"])


def read_group() -> dict[str, Any]:
    """Return what `group.toml` says of the group."""
    return tomllib.loads((SEEDS / "group.toml").read_text(encoding="utf-8"))


@transaction.atomic
def load_list(folder: Path | None = None) -> Counts:
    """Load the list and return how many parts, papers and entries are new. Papers are numbered in list order."""
    reading_list = ReadingList.objects.select_for_update().filter(archived_at=None).first()
    if reading_list is None:
        reading_list = ReadingList.objects.create(title_zh="阅读清单", title_en="Reading list")
    parts = read_parts(folder or SEEDS / "list")
    made = [load_part(reading_list, said) for said in parts]
    return Counts(
        parts=sum(counts.parts for counts in made),
        papers=sum(counts.papers for counts in made),
        entries=sum(counts.entries for counts in made),
    )


def load_part(reading_list: ReadingList, said: Mapping[str, Any]) -> Counts:
    part, is_new = Part.objects.get_or_create(reading_list=reading_list, number=said["number"])
    papers = {paper.key: paper for paper in Paper.objects.exclude(key=None)}
    new_papers = 0
    for entry in said["entry"]:
        if "again" in entry:
            continue
        paper = papers.get(entry["key"])
        if paper is None:
            paper = papers[entry["key"]] = Paper(number=next_number(), key=entry["key"])
            new_papers += 1
        load_paper(paper, entry)
    new_entries = load_entries(part, said["entry"], papers)
    refresh(part, {"title_zh": said["title_zh"], "title_en": said["title_en"], "keys": keys_of(said["entry"])})
    return Counts(parts=int(is_new), papers=new_papers, entries=new_entries)


def load_paper(paper: Paper, entry: Mapping[str, Any]) -> None:
    links = entry.get("links", [])
    known = paper.seeded.get("links", [])
    refresh(paper, {**facts_of(entry), "links": [link["url"] for link in links]})
    # A link that was loaded before and is gone now was taken away by a member.
    new = [link for link in links if link["url"] not in known]
    Link.objects.bulk_create([Link(paper=paper, **link) for link in new], ignore_conflicts=True)


def load_entries(part: Part, entries: list[Mapping[str, Any]], papers: Mapping[str | None, Paper]) -> int:
    """Add the entries that the files did not have before, after those that stand there; return how many.

    An entry that was loaded before stays where organisers put it, or away if they took it out.
    """
    known = Counter(part.seeded.get("keys", []))
    position = part.entries.aggregate(last=Max("position"))["last"] or 0
    new = []
    for key, entry in zip(keys_of(entries), entries, strict=True):
        if known[key]:
            known[key] -= 1
            continue
        position += 1
        new.append(Entry(part=part, position=position, paper=papers[key], title_seed=entry["title_seed"]))
    Entry.objects.bulk_create(new)
    return len(new)


def keys_of(entries: list[Mapping[str, Any]]) -> list[str]:
    """Return the key of each entry's paper, a paper that stands there again under its one key."""
    return [entry.get("again") or entry["key"] for entry in entries]


def facts_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the paper's fields, with the model's own default for what the file leaves unknown."""
    return {name: entry.get(name, Paper._meta.get_field(name).get_default()) for name in PAPER_FACTS}


def refresh(row: Part | Paper, said: Mapping[str, Any]) -> None:
    """Write the fields that nobody edited since the files were last loaded, and remember what the files say now."""
    if row.seeded == said:
        return
    fields = {field.name for field in row._meta.concrete_fields}
    for name in fields & said.keys():
        if name not in row.seeded or getattr(row, name) == row.seeded[name]:
            setattr(row, name, said[name])
    row.seeded = dict(said)
    row.save()


def next_number() -> int:
    """Return the number after the highest that was ever given out (numbers of papers never repeat)."""
    return (Paper.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1
