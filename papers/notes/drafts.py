"""Texts that are being written: kept for their writer until they are saved."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from papers.members.models import Member
from papers.notes import rules
from papers.notes.models import Draft
from papers.refusals import refuse_if

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as its form shows it. `stamp` names this state of it: microseconds since 1970, UTC."""

    target: str
    body: str
    beside: Mapping[str, str]
    version: int | None
    stamp: int
    saved_at: dt.datetime

    @property
    def when(self) -> str:
        """The wall time in the zone of the request, with the day if it was not today."""
        at = timezone.localtime(self.saved_at)
        return f"{at:%H:%M}" if at.date() == timezone.localdate() else f"{at:%Y-%m-%d %H:%M}"


def drafts_of(member: Member, targets: Collection[str]) -> dict[str, Kept]:
    """Return the member's drafts for these targets, by target, in one query."""
    rows = Draft.objects.filter(member=member, target__in=targets) if member.may_write else []
    return {row.target: kept(row) for row in rows}


def draft_of(member: Member, target: str) -> Kept | None:
    return drafts_of(member, [target]).get(target)


def beside_a_query(member: Member, targets: Q) -> ArraySubquery:
    """Return the member's drafts as a column of a query that is made anyway, for `by_target` to read."""
    row = JSONObject(target="target", body="body", beside="beside", version="version", saved_at="saved_at")
    return ArraySubquery(Draft.objects.filter(targets, member=member).values(json=row))


def by_target(rows: Iterable[Mapping[str, Any]]) -> dict[str, Kept]:
    """Return the drafts of such a column, by target."""
    drafts = (Draft(**{**row, "saved_at": dt.datetime.fromisoformat(row["saved_at"])}) for row in rows)
    return {draft.target: kept(draft) for draft in drafts}


@transaction.atomic
def keep(
    target: str,
    body: str,
    *,
    by: Member,
    beside: Mapping[str, str] | None = None,
    version: int | None = None,
    seen: int | None = None,
    writer: str = "",
) -> Kept | None:
    """Keep the text as the member's draft for this target and return it; an empty text takes the draft away.

    `seen` is the stamp of the draft that the page knew of, `writer` the page's own name: a draft of another window is
    never written over unseen. Raises Refused: 403 for a role that cannot write, 409 for another window's draft, 413
    for too much.
    """
    refuse_if(rules.why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    size = len(body.encode(errors="replace"))
    # Of two pages at once the second waits here and then finds the first one's draft.
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    mine = Draft.objects.filter(member=by)
    there = mine.filter(target=target).first()
    count = mine.count() if there is None else 0
    is_target = rules.page_of(target) is not None
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_target else HTTPStatus.UNPROCESSABLE_ENTITY
    refuse_if(rules.why_not_draft(is_target=is_target, count=count, size=size), status=status)
    if there is not None:
        refuse_if(
            rules.why_not_drafted_over(
                is_known=seen == stamp_of(there),
                same_page=writer != "" and writer == there.writer,
                same_text=body == there.body,
            )
        )
    if not body.strip():
        if there is not None:
            there.delete()
        return None
    row = there or Draft(member=by, target=target)
    row.body, row.beside, row.version, row.writer = body, dict(beside or {}), version, writer
    row.saved_at = timezone.now()
    row.save()
    return kept(row)


def discard(target: str, *, by: Member) -> None:
    """Take the member's draft for this target away, if there is one."""
    Draft.objects.filter(member=by, target=target).delete()


def move(gone: int, kept: int) -> None:
    """Let what was begun about one paper go on about another, by their numbers, where nothing was begun there."""
    for target in (rules.new_note, rules.new_thread):
        there = Draft.objects.filter(target=target(kept)).values("member")
        Draft.objects.filter(target=target(gone)).exclude(member__in=there).update(target=target(kept))


def use_up(target: str, body: str, *, stamp: int | None, by: Member) -> None:
    """Take away the draft that this text was made from, within the transaction that saves the text.

    That is the one with the stamp that its page knew, or with the same words; another window's stays.
    """
    row = Draft.objects.filter(member=by, target=target).first()
    if row is not None and (stamp_of(row) == stamp or row.body == body):
        row.delete()


def stamp_of(draft: Draft) -> int:
    """Return the name of this state of the draft: microseconds since 1970, UTC."""
    return (draft.saved_at - EPOCH) // dt.timedelta(microseconds=1)


def kept(row: Draft) -> Kept:
    return Kept(row.target, row.body, row.beside, row.version, stamp_of(row), row.saved_at)
