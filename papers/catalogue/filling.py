"""Filling in a paper's facts from arXiv and Crossref, one at a time and politely.

The row is the truth: it says when to ask next, so a killed worker, a network that is away or a beat that rings twice
cost time and nothing else. What a member has written is never overwritten.
"""

import datetime as dt
import random
import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from papers.catalogue.indexing import index
from papers.catalogue.models import Edit, Paper
from papers.sources import arxiv, crossref
from papers.sources.arxiv import Found
from papers.sources.asking import NotFound, SourceError, Unreachable, seconds_to_wait

# A worker that is killed while it asks gives its paper back after this time.
LEASE = dt.timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(hours=24)
# Then somebody has to look: the page of what is missing says why.
MOST_TRIES = 12
# A run is a task of seconds; the next tick goes on.
A_RUN = 5

FILLED = ("authors", "year", "month", "doi", "url", "abstract", "arxiv_version")


def fill_what_waits(now: dt.datetime | None = None, *, most: int = A_RUN) -> int:
    """Ask for the facts of the papers that wait for them, and return how many were filled in."""
    filled = 0
    for _turn in range(most):
        paper = take_next(now or timezone.now())
        if paper is None:
            break
        filled += fill(paper)
    return filled


@transaction.atomic
def take_next(now: dt.datetime) -> Paper | None:
    """Return the paper that waits longest and keep it for a while, so that no other worker asks for it too."""
    due = Paper.objects.select_for_update(skip_locked=True, no_key=True).filter(fill_at__lte=now, merged_into=None)
    paper = due.order_by("fill_at", "pk").first()
    if paper is not None:
        paper.fill_at, paper.fill_tries = now + LEASE, paper.fill_tries + 1
        paper.save(update_fields=["fill_at", "fill_tries"])
    return paper


def fill(paper: Paper) -> bool:
    """Ask the sources for one paper and write what they say; return whether they said anything."""
    try:
        found = asked(paper)
    except SourceError as error:
        postpone(paper, error)
        return False
    write(paper, found)
    return True


def asked(paper: Paper) -> Found:
    """Return what the source of the paper's id says, or of its title. Raises SourceError."""
    if paper.arxiv_id:
        wait_for("arxiv")
        return arxiv.by_id(paper.arxiv_id)
    if paper.doi:
        wait_for("crossref")
        return crossref.by_doi(paper.doi)
    wait_for("arxiv")
    found = arxiv.by_title(paper.title)
    if found is None:
        wait_for("crossref")
        found = crossref.by_title(paper.title)
    if found is None:
        raise NotFound("")
    return found


def wait_for(source: str) -> None:
    """Wait until the source may be asked; all processes of the site take turns."""
    while seconds := seconds_to_wait(source):
        time.sleep(min(seconds, 3))


def postpone(paper: Paper, error: SourceError) -> None:
    """Ask again later and longer each time, or leave it to a person."""
    paper.fill_problem = str(error)[:300]
    wait = min(FIRST_WAIT * 2 ** min(paper.fill_tries - 1, 20), LONGEST_WAIT)
    if isinstance(error, Unreachable) and error.retry_after is not None:
        wait = max(wait, dt.timedelta(seconds=error.retry_after))
    hopeless = not isinstance(error, Unreachable) or paper.fill_tries >= MOST_TRIES
    # Papers that failed together do not come back together.
    jitter = 1 + random.random() / 4  # noqa: S311 - nothing secret
    paper.fill_at = None if hopeless else timezone.now() + wait * jitter
    paper.save(update_fields=["fill_at", "fill_problem"])


def write(paper: Paper, found: Found) -> None:
    """Write what is not known yet; a title only while it is the id that was typed."""
    said: dict[str, Any] = {
        "authors": list(found.record.authors),
        "year": found.record.year,
        "month": found.record.month,
        "doi": found.record.doi,
        "url": found.record.url,
        "abstract": found.record.abstract,
        "arxiv_version": found.version,
    }
    with transaction.atomic():
        now = Paper.objects.select_for_update(no_key=True).get(pk=paper.pk)
        new = {name: value for name, value in said.items() if value and not getattr(now, name)}
        if now.year:
            new.pop("month", None)
        if now.title in (f"arXiv:{now.arxiv_id}", f"doi:{now.doi}"):
            new["title"] = found.record.title[:500]
        if new.get("doi") and Paper.objects.exclude(pk=now.pk).filter(doi=new["doi"]).exists():
            del new["doi"]
        before = {name: getattr(now, name) for name in new}
        for name, value in new.items():
            setattr(now, name, value)
        now.fill_at, now.fill_problem, now.fill_tries = None, "", 0
        if new:
            now.version += 1
            Edit.objects.create(paper=now, by=None, before=before, after=new)
        now.save(update_fields=[*new, "fill_at", "fill_problem", "fill_tries", "version"])
        index([now.pk])
