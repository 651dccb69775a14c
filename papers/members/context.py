"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from papers.members.queries import the_group


def group(request: HttpRequest) -> dict[str, Any]:
    """Return the group, read only by pages that show it, and whether mails are kept as files."""
    return {"group": SimpleLazyObject(lambda: the_group_of(request)), "mails_are_files": settings.SMTP is None}


def the_group_of(request: HttpRequest) -> Any:
    """Return the group, read at most once a request."""
    if not hasattr(request, "reading_group"):
        request.reading_group = the_group()  # type: ignore[attr-defined]
    return request.reading_group  # type: ignore[attr-defined]
