"""Three days before a session: what there is to read for it, for whoever has not read it all."""

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from papers.mail.actions import make, make_failed, queue_all
from papers.mail.composing import in_their_words, write, zone_of
from papers.mail.models import Outgoing
from papers.members.models import Group, Member
from papers.members.queries import current_members, the_group
from papers.notes.models import Reading
from papers.reminders import rules
from papers.reminders.models import Announcement
from papers.reminders.queries import Line, Meeting, keys_there, meeting, to_read_for
from papers.sessions.queries import when

log = logging.getLogger(__name__)


def plan_reading(now: dt.datetime) -> int:
    """Put the reading reminders that are due at `now` into the outbox; returns how many were new.

    One a member and session, whatever becomes of its time; none for a member who has read or presents all of it.
    """
    return sum(remind_to_read(session, now) for session in to_read_for(now))


@transaction.atomic
def remind_to_read(session_id: int, now: dt.datetime) -> int:
    facts = meeting(session_id)
    if facts is None or not facts.lines or not rules.is_time_to_read(now=now, starts_at=facts.session.starts_at):
        return 0
    left = left_for(facts, [member for member in current_members() if member.wants_reminders])
    keys = {member: rules.reading_key(session_id, member.pk) for member in left}
    there, group = keys_there(keys.values()), the_group()
    mails = [letter(facts, member, left[member], group, key, now) for member, key in keys.items() if key not in there]
    new = queue_all(mails)
    # Whoever gets it knows the time of the session that stands in it.
    Announcement.objects.bulk_create(
        Announcement(mail=mail, session=facts.session, sequence=facts.session.sequence) for mail in new
    )
    return sum(mail.state == Outgoing.State.WAITING for mail in new)


def left_for(facts: Meeting, members: list[Member]) -> Mapping[Member, list[Line]]:
    """Return what each of the members has still to read, in one query; who has nothing left is not among them."""
    papers = [line.paper.pk for line in facts.lines]
    read = Reading.objects.filter(paper__in=papers).exclude(state=Reading.State.SKIMMED)
    done = set(read.values_list("member", "paper"))
    left = {
        member: [
            line
            for line in facts.lines
            if (member.pk, line.paper.pk) not in done and member.pk not in line.presenter_ids
        ]
        for member in members
    }
    return {member: lines for member, lines in left.items() if lines}


def letter(facts: Meeting, member: Member, lines: list[Line], group: Group, key: str, now: dt.datetime) -> Outgoing:
    """Return one member's mail, or a row that shows organisers why it could not be composed."""
    row: dict[str, Any] = {
        "kind": "reading",
        "key": key,
        "about": f"session:{facts.session.pk}",
        "member": member,
        "address": member.email,
        "due_at": now,
        "not_after": facts.session.starts_at - rules.BEFORE,
    }
    try:
        with in_their_words(member.language, zone_of(member.time_zone, group.time_zone)):
            at = when(facts.session)
            words = {"count": len(lines), "day": at.own_day or at.day, "number": lines[0].paper.number}
            subject = ngettext("To read for %(day)s: #%(number)d", "To read for %(day)s: %(count)d papers", len(lines))
            context = {"group": group, "member": member, "session": facts.session, "when": at, "lines": lines}
            context |= {"subject": subject % words}
            written = write("reminders/reading", context)
        return make(**row, subject=subject % words, text=written.text, html=written.html)
    except Exception as error:
        log.exception("The reading reminder for member %s could not be composed", member.pk)
        return make_failed(**row, error=error, subject=str(facts.session))
