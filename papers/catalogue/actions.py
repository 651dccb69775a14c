"""Changing what the list says: records, remarks, places, links and lineage. Every change is kept with who and when."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from papers import words
from papers.catalogue import rules
from papers.catalogue.importing import matched
from papers.catalogue.indexing import index
from papers.catalogue.models import Edit, Entry, Lineage, Link, Paper, Part
from papers.catalogue.numbering import next_number
from papers.catalogue.remarks import REMARKS, give_remarks
from papers.formats.ids import arxiv_id_in, doi_in
from papers.formats.records import Record
from papers.mail import actions as mail
from papers.members.models import Group, Member
from papers.members.queries import the_group
from papers.refusals import Refused, refuse_if


def require_editor(by: Member) -> None:
    """Raise Refused (403) unless the member may change the list."""
    refuse_if(why_not_edit(by), status=HTTPStatus.FORBIDDEN)


def why_not_edit(by: Member, *, group: Group | None = None) -> str | None:
    """Return why this member may not change the list, or None. The group is read where it is not given."""
    if by.is_organiser:
        return None
    members_may_edit = (group or the_group()).members_may_edit
    return rules.why_not_edit(may_write=by.may_write, members_may_edit=members_may_edit)


@transaction.atomic
def edit_paper(paper: Paper, said: Mapping[str, Any], version: int, *, by: Member, batch: UUID | None = None) -> Paper:
    """Change these fields of the record, of rules.RECORD, if it is still at the version that was on the screen.

    Raises Refused: 403 for somebody who may not edit, 409 when it has changed meanwhile or another paper has the
    arXiv id or DOI, 422 for a value that the record cannot hold.
    """
    require_editor(by)
    paper = Paper.objects.select_for_update(no_key=True).get(pk=paper.pk)
    before = {name: getattr(paper, name) for name in said if getattr(paper, name) != said[name]}
    if not before:
        return paper
    refuse_if(rules.why_not_over(seen=version, current=paper.version))
    for name in before:
        setattr(paper, name, said[name])
    try:
        paper.clean_fields()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise Refused(f"{Paper._meta.get_field(name).verbose_name}: {messages[0]}", status=422) from error  # type: ignore[union-attr]
    refuse_twin(paper, before)
    paper.version = F("version") + 1  # type: ignore[assignment]
    paper.save(update_fields=[*before, "version"])
    Edit.objects.create(paper=paper, by=by, before=before, after={name: said[name] for name in before}, batch=batch)
    index([paper.pk])
    paper.refresh_from_db()
    return paper


def refuse_twin(paper: Paper, changed: Mapping[str, Any]) -> None:
    """Raise Refused (409) when another paper has the id that this one is given."""
    for name in ("arxiv_id", "doi"):
        value = getattr(paper, name)
        if name in changed and value:
            twin = Paper.objects.exclude(pk=paper.pk).filter(**{name: value}).first()
            refuse_if(rules.why_not_again(number=twin.number, title=twin.title) if twin else None)


@transaction.atomic
def edit_remarks(entry: Entry, said: Mapping[str, str], version: int, *, by: Member) -> Entry:
    """Change the remark and its correction, if they are still as they were on the screen.

    Raises Refused: 403, 409 and 422 as `edit_paper` does.
    """
    require_editor(by)
    entry = Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    before = {name: getattr(entry, name) for name in REMARKS if getattr(entry, name) != said[name]}
    if not before:
        return entry
    refuse_if(rules.why_not_over(seen=version, current=entry.version))
    refuse_if(rules.why_not_remark(said), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    give_remarks(entry, said)
    entry.version += 1
    entry.save(update_fields=[*REMARKS, "html", "version"])
    Edit.objects.create(
        paper_id=entry.paper_id, entry=entry, by=by, before=before, after={name: said[name] for name in before}
    )
    index([entry.paper_id])
    return entry


@transaction.atomic
def restore(edit: Edit, *, by: Member) -> Paper:
    """Write what the edited fields said before, as an edit of its own. Raises Refused as `edit_paper` does."""
    if edit.entry is not None:
        entry = edit.entry
        said = {name: edit.before.get(name, getattr(entry, name)) for name in REMARKS}
        return edit_remarks(entry, said, entry.version, by=by).paper
    refuse_if(None if edit.before.keys() <= set(rules.RECORD) else rules.why_not_restored())
    return edit_paper(edit.paper, edit.before, edit.paper.version, by=by)


@transaction.atomic
def add_paper(said: str, part: Part | None, *, by: Member) -> Paper:
    """Add what was typed, a title, an arXiv id, a DOI or an address, to the end of the part.

    An id or address is kept with the typed text as its title until the facts are filled in. Raises Refused: 403, 422
    for an empty text, 409 when the paper is here already.
    """
    require_editor(by)
    text = " ".join(said.replace("\0", "").split())
    refuse_if(rules.why_no_paper(text), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    record = record_of(text)
    twin = matched([record])[0].paper
    refuse_if(rules.why_not_again(number=twin.number, title=twin.title) if twin else None)
    to_fill = record.arxiv_id is not None or record.doi is not None
    try:
        with transaction.atomic():
            paper = Paper.objects.create(
                number=next_number(),
                title=record.title,
                arxiv_id=record.arxiv_id,
                doi=record.doi,
                url=record.url,
                fill_at=timezone.now() if to_fill else None,
            )
    except IntegrityError:
        # Somebody added the same one, or another one under this number, between our look and our write.
        raise Refused(rules.why_once_more()) from None
    if part is not None:
        put_at_end(paper, part)
    Edit.objects.create(paper=paper, by=by, before={}, after={"title": paper.title})
    index([paper.pk])
    if to_fill:
        transaction.on_commit(partial(mail.ring, "papers.fill"))
    return paper


def record_of(text: str) -> Record:
    """Return what a line says of a paper: its id and address where it has one, else its title."""
    arxiv, doi = arxiv_id_in(text), doi_in(text)
    is_address = text.startswith(("http://", "https://")) and " " not in text
    alone = arxiv is not None and words.folded(text) in (words.folded(arxiv[0]), words.folded(f"arxiv{arxiv[0]}"))
    if arxiv is not None and (is_address or alone):
        return Record(f"arXiv:{arxiv[0]}", arxiv_id=arxiv[0], url=f"https://arxiv.org/abs/{arxiv[0]}")
    if doi is not None and (is_address or words.folded(text) == words.folded(doi)):
        return Record(f"doi:{doi}", doi=doi, url=f"https://doi.org/{doi}")
    return Record(text[:500], url=text[:1000] if is_address else "")


@transaction.atomic
def place_paper(paper: Paper, part: Part, *, by: Member) -> Entry:
    """Put the paper into the part, at its end. Raises Refused: 403, and 409 when it stands there."""
    require_editor(by)
    refuse_if(rules.why_not_there(stands_there=part.entries.filter(paper=paper).exists(), part=part.number))
    entry = put_at_end(paper, part)
    Edit.objects.create(paper=paper, by=by, before={}, after={"part": part.number})
    return entry


def put_at_end(paper: Paper, part: Part) -> Entry:
    last = Part.objects.select_for_update(no_key=True).get(pk=part.pk).entries.aggregate(last=Max("position"))["last"]
    Paper.objects.filter(pk=paper.pk).update(on_list=True)
    return Entry.objects.create(paper=paper, part=part, position=(last or 0) + 1)


@transaction.atomic
def add_link(paper: Paper, *, url: str, kind: str, language: str, title: str, by: Member) -> Link:
    """Add a link to the paper. Raises Refused: 403, and 409 when the address is there."""
    require_editor(by)
    refuse_if(rules.why_not_linked(is_there=paper.links.filter(url=url).exists()))
    link = Link.objects.create(paper=paper, url=url, kind=kind, language=language, title=title, added_by=by)
    Edit.objects.create(paper=paper, by=by, before={}, after={"link": url})
    index([paper.pk])
    return link


@transaction.atomic
def remove_link(link: Link, *, by: Member) -> None:
    """Take the link away. Raises Refused (403)."""
    require_editor(by)
    Edit.objects.create(paper=link.paper, by=by, before={"link": link.url or link.title}, after={})
    link.delete()
    index([link.paper_id])


@transaction.atomic
def relate(source: Paper, target: Paper, kind: str, *, evidence: str, language: str, by: Member) -> Lineage:
    """Say how a paper stands to another one, and why.

    Raises Refused: 403; 422 without evidence or for a paper and itself; 409 when it is said already, or when papers
    would build on each other in a circle, naming the path.
    """
    require_editor(by)
    refuse_if(rules.why_no_evidence(evidence, same=source.pk == target.pk), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    edges = list(
        Lineage.objects.select_for_update()
        .filter(removed_at=None, kind=Lineage.Kind.BUILDS_ON)
        .values_list("source", "target")
    )
    if kind == Lineage.Kind.BUILDS_ON:
        papers = Paper.objects.filter(pk__in={pk for edge in edges for pk in edge} | {source.pk, target.pk})
        names = {paper.pk: f"#{paper.number} {paper.aliases[0] if paper.aliases else paper.title}" for paper in papers}
        refuse_if(rules.why_not_ancestry(source.pk, target.pk, edges, names))
    field = "evidence_zh" if language.startswith("zh") else "evidence_en"
    edge, is_new = Lineage.objects.get_or_create(
        source=source, target=target, kind=kind, defaults={field: evidence, "added_by": by}
    )
    refuse_if(rules.why_not_related(is_there=not is_new and edge.removed_at is None))
    if not is_new:
        setattr(edge, field, evidence)
        edge.removed_at, edge.added_by = None, by
        edge.save()
    Edit.objects.create(paper=source, by=by, before={}, after={"lineage": f"{kind} #{target.number}"})
    return edge


@transaction.atomic
def unrelate(edge: Lineage, *, by: Member) -> None:
    """Take an edge away; the row stays, so that the seed files do not bring it back. Raises Refused (403)."""
    require_editor(by)
    Lineage.objects.filter(pk=edge.pk, removed_at=None).update(removed_at=timezone.now())
    Edit.objects.create(paper=edge.source, by=by, before={"lineage": f"{edge.kind} #{edge.target.number}"}, after={})
