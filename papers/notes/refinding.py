"""Looking for quoted passages in newer versions of their papers, a few papers a time and politely."""

import datetime as dt
import logging
import time

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.notes.anchors import page_with, waits_for
from papers.notes.models import Note
from papers.sources import arxiv, pdf
from papers.sources.asking import SourceError, seconds_to_wait

log = logging.getLogger(__name__)

EACH = dt.timedelta(days=7)
# A paper takes two requests; a task is to be short, and the next one goes on.
A_RUN = 3


def find_again(now: dt.datetime | None = None, *, most: int = A_RUN) -> int:
    """Ask for the newest versions of papers that notes quote, each once a week; return how many papers were asked for.

    Where there is a newer version than a note quotes, its passages are looked for in it.
    """
    for turn in range(most):
        paper = take_next(now or timezone.now())
        if paper is None:
            return turn
        try:
            look_in_newest(paper)
        except SourceError as error:
            log.warning("The passages quoted from #%s could not be looked for: %s", paper.number, error)
    return most


@transaction.atomic
def take_next(now: dt.datetime) -> Paper | None:
    """Return the paper that waits longest, and let it wait for a week from now on."""
    quoting = Note.objects.filter(paper=OuterRef("pk"), deleted_at=None).exclude(anchors=[])
    due = Q(version_asked_at=None) | Q(version_asked_at__lte=now - EACH)
    papers = Paper.objects.filter(due, Exists(quoting), merged_into=None).exclude(arxiv_id=None)
    paper = papers.select_for_update(skip_locked=True, no_key=True).order_by("version_asked_at", "pk").first()
    if paper is not None:
        paper.version_asked_at = now
        paper.save(update_fields=["version_asked_at"])
    return paper


def look_in_newest(paper: Paper) -> None:
    """Learn the paper's newest version, and look in it for what notes quote from older ones. Raises SourceError."""
    assert paper.arxiv_id
    wait_for_arxiv()
    newest = arxiv.by_id(paper.arxiv_id).version
    if newest is None:
        return
    Paper.objects.filter(Q(arxiv_version=None) | Q(arxiv_version__lt=newest), pk=paper.pk).update(arxiv_version=newest)
    notes = Note.objects.filter(paper=paper, deleted_at=None).exclude(anchors=[])
    behind = [note for note in notes if any(waits_for(anchor, newest) for anchor in note.anchors)]
    if behind:
        wait_for_arxiv()
        pages = pdf.pages_at(paper.arxiv_id, newest)
        for note in behind:
            look_for(note, newest, pages)


def look_for(note: Note, newest: int, pages: list[str]) -> None:
    """Write down where the note's passages are in this version, unless its words have changed meanwhile."""
    anchors = [
        anchor | {"checked": newest, "found": page_with(anchor["quote"], pages, near=anchor["page"])}
        if waits_for(anchor, newest)
        else anchor
        for anchor in note.anchors
    ]
    Note.objects.filter(pk=note.pk, version=note.version).update(anchors=anchors)


def wait_for_arxiv() -> None:
    """Wait until arXiv may be asked; all processes of the site take turns."""
    while seconds := seconds_to_wait("arxiv"):
        time.sleep(min(seconds, 3))
