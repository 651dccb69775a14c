"""What changed on a paper's page while it stands open, for the page to put in place. GET only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from papers.catalogue.models import Paper
from papers.catalogue.queries import visible_to
from papers.claims.queries import line_of, place_from, with_place
from papers.discussion.queries import PostRow, post_rows, rows_of
from papers.discussion.queries import visible_to as threads_visible_to
from papers.live.queries import COMMITTED_WITHIN, Changed, changed_since, is_too_old
from papers.members.models import Member
from papers.members.requests import MemberRequest
from papers.notes.queries import NoteRow, notes_of


@require_safe
def news(request: MemberRequest, number: int) -> HttpResponse:
    """What changed `?since=` an instant; with `?thread=5` in that thread only. 204 when nothing did."""
    now = timezone.now()
    since = instant(request.GET.get("since", ""))
    if since is None or is_too_old(since, now):
        return render(request, "pages/_news.html", {"is_too_old": True})
    paper = get_object_or_404(with_place(visible_to(request.user)), number=number)
    changed = changed_since(paper, since)
    if not changed:
        return HttpResponse(status=204)
    thread = request.GET.get("thread", "")
    only = {int(thread)} if thread.isdecimal() and len(thread) < 10 else None
    return render(request, "pages/_news.html", what_changed(paper, request.user, changed, since, now, only=only))


def instant(text: str) -> dt.datetime | None:
    """Return the aware instant in ISO format, or None."""
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def what_changed(
    paper: Paper, member: Member, changed: Changed, since: dt.datetime, now: dt.datetime, *, only: set[int] | None
) -> dict[str, object]:
    """Return the fragment's context: the changed things as the member sees them, and what is there no more.

    On the page of one thread, `only`, nothing else is shown.
    """
    shown = threads_visible_to(member).filter(paper=paper)
    threads = rows_of(shown.filter(pk__in=changed.threads if only is None else changed.threads & only), member)
    posts = [post for post in post_rows(changed.posts, member) if only is None or post.thread_id in only]
    notes = [note for note in notes_of(paper, member) if note.id in changed.notes] if only is None else []
    place = place_from(vars(paper), member, now) if changed.place and only is None else None
    return {
        "paper": paper,
        "place": place,
        "line": line_of(paper, member, place) if place else None,
        "started": [thread for thread in threads if thread.opening[0].by.written_at > since - COMMITTED_WITHIN],
        "standing": [thread for thread in threads if thread.is_question],
        "posts": by_thread(posts),
        "notes": notes,
        "gone": [
            *(f"thread-{pk}" for pk in changed.threads - {thread.id for thread in threads}),
            *(f"note-{pk}" for pk in changed.notes - {note.id for note in notes}),
        ],
        "first_new": next((post.id for post in posts if post.is_new), None),
        "since": now.isoformat(),
        "sentence": sentence_for([*posts, *notes], since),
    }


def by_thread(posts: Iterable[PostRow]) -> list[tuple[int, list[PostRow]]]:
    found: dict[int, list[PostRow]] = defaultdict(list)
    for post in posts:
        found[post.thread_id].append(post)
    return list(found.items())


def sentence_for(texts: Iterable[PostRow | NoteRow], since: dt.datetime) -> str:
    """Return what the live region says: how much others have added. Empty when something only changed."""
    count = sum(not text.by.is_mine and text.by.written_at > since for text in texts)
    sentence = ngettext(
        "%(count)s new text appeared on this page.", "%(count)s new texts appeared on this page.", count
    )
    return sentence % {"count": count} if count else ""


urlpatterns = [
    path("papers/<int:number>/news/", news, name="news"),
]
