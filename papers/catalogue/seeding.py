"""Loading the reading list from the seed files, again and again without overwriting what a member edited.

Each row remembers what the files said last (`seeded`). A field is written only while it still holds that value, so a
correction in the files reaches papers nobody touched, and a correction on the site stays. The same holds for a part's
order and for a paper's links.
"""

import datetime as dt
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import translation

from papers.catalogue.models import Entry, Link, Paper, Part, ReadingList
from papers.members.models import Group
from papers.members.queries import the_group
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
class Counts:
    """What one loading did."""

    parts: int = 0
    papers: int = 0
    entries: int = 0


def read_parts(folder: Path) -> list[dict[str, Any]]:
    """Return the parts of the list as the files say, by number. Raises BrokenSeed."""
    parts: dict[int, dict[str, Any]] = {}
    for path in sorted(folder.glob("part-*.toml")):
        part = read_part(path)
        if part["number"] in parts:
            raise BrokenSeed(f"{path.name}: another file already is part {part['number']}.")
        parts[part["number"]] = part
    if not parts:
        raise BrokenSeed(f"There are no files part-*.toml in {folder}.")
    in_order = [parts[number] for number in sorted(parts)]
    known: set[str] = set()
    for part in in_order:
        for place, entry in enumerate(part["entry"], start=1):
            why = why_not_entry(entry, known)
            if why is not None:
                raise BrokenSeed(f"part-{part['number']}.toml, {named(entry, place)}: {why}")
            known.add(entry.get("again") or entry["key"])
    return in_order


def read_part(path: Path) -> dict[str, Any]:
    """Return what one file says, its entries unchecked. Raises BrokenSeed."""
    try:
        part = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenSeed(f"{path.name} is not readable as TOML: {error}.") from error
    shape = {"number": int, "title_zh": str, "title_en": str, "entry": list}
    for name, kind in shape.items():
        if not isinstance(part.get(name), kind):
            raise BrokenSeed(f"{path.name}: “{name}” is missing or not as seeds/README.md says.")
    unknown = part.keys() - shape.keys()
    if unknown:
        raise BrokenSeed(f"{path.name}: “{min(unknown)}” is no name that seeds/README.md knows.")
    return part


def named(entry: Any, place: int) -> str:
    """Return how a sentence about an entry calls it."""
    words = (entry.get(word) for word in ("key", "title_seed", "again")) if isinstance(entry, dict) else ()
    name = next((word for word in words if word), None)
    return f"entry {place}" if name is None else f"entry {place} (“{name}”)"


def why_not_entry(entry: Any, known: set[str]) -> str | None:
    """Return why this entry cannot be loaded, or None. `known` are the keys of the entries before it."""
    if not isinstance(entry, dict):
        return "it is no table."
    is_again = "again" in entry
    for name in ("title_seed", "again") if is_again else ("title_seed", "key", "title", "kind"):
        if not entry.get(name):
            return f"“{name}” is missing."
    unknown = entry.keys() - ({"title_seed", "again"} if is_again else {"key", "title_seed", "links", *PAPER_FACTS})
    if unknown:
        return f"“{min(unknown)}” does not belong here; seeds/README.md says what does."
    for name, value in entry.items():
        items = value if name in ("aliases", "authors") and isinstance(value, list) else []
        if type(value) is not TYPES.get(name, str) or not all(isinstance(item, str) for item in items):
            return f"“{name}” is not written as seeds/README.md says."
    if is_again:
        return None if entry["again"] in known else f"no entry before it has the key “{entry['again']}”."
    if entry["key"] in known:
        return "another entry before it has the same key."
    if "month" in entry and not ("year" in entry and 1 <= entry["month"] <= 12):
        return "“month” is a number from 1 to 12 beside a year."
    rows: list[models.Model] = [Paper(number=1, key=entry["key"], **facts_of(entry))]
    for link in entry.get("links", []):
        if not isinstance(link, dict) or "url" not in link or link.keys() - set(LINK_FACTS):
            return f"a link has {', '.join(LINK_FACTS)}, always a url, and nothing else."
        rows.append(Link(**link))
    return next((why for row in rows if (why := why_not_row(row)) is not None), None)


def why_not_row(row: models.Model) -> str | None:
    """Return what the model itself says against the row's values, in English like the files, or None."""
    with translation.override("en"):
        try:
            row.clean_fields(exclude=["paper"])
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
    """Load the list and return how many parts, papers and entries are new. Papers are numbered in list order.

    Raises BrokenSeed, and then nothing was loaded.
    """
    parts = read_parts(folder or SEEDS / "list")
    reading_list = ReadingList.objects.select_for_update().filter(archived_at=None).first()
    if reading_list is None:
        reading_list = ReadingList.objects.create(title_zh="阅读清单", title_en="Reading list")
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
    for place, entry in enumerate(said["entry"], start=1):
        if "again" in entry:
            continue
        paper = papers.get(entry["key"])
        if paper is None:
            paper = papers[entry["key"]] = Paper(number=next_number(), key=entry["key"])
            new_papers += 1
        try:
            with transaction.atomic():
                load_paper(paper, entry)
        except IntegrityError as error:
            raise BrokenSeed(
                f"part-{said['number']}.toml, {named(entry, place)}: its arXiv id or DOI is that of another paper."
            ) from error
    new_entries = load_entries(part, said["entry"], papers)
    titles = [entry["title_seed"] for entry in said["entry"]]
    words = {"title_zh": said["title_zh"], "title_en": said["title_en"]}
    refresh(part, {**words, "keys": keys_of(said["entry"]), "titles": titles})
    return Counts(parts=int(is_new), papers=new_papers, entries=new_entries)


def load_paper(paper: Paper, entry: Mapping[str, Any]) -> None:
    links = [{name: link.get(name, "") for name in LINK_FACTS} for link in entry.get("links", [])]
    known = paper.seeded.get("linked", [])
    refresh(paper, {**facts_of(entry), "linked": links})
    if links == known:
        return
    # A link that was loaded before and is no longer there was taken away by a member, and one that a member changed
    # is found neither to be deleted nor to make room for the files' own.
    taken_away = {link["url"] for link in known}.difference(paper.links.values_list("url", flat=True))
    for link in known:
        if link not in links:
            paper.links.filter(**link).delete()
    new = [link for link in links if link not in known and link["url"] not in taken_away]
    Link.objects.bulk_create([Link(paper=paper, **link) for link in new], ignore_conflicts=True)


def load_entries(part: Part, entries: Sequence[Mapping[str, Any]], papers: Mapping[str | None, Paper]) -> int:
    """Give the part its entries and return how many are new.

    While the part stands as it was loaded last it follows the files: order, titles, and what is no longer there.
    Once organisers have changed it their order stays, and only what is new in the files is added, at the end.
    """
    before, keys = part.seeded.get("keys", []), keys_of(entries)
    standing = list(part.entries.select_related("paper").order_by("position"))
    if [entry.paper.key for entry in standing] != before:
        return append_entries(part, entries, papers, known=Counter(before))
    rows = defaultdict(list)
    for entry, title in zip_longest(standing, part.seeded.get("titles", [])):
        rows[entry.paper.key].append((entry, title))
    new, kept = [], []
    for position, (key, said) in enumerate(zip(keys, entries, strict=True), start=1):
        if rows[key]:
            entry, title = rows[key].pop(0)
            kept.append(entry)
        else:
            entry, title = Entry(part=part, paper=papers[key]), ""
            new.append(entry)
        entry.position = position
        if entry.title_seed == title:
            entry.title_seed = said["title_seed"]
    Entry.objects.filter(pk__in=[entry.pk for left in rows.values() for entry, _title in left]).delete()
    Entry.objects.bulk_update(kept, ["position", "title_seed"])
    Entry.objects.bulk_create(new)
    return len(new)


def append_entries(
    part: Part, entries: Sequence[Mapping[str, Any]], papers: Mapping[str | None, Paper], *, known: Counter[str]
) -> int:
    """Add the entries that the files did not have before, after those that stand there; return how many."""
    position = part.entries.aggregate(last=Max("position"))["last"] or 0
    new = []
    for key, said in zip(keys_of(entries), entries, strict=True):
        if known[key]:
            known[key] -= 1
            continue
        position += 1
        new.append(Entry(part=part, position=position, paper=papers[key], title_seed=said["title_seed"]))
    Entry.objects.bulk_create(new)
    return len(new)


def keys_of(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the key of each entry's paper, a paper that stands there again under its one key."""
    return [entry.get("again") or entry["key"] for entry in entries]


def facts_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the paper's fields, with the model's own default for what the file leaves unknown."""
    unknown = Paper()
    return {name: entry.get(name, getattr(unknown, name)) for name in PAPER_FACTS}


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
