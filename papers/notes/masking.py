"""First thoughts first: what others wrote about a paper is masked until a member has written something themselves.

It opens for one member by a note of their own that is long enough or by their wish, and for all when the session of
the paper starts or it counts as read. Readers cannot write, so nothing is masked from them. Whatever shows texts of
members asks here: pages, search, digests, mails.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.aggregates import Count
from django.db.models.functions import Coalesce
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.members.models import Group, Member
from papers.notes.models import Note, Opened
from papers.sessions.models import Slot


def masked_from_all(now: dt.datetime) -> QuerySet[Paper]:
    """Return the papers about which one must have written first: those nothing has opened for everybody yet."""
    asked = Q(first_thoughts=True) | Q(first_thoughts=None) & Exists(Group.objects.filter(first_thoughts=True))
    begun = Slot.objects.filter(paper=OuterRef("pk"), session__cancelled_at=None, session__starts_at__lte=now)
    return Paper.objects.filter(asked, ~Exists(begun), done_at=None)


def masked_from(member: Member) -> QuerySet[Paper]:
    """Return the papers of which others' texts are masked from this member now."""
    if not member.may_write:
        return Paper.objects.none()
    opened = Opened.objects.filter(member=member, paper=OuterRef("pk"))
    return masked_from_all(timezone.now()).exclude(Exists(opened))


def is_masked(member: Member, paper: str = "paper") -> Exists | Q:
    """Return the condition that the paper of a row (the name of its key) is masked from the member."""
    if not member.may_write:
        return Q(pk__in=())
    return Exists(masked_from(member).filter(pk=OuterRef(paper)))


def with_masks(papers: QuerySet[Any], member: Member) -> QuerySet[Any]:
    """Add to each paper whether others' texts are masked from the member, and how many notes of others there are."""
    others = (
        Note.objects.filter(paper=OuterRef("pk"), deleted_at=None)
        .exclude(Q(visibility=Note.Visibility.PRIVATE) | Q(author=member))
        .order_by()
        .values("paper")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return papers.annotate(
        is_masked=is_masked(member, "pk"),
        notes_of_others=Coalesce(Subquery(others, output_field=IntegerField()), 0),
    )


def masked_pairs(members: Collection[Member], papers: Iterable[int], now: dt.datetime) -> set[tuple[int, int]]:
    """Return for which of these members which of these papers (by primary key) are masked at `now`, in one query."""
    writers = {member.pk for member in members if member.may_write}
    opened = Opened.objects.filter(paper=OuterRef("pk"), member__in=writers).values("member")
    masked = masked_from_all(now).filter(pk__in=list(papers)).annotate(opened_by=ArraySubquery(opened))
    return {
        (member, paper)
        for paper, opened_by in masked.values_list("pk", "opened_by")
        for member in writers.difference(opened_by)
    }


def open_paper(paper: Paper, *, by: Member) -> None:
    """Let the member see what others wrote about the paper from now on. Twice is once."""
    Opened.objects.bulk_create([Opened(member=by, paper=paper)], ignore_conflicts=True)
