"""Rendering stored texts again: after a change of the group's macros, or when the renderer itself is a newer one."""

import datetime as dt
from typing import Any

from django.db import transaction

from papers import markup
from papers.discussion.models import Post
from papers.minutes.actions import rendered as minutes_rendered
from papers.minutes.models import Section
from papers.notes.actions import rendered
from papers.notes.models import Note

# A batch takes about a second; a tick does one, so that mails never wait for texts.
BATCH = 100


def render_again(now: dt.datetime) -> int:
    """Render the next texts whose HTML is not of this renderer; return how many. The words stay what they were."""
    texts = sum(render_batch(model, about) for model, about in ((Note, "paper"), (Post, "thread__paper")))
    return texts + render_minutes()


@transaction.atomic
def render_minutes() -> int:
    rows = Section.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("paper")
    stale = list(rows.exclude(renderer=markup.RENDERER_VERSION).order_by("pk")[:BATCH])
    for row in stale:
        row.html, row.renderer = minutes_rendered(row.body, row.paper, row.position), markup.RENDERER_VERSION
    Section.objects.bulk_update(stale, ["html", "renderer"])
    return len(stale)


@transaction.atomic
def render_batch(model: Any, about: str) -> int:
    rows = model.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related(about)
    stale = list(rows.exclude(renderer=markup.RENDERER_VERSION).filter(deleted_at=None).order_by("pk")[:BATCH])
    for row in stale:
        row.html, row.renderer = rendered(row.body, row.about), markup.RENDERER_VERSION
        row.refers_to = markup.papers_in(row.html)
    model.objects.bulk_update(stale, ["html", "renderer", "refers_to"])
    return len(stale)
