"""What people see when something went wrong: what happened, why, and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def show(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "pages/refused.html", {"sentence": sentence}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, _("The browser sent something that cannot be read. Please go back and try again."), 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, str(exception) or _("Your role does not include this. An organiser can change it."), 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(
        request,
        _("There is no such page, or it is not yours to see. The list of papers is a good place to go on."),
        404,
    )


def too_many_requests(request: HttpRequest) -> HttpResponse:
    sentence = _("That was too much at once. Wait a minute, go back and try again; what you typed is still there.")
    response = show(request, sentence, 429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    # No template and no database: whatever broke may be one of them.
    sentence = "出了点问题，已经记录下来，请稍后再试。 Something broke and was written down; please try again later."
    return HttpResponse(f"<!doctype html><meta charset=utf-8><title>500</title><p>{sentence}", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return show(
        request,
        _(
            "This form was open for too long or came from another site, so nothing was saved. "
            "Go back, reload the page and send it again; your text is still in the form."
        ),
        403,
    )
