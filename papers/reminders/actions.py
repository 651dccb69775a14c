"""Reminding members of sessions."""

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.attendance.actions import token_of
from papers.mail.actions import make, make_failed, queue_all
from papers.mail.composing import in_their_words, write, zone_of
from papers.mail.models import Outgoing
from papers.members.models import Group, Member
from papers.members.queries import current_members, the_group
from papers.reminders import rules
from papers.reminders.models import AgreedTime
from papers.reminders.queries import Meeting, keys_there, meeting, to_remind_of
from papers.reminders.times import note_times, older_times_known, times_of
from papers.sessions.models import ReadingSession
from papers.sessions.queries import When, when

log = logging.getLogger(__name__)


def plan_reminders(now: dt.datetime) -> int:
    """Put the reminders that are due at `now` into the outbox; returns how many were new.

    Each member who wants reminders gets one a session, and another when the session was moved: presenters theirs,
    the others the session's.
    """
    note_times(now)
    return sum(remind_of(session_id, now) for session_id in to_remind_of(now))


@transaction.atomic
def remind_of(session_id: int, now: dt.datetime) -> int:
    """Put the session's reminders into the outbox; returns how many were new."""
    facts = meeting(session_id)
    if facts is None or not rules.is_time(
        now=now, starts_at=facts.session.starts_at, is_cancelled=facts.session.cancelled_at is not None
    ):
        return 0
    session = facts.session
    times = times_of([session_id]).get(session_id) if session.sequence else None
    if times and not rules.is_settled(now=now, since=times[-1].since, starts=[time.starts_at for time in times]):
        return 0
    keys = {
        member: rules.reminder_key(session_id, session.sequence, member.pk)
        for member in current_members()
        if member.wants_reminders
    }
    there = keys_there(keys.values())
    missing = {member: key for member, key in keys.items() if key not in there}
    if not missing:
        return 0
    older = older_times_known([session_id], missing).get(session_id, {}) if session.sequence else {}
    return queue_about(facts, missing, now=now, older=older)


def queue_about(
    facts: Meeting, keys: Mapping[Member, str], *, now: dt.datetime, older: Mapping[int, AgreedTime]
) -> int:
    """Queue these members' reminders of the session, each under its key; returns how many were new.

    `older` are the times that members, by key, still have in mind. A mail that can't be composed is shown to the
    organisers as failed and stops nobody's.
    """
    group = the_group()
    mails = [reminder_or_failure(facts, member, group, key, now, older.get(member.pk)) for member, key in keys.items()]
    return sum(mail.state == Outgoing.State.WAITING for mail in queue_all(mails))


def reminder_or_failure(
    facts: Meeting, member: Member, group: Group, key: str, now: dt.datetime, before: AgreedTime | None
) -> Outgoing:
    """Return one member's reminder, in their language, with times in their zone and the session's."""
    row: dict[str, Any] = {
        "kind": "reminder",
        "key": key,
        "about": f"session:{facts.session.pk}",
        "member": member,
        "address": member.email,
        "due_at": now,
        "not_after": facts.session.starts_at,
    }
    try:
        with in_their_words(member.language, zone_of(member.time_zone, group.time_zone)):
            context = {"group": group, "member": member, **facts_for(facts, member, before)}
            context["subject"] = subject(**context)
            letter = write("reminders/reminder", context)
        return make(**row, subject=context["subject"], text=letter.text, html=letter.html)
    except Exception as error:
        log.exception("The reminder for member %s could not be composed", member.pk)
        return make_failed(**row, error=error, subject=str(facts.session))


def facts_for(facts: Meeting, member: Member, before: AgreedTime | None) -> dict[str, Any]:
    """Return what a mail says of the session to a member who may still have another time in mind."""
    session, is_cancelled = facts.session, facts.session.cancelled_at is not None
    then = before and when(ReadingSession(starts_at=before.starts_at, time_zone=before.time_zone))
    return {
        "session": session,
        # A cancelled one is called by the time that the member knows.
        "when": (is_cancelled and then) or when(session),
        "before": then,
        "lines": facts.lines,
        "mine": facts.presented_by(member),
        "roles": facts.asked_of(member),
        "duties": {role: name for role, (_member, name) in facts.duties.items()},
        "is_cancelled": is_cancelled,
        "coming": f"/coming/{token_of(session.pk, member.pk)}/",
        "moved": before is not None,
        "is_restored": before is not None and before.is_cancelled and not is_cancelled,
    }


def subject(*, when: When, mine: list, is_cancelled: bool, is_restored: bool, moved: bool, **others: Any) -> str:
    """Return the subject, with the time on the reader's own clock."""
    words: dict[str, Any] = {
        "day": when.own_day or when.day,
        "time": when.own_time or when.time,
        "zone": when.own_zone or when.zone,
    }
    if is_cancelled:
        return _("Cancelled: the reading session on %(day)s") % words
    if moved and is_restored:
        return _("It takes place after all: the reading session on %(day)s at %(time)s (%(zone)s)") % words
    if moved:
        return _("Moved: the reading session is now on %(day)s at %(time)s (%(zone)s)") % words
    if mine:
        words |= {"number": mine[0].paper.number, "count": len(mine)}
        return (
            ngettext(
                "You present #%(number)s on %(day)s at %(time)s (%(zone)s)",
                "You present %(count)s papers on %(day)s at %(time)s (%(zone)s)",
                len(mine),
            )
            % words
        )
    return _("Reading session on %(day)s at %(time)s (%(zone)s)") % words
