"""A note for whoever has its link."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from papers.htmx import answer
from papers.members.requests import MemberRequest
from papers.notes import actions
from papers.notes.queries import visible_to
from papers.notes.sharing import address_of, note_with


@login_not_required
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the note to whoever has its address. Nobody is asked to sign in, and no search engine is to keep it."""
    found = note_with(token)
    if found is None:
        raise Http404
    note, title = found
    response = render(request, "notes/by_link.html", {"note": note, "title": title})
    response["X-Robots-Tag"] = "noindex, nofollow"
    # What is taken back is not to be looked at again.
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def renew_link(request: MemberRequest, pk: int) -> HttpResponse:
    note = get_object_or_404(visible_to(request.user).select_related("paper"), pk=pk)
    actions.renew_link(note, by=request.user)
    sentence = _("The note has a new link. The one before no longer works.")
    context = {"note": note, "link": address_of(note), "fresh": True}
    return answer(request, "notes/_link.html", context, to=f"/notes/{pk}/#link-{pk}", sentence=sentence)
