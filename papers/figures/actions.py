"""Keeping figures, and forgetting those that no text has."""

import datetime as dt
import hashlib
from functools import reduce
from http import HTTPStatus
from operator import or_

from django.db.models import Model, Q
from django.utils import timezone

from papers.catalogue.models import Entry
from papers.discussion.models import Post, PostVersion
from papers.figures import rules
from papers.figures.drawing import NoPicture, drawn_anew
from papers.figures.models import Figure
from papers.members.models import Member
from papers.minutes.models import Section, SectionVersion
from papers.notes.models import Draft, Note, NoteVersion
from papers.notes.rules import why_role_may_not_write
from papers.refusals import Refused, refuse_if

# A draft may lie for a while before it becomes a text.
CHECKED_AFTER = dt.timedelta(days=30)
CHECKED_AT_ONCE = 20
# Where a figure may be named. A deleted text is empty; what it said before counts, because it can stand again.
TEXTS: dict[type[Model], tuple[str, ...]] = {
    Note: ("body",),
    NoteVersion: ("body",),
    Post: ("body",),
    PostVersion: ("body",),
    Section: ("body",),
    SectionVersion: ("body",),
    Draft: ("body",),
    Entry: ("remark_zh", "remark_en", "correction_zh", "correction_en"),
}


def keep_figure(file: bytes, *, by: Member) -> Figure:
    """Store the picture, drawn anew, and return it; the same one again is the same figure.

    Raises Refused: 403 for a role that cannot write, 413 for a file that is too large, 422 for one that is no picture.
    """
    refuse_if(why_role_may_not_write(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    refuse_if(rules.why_too_large(len(file)), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        drawing = drawn_anew(file)
    except NoPicture:
        raise Refused(rules.why_no_picture(), status=HTTPStatus.UNPROCESSABLE_ENTITY) from None
    figure, _is_new = Figure.objects.get_or_create(
        by=by,
        digest=hashlib.sha256(drawing.data).hexdigest(),
        defaults={
            "kind": drawing.kind,
            "width": drawing.width,
            "height": drawing.height,
            "data": drawing.data,
            "check_at": timezone.now() + CHECKED_AFTER,
        },
    )
    return figure


def forget_unused(now: dt.datetime) -> int:
    """Delete figures that no text has thirty days after they came, or were looked for last; return how many."""
    due = list(
        Figure.objects.filter(check_at__lte=now).order_by("check_at").values_list("pk", "name")[:CHECKED_AT_ONCE]
    )
    unused = [pk for pk, name in due if not is_in_a_text(name)]
    Figure.objects.filter(pk__in=[pk for pk, _name in due]).update(check_at=now + CHECKED_AFTER)
    return Figure.objects.filter(pk__in=unused).delete()[0]


def is_in_a_text(name: str) -> bool:
    """Return whether any text, draft or version of one names the figure."""
    return any(
        model._default_manager.filter(
            reduce(or_, (Q(**{f"{field}__contains": f"/figures/{name}/"}) for field in fields))
        ).exists()
        for model, fields in TEXTS.items()
    )
