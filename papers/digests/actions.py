"""Making the weekly digests, and stopping them for a member."""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from papers.digests import rules
from papers.digests.composing import letter, unsubscribe_headers
from papers.digests.models import Digest
from papers.digests.queries import (
    DueMember,
    Gathered,
    due_members,
    gather,
    issue_for,
    issue_now,
    missed_since,
    news_for,
    settled,
)
from papers.mail.actions import make, make_failed, queue, queue_all
from papers.mail.composing import in_their_words, zone_of
from papers.mail.models import Outgoing
from papers.members.away import today_of
from papers.members.models import Every, Member
from papers.members.queries import the_group
from papers.members.rules import DIGEST_PAUSE, why_not_organise
from papers.notes import actions as notes
from papers.refusals import refuse_if

log = logging.getLogger(__name__)

# What is composed before it is stored: a planner that is killed loses no more than this work.
AT_ONCE = 500


def plan_digests(now: dt.datetime) -> int:
    """Put the digests that are due at `now` into the outbox; returns how many mails were new.

    A member for whom nothing is new, or who wants no digest, gets no mail, but the marker moves. What is new is
    read once for all members.
    """
    group = the_group()
    due = due_members(now, group)
    if not due:
        return 0
    until = settled(now)
    since = min(each.since for each in due)
    gathered = gather([each.member for each in due], group, since=since, until=until)
    chunks = (due[start : start + AT_ONCE] for start in range(0, len(due), AT_ONCE))
    return sum(make_digests(chunk, gathered, until=until, now=now) for chunk in chunks)


def make_digests(due: Sequence[DueMember], gathered: Gathered, *, until: dt.datetime, now: dt.datetime) -> int:
    """Store these members' digests and queue their mails, all or none; returns how many mails were new."""
    digests, mails = [], []
    for each in due:
        try:
            digest, mail = digest_of(each, gathered, until=until, now=now)
        except Exception as error:
            # One member's digest must not stop the others; the organisers see it in the outbox.
            log.exception("The digest of member %s could not be composed", each.member.pk)
            mails.append(
                make_failed(
                    error=error,
                    kind="digest",
                    key=rules.digest_key(each.member.pk, each.week),
                    member=each.member,
                    address=each.member.email,
                    subject=each.week,
                    due_at=now,
                )
            )
        else:
            digests.append(digest)
            mails += [mail] if mail is not None else []
    with transaction.atomic():
        Digest.objects.bulk_create(digests, ignore_conflicts=True)
        return sum(mail.state == Outgoing.State.WAITING for mail in queue_all(mails))


def digest_of(
    due: DueMember, gathered: Gathered, *, until: dt.datetime, now: dt.datetime
) -> tuple[Digest, Outgoing | None]:
    """Return the member's digest, and its mail unless nothing is new or it is not wanted. Stores nothing."""
    member, week = due.member, due.week
    since = min(due.since, until)
    issue = issue_for(member, gathered, since=since, until=until)
    wanted = member.wants_digest and issue.items > 0
    digest = Digest(member=member, week=week, since=since, until=until, items=issue.items if wanted else 0)
    if not wanted:
        return digest, None
    with in_their_words(member.language, zone_of(member.time_zone, gathered.group.time_zone)):
        title, parts = letter(member, issue, gathered, week)
    return digest, make(
        kind="digest",
        key=rules.digest_key(member.pk, week),
        member=member,
        address=member.email,
        subject=title,
        text=parts.text,
        html=parts.html,
        headers=unsubscribe_headers(member),
        due_at=now,
        not_after=now + rules.USEFUL_FOR,
    )


def send_test(member: Member, *, by: Member, now: dt.datetime) -> Outgoing | None:
    """Mail an organiser what the member's digest would say now; return the row. Raises Refused (403) for others."""
    refuse_if(why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    issue, gathered, week = issue_now(member, now, for_others=True)
    with in_their_words(member.language, zone_of(member.time_zone, gathered.group.time_zone)):
        title, parts = letter(member, issue, gathered, week, reader=by)
        title = _("Test: %(subject)s") % {"subject": title}
    return queue(
        kind="test",
        key=f"test:{by.pk}:{uuid.uuid4().hex}",
        member=by,
        address=by.email,
        subject=title,
        text=parts.text,
        html=parts.html,
        headers=unsubscribe_headers(by),
    )


@transaction.atomic
def mark_all_seen(member: Member, *, until: dt.datetime, now: dt.datetime) -> int:
    """Count as seen what `/missed/` had at `until`, and return of how many papers that was."""
    until = min(until, now)
    since = missed_since(member, now)
    gathered = gather([member], the_group(), since=since, until=until)
    papers = {item.paper_id for item in news_for(member, gathered, since=since) if item.at <= until}
    notes.mark_papers_seen(papers, by=member, at=until)
    return len(papers)


def pause_digest(member: Member) -> None:
    """Send this member no digest for four weeks; the first one after that has what was new meanwhile."""
    Member.objects.filter(pk=member.pk).update(wants_digest=True, digest_paused_until=today_of(member) + DIGEST_PAUSE)


def make_digest_monthly(member: Member) -> None:
    """Send this member a digest in the first week of each month only."""
    wishes = {"wants_digest": True, "digest_paused_until": None, "digest_every": Every.MONTH}
    Member.objects.filter(pk=member.pk).update(**wishes)


def stop_digest(member: Member) -> None:
    """Send this member no more digests; one that is waiting to be sent is stopped when its turn comes."""
    Member.objects.filter(pk=member.pk).update(wants_digest=False)


def resume_digest(member: Member) -> None:
    """Send this member digests again."""
    Member.objects.filter(pk=member.pk).update(wants_digest=True, digest_paused_until=None)


def count_as_told(now: dt.datetime) -> int:
    """Count the digests that are due at `now` as made, without any mail; returns how many.

    For a group that was not there until now: nobody is mailed about its past.
    """
    group = the_group()
    digests = []
    for each in due_members(now, group):
        zone = zone_of(each.member.time_zone, group.time_zone)
        due = rules.last_due(now, weekday=each.member.digest_weekday, hour=each.member.digest_hour, zone=zone)
        since = max(each.since, due.at - dt.timedelta(weeks=1))
        digests.append(Digest(member=each.member, week=due.week, since=since, until=due.at))
    return len(Digest.objects.bulk_create(digests, ignore_conflicts=True))
