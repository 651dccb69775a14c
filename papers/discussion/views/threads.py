"""Starting threads and answering in them, and one's own posts."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers.catalogue import queries as catalogue
from papers.discussion import actions
from papers.discussion.forms import BeforeForm, PostForm, ThreadForm
from papers.discussion.models import Post, Thread
from papers.discussion.queries import address_of, post_row, posts_visible_to, thread_row, visible_to, with_draft
from papers.htmx import answer, form_again, fragment_or_page, is_htmx
from papers.live.stream import live_on
from papers.members.requests import MemberRequest
from papers.notes.drafts import draft_of, drafts_of
from papers.notes.forms import EditForm
from papers.notes.history import conflict
from papers.notes.masking import masked_from
from papers.notes.rules import changed_post, new_reply
from papers.refusals import Refused


@require_POST
def start(request: MemberRequest, number: int) -> HttpResponse:
    paper = get_object_or_404(catalogue.visible_to(request.user), number=number)
    form = ThreadForm(request.POST)
    try:
        thread = actions.start_thread(paper, **form.accepted(), by=request.user)
    except Refused as refused:
        context = {"paper": paper, "thread_form": form}
        return form_again(
            request, "discussion/_form.html", "discussion/start.html", context, refused, at="#thread-form"
        )
    context = {
        "paper": paper,
        "thread": thread_row(thread, request.user),
        "post_form": PostForm(),
        "thread_form": ThreadForm(),
        "fresh": True,
    }
    to = f"{paper.get_absolute_url()}#thread-{thread.pk}"
    return answer(request, "discussion/_started.html", context, to=to, sentence=_("Your thread is started."))


@require_safe
def thread(request: MemberRequest, pk: int) -> HttpResponse:
    """One thread on a page of its own; with `?before=9` its posts before that one."""
    thread = visible_to(request.user).select_related("paper").filter(pk=pk).first()
    if thread is None:
        return to_masked(request, threads=pk)
    form = BeforeForm(request.GET)
    wanted = form.cleaned_data["before"] if form.is_valid() else None
    before = get_object_or_404(Post, thread=thread, pk=wanted) if wanted else None
    row = thread_row(thread, request.user, before=before)
    if row is None:
        raise Http404
    row = with_draft(row, drafts_of(request.user, [new_reply(pk)]) if before is None else {})
    context = {"paper": thread.paper, "thread": row, "post_form": PostForm(), "before": before}
    context["first_new"] = row.first_new
    if before is None:
        context["live"] = live_on(thread.paper, timezone.now(), thread=pk)
    return render(request, "discussion/thread.html", context)


@require_POST
def reply(request: MemberRequest, pk: int) -> HttpResponse:
    thread = the_thread(request, pk)
    form = PostForm(request.POST)
    try:
        post = actions.reply(thread, **form.accepted(), by=request.user)
    except Refused as refused:
        again = {"thread": thread, "paper": thread.paper, "post_form": form}
        return form_again(
            request, "discussion/_reply.html", "discussion/reply.html", again, refused, at=f"#reply-{pk}"
        )
    context = {
        "thread": thread,
        "paper": thread.paper,
        "posts": [post_row(post, request.user)],
        "post_form": PostForm(),
        "fresh": True,
    }
    return answer(request, "discussion/_replied.html", context, to=place(post), sentence=_("Your answer is saved."))


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def post(request: MemberRequest, pk: int) -> HttpResponse:
    """GET goes to where the post is shown; DELETE, or POST with `_method=delete`, deletes it."""
    if request.method == "DELETE" or request.POST.get("_method") == "delete":
        return delete(request, pk)
    return show(request, pk) if request.method != "POST" else HttpResponseNotAllowed(["GET", "HEAD", "DELETE"])


def show(request: MemberRequest, pk: int) -> HttpResponse:
    post = posts_visible_to(request.user).select_related("thread__paper").filter(pk=pk).first()
    if post is None:
        return to_masked(request, threads__posts=pk)
    if is_htmx(request):
        context = {"posts": [post_row(post, request.user)], "fresh": True}
        return fragment_or_page(request, "discussion/_post.html", "", context)
    return HttpResponseRedirect(address_of(post))


def delete(request: MemberRequest, pk: int) -> HttpResponse:
    post = the_post(request, pk)
    if actions.delete_post(post, by=request.user):
        context = {"posts": [post_row(post, request.user)], "fresh": True}
        return answer(request, "discussion/_post.html", context, to=place(post), sentence=_("Your post is deleted."))
    sentence = _("Your thread is deleted.")
    context = {"id": f"thread-{post.thread_id}", "sentence": sentence}
    response = answer(
        request, "notes/_deleted.html", context, to=post.thread.paper.get_absolute_url(), sentence=sentence
    )
    response["HX-Retarget"] = f"#thread-{post.thread_id}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    return save(request, pk) if request.method == "POST" else edit_form(request, pk)


def edit_form(request: MemberRequest, pk: int) -> HttpResponse:
    post = the_living_post(request, pk)
    actions.require_author(post, by=request.user)
    draft = draft_of(request.user, changed_post(pk))
    body, version = (draft.body, draft.version or post.version) if draft else (post.body, post.version)
    context = {
        **edit_context(post, EditForm(initial={"body": body, "version": version, "draft": draft and draft.stamp})),
        "draft": draft,
    }
    return fragment_or_page(request, "discussion/_edit.html", "discussion/edit.html", context)


def save(request: MemberRequest, pk: int) -> HttpResponse:
    post = the_post(request, pk)
    form = EditForm(request.POST)
    try:
        actions.edit_post(post, **form.accepted(), by=request.user)
    except Refused as refused:
        # The action has read the post again: on a conflict the page shows what stands there now.
        context = both_texts(post, form, refused)
        return form_again(request, "discussion/_edit.html", "discussion/edit.html", context, refused, at=f"#post-{pk}")
    context = {"posts": [post_row(post, request.user)], "fresh": True}
    return answer(request, "discussion/_post.html", context, to=place(post), sentence=_("Your post is saved."))


def to_masked(request: MemberRequest, **about: int) -> HttpResponse:
    """Return the way to the masked paper that this is about, whose page says how it opens; else 404."""
    paper = get_object_or_404(masked_from(request.user), **about)
    return HttpResponseRedirect(f"{paper.get_absolute_url()}#notes-heading")


def the_thread(request: MemberRequest, pk: int) -> Thread:
    return get_object_or_404(visible_to(request.user).select_related("paper"), pk=pk)


def the_post(request: MemberRequest, pk: int) -> Post:
    return get_object_or_404(posts_visible_to(request.user).select_related("thread__paper"), pk=pk)


def the_living_post(request: MemberRequest, pk: int) -> Post:
    post = the_post(request, pk)
    if post.deleted_at is not None:
        raise Http404
    return post


def edit_context(post: Post, form: EditForm) -> dict[str, Any]:
    return {"post": post, "paper": post.thread.paper, "form": form}


def both_texts(post: Post, form: EditForm, refused: Refused) -> dict[str, Any]:
    """Return what the refused form shows: if somebody was faster, also their text, and both texts as one to save."""
    if refused.status != HTTPStatus.CONFLICT or post.deleted_at is not None or not Post.objects.filter(pk=post.pk):
        return edit_context(post, form)
    sent = form.accepted()
    begun_from = post.versions.filter(version=sent["version"]).values_list("body", flat=True).first()
    found = conflict(begun_from, sent["body"], post.body)
    merged = EditForm(initial={"body": found.merged, "version": post.version, "draft": sent["draft"]})
    return {**edit_context(post, merged), "conflict": found}


def place(post: Post) -> str:
    """Return where a post that was just written stands on its paper's page."""
    return f"{post.thread.paper.get_absolute_url()}#post-{post.pk}"
