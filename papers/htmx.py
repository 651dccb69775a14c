"""Answering htmx with the fragment and everybody else with a page."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from papers.refusals import Refused


class HttpResponseSeeOther(HttpResponseRedirect):
    """303: the write is done, look at this page."""

    status_code = HTTPStatus.SEE_OTHER


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def announce(response: HttpResponse, sentence: str) -> HttpResponse:
    """Return the response with a sentence for the page's live region (ASCII-safe JSON, as headers must be)."""
    response["HX-Trigger"] = json.dumps({"announce": {"text": str(sentence)}})
    return response


def also_say(response: HttpResponse, event: str) -> HttpResponse:
    """Return the response with one more event for what else on the page shows the thing that was changed."""
    said = json.loads(response.get("HX-Trigger", "{}"))
    if said:
        response["HX-Trigger"] = json.dumps({**said, event: True})
    return response


def answer(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, to: str, sentence: str = ""
) -> HttpResponse:
    """Return the answer to a write that was done.

    htmx gets `template` with status 200, and `sentence` for the live region; a plain form gets a 303 to the page
    `to`, where the sentence is shown as a message.
    """
    if is_htmx(request):
        response = render(request, template, dict(context))
        return announce(response, sentence) if sentence else response
    if sentence:
        messages.success(request, sentence)
    return HttpResponseSeeOther(to)


def see(request: HttpRequest, to: str) -> HttpResponse:
    """Return the answer to a write after which another page is to be seen as a whole, also by htmx."""
    response = HttpResponseSeeOther(to)
    if is_htmx(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": response["Location"]})
    return response


def see_again(request: HttpRequest, to: str) -> HttpResponse:
    """Return the answer to a write after which the page that was written on, `to`, is another one as a whole.

    htmx loads it anew where the reader is; a redirect to a place in the same page would only go there.
    """
    return HttpResponse(headers={"HX-Refresh": "true"}) if is_htmx(request) else HttpResponseSeeOther(to)


def fragment_or_page(
    request: HttpRequest, fragment: str, page: str, context: Mapping[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return the fragment to htmx and the page with it to everybody else; caches keep the two apart."""
    response = render(request, fragment if is_htmx(request) else page, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def form_again(
    request: HttpRequest, fragment: str, page: str, context: Mapping[str, Any], refused: Refused, *, at: str
) -> HttpResponse:
    """Return a refused form with its text in it and the reason as `refusal`, with the status of the refusal.

    htmx puts the fragment in the place of the element `at` (a CSS selector). A missing role is no matter of the form:
    that refusal goes on to AnswerRefusals.
    """
    if refused.status == HTTPStatus.FORBIDDEN:
        raise refused
    context = {**context, "refusal": refused.sentence, "status": refused.status}
    response = fragment_or_page(request, fragment, page, context, status=refused.status)
    response["HX-Retarget"] = at
    response["HX-Reswap"] = "outerHTML"
    return response


class AnswerRefusals:
    """Middleware: a Refused that no view handled becomes a sentence for the person, as does a method not taken.

    With htmx it is added to the toasts, so that the form which was sent keeps its text; without, it is a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        sentence = _("This address only does what a button or a form asks of it, so there is nothing to look at here.")
        page = refusal(request, sentence, HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        return refusal(request, exception.sentence, exception.status)


def refusal(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """Return the sentence as a toast to htmx, as a page to everybody else."""
    if is_htmx(request):
        response = render(request, "components/_toast.html", {"sentence": sentence}, status=status)
        response["HX-Retarget"] = "#toasts"
        response["HX-Reswap"] = "beforeend"
        return response
    return render(request, "pages/refused.html", {"sentence": sentence}, status=status)
