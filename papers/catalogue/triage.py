"""A list between being brought along and being imported: what its lines and records would become."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from papers.catalogue import rules
from papers.catalogue.importing import LEAVE, OWN, PLACE, Match, Outcome, import_records, matched
from papers.catalogue.models import ListImport
from papers.formats import markdown
from papers.formats.markdown import FATES, Line
from papers.formats.reading import read_text
from papers.formats.records import Parsed, Unread
from papers.members.models import Member
from papers.refusals import refuse_if


@dataclass(frozen=True)
class Row:
    """A record as the preview shows it, and what it would become."""

    line: int
    title: str
    facts: str
    remark: str
    part: str
    becomes: str
    number: int | None
    key: str
    choices: list[tuple[str, str]]
    choice: str


@dataclass(frozen=True)
class Sheet:
    """All that the preview shows. `lines` is empty for formats whose records are unmistakable."""

    lines: list[Line]
    rows: list[Row]
    unread: list[Unread]
    new: int


def fate_words() -> list[tuple[str, str]]:
    """Return what a line can become, each with its word."""
    words = {
        markdown.ROW: _("a paper"),
        markdown.ATTACHED: _("remark on the one before"),
        markdown.PART: _("heading of a part"),
        markdown.SKIPPED: _("nothing"),
    }
    return [(fate, words[fate]) for fate in FATES]


def keep(text: str, format: str, *, by: Member) -> ListImport:
    """Keep a list for its preview. Raises Refused (422) for one in which nothing can be read."""
    source = read_text(text, format=format)
    refuse_if(
        rules.why_not_a_list(records=len(source.parsed.records), unread=len(source.parsed.unread)),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    return ListImport.objects.create(by=by, format=source.format, text=text.replace("\0", ""))


def lines_of(kept: ListImport) -> list[Line]:
    """Return the lines of a Markdown list with the fates that were chosen; other formats have none."""
    if kept.format != "markdown":
        return []
    lines = markdown.lines_of(kept.text)
    fates = [kept.fates.get(str(at), line.fate) for at, line in enumerate(lines)]
    return markdown.with_fates(lines, fates)


def parsed_of(kept: ListImport) -> Parsed:
    if kept.format == "markdown":
        return Parsed(records=markdown.records_of(lines_of(kept)))
    return read_text(kept.text, format=kept.format).parsed


def sheet_of(kept: ListImport) -> Sheet:
    """Return the preview of a list, in two queries."""
    parsed = parsed_of(kept)
    rows = [row_of(match, kept.fates.get(match.key, PLACE)) for match in matched(parsed.records)]
    new = sum(not row.choices or row.choice == OWN for row in rows)
    return Sheet(lines_of(kept), rows, parsed.unread, new)


def choices_of(match: Match) -> list[tuple[str, str]]:
    """Return what can become of a record that is here already; nothing to choose for one that is not."""
    if match.paper is None and match.twin is None:
        return []
    choices = {
        PLACE: _("one more place of it, where it does not stand yet"),
        LEAVE: _("nothing, it stays as it is"),
        OWN: _("a paper of its own"),
    }
    return [(choice, word) for choice, word in choices.items() if choice != OWN or not match.surely]


def row_of(match: Match, choice: str) -> Row:
    record = match.record
    facts = [", ".join(record.authors[:3]), str(record.year or ""), record.arxiv_id or record.doi or record.url]
    first = record.places[0] if record.places else None
    becomes = ""
    if match.paper is not None:
        becomes = _("Is this #%(number)d “%(title)s”? It becomes") % {
            "number": match.paper.number,
            "title": match.paper.title,
        }
    elif match.twin is not None:
        becomes = _("The same stands further up. It becomes")
    return Row(
        line=record.line,
        title=record.title,
        facts=" · ".join(filter(None, facts)),
        remark=(first.remark_zh or first.remark_en) if first else "",
        part=(first.part_title or str(first.part or "")) if first else "",
        becomes=becomes,
        number=match.paper.number if match.paper else None,
        key=match.key,
        choices=choices_of(match),
        choice=choice,
    )


@transaction.atomic
def set_fates(kept: ListImport, fates: Mapping[str, str], *, by: Member) -> ListImport:
    """Keep what the lines shall become. Raises Refused: 422 for a fate that is none, 409 when it is imported."""
    kept_now = ListImport.objects.select_for_update().get(pk=kept.pk)
    refuse_if(rules.why_not_import_again(is_applied=kept_now.applied_at is not None))
    refuse_if(
        rules.why_not_fate(fates.values(), known=(*FATES, PLACE, LEAVE, OWN)),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    as_read = markdown.lines_of(kept.text) if kept.format == "markdown" else []
    if fates:
        kept.fates = {
            str(at): fates[str(at)]
            for at, line in enumerate(as_read)
            if str(at) in fates and fates[str(at)] != line.fate
        }
        twins = {match.key for match in matched(parsed_of(kept).records) if match.paper or match.twin is not None}
        kept.fates |= {key: fates[key] for key in twins & fates.keys() if fates[key] != PLACE}
        ListImport.objects.filter(pk=kept.pk).update(fates=kept.fates)
    return kept


@transaction.atomic
def apply(kept: ListImport, *, by: Member) -> Outcome:
    """Import the list as its preview shows it, once. Raises Refused (409) when it is imported."""
    kept_now = ListImport.objects.select_for_update().get(pk=kept.pk)
    refuse_if(rules.why_not_import_again(is_applied=kept_now.applied_at is not None))
    outcome = import_records(
        parsed_of(kept_now), by=by, note=f"import:{kept.pk} {kept.format}", choices=kept_now.fates
    )
    lines = lines_of(kept_now)
    outcome.attached += sum(line.fate == markdown.ATTACHED for line in lines)
    outcome.skipped = sum(line.fate == markdown.SKIPPED for line in lines)
    kept_now.applied_at, kept_now.counts = timezone.now(), outcome.counts()
    kept_now.save(update_fields=["applied_at", "counts"])
    return outcome
