"""The page of the group's macros, for organisers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers import markup
from papers.htmx import HttpResponseSeeOther
from papers.macros import actions
from papers.macros.forms import MacroForm
from papers.markup.models import Macro
from papers.markup.queries import macros as known
from papers.members.requests import MemberRequest
from papers.members.views.group import require_organiser
from papers.refusals import Refused

PAGE = "macros/macros.html"


@require_http_methods(["GET", "HEAD", "POST"])
def macros(request: MemberRequest) -> HttpResponse:
    """GET shows all macros; POST saves one."""
    require_organiser(request)
    form = MacroForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, PAGE, shown(form))
    try:
        macro = actions.save_macro(**form.accepted(), by=request.user)
    except Refused as refused:
        return render(request, PAGE, {**shown(form), "refusal": refused.sentence}, status=refused.status)
    sentence = _("%(name)s is saved. Texts that use it are set again within the next minutes.")
    messages.success(request, sentence % {"name": str(macro)})
    return HttpResponseSeeOther("/organise/macros/")


@require_POST
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    require_organiser(request)
    macro = get_object_or_404(Macro, pk=pk)
    actions.delete_macro(macro, by=request.user)
    messages.success(request, _("%(name)s is deleted.") % {"name": str(macro)})
    return HttpResponseSeeOther("/organise/macros/")


def shown(form: MacroForm) -> dict[str, Any]:
    rows = [{"macro": macro, "example": example(macro)} for macro in Macro.objects.all()]
    return {"section": "organise", "form": form, "rows": rows}


def example(macro: Macro) -> Any:
    """Return the macro as it looks, with letters for its arguments."""
    letters = "".join(f"{{{letter}}}" for letter in "xyzabcdef"[: macro.arguments])
    return mark_safe(markup.render(f"${macro}{letters}$", macros=known()))  # noqa: S308 - made safe by the renderer
