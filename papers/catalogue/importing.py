"""Taking a list in: which of its records are new, which are here already, and nothing half done.

A record is here already when a paper has its arXiv id or DOI, or its title but for capitals, width and punctuation.
Then nothing of it is changed; only a place it does not have yet is added. So importing a list again changes nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from papers import words
from papers.catalogue.indexing import index
from papers.catalogue.models import Entry, Lineage, Link, Paper, Part, ReadingList
from papers.catalogue.numbering import next_number
from papers.catalogue.remarks import give_remarks
from papers.catalogue.rules import path_between
from papers.formats.records import Descent, Heading, Parsed, Place, Record, Unread
from papers.members import actions as members
from papers.members.models import Member

REMARKED = ("remark_zh", "remark_en", "correction_zh", "correction_en")


# How a sentence calls a field that cannot hold what a record says.
FIELDS = {field.name: field.verbose_name for field in Paper._meta.concrete_fields}


class Numbers:
    """The numbers that are free. Held with the list, so nobody else gives one out meanwhile."""

    def __init__(self) -> None:
        self.taken = set(Paper.objects.values_list("number", flat=True))
        self.next = next_number()

    def take(self, wanted: int | None) -> int:
        """Return the wanted number if nobody has it, else the next one."""
        number = wanted if wanted and wanted not in self.taken else self.next
        self.taken.add(number)
        self.next = max(self.next, number + 1)
        return number


# What becomes of a record that is here already: one more place of that paper, nothing, or a paper of its own.
PLACE, LEAVE, OWN = "place", "leave", "own"


@dataclass(frozen=True)
class Match:
    """A record and the paper that it already is, if there is one, or the record before it in the same list.

    `surely` when both have one arXiv id or DOI: then it cannot be a paper of its own.
    """

    record: Record
    paper: Paper | None = None
    twin: int | None = None
    surely: bool = False

    @property
    def key(self) -> str:
        """What a choice for this record is kept under: also after lines above it have changed their fate."""
        return f"t{self.record.line}-{hashlib.sha256(self.record.title.encode()).hexdigest()[:8]}"


@dataclass
class Outcome:
    """What importing did, or would do."""

    imported: int = 0
    existing: int = 0
    attached: int = 0
    skipped: int = 0
    refused: list[Unread] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return the five counts that `import_list` prints."""
        names = ("imported", "existing", "attached", "skipped")
        return {**{name: getattr(self, name) for name in names}, "refused": len(self.refused)}


def matched(records: Sequence[Record]) -> list[Match]:
    """Return each record with the paper that it is, in two queries; a title that comes twice is one work.

    A paper is also known by its title as the curator wrote it, letter for letter.
    """
    titles = {words.folded(record.title)[:500] for record in records} - {""}
    ids = {record.arxiv_id for record in records} - {None}
    dois = {record.doi for record in records} - {None}
    known = Paper.objects.filter(Q(folded__in=titles) | Q(arxiv_id__in=ids) | Q(doi__in=dois)).select_related(
        "merged_into"
    )
    papers: dict[tuple[str, str], Paper] = {}
    for one in known.order_by("-number"):
        for name in names_of(one.arxiv_id, one.doi, one.folded):
            papers[name] = one.merged_into or one
    written = Entry.objects.filter(title_seed__in={record.title for record in records} - {""})
    for entry in written.select_related("paper__merged_into").order_by("-pk"):
        papers.setdefault(("title", words.folded(entry.title_seed)[:500]), entry.paper.merged_into or entry.paper)
    made: list[Match] = []
    twins: dict[tuple[str, str], int] = {}
    for at, record in enumerate(records):
        names = names_of(record.arxiv_id, record.doi, words.folded(record.title)[:500])
        known_as = next((name for name in names if name in papers or name in twins), ("", ""))
        paper = next((papers[name] for name in names if name in papers), None)
        twin = next((twins[name] for name in names if name in twins), None)
        made.append(Match(record, paper, None if paper else twin, surely=known_as[0] in ("arxiv", "doi")))
        for name in names:
            twins.setdefault(name, at)
    return made


def names_of(arxiv_id: str | None, doi: str | None, folded: str) -> list[tuple[str, str]]:
    """Return what a work is known by, the surest first."""
    said = (("arxiv", arxiv_id), ("doi", doi.lower() if doi else None), ("title", folded))
    return [(name, value) for name, value in said if value]


@transaction.atomic
def import_records(
    parsed: Parsed, *, by: Member | None, note: str, dry_run: bool = False, choices: Mapping[str, str] | None = None
) -> Outcome:
    """Add what is new of a list and return what was done; with `dry_run` nothing stays.

    `choices` says by the key of its match what becomes of a record that is here already; without it, PLACE.

    A record that the catalogue cannot hold is refused by itself, and the others are imported. All of it happens in
    one transaction. `note` says in the log where the list came from.
    """
    with transaction.atomic():
        outcome = imported(parsed, by, choices or {})
        if dry_run:
            transaction.set_rollback(True)
            return outcome
        index(paper.pk for paper in outcome.papers)
        if outcome.imported or outcome.attached:
            members.log("import list", note, by=by, after=outcome.counts())
    return outcome


def imported(parsed: Parsed, by: Member | None, choices: Mapping[str, str]) -> Outcome:
    outcome = Outcome(refused=list(parsed.unread))
    reading_list = the_list()
    parts, numbers = parts_of(reading_list, parsed), Numbers()
    # By the place of the record in the file: the paper it became, None if it was refused.
    became: list[Paper | None] = []
    for match in matched(parsed.records):
        became.append(paper_of(match, choices.get(match.key, PLACE), became, numbers, parts, outcome))
    by_number = {record.number: paper for record, paper in zip(parsed.records, became, strict=True) if paper}
    add_lineage(parsed.lineage, by_number, by)
    return outcome


def paper_of(
    match: Match, choice: str, became: Sequence[Paper | None], numbers: Numbers, parts: "Parts", outcome: Outcome
) -> Paper | None:
    """Return the paper that a record is or becomes, in its places, or None when it is refused."""
    record = match.record
    paper = match.paper if match.twin is None else became[match.twin]
    if paper is not None and (choice != OWN or match.surely):
        outcome.existing += 1
        if choice == LEAVE:
            return paper
        added = sum(parts.add(paper, place) for place in record.places if not parts.has(paper, place))
        outcome.attached += added
        outcome.papers += [paper] if added else []
        return paper
    paper = new_paper(record, numbers, outcome)
    if paper is not None:
        outcome.imported += 1
        for place in record.places or ((Place(),) if paper.on_list else ()):
            parts.add(paper, place)
    return paper


def the_list() -> ReadingList:
    """Return the list that is read now, held against other imports; the first one is made."""
    found = ReadingList.objects.select_for_update().filter(archived_at=None).first()
    return found or ReadingList.objects.create(title_zh="阅读清单", title_en="Reading list")


@dataclass
class Parts:
    """The parts of a list by number and by title; one that is not there yet is made when something stands in it."""

    reading_list: ReadingList
    by_number: dict[int, Part]
    headings: dict[int, Heading]
    # By the part's primary key: the positions that are taken, and which parts this import made.
    taken: dict[int, set[int]] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)

    def of(self, place: Place) -> Part:
        """Return the part of a place; without a number or title it is the last one."""
        number = place.part
        if number is None and place.part_title:
            wanted = words.folded(place.part_title)
            number = next(
                (
                    part.number
                    for part in self.by_number.values()
                    if wanted in (words.folded(part.title_zh), words.folded(part.title_en))
                ),
                max(self.by_number, default=0) + 1,
            )
        if number is None:
            number = max(self.by_number, default=1)
        if number not in self.by_number:
            heading = self.headings.get(number, Heading(number, place.part_title, place.part_title))
            self.by_number[number] = Part.objects.create(
                reading_list=self.reading_list,
                number=number,
                title_zh=(heading.title_zh or heading.title_en or "论文")[:200],
                title_en=(heading.title_en or heading.title_zh or "Papers")[:200],
            )
            self.made.add(self.by_number[number].pk)
        return self.by_number[number]

    def has(self, paper: Paper, place: Place) -> bool:
        return Entry.objects.filter(part=self.of(place), paper=paper).exists()

    def add(self, paper: Paper, place: Place) -> bool:
        """Put the paper into the part, in a new part at the position that the source gives, else at the end.

        Returns True.
        """
        part = self.of(place)
        taken = self.taken.setdefault(part.pk, set(part.entries.values_list("position", flat=True)))
        is_free = part.pk in self.made and place.position and place.position not in taken
        position = place.position if is_free and place.position else max(taken, default=0) + 1
        taken.add(position)
        entry = Entry(part=part, paper=paper, position=position, title_seed=place.title[:500])
        give_remarks(entry, {name: getattr(place, name) for name in REMARKED})
        entry.save()
        if not paper.on_list:
            Paper.objects.filter(pk=paper.pk).update(on_list=True)
        return True


def parts_of(reading_list: ReadingList, parsed: Parsed) -> Parts:
    return Parts(
        reading_list,
        {part.number: part for part in reading_list.parts.all()},
        {heading.number: heading for heading in parsed.parts},
    )


def new_paper(record: Record, numbers: Numbers, outcome: Outcome) -> Paper | None:
    """Return the paper that the record becomes, or None when the catalogue cannot hold it; then it is refused."""
    paper = Paper(
        number=numbers.take(record.number),
        title=record.title,
        aliases=list(record.aliases),
        kind=record.kind,
        authors=list(record.authors),
        authors_complete=record.authors_complete,
        year=record.year,
        month=record.month if record.year and record.month in range(1, 13) else None,
        arxiv_id=record.arxiv_id,
        doi=record.doi,
        url=record.url,
        abstract=record.abstract,
        # An exported list says which works are only mentioned: they have a number and no place.
        on_list=record.on_list,
    )
    links = [
        Link(paper=paper, kind=link.kind, url=link.url, language=link.language, title=link.title[:300])
        for link in record.links
    ]
    try:
        paper.clean_fields()
        for link in links:
            link.clean_fields(exclude=["paper"])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        outcome.refused.append(Unread(record.line, record.title[:200], f"{FIELDS.get(name, name)}: {messages[0]}"))
        return None
    paper.save()
    Link.objects.bulk_create(links, ignore_conflicts=True)
    outcome.papers.append(paper)
    return paper


def add_lineage(descents: Iterable[Descent], papers: dict[int | None, Paper], by: Member | None) -> None:
    """Add the edges between these papers that are not there; one that would close a circle is left out."""
    known = set(Lineage.objects.values_list("source", "target", "kind"))
    builds = [(source, target) for source, target, kind in known if kind == Lineage.Kind.BUILDS_ON]
    for descent in descents:
        source, target = papers.get(descent.source), papers.get(descent.target)
        if source is None or target is None or source == target or descent.kind not in Lineage.Kind.values:
            continue
        if (source.pk, target.pk, descent.kind) in known:
            continue
        if descent.kind == Lineage.Kind.BUILDS_ON:
            if path_between(target.pk, source.pk, builds) is not None:
                continue
            builds.append((source.pk, target.pk))
        known.add((source.pk, target.pk, descent.kind))
        Lineage.objects.create(
            source=source,
            target=target,
            kind=descent.kind,
            evidence_zh=descent.evidence_zh[:1000],
            evidence_en=descent.evidence_en[:1000],
            evidence_source=descent.evidence_source
            if descent.evidence_source in Lineage.Basis.values
            else Lineage.Basis.STATED,
            added_by=by,
        )
