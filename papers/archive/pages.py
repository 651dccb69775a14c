"""The part of an archive that people read: a Markdown file for each paper, and the sessions as a calendar."""

import datetime as dt
import json
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.text import slugify

from papers.calendars import composing
from papers.calendars.queries import occasions
from papers.catalogue.exporting import exported_papers
from papers.catalogue.models import Paper
from papers.discussion.models import Post, Thread
from papers.discussion.naming import name_of
from papers.members.queries import the_group
from papers.notes.models import Note
from papers.notes.queries import visible_to_everybody
from papers.sessions.models import ReadingSession


def papers() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of a file for each paper, by number."""
    notes, threads = defaultdict(list), defaultdict(list)
    for note in visible_to_everybody().select_related("author").order_by("written_at", "pk"):
        notes[note.paper_id].append(note)
    posts = Prefetch(
        "posts", Post.objects.filter(hidden_at=None).select_related("author").order_by("written_at", "pk")
    )
    for thread in Thread.objects.select_related("author").prefetch_related(posts).order_by("started_at", "pk"):
        threads[thread.paper_id].append(thread)
    for paper in exported_papers():
        slug = slugify(paper.title)[:60].strip("-")
        name = f"papers/{paper.number:04}-{slug}".rstrip("-")
        yield f"{name}.md", page_of(paper, notes[paper.pk], threads[paper.pk])


def page_of(paper: Paper, notes: Iterable[Note], threads: Iterable[Thread]) -> str:
    facts = {
        "number": paper.number,
        "title": paper.title,
        "short_names": paper.aliases,
        "authors": paper.authors,
        "year": paper.year,
        "arxiv": paper.arxiv_id,
        "doi": paper.doi,
        "url": paper.url or None,
        "parts": [f"{entry.part.number}.{entry.position}" for entry in paper.entries.all()],
    }
    blocks = [front_matter(facts), f"# {paper.title}"]
    for entry in paper.entries.all():
        texts = (entry.remark_zh, entry.remark_en, entry.correction_zh, entry.correction_en)
        blocks += [f"## {entry.part.title_zh} / {entry.part.title_en}", *filter(None, texts)] if any(texts) else []
    for note in notes:
        blocks += [f"## {note.author.name}, {day(note.written_at)}", note.body]
    for thread in threads:
        blocks.append(f"## {thread.get_kind_display()}: {thread.title}")
        for post in thread.posts.all():
            blocks += [f"### {name_of(post.alias, post.author.name)}, {day(post.written_at)}", post.body or "…"]
    return "\n\n".join(blocks) + "\n"


def front_matter(facts: dict[str, Any]) -> str:
    """Return the facts as YAML: JSON values are YAML too, and need no quoting rules of their own."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items() if value is not None]
    return "\n".join(["---", *lines, "---"])


def day(instant: dt.datetime) -> str:
    return instant.astimezone(zoneinfo.ZoneInfo(settings.GROUP_TIMEZONE)).date().isoformat()


def calendar() -> bytes:
    """Return all sessions as iCalendar (RFC 5545), each under the name that it keeps when it moves."""
    sessions = ReadingSession.objects.select_related("calendar_event").order_by("starts_at", "pk")
    return composing.calendar(occasions(sessions), group=the_group().name)
