"""The order of the list: moving a place within its part or into another one."""

from uuid import UUID

from django.db import transaction

from papers.catalogue.actions import require_editor
from papers.catalogue.models import Edit, Entry, Part
from papers.members.models import Member


@transaction.atomic
def move_entry(entry: Entry, part: Part, at: int, *, by: Member, batch: UUID | None = None) -> Entry:
    """Let the entry be number `at` (from 0) of the part and return it; what stands there and below makes room.

    A number beyond the end is the end. Raises Refused (403).
    """
    require_editor(by)
    # Both parts at once and in one order, so that two who move places take turns and never wait for each other.
    list(Part.objects.select_for_update(no_key=True).filter(pk__in=(entry.part_id, part.pk)).order_by("pk"))
    entry = Entry.objects.select_related("part", "paper").get(pk=entry.pk)
    before = {"part": entry.part.number, "position": entry.position}
    others = list(part.entries.exclude(pk=entry.pk).order_by("position"))
    at = max(0, min(at, len(others)))
    if entry.part_id == part.pk and at == sum(other.position < entry.position for other in others):
        return entry
    entry.part = part
    order = [*others[:at], entry, *others[at:]]
    for position, one in enumerate(order, start=1):
        one.position = position
    # The constraint on places waits for the end of the transaction.
    Entry.objects.bulk_update(order, ["part", "position"])
    after = {"part": part.number, "position": entry.position}
    Edit.objects.create(paper=entry.paper, entry=entry, by=by, before=before, after=after, batch=batch)
    return entry


def step(entry: Entry, *, down: bool, by: Member) -> Entry:
    """Change places with the neighbour above or below; at an end of the part nothing changes. Raises Refused (403)."""
    above = entry.part.entries.filter(position__lt=entry.position).count()
    return move_entry(entry, entry.part, above + 1 if down else max(above - 1, 0), by=by)
