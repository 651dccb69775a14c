"""This reply answers the question, I ask it too, thanks."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.discussion import answering
from papers.discussion.models import Post
from papers.discussion.queries import post_row, thread_row
from papers.discussion.views.threads import place, the_post, the_thread
from papers.htmx import answer
from papers.members.requests import MemberRequest

takes_back = require_http_methods(["POST", "DELETE"])


def is_taken_back(request: HttpRequest) -> bool:
    return request.method == "DELETE" or request.POST.get("_method") == "delete"


@takes_back
def mark(request: MemberRequest, pk: int) -> HttpResponse:
    """POST marks the post as the answer of its thread; DELETE, or POST with `_method=delete`, unmarks it."""
    post = the_post(request, pk)
    if is_taken_back(request):
        answering.unmark_answer(post, by=request.user)
        return shown(request, post, None, _("The question is open again."))
    before = answering.mark_answer(post, by=request.user)
    return shown(request, post, before, _("This post is marked as the answer."))


def shown(request: MemberRequest, post: Post, before: Post | None, sentence: str) -> HttpResponse:
    """Answer with the post, and beside it with what else the page shows of the answer."""
    context = {
        "posts": [post_row(post, request.user)],
        "before_it": [post_row(before, request.user)] if before else [],
        "thread": thread_row(post.thread, request.user),
        "fresh": True,
    }
    return answer(request, "discussion/_marked.html", context, to=place(post), sentence=sentence)


@takes_back
def ask(request: MemberRequest, pk: int) -> HttpResponse:
    """POST says "I ask this too"; DELETE, or POST with `_method=delete`, takes it back."""
    thread = the_thread(request, pk)
    if is_taken_back(request):
        answering.ask_no_more(thread, by=request.user)
        sentence = _("You no longer count among those who ask this.")
    else:
        answering.ask_too(thread, by=request.user)
        sentence = _("You count among those who ask this now.")
    row = thread_row(thread, request.user)
    if row is None:
        return HttpResponseNotAllowed([])
    context = {"thread": row, "fresh": True}
    to = f"{thread.paper.get_absolute_url()}#thread-{thread.pk}"
    return answer(request, "discussion/_standing.html", context, to=to, sentence=sentence)


@takes_back
def thank(request: MemberRequest, pk: int) -> HttpResponse:
    """POST thanks for the post; DELETE, or POST with `_method=delete`, takes that back."""
    post = the_post(request, pk)
    if is_taken_back(request):
        answering.thank_no_more(post, by=request.user)
        sentence = _("Your thanks are taken back.")
    else:
        answering.thank(post, by=request.user)
        sentence = _("You thanked for this post.")
    context = {"posts": [post_row(post, request.user)], "fresh": True}
    return answer(request, "discussion/_post.html", context, to=place(post), sentence=sentence)
