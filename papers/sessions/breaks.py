"""The group's own free days. They say when a new plan leaves weeks out; sessions that are there stay."""

import datetime as dt
from http import HTTPStatus

from django.db import transaction

from papers.members import actions as members
from papers.members.models import Member
from papers.refusals import refuse_if
from papers.sessions import rules
from papers.sessions.models import Break


@transaction.atomic
def add_break(first: dt.date, last: dt.date, name: str, *, by: Member) -> Break:
    """Keep the days as a break and return it; the same one twice is one. Raises Refused: 403 for a role, 422."""
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    members.locked_group()
    why = rules.why_not_break(first=first, last=last, name=name)
    refuse_if(why, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    there = Break.objects.filter(first=first, last=last, name=name.strip()).first()
    if there is not None:
        return there
    made = Break.objects.create(first=first, last=last, name=name.strip(), made_by=by)
    members.log("add break", f"break:{made.pk}", by=by, after=said(made))
    return made


@transaction.atomic
def remove_break(pk: int, *, by: Member) -> None:
    """Take a break away. Twice is once. Raises Refused (403) for a role."""
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    there = Break.objects.select_for_update().filter(pk=pk).first()
    if there is None:
        return
    members.log("remove break", f"break:{pk}", by=by, before=said(there))
    there.delete()


def said(made: Break) -> dict[str, str]:
    return {"name": made.name, "first": made.first.isoformat(), "last": made.last.isoformat()}
