"""From templates to the two parts of a mail, in the language and zone of the person who gets it."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

# Mail programs cut off what is longer than about 100 kB.
MOST_BYTES = 90_000


@dataclass(frozen=True)
class Letter:
    """The two parts of a mail, ready to be queued."""

    text: str
    html: str


@contextmanager
def in_their_words(language: str, zone: zoneinfo.ZoneInfo) -> Iterator[None]:
    """Speak this language and show times in this zone for as long as the block lasts."""
    known = dict(settings.LANGUAGES)
    with translation.override(language if language in known else settings.LANGUAGE_CODE), timezone.override(zone):
        yield


def clock_of(instant: dt.datetime) -> str:
    """Return an instant as day and time on the clock that is spoken, with the name of its zone."""
    local = timezone.localtime(instant)
    zone = str(local.tzinfo).replace("_", " ")
    return _("%(time)s (%(zone)s)") % {"time": date_format(local, "DATETIME_FORMAT"), "zone": zone}


def zone_of(*names: str) -> zoneinfo.ZoneInfo:
    """Return the first of the named zones that the database of zones knows; UTC when it knows none of them."""
    for name in names:
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return zoneinfo.ZoneInfo("UTC")


def write(template: str, context: Mapping[str, Any]) -> Letter:
    """Return the letter that `<template>.txt` and `<template>.html` make of the context, to which the site is added.

    Call it inside `in_their_words`. Raises ValueError for a letter that is too long.
    """
    context = {"site": settings.BASE_URL, "language": translation.get_language(), **context}
    text = get_template(f"{template}.txt").render(dict(context))
    html = inliner().inline(get_template(f"{template}.html").render(dict(context)))
    letter = Letter(text=tidy(text), html=html)
    if len(letter.text.encode()) + len(letter.html.encode()) > MOST_BYTES:
        raise ValueError(f"{template}: a mail of more than {MOST_BYTES} bytes")
    return letter


@cache
def inliner() -> css_inline.CSSInliner:
    """Mail programs read styles from the elements; only what is for dark screens stays in the head."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def tidy(text: str) -> str:
    """Return the plain text with at most one empty line at a time, which templates can't promise."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).strip() + "\n"
