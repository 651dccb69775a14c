"""Moving a paper from one session's agenda into another's."""

from http import HTTPStatus

from django.db import transaction
from django.utils import timezone

from papers.mail import actions as mail
from papers.members import actions as members
from papers.members.models import Member
from papers.refusals import refuse_if
from papers.sessions import rules
from papers.sessions.actions import about, next_position
from papers.sessions.models import ReadingSession, Slot


@transaction.atomic
def move_slot_to(slot: Slot, session: ReadingSession, *, by: Member) -> Slot:
    """Put the slot's paper, with its minutes, behind the papers of another session to come; return the slot.

    Both sessions are locked in the order of their keys. Raises Refused: 403 for a role, 409 when the other session has
    begun or is cancelled, or the paper is no longer where it was.
    """
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    both = ReadingSession.objects.select_for_update().filter(pk__in=[slot.session_id, session.pk]).order_by("pk")
    there = {found.pk: found for found in both}
    before, after = there[slot.session_id], there[session.pk]
    refuse_if(rules.why_not_move_slot(has_begun=after.starts_at <= timezone.now()))
    current = Slot.objects.select_related("paper").filter(pk=slot.pk, session=before).first()
    refuse_if(rules.why_not_found(is_there=current is not None, is_cancelled=after.cancelled_at is not None))
    assert current is not None  # noqa: S101 - the rule has just said so
    if before.pk == after.pk:
        return current
    current.session, current.position = after, next_position(after)
    current.save(update_fields=["session", "position"])
    mail.void(about=about(before))
    mail.void(about=about(after))
    members.log(
        "move slot to", about(after), by=by, before={"session": before.pk}, after={"paper": current.paper.number}
    )
    return current
