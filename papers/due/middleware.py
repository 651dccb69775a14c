"""The address that asks whether the site is well must answer when it is not."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from papers.due.views import healthz


class HealthzFirst:
    """Answer /healthz before sessions, members and the group are looked up in a database that may be away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path == "/healthz" else self.get_response(request)
