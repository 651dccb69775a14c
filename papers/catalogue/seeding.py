"""Loading the reading list from the seed files, again and again without overwriting what a member edited.

Each row remembers what the files said last (`seeded`). A field is written only while it still holds that value, so a
correction in the files reaches papers nobody touched, and a correction on the site stays. The same holds for a part's
order, for a paper's links and for the lineage: what a member took away does not come back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from papers.catalogue.indexing import index_what_is_stale
from papers.catalogue.models import Entry, Lineage, Link, Milestone, Paper, Part, ReadingList
from papers.catalogue.numbering import next_number
from papers.catalogue.remarks import REMARKS, give_remarks
from papers.catalogue.seed_files import (
    SEEDS,
    BrokenSeed,
    edge_facts,
    facts_of,
    link_facts,
    named,
    read_group,
    read_list,
)
from papers.members.models import Group
from papers.members.queries import the_group


@dataclass(frozen=True)
class Counts:
    """What one loading did."""

    parts: int = 0
    papers: int = 0
    entries: int = 0
    mentioned: int = 0
    edges: int = 0


@transaction.atomic
def load_group(path: Path | None = None) -> bool:
    """Give the group its first values, unless an organiser has set it up; return whether any of them was new.

    Raises BrokenSeed, and then nothing was changed.
    """
    said = read_group(path)
    the_group()
    group = Group.objects.select_for_update(no_key=True).get(pk=1)
    if group.set_up_at is not None or all(getattr(group, name) == value for name, value in said.items()):
        return False
    for name, value in said.items():
        setattr(group, name, value)
    group.save(update_fields=said)
    return True


@transaction.atomic
def load_list(folder: Path | None = None) -> Counts:
    """Load the list and return how much is new. Papers are numbered in list order, those only mentioned after them.

    Raises BrokenSeed, and then nothing was loaded.
    """
    said = read_list(folder or SEEDS / "list")
    if Part.objects.filter(reading_list__archived_at__isnull=False).exclude(seeded={}).exists():
        # The group has read this list and goes on with another one.
        return Counts()
    reading_list = ReadingList.objects.select_for_update().filter(archived_at=None).first()
    if reading_list is None:
        reading_list = ReadingList.objects.create(title_zh="阅读清单", title_en="Reading list")
    papers = {str(paper.key): paper for paper in Paper.objects.exclude(key=None)}
    works, new = works_of(said.parts), 0
    for part in said.parts:
        named_here = [(place, works[entry["key"]]) for place, entry in enumerate(part["entry"], 1) if "key" in entry]
        new += load_papers(f"part-{part['number']}.toml", named_here, papers, on_list=True)
    new_parts = [load_part(reading_list, part, papers) for part in said.parts]
    mentioned = load_papers("mentioned.toml", list(enumerate(said.mentioned, 1)), papers, on_list=False)
    edges = load_lineage(said.edges, papers)
    load_timeline(said.timeline, papers)
    index_what_is_stale()
    return Counts(
        parts=sum(is_new for is_new, _entries in new_parts),
        papers=new,
        entries=sum(entries for _is_new, entries in new_parts),
        mentioned=mentioned,
        edges=edges,
    )


def works_of(parts: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the facts of each work by its key, with the links of all its places."""
    works: dict[str, dict[str, Any]] = {}
    for entry in (entry for part in parts for entry in part["entry"]):
        work = works.setdefault(entry.get("again") or entry["key"], {**entry, "links": []})
        work["links"] = [*work["links"], *entry.get("links", [])]
    return works


def load_papers(
    file: str, works: Sequence[tuple[int, Mapping[str, Any]]], papers: dict[str, Paper], *, on_list: bool
) -> int:
    """Load the works of a file, adding the new ones to `papers`; return how many are new. Raises BrokenSeed."""
    new = 0
    for place, work in works:
        paper = papers.get(work["key"])
        if paper is None:
            paper = papers[work["key"]] = Paper(number=next_number(), key=work["key"])
            new += 1
        try:
            with transaction.atomic():
                load_paper(paper, work, on_list=on_list)
        except IntegrityError as error:
            raise BrokenSeed(f"{file}, {named(work, place)}: its arXiv id or DOI is that of another paper.") from error
    return new


def load_paper(paper: Paper, work: Mapping[str, Any], *, on_list: bool) -> None:
    links = [link_facts(link) for link in work.get("links", [])]
    known = paper.seeded.get("linked", [])
    refresh(paper, {**facts_of(work), "on_list": on_list, "linked": links})
    if links == known:
        return
    # A link that was loaded before and is no longer there was taken away by a member, and one that a member changed
    # is found neither to be deleted nor to make room for the files' own.
    standing = set(paper.links.values_list("url", "title"))
    taken_away = {place_of_link(link) for link in known} - {url or title for url, title in standing}
    for link in known:
        if link not in links:
            paper.links.filter(**link).delete()
    Paper.objects.filter(pk=paper.pk).update(words=None)
    new = [link for link in links if link not in known and place_of_link(link) not in taken_away]
    Link.objects.bulk_create([Link(paper=paper, **link) for link in new], ignore_conflicts=True)


def place_of_link(link: Mapping[str, Any]) -> str:
    """Return what tells a paper's links apart: the address, or the title where the address was lost."""
    return link["url"] or link["title"]


def load_part(reading_list: ReadingList, said: Mapping[str, Any], papers: Mapping[str, Paper]) -> tuple[bool, int]:
    """Load one part, whose papers are there; return whether it is new and how many entries are."""
    part, is_new = Part.objects.get_or_create(reading_list=reading_list, number=said["number"])
    new_entries = load_entries(part, said["entry"], papers)
    titles = [entry["title_seed"] for entry in said["entry"]]
    words = {"title_zh": said["title_zh"], "title_en": said["title_en"]}
    refresh(part, {**words, "keys": keys_of(said["entry"]), "titles": titles})
    return is_new, new_entries


def load_entries(part: Part, entries: Sequence[Mapping[str, Any]], papers: Mapping[str, Paper]) -> int:
    """Give the part its entries and return how many are new.

    While the part stands as it was loaded last it follows the files: order, titles, and what is no longer there.
    Once organisers have changed it their order stays, and only what is new in the files is added, at the end. The
    remarks follow the files either way, but for those that somebody edited.
    """
    before, keys = part.seeded.get("keys", []), keys_of(entries)
    standing = list(part.entries.select_related("paper").order_by("position"))
    follows = [entry.paper.key for entry in standing] == before
    rows = defaultdict(list)
    for entry, title in zip_longest(standing, part.seeded.get("titles", []) if follows else []):
        if entry is not None:
            rows[entry.paper.key].append((entry, title))
    known, last = Counter(before), max((entry.position for entry in standing), default=0)
    new, kept, changed = [], [], []
    for place, (key, said) in enumerate(zip(keys, entries, strict=True), start=1):
        if rows[key]:
            entry, title = rows[key].pop(0)
            kept.append(entry)
        elif follows or not known[key]:
            entry, title = Entry(part=part, paper=papers[key]), ""
            new.append(entry)
        else:
            # An organiser took it away.
            known[key] -= 1
            continue
        known[key] -= 1
        if follows:
            entry.position = place
        elif entry.pk is None:
            entry.position = last = last + 1
        if entry.title_seed == title:
            entry.title_seed = said["title_seed"]
        if follow_remarks(entry, said) or entry.pk is None:
            changed.append(entry.paper_id)
    if follows:
        Entry.objects.filter(pk__in=[entry.pk for left in rows.values() for entry, _title in left]).delete()
    Entry.objects.bulk_update(kept, ["position", "title_seed", "html", "seeded", *REMARKS])
    Entry.objects.bulk_create(new)
    Paper.objects.filter(pk__in=changed).update(words=None)
    return len(new)


def follow_remarks(entry: Entry, said: Mapping[str, Any]) -> bool:
    """Put the file's remarks into the entry, but for those that a member edited; it is not saved.

    Returns whether the file says anything new.
    """
    remarks = {name: said.get(name, "") for name in REMARKS}
    if remarks == entry.seeded:
        return False
    give_remarks(
        entry,
        {name: text for name, text in remarks.items() if getattr(entry, name) == entry.seeded.get(name, "")},
    )
    entry.seeded = remarks
    return True


def load_lineage(edges: Sequence[Mapping[str, Any]], papers: Mapping[str, Paper]) -> int:
    """Load the edges between works and return how many are new; those that the files no longer have go."""
    before = {
        (edge.source.key, edge.target.key, edge.kind): edge
        for edge in Lineage.objects.select_related("source", "target")
    }
    new = 0
    for said in edges:
        name = (said["from"], said["to"], said["kind"])
        edge = before.pop(name, None)
        if edge is None:
            edge = Lineage(source=papers[said["from"]], target=papers[said["to"]])
            new += 1
        if edge.added_by_id is None:
            refresh(edge, edge_facts(said))
    gone = [edge.pk for edge in before.values() if edge.seeded and edge.added_by_id is None]
    Lineage.objects.filter(pk__in=gone).delete()
    return new


def load_timeline(said: Mapping[str, Any] | None, papers: Mapping[str, Paper]) -> None:
    """Put the timeline under the first entry of its work; it is the files' own and edited nowhere else."""
    entry = said and Entry.objects.filter(paper=papers[said["entry"]]).order_by("part__number", "position").first()
    if not said or not entry:
        return
    milestones = [
        (stage["title_zh"], stage["title_en"], event["said"], papers[key].pk)
        for stage in said["stage"]
        for event in stage["events"]
        for key in event["papers"]
    ]
    if list(entry.milestones.values_list("stage_zh", "stage_en", "said", "paper")) == milestones:
        return
    entry.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(entry=entry, position=position, stage_zh=zh, stage_en=en, said=date, paper_id=paper)
        for position, (zh, en, date, paper) in enumerate(milestones, start=1)
    )


def keys_of(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the key of each entry's paper, a paper that stands there again under its one key."""
    return [entry.get("again") or entry["key"] for entry in entries]


def refresh(row: Part | Paper | Lineage, said: Mapping[str, Any]) -> None:
    """Write the fields that nobody edited since the files were last loaded, and remember what the files say now."""
    if row.seeded == said:
        return
    fields = {field.name for field in row._meta.concrete_fields}
    for name in fields & said.keys():
        if name not in row.seeded or getattr(row, name) == row.seeded[name]:
            setattr(row, name, said[name])
    row.seeded = dict(said)
    if isinstance(row, Paper):
        row.words = None
    row.save()
