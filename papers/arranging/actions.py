"""Changing many papers at once: first as a plan that somebody looks at, then as it was seen, and back again."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from papers.arranging import rules
from papers.arranging.queries import session_of, undo_of
from papers.catalogue import actions as catalogue
from papers.catalogue.models import Edit, Entry, Paper, Part
from papers.catalogue.ordering import move_entry
from papers.members.models import Member
from papers.refusals import Refused, refuse_if
from papers.sessions import actions as sessions
from papers.sessions.models import ReadingSession, Slot


@dataclass(frozen=True)
class Wish:
    """What the chosen papers shall become; what is None or empty stays as it is."""

    part: Part | None = None
    mode: str = ""
    session: ReadingSession | None = None

    def __len__(self) -> int:
        return sum(map(bool, (self.part, self.mode, self.session)))


@dataclass(frozen=True)
class Change:
    """One thing that would change: what it is called, what it says now and what it would say."""

    name: str
    label: str
    before: str
    after: str


@dataclass
class Line:
    """What would become of one place, and why something of it is not done."""

    entry: Entry
    changes: list[Change] = field(default_factory=list)
    refusal: str = ""


def plan(entries: Sequence[Entry], wish: Wish, *, by: Member) -> list[Line]:
    """Return what would become of each place, in order; nothing is changed.

    Raises Refused: 403 for somebody who may not edit, 422 when nothing is chosen or wished.
    """
    catalogue.require_editor(by)
    refuse_if(rules.why_nothing_to_do(chosen=len(entries), wishes=len(wish)), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    lines = [Line(entry) for entry in entries]
    # A paper that stands in two of the places is changed once.
    first = list({line.entry.paper_id: line for line in reversed(lines)}.values())
    for line in lines:
        if wish.part is not None and line.entry.part_id != wish.part.pk:
            line.changes.append(Change("part", _("Part"), str(line.entry.part.number), str(wish.part.number)))
    for line in reversed(first):
        paper = line.entry.paper
        if wish.mode and paper.mode != wish.mode:
            after = str(Paper.Mode(wish.mode).label)
            line.changes.append(Change("mode", _("How it is read"), paper.get_mode_display(), after))
        if wish.session is not None:
            plan_session(line, wish, wish.session, by=by)
    return lines


def plan_session(line: Line, wish: Wish, session: ReadingSession, *, by: Member) -> None:
    there = session_of(line.entry)
    if there is not None and there.pk == session.pk:
        return
    paper = Paper(pk=line.entry.paper_id, number=line.entry.paper.number, done_at=line.entry.paper.done_at)
    paper.mode = wish.mode or line.entry.paper.mode
    why = sessions.why_not_organised(by) or sessions.why_not_put(session, paper, sessions.next_position(session))
    if why is not None:
        line.refusal = why
    else:
        line.changes.append(Change("session", _("Session"), "–", str(session)))


def seen(lines: Iterable[Line]) -> str:
    """Return a short name of a plan: the same only for the same changes of the same places."""
    said = repr([(line.entry.pk, line.changes, line.refusal) for line in lines])
    return hashlib.sha256(said.encode()).hexdigest()[:20]


@transaction.atomic
def apply(entries: Sequence[Entry], wish: Wish, as_seen: str, *, by: Member) -> tuple[UUID, int]:
    """Do what the plan says if it still says what was looked at; return the batch's name and how many papers changed.

    Raises Refused: 403 and 422 as `plan` does, 409 when the list has changed meanwhile.
    """
    # Whoever changes the order holds the parts; the plan is made anew under the same locks.
    list(Part.objects.select_for_update(no_key=True).order_by("pk"))
    lines = plan(entries, wish, by=by)
    refuse_if(rules.why_not_as_seen(as_seen=seen(lines) == as_seen))
    batch, changed = uuid4(), set()
    for line in lines:
        names = {change.name for change in line.changes}
        paper = line.entry.paper
        if "mode" in names:
            paper = catalogue.edit_paper(paper, {"mode": wish.mode}, paper.version, by=by, batch=batch)
        if "part" in names and wish.part is not None:
            move_entry(line.entry, wish.part, wish.part.entries.count(), by=by, batch=batch)
        if "session" in names and wish.session is not None:
            sessions.put_in_slot(wish.session, paper, by=by)
            Edit.objects.create(paper=paper, by=by, before={}, after={"session": str(wish.session)}, batch=batch)
        if names:
            changed.add(paper.pk)
    return batch, len(changed)


@transaction.atomic
def undo(batch: UUID, *, by: Member) -> list[str]:
    """Take the changes of a batch back, where nobody has changed them since; return what stays, as sentences.

    Raises Refused: 403 for somebody who may not edit, 409 after a day or the second time.
    """
    catalogue.require_editor(by)
    list(Part.objects.select_for_update(no_key=True).order_by("pk"))
    edits = list(Edit.objects.filter(batch=batch).select_related("paper", "entry__part").order_by("-at", "-pk"))
    refuse_if(
        rules.why_not_undo(
            is_there=bool(edits),
            age=timezone.now() - max((edit.at for edit in edits), default=timezone.now()),
            is_undone=Edit.objects.filter(batch=undo_of(batch)).exists(),
        )
    )
    return [stays for edit in edits if (stays := undo_one(edit, undo_of(batch), by=by))]


def undo_one(edit: Edit, batch: UUID, *, by: Member) -> str:
    """Take one change back; return why not, or an empty text."""
    try:
        with transaction.atomic():
            is_back = BACK[next(name for name in BACK if name in edit.after)](edit, batch, by)
    except Refused as refused:
        return refused.sentence
    changed_since = _("#%(number)d was changed since then and stays as it is.")
    return "" if is_back else changed_since % {"number": edit.paper.number}


def mode_back(edit: Edit, batch: UUID, by: Member) -> bool:
    paper = Paper.objects.get(pk=edit.paper_id)
    if paper.mode != edit.after["mode"]:
        return False
    catalogue.edit_paper(paper, edit.before, paper.version, by=by, batch=batch)
    return True


def part_back(edit: Edit, batch: UUID, by: Member) -> bool:
    part = Part.objects.filter(reading_list__archived_at=None, number=edit.before["part"]).first()
    if edit.entry is None or part is None or edit.entry.part.number != edit.after["part"]:
        return False
    above = part.entries.filter(position__lt=edit.before["position"]).count()
    move_entry(edit.entry, part, above, by=by, batch=batch)
    return True


def session_back(edit: Edit, batch: UUID, by: Member) -> bool:
    slot = Slot.objects.select_related("session").filter(paper=edit.paper).first()
    if slot is None or str(slot.session) != edit.after["session"]:
        return False
    sessions.take_out(slot, by=by)
    Edit.objects.create(paper=edit.paper, by=by, before=edit.after, after={"session": ""}, batch=batch)
    return True


BACK = {"mode": mode_back, "part": part_back, "session": session_back}
