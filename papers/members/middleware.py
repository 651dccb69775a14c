"""What happens to every request before its view."""

import time
import zoneinfo
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote_to_bytes, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from papers.htmx import is_htmx, refusal
from papers.members.context import the_group_of

GetResponse = Callable[[HttpRequest], HttpResponse]

# A person writes less than this by hand; a script that goes wild is stopped within a minute.
WRITES_PER_MINUTE = 60
# Previews keep nothing and are asked for while somebody types: at most three a second by the page's own script.
PREVIEWS_PER_MINUTE = 200
PREVIEW = "/preview/"
DRAFTS = "/drafts/"


class RefuseUnreadableInput:
    """Answer 400 to a path or query that is no UTF-8 text or holds a NUL, which PostgreSQL cannot store."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        raw = unquote_to_bytes(request.META.get("QUERY_STRING", "")) + request.path.encode(errors="replace")
        try:
            readable = "\x00" not in raw.decode()
        except UnicodeDecodeError:
            readable = False
        if not readable:
            return HttpResponse(
                "400 Bad Request: the address is not readable text.", status=400, content_type="text/plain"
            )
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        # PostgreSQL's driver says this of a NUL that came in by another way than a checked form field.
        if isinstance(exception, ValueError) and "NUL (0x00)" in str(exception):
            raise BadRequest(str(exception)) from exception


class LanguageAndTimeZone:
    """The member's language, else the cookie's, else the browser's, else the group's; and the member's zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language), timezone.override(zone_of(request)):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def language_of(request: HttpRequest) -> str:
    """Return one of the settings' language codes."""
    known = dict(settings.LANGUAGES)
    if request.user.is_authenticated:
        return request.user.language
    wished = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if wished in known:
        return wished
    for wish in request.headers.get("Accept-Language", "").lower().split(","):
        code = wish.split(";")[0].strip()
        if code.startswith("zh"):
            return "zh-hans"
        if code.startswith("en"):
            return "en"
    return the_group_of(request).language


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo:
    """Return the member's zone, else the group's; the settings' when the database no longer knows the name."""
    name = request.user.time_zone if request.user.is_authenticated else the_group_of(request).time_zone
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.GROUP_TIMEZONE)


class SignInRequired(LoginRequiredMiddleware):
    """Every page needs a member, but those marked with `login_not_required`."""

    def handle_no_permission(  # type: ignore[override]  # htmx gets no redirect but a header
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponse:
        response = redirect_to_login(
            page_of(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )
        if request.path == DRAFTS and request.method == "POST":
            return JsonResponse({"sentence": signed_out()}, status=HTTPStatus.UNAUTHORIZED)
        if not is_htmx(request):
            return response
        if request.path == PREVIEW:
            return signed_out_while_writing(request, response["Location"])
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": response["Location"]})


def page_of(request: HttpRequest) -> str:
    """Return the page to come back to after signing in: never an address that only takes what a form sends."""
    reads = request.method in ("GET", "HEAD")
    if reads and not is_htmx(request):
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(page)
        return urlunsplit(("", "", parts.path, parts.query, ""))
    return request.get_full_path() if reads else "/"


def signed_out() -> str:
    return _("You are signed out, so nothing can be saved at the moment. Your text is kept on this device.")


def signed_out_while_writing(request: HttpRequest, sign_in: str) -> HttpResponse:
    """Return a toast: a preview that nobody asked for by hand takes nobody away from what they are writing."""
    sentence = format_html(
        '{} <a href="{}">{}</a>',
        signed_out(),
        sign_in,
        _("Sign in and go on"),
    )
    response = refusal(request, sentence, HTTPStatus.UNAUTHORIZED)
    # There is one preview after the other.
    response["HX-Reswap"] = "innerHTML"
    return response


class LimitWrites:
    """Answer 429 to a member who writes faster than a person can. Counted per member, never per address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS") or not settings.RATE_LIMITS:
            return self.get_response(request)
        if request.user.is_authenticated and too_many(request):
            wait = 60 - int(time.time()) % 60
            sentence = _("That was too much at once. Nothing was saved; please try again in a minute.")
            response = refusal(request, sentence, HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = str(wait)
            return response
        return self.get_response(request)


def too_many(request: HttpRequest) -> bool:
    """Count this request and return whether it is one too many. Previews and drafts have a count of their own."""
    if request.path in (PREVIEW, DRAFTS):
        return count_this_minute(request.path, request.user.pk) > PREVIEWS_PER_MINUTE
    return count_this_minute("writes", request.user.pk) > WRITES_PER_MINUTE


def count_this_minute(kind: str, member_id: int | None) -> int:
    """Count one more and return the count; without a cache nothing is counted and nobody is stopped."""
    key = f"{kind}:{member_id}:{int(time.time()) // 60}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) or 0
    except ValueError:
        return 0
