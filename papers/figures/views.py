"""Adding a figure to a text, and showing it."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from papers.figures import actions, rules
from papers.figures.forms import FigureForm
from papers.figures.models import Figure
from papers.figures.queries import figure_at
from papers.htmx import is_htmx
from papers.members.requests import MemberRequest
from papers.refusals import Refused, refuse_if

A_YEAR = 60 * 60 * 24 * 365


@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: MemberRequest) -> HttpResponse:
    """GET shows a form, for browsers without scripts; POST keeps the file and says what to write into the text."""
    if request.method != "POST":
        return render(request, "figures/add.html", {"form": FigureForm()})
    form = FigureForm(request.POST, request.FILES)
    try:
        file = form.accepted()["file"]
        if file is None:
            raise Refused(rules.why_no_file(), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        refuse_if(rules.why_too_large(file.size), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        figure = actions.keep_figure(file.read(), by=request.user)
    except Refused as refused:
        if is_htmx(request):
            return JsonResponse({"sentence": refused.sentence}, status=refused.status)
        return render(request, "figures/add.html", {"form": form, "refusal": refused.sentence}, status=refused.status)
    if is_htmx(request):
        return JsonResponse({"address": figure.get_absolute_url()}, status=HTTPStatus.CREATED)
    written = rules.markdown_of(form.cleaned_data["alt"], figure.get_absolute_url())
    return render(
        request, "figures/added.html", {"figure": figure, "written": written, "alt": form.cleaned_data["alt"]}
    )


@login_not_required
@require_safe
def figure(request: HttpRequest, name: str, size: str) -> HttpResponse:
    """The picture. Its address never shows another one, so a browser asks once."""
    member = request.user if request.user.is_authenticated else None
    found = figure_at(name, size, member)
    if found is None:
        raise Http404
    etag = f'"{found.digest[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    return HttpResponse(
        bytes(found.data),
        content_type=Figure.Kind(found.kind),
        headers={
            "ETag": etag,
            # A note's link can be taken back: who is no member asks each time.
            "Cache-Control": f"private, max-age={A_YEAR}, immutable" if member else "private, no-cache",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline",
            "X-Robots-Tag": "noindex",
        },
    )
