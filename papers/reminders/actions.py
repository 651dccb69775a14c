"""Reminding members of sessions, and telling those who were reminded that something has changed."""

import datetime as dt
import logging
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.mail.actions import make, make_failed, queue_all
from papers.mail.composing import in_their_words, write, zone_of
from papers.mail.models import Outgoing
from papers.members.models import Group, Member
from papers.members.queries import current_members, the_group
from papers.reminders import rules
from papers.reminders.queries import Meeting, changed, keys_there, meeting, to_remind_of, told_before
from papers.sessions.queries import When, when

log = logging.getLogger(__name__)


def plan_reminders(now: dt.datetime) -> int:
    """Put the reminders that are due at `now` into the outbox; returns how many were new.

    Each member who wants reminders gets one a session, and another when the session was moved: presenters theirs,
    the others the session's.
    """
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
    keys = {
        member: rules.reminder_key(session_id, session.sequence, member.pk)
        for member in current_members()
        if member.wants_reminders
    }
    there = keys_there(keys.values())
    missing = {member: key for member, key in keys.items() if key not in there}
    if not missing:
        return 0
    told = told_before([session_id] if session.sequence else [])
    moved = {member for member in missing if told.get((session_id, member.pk), session.sequence) < session.sequence}
    return queue_about(facts, missing, kind="reminder", now=now, moved=moved)


def tell_of_changes(now: dt.datetime) -> int:
    """Tell the members who were reminded of a session's older time that it was moved or cancelled; returns how many.

    Who was told nothing yet needs no correction.
    """
    sessions = changed(now)
    told = told_before(session.pk for session in sessions)
    count = 0
    for session in sessions:
        behind = {
            member for (about, member), known in told.items() if about == session.pk and known < session.sequence
        }
        if behind:
            count += tell_of_change(session.pk, behind, now)
    return count


@transaction.atomic
def tell_of_change(session_id: int, member_ids: set[int], now: dt.datetime) -> int:
    """Tell these members how the session now stands; returns how many mails were new."""
    facts = meeting(session_id)
    if facts is None:
        return 0
    keys = {
        member: rules.change_key(session_id, facts.session.sequence, member.pk)
        for member in current_members().filter(pk__in=member_ids)
        if member.wants_reminders
    }
    there = keys_there(keys.values())
    missing = {member: key for member, key in keys.items() if key not in there}
    return queue_about(facts, missing, kind="change", now=now, moved=set(missing))


def queue_about(
    facts: Meeting, keys: Mapping[Member, str], *, kind: str, now: dt.datetime, moved: Collection[Member]
) -> int:
    """Queue these members' mails about the session, each under its key; returns how many were new.

    One that can't be composed is shown to the organisers as failed and stops nobody's.
    """
    group, mails = the_group(), []
    for member, key in keys.items():
        try:
            mails.append(mail_about(facts, member, group, kind=kind, key=key, now=now, moved=member in moved))
        except Exception as error:
            log.exception("The %s for member %s could not be composed", kind, member.pk)
            mails.append(
                make_failed(
                    error=error,
                    kind=kind,
                    key=key,
                    about=f"session:{facts.session.pk}",
                    member=member,
                    address=member.email,
                    subject=str(facts.session),
                    due_at=now,
                    not_after=facts.session.starts_at,
                )
            )
    return sum(mail.state == Outgoing.State.WAITING for mail in queue_all(mails))


def mail_about(
    facts: Meeting, member: Member, group: Group, *, kind: str, key: str, now: dt.datetime, moved: bool
) -> Outgoing:
    """Return one member's mail about the session, in their language, with times in their zone and the session's."""
    session = facts.session
    with in_their_words(member.language, zone_of(member.time_zone, group.time_zone)):
        context: dict[str, Any] = {
            "group": group,
            "member": member,
            "session": session,
            "when": when(session),
            "lines": facts.lines,
            "mine": facts.presented_by(member),
            "roles": facts.asked_of(member),
            "duties": {role: name for role, (_member, name) in facts.duties.items()},
            "is_cancelled": session.cancelled_at is not None,
            "moved": moved,
        }
        context["subject"] = subject(**context)
        letter = write(f"reminders/{kind}", context)
    return make(
        kind=kind,
        key=key,
        about=f"session:{session.pk}",
        member=member,
        address=member.email,
        subject=context["subject"],
        text=letter.text,
        html=letter.html,
        due_at=now,
        not_after=session.starts_at,
    )


def subject(*, when: When, mine: list, is_cancelled: bool, moved: bool, **others: Any) -> str:
    """Return the subject, with the time on the reader's own clock."""
    words: dict[str, Any] = {
        "day": when.own_day or when.day,
        "time": when.own_time or when.time,
        "zone": when.own_zone or when.zone,
    }
    if is_cancelled:
        return _("Cancelled: the reading session on %(day)s") % words
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
