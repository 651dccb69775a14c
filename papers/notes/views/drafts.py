"""What is being written, kept by the server until it is saved."""

from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from papers.htmx import see
from papers.members.requests import MemberRequest
from papers.notes import drafts, rules
from papers.notes.forms import DraftForm
from papers.refusals import Refused


@require_POST
def keep(request: MemberRequest) -> HttpResponse:
    """Keep a draft; for the script only, which shows the sentence and remembers the stamp. An empty text ends it."""
    form = DraftForm(request.POST)
    try:
        sent = form.accepted()
        kept = drafts.keep(
            sent["target"],
            sent["body"],
            by=request.user,
            beside=form.beside(),
            version=sent["version"],
            seen=sent["draft"],
            writer=sent["writer"],
        )
    except Refused as refused:
        return JsonResponse({"sentence": refused.sentence}, status=refused.status)
    if kept is None:
        return JsonResponse({"sentence": "", "stamp": ""})
    return JsonResponse({"sentence": _("Draft saved %(time)s") % {"time": kept.when}, "stamp": str(kept.stamp)})


@require_POST
def discard(request: MemberRequest) -> HttpResponse:
    target = request.POST.get("target", "")
    page = rules.page_of(target)
    if page is None:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    drafts.discard(target, by=request.user)
    return see(request, page)
