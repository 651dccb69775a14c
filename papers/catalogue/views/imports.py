"""Taking a list in on the site: paste or upload it, look at what would happen, then import it. For organisers."""

import re
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.catalogue import triage
from papers.catalogue.forms import ImportForm
from papers.catalogue.models import ListImport
from papers.htmx import HttpResponseSeeOther, is_htmx
from papers.members.requests import MemberRequest
from papers.members.views.group import require_organiser
from papers.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: MemberRequest) -> HttpResponse:
    """GET asks for a list; POST keeps it and goes on to the preview. Nothing is imported yet."""
    require_organiser(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"section": "organise", "form": form}
    if request.method == "POST":
        try:
            kept = triage.keep(*form.source(), by=request.user)
            return HttpResponseSeeOther(f"/organise/import/{kept.pk}/")
        except Refused as refused:
            context["refusal"] = refused.sentence
            return render(request, "catalogue/import.html", context, status=refused.status)
    context["form"] = ImportForm()
    return render(request, "catalogue/import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: MemberRequest, pk: int) -> HttpResponse:
    """GET shows what would be imported; POST keeps the lines' fates, and with `import` imports it all."""
    require_organiser(request)
    kept = get_object_or_404(ListImport, pk=pk)
    if request.method == "POST":
        try:
            triage.set_fates(kept, fates_in(request), by=request.user)
            if "import" in request.POST:
                outcome = triage.apply(kept, by=request.user)
                sentence = _("%(imported)d papers are new, %(existing)d were here already.")
                messages.success(request, sentence % outcome.counts())
                return HttpResponseSeeOther(f"/organise/import/{pk}/")
        except Refused as refused:
            context = {**shown(kept), "refusal": refused.sentence}
            return render(request, "catalogue/preview.html", context, status=refused.status)
    status = HTTPStatus.OK
    template = "catalogue/_rows.html" if is_htmx(request) else "catalogue/preview.html"
    return render(request, template, shown(kept), status=status)


def fates_in(request: MemberRequest) -> dict[str, str]:
    """Return the fates that the form sends: of lines by their place, of records that are here already by their key."""
    sent = {name: str(value) for name, value in request.POST.items()}
    lines = {name[1:]: value for name, value in sent.items() if re.fullmatch(r"f[0-9]{1,9}", name)}
    return lines | {name: value for name, value in sent.items() if re.fullmatch(r"t[0-9]+-[0-9a-f]{8}", name)}


def shown(kept: ListImport) -> dict[str, Any]:
    return {"section": "organise", "kept": kept, "sheet": triage.sheet_of(kept), "fates": triage.fate_words()}
