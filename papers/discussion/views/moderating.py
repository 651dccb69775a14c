"""The page on which organisers hide a post, lock a thread or move it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.catalogue import queries as catalogue
from papers.discussion import moderating, rules
from papers.discussion.forms import ModerationForm
from papers.discussion.models import Post
from papers.discussion.views.threads import place, the_living_post
from papers.htmx import answer
from papers.members.requests import MemberRequest
from papers.refusals import Refused, refuse_if


@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: MemberRequest, pk: int) -> HttpResponse:
    """GET shows what can be done with the post and its thread; POST with `act` and `because` does it."""
    refuse_if(rules.why_not_moderate(is_organiser=request.user.is_organiser), status=403)
    post = the_living_post(request, pk)
    if request.method != "POST":
        return shown(request, post, ModerationForm())
    form = ModerationForm(request.POST)
    try:
        sentence = act(request, post, form)
    except Refused as refused:
        return shown(request, post, form, refused)
    post = Post.objects.select_related("thread__paper").get(pk=pk)
    return answer(request, "discussion/moderate.html", {}, to=place(post), sentence=sentence)


def shown(request: MemberRequest, post: Post, form: ModerationForm, refused: Refused | None = None) -> HttpResponse:
    context = {"post": post, "paper": post.thread.paper, "thread": post.thread, "form": form}
    context["refusal"] = refused.sentence if refused else ""
    return render(request, "discussion/moderate.html", context, status=refused.status if refused else 200)


def act(request: MemberRequest, post: Post, form: ModerationForm) -> str:
    """Do what the form asks for, and return the sentence that says so."""
    said, by = form.accepted(), request.user
    match said["act"]:
        case "hide":
            moderating.hide(post, said["because"], by=by)
            return _("The post is hidden, and its author is told why.")
        case "show":
            moderating.show_again(post, by=by)
            return _("Everybody can read the post again.")
        case "lock":
            moderating.lock(post.thread, said["because"], by=by)
            return _("The thread is locked, and its author is told why.")
        case "unlock":
            moderating.unlock(post.thread, by=by)
            return _("Members can answer in the thread again.")
        case "unmask":
            moderating.unmask(post, said["because"], by=by)
            return _("You see who wrote it now, and its author is told why.")
        case _move:
            paper = get_object_or_404(catalogue.visible_to(by), number=said["number"] or 0)
            moderating.move(post.thread, paper, said["because"], by=by)
            return _("The thread is moved, and its author is told why.")
