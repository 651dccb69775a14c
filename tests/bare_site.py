"""The limit that `make bench` measures against: a Django view with no middleware that returns 60 kB of ready bytes."""

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

READY = b"x" * 60_000


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(READY)


urlpatterns = [path("", view)]

settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=[], SECRET_KEY="of no use", ALLOWED_HOSTS=["*"])
application = WSGIMiddleware(get_wsgi_application(), workers=8)
