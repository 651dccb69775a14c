"""In which order what concerns claims is locked, so that whoever waits for a lock is never waited for.

First members, then papers, each in the order of their keys; a paper's row is the lock of its claim, line, offers and
swaps, and of those at its holder's side. Only then is anything else of it read or written.
"""

from django.db import connection

from papers.catalogue.models import Paper
from papers.claims.models import Claim
from papers.members.models import Member


def lock_member(member: Member) -> Member:
    """Return the member as they are now, locked until the transaction ends."""
    return Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def lock_members(ids: set[int]) -> None:
    list(Member.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def lock_papers(*ids: int) -> None:
    """Lock the papers with these primary keys until the transaction ends."""
    list(Paper.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def lock_for_claim(paper: Paper) -> None:
    """Keep the paper's claim, line and offers as they are until the transaction ends, but let others claim it too.

    Of many who claim at once the constraint decides; they need not wait for each other.
    """
    with connection.cursor() as cursor:
        # Django has no name for the shared lock.
        cursor.execute("SELECT 1 FROM papers_paper WHERE id = %s FOR SHARE", [paper.pk])


def held_of(paper: Paper) -> Claim | None:
    """Return the paper's open claim, with the paper and its holder; both rows are locked."""
    lock_papers(paper.pk)
    claims = Claim.objects.select_for_update(of=("self",)).select_related("holder", "paper")
    return claims.filter(paper=paper, released_at=None).first()
