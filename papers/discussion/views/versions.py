"""What a post said before."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.discussion import actions
from papers.discussion.differences import differences
from papers.discussion.forms import VersionForm
from papers.discussion.models import Post
from papers.discussion.queries import post_row, versions_of
from papers.discussion.views.threads import place, the_living_post
from papers.htmx import answer
from papers.members.requests import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: MemberRequest, pk: int) -> HttpResponse:
    """GET shows the post's versions and what changed since one of them; POST with `version` brings that one back."""
    post = the_living_post(request, pk)
    if request.method == "POST":
        return restore(request, post)
    earlier = versions_of(post, request.user)
    form = VersionForm(request.GET)
    wanted = form.cleaned_data["version"] if form.is_valid() else None
    chosen = next((each for each in earlier if each.version == wanted), None) if wanted else None
    if wanted and chosen is None:
        raise Http404
    chosen = chosen or next(iter(earlier), None)
    context = {
        "post": post,
        "paper": post.thread.paper,
        "versions": earlier,
        "chosen": chosen,
        "parts": differences(chosen.body, post.body) if chosen else [],
        "may_restore": post.author_id == request.user.pk and request.user.may_write,
    }
    return render(request, "discussion/versions.html", context)


def restore(request: MemberRequest, post: Post) -> HttpResponse:
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    post = actions.restore_version(post, version or 0, by=request.user)
    context = {"posts": [post_row(post, request.user)], "fresh": True}
    sentence = _("The post has its earlier words again.")
    return answer(request, "discussion/_post.html", context, to=place(post), sentence=sentence)
