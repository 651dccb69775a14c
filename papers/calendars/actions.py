"""Making, choosing and ending calendars, and noticing what changed in what they hold."""

import datetime as dt
import secrets
from http import HTTPStatus

from django.db import transaction
from django.utils import timezone

from papers.calendars import rules
from papers.calendars.models import CalendarEvent, CalendarFeed
from papers.calendars.queries import Occasion, kept, occasions
from papers.members import actions as members
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import refuse_if

# Fits into a signed 64-bit column.
GENERATIONS = 2**63


@transaction.atomic
def new_address(member: Member | None, *, by: Member) -> CalendarFeed:
    """Give the member's calendar, or the group's for None, an address that nobody knows yet, and return it.

    An older address ends at once. Raises Refused (403) when a role is missing.
    """
    may_change(member, by)
    now, fresh = timezone.now(), secrets.randbelow(GENERATIONS)
    feed, _made = CalendarFeed.objects.update_or_create(
        member=member,
        defaults={"generation": fresh, "is_on": True, "made_at": now, "changed_at": now},
    )
    if member is None:
        members.log("new calendar address", "group", by=by)
    return feed


@transaction.atomic
def end_address(member: Member | None, *, by: Member) -> None:
    """End the address of the member's calendar, or the group's for None; what was chosen stays. Twice is once.

    Raises Refused (403) when a role is missing.
    """
    may_change(member, by)
    there = CalendarFeed.objects.filter(member=member, is_on=True)
    if there.update(generation=secrets.randbelow(GENERATIONS), is_on=False) and member is None:
        members.log("end calendar address", "group", by=by)


@transaction.atomic
def choose(*, holds: str, alarm: str, by: Member) -> CalendarFeed:
    """Choose what one's own calendar holds and when it rings, and return it; without an address it gets one."""
    feed = CalendarFeed.objects.select_for_update().filter(member=by).first()
    if feed is None or not feed.is_on:
        feed = new_address(by, by=by)
    if (feed.holds, feed.alarm) != (holds, alarm):
        feed.holds, feed.alarm, feed.changed_at = holds, alarm, timezone.now()
        feed.save(update_fields=["holds", "alarm", "changed_at"])
    return feed


def may_change(member: Member | None, by: Member) -> None:
    """Raise Refused (403) for the group's calendar and another role. A member's own is asked for by nobody else."""
    if member is None:
        reason = rules.why_not_group_calendar(is_organiser=by.is_organiser)
        refuse_if(reason, status=HTTPStatus.FORBIDDEN)


def note_changes(now: dt.datetime) -> int:
    """Give each session that says something else than before a new revision; return how many did.

    Called by each tick: what a calendar says changes in many places, with a claim, a title or a name.
    """
    held = occasions(kept(now))
    there = {event.session_id: event for event in CalendarEvent.objects.filter(session__in=[one.id for one in held])}
    new = [first_revision(one, now) for one in held if one.id not in there]
    behind = [(there[one.id], one) for one in held if one.id in there and there[one.id].said != one.fingerprint()]
    for event, one in behind:
        revise(event, one, now)
    CalendarEvent.objects.bulk_create(new, ignore_conflicts=True)
    CalendarEvent.objects.bulk_update(
        [event for event, _one in behind], ["said", "sequence", "revisions", "changed_at", "people"]
    )
    return len(behind) + note_faces(now)


def first_revision(one: Occasion, now: dt.datetime) -> CalendarEvent:
    return CalendarEvent(
        session_id=one.id,
        said=one.fingerprint(),
        sequence=one.sequence,
        changed_at=now,
        people=sorted(one.people),
    )


def revise(event: CalendarEvent, one: Occasion, now: dt.datetime) -> None:
    """Let the event say what the session now is. A move or a cancelling has raised the sequence already."""
    if event.sequence == one.sequence:
        event.revisions += 1
    event.said, event.sequence, event.changed_at = one.fingerprint(), one.sequence, now
    event.people = sorted(one.people)


def note_faces(now: dt.datetime) -> int:
    """Notice calendars whose language or group's name is another than before; return how many there were.

    A calendar that was never looked at gets its face without counting as changed.
    """
    group, behind, count = the_group(), [], 0
    for feed in CalendarFeed.objects.filter(is_on=True).select_related("member"):
        face = f"{feed.member.language if feed.member else group.language} {group.name}"
        if feed.face == face:
            continue
        if feed.face:
            feed.changed_at, count = now, count + 1
        feed.face = face
        behind.append(feed)
    CalendarFeed.objects.bulk_update(behind, ["face", "changed_at"])
    return count
