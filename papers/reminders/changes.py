"""Telling people that sessions were moved or cancelled: calendar programs hide it, or are late with it."""

import datetime as dt
import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from papers.calendars.queries import people_of
from papers.mail.actions import make, make_failed, queue_all
from papers.mail.composing import in_their_words, write, zone_of
from papers.mail.models import Outgoing
from papers.members.models import Group, Member
from papers.members.queries import current_members, the_group
from papers.reminders import rules
from papers.reminders.actions import facts_for, subject
from papers.reminders.models import AgreedTime, Announcement
from papers.reminders.queries import Meeting, keys_there, meeting
from papers.reminders.times import TOLD, news, note_times, older_times_known, take_back_old_news

log = logging.getLogger(__name__)

# One that could not be composed is an organiser's matter; it is not tried each minute.
TOLD_OR_TRIED = (*TOLD, Outgoing.State.FAILED)


@dataclass(frozen=True)
class Change:
    """A session as it now stands, and the time that a member still has in mind."""

    facts: Meeting
    before: AgreedTime

    @property
    def version(self) -> tuple[int, int]:
        return self.facts.session.pk, self.facts.session.sequence


def tell_of_changes(now: dt.datetime) -> int:
    """Tell members of the sessions that were moved or cancelled, each in one mail; returns how many mails were new.

    All who want to be reminded of sessions are told, and everybody who has something to do in them. What was moved
    back within ten minutes is not told of.
    """
    note_times(now)
    take_back_old_news()
    sessions = news(now)
    return tell_of(sessions, now) if sessions else 0


@transaction.atomic
def tell_of(session_ids: list[int], now: dt.datetime) -> int:
    """Put a mail into the outbox for each member who knows an older time of some of these sessions."""
    meetings = [facts for facts in map(meeting, session_ids) if facts is not None]
    by_member = changes_for(meetings, now)
    keys = {member: rules.change_key([one.version for one in changes], member.pk) for member, changes in by_member}
    there, group = keys_there(keys.values()), the_group()
    missing = [(member, changes) for member, changes in by_member if keys[member] not in there]
    mails = [mail_or_failure(member, changes, group, key=keys[member], now=now) for member, changes in missing]
    new = {mail.key: mail for mail in queue_all(mails)}
    Announcement.objects.bulk_create(
        Announcement(mail=new[keys[member]], session=one.facts.session, sequence=one.facts.session.sequence)
        for member, changes in missing
        for one in changes
        if keys[member] in new
    )
    return sum(mail.state == Outgoing.State.WAITING for mail in new.values())


def changes_for(meetings: list[Meeting], now: dt.datetime) -> list[tuple[Member, list[Change]]]:
    """Return the members who are told of something, each with what."""
    members, ids = list(current_members()), [facts.session.pk for facts in meetings]
    known, people = older_times_known(ids, members, states=TOLD_OR_TRIED), people_of(ids)
    changes: dict[Member, list[Change]] = defaultdict(list)
    for facts in meetings:
        session = facts.session
        for member in members:
            before = known.get(session.pk, {}).get(member.pk)
            if before is not None and rules.gets_change_mail(
                now=now,
                starts_at=session.starts_at,
                is_cancelled=session.cancelled_at is not None,
                wants_reminders=member.wants_reminders,
                has_a_part=member.pk in people.get(session.pk, ()),
            ):
                changes[member].append(Change(facts, before))
    return list(changes.items())


def mail_or_failure(member: Member, changes: list[Change], group: Group, *, key: str, now: dt.datetime) -> Outgoing:
    """Return the member's mail, or a row that shows organisers why it could not be composed."""
    facts: dict[str, Any] = {
        "kind": "change",
        "key": key,
        "about": rules.change_about(one.version for one in changes),
        "member": member,
        "address": member.email,
        "due_at": now,
        "not_after": max(one.facts.session.starts_at for one in changes),
    }
    try:
        with in_their_words(member.language, zone_of(member.time_zone, group.time_zone)):
            context = words(member, changes, group)
            letter = write("reminders/change", context)
        return make(**facts, subject=context["subject"], text=letter.text, html=letter.html)
    except Exception as error:
        log.exception("The change for member %s could not be composed", member.pk)
        return make_failed(**facts, error=error, subject=str(changes[0].facts.session))


def words(member: Member, changes: list[Change], group: Group) -> dict[str, Any]:
    """Return what the templates say, in the language and zone that are spoken."""
    told = [facts_for(one.facts, member, one.before) for one in changes]
    if len(told) == 1:
        title = subject(**told[0])
    else:
        title = _("%(count)d reading sessions were moved or cancelled") % {"count": len(told)}
    return {
        "group": group,
        "member": member,
        "changes": told,
        "all_cancelled": all(one["is_cancelled"] for one in told),
        "subject": title,
    }
