"""Making one paper of two: everything that belongs to the duplicate moves, and its number leads to the other.

What cannot move, because the other paper has the same already (a reading of the same member, the same link), stays
with the duplicate out of sight and is there again when the merge is undone.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from papers.catalogue.indexing import index
from papers.catalogue.models import Edit, Entry, Lineage, Link, Merge, Milestone, Paper, Proposal
from papers.claims.models import Bid, Claim, WaitingPlace
from papers.discussion.models import Thread, Watch
from papers.members import actions as members
from papers.members.models import Member
from papers.merging import rules
from papers.minutes.models import Section
from papers.notes import drafts
from papers.notes.models import Note, Opened, Reading, Seen
from papers.refusals import refuse_if
from papers.sessions.models import FormerSlot, Slot

# What moves, with the field that names the paper, and the fields of which the other paper may have the same already.
MOVED: tuple[tuple[type[Model], str, tuple[str, ...]], ...] = (
    (Note, "paper", ()),
    (Thread, "paper", ()),
    (Claim, "paper", ()),
    (WaitingPlace, "paper", ("member",)),
    (Bid, "paper", ("member",)),
    (Slot, "paper", ()),
    (FormerSlot, "paper", ()),
    (Section, "paper", ()),
    (Entry, "paper", ()),
    (Milestone, "paper", ()),
    (Proposal, "paper", ()),
    (Edit, "paper", ()),
    (Link, "paper", ("url",)),
    (Reading, "paper", ("member",)),
    (Seen, "paper", ("member",)),
    (Opened, "paper", ("member",)),
    (Watch, "paper", ("member",)),
    (Lineage, "source", ("target", "kind")),
    (Lineage, "target", ("source", "kind")),
)
# Facts that the paper takes over where it has none.
TAKEN = ("authors", "year", "month", "arxiv_id", "doi", "url", "abstract", "arxiv_version", "done_at", "done_by_id")


@transaction.atomic
def merge(gone: Paper, kept: Paper, *, by: Member) -> Merge:
    """Make `gone` a part of `kept`. Raises Refused: 403 for other roles, 409 when the two cannot be one now."""
    rows = Paper.objects.select_for_update().filter(pk__in=(gone.pk, kept.pk)).order_by("pk")
    papers = {paper.pk: paper for paper in rows}
    gone, kept = papers[gone.pk], papers[kept.pk]
    refuse_if(
        rules.why_not_merge(
            is_organiser=by.is_organiser,
            same=gone.pk == kept.pk,
            is_merged=gone.merged_into_id is not None or kept.merged_into_id is not None,
            both_held=Claim.objects.filter(paper__in=papers, released_at=None).count() > 1,
            both_scheduled=Slot.objects.filter(paper__in=papers).count() > 1,
        ),
        status=HTTPStatus.CONFLICT if by.is_organiser else HTTPStatus.FORBIDDEN,
    )
    done = Merge.objects.create(gone=gone, kept=kept, by=by)
    done.moved = {
        f"{model.__name__}.{field}": move(model, field, unique, gone, kept) for model, field, unique in MOVED
    }
    done.moved["facts"] = take_facts(gone, kept)
    drafts.move(gone.number, kept.number)
    done.save(update_fields=["moved"])
    members.log("merge papers", f"paper #{kept.number}", by=by, after={"gone": gone.number, "merge": done.pk})
    index([kept.pk])
    return done


def move(model: type[Model], field: str, unique: tuple[str, ...], gone: Paper, kept: Paper) -> list[int]:
    """Give the rows of one paper to the other, but for those that the other has already; return which moved."""
    rows = model._default_manager.filter(**{field: gone})
    if model is Lineage:
        # No work descends from itself.
        other = "target" if field == "source" else "source"
        rows = rows.exclude(**{other: kept})
    if unique:
        theirs = set(model._default_manager.filter(**{field: kept}).values_list(*unique))
        moving = [
            pk for pk, *values in rows.values_list("pk", *unique) if tuple(values) not in theirs or None in values
        ]
    else:
        moving = list(rows.values_list("pk", flat=True))
    model._default_manager.filter(pk__in=moving).update(**{field: kept})
    return moving


def take_facts(gone: Paper, kept: Paper) -> dict[str, list[Any]]:
    """Fill what is unknown of the kept paper from the other, and return what both said before, by field."""
    laid_aside: dict[str, list[Any]] = {"ids": [gone.arxiv_id, gone.doi], "on_list": [gone.on_list, kept.on_list]}
    new = {name: getattr(gone, name) for name in TAKEN if getattr(gone, name) and not getattr(kept, name)}
    if kept.year:
        new.pop("month", None)
    Paper.objects.filter(pk=gone.pk).update(
        arxiv_id=None, doi=None, merged_into=kept, on_list=False, words=None, fill_at=None
    )
    laid_aside["filled"] = sorted(new)
    aliases = list(dict.fromkeys([*kept.aliases, *gone.aliases]))
    Paper.objects.filter(pk=kept.pk).update(**new, on_list=kept.on_list or gone.on_list, aliases=aliases)
    laid_aside["aliases"] = kept.aliases
    # Whoever came to the duplicate by a merge before goes on to the same place.
    Paper.objects.filter(merged_into=gone).update(merged_into=kept)
    return laid_aside


@transaction.atomic
def undo(done: Merge, *, by: Member) -> Paper:
    """Part the two papers again and return the one that comes back. Raises Refused: 403, 409 after a day or twice."""
    done = Merge.objects.select_for_update().select_related("gone", "kept").get(pk=done.pk)
    refuse_if(
        rules.why_not_undo(
            is_organiser=by.is_organiser, age=timezone.now() - done.at, is_undone=done.undone_at is not None
        ),
        status=HTTPStatus.CONFLICT if by.is_organiser else HTTPStatus.FORBIDDEN,
    )
    for model, field, _unique in MOVED:
        moved = done.moved.get(f"{model.__name__}.{field}", [])
        model._default_manager.filter(pk__in=moved, **{field: done.kept}).update(**{field: done.gone})
    give_facts_back(done.gone, done.kept, done.moved["facts"])
    done.undone_at = timezone.now()
    done.save(update_fields=["undone_at"])
    members.log("part papers", f"paper #{done.kept.number}", by=by, after={"gone": done.gone.number})
    index([done.gone.pk, done.kept.pk])
    done.gone.refresh_from_db()
    return done.gone


def give_facts_back(gone: Paper, kept: Paper, said: Mapping[str, Any]) -> None:
    unknown = Paper()
    back = {name: getattr(unknown, name) for name in said["filled"]}
    Paper.objects.filter(pk=kept.pk).update(**back, aliases=said["aliases"], on_list=said["on_list"][1])
    arxiv_id, doi = said["ids"]
    Paper.objects.filter(pk=gone.pk).update(arxiv_id=arxiv_id, doi=doi, merged_into=None, on_list=said["on_list"][0])
