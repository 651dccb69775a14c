"""Words that several pages share."""

from django.utils.translation import get_language

# More names than this say less than "+ 17".
AUTHORS_SHOWN = 3


def in_reader_language(zh: str | None, en: str | None) -> str:
    """Return the text in the language of the request, the other one where it is missing."""
    first, second = (zh, en) if (get_language() or "").startswith("zh") else (en, zh)
    return first or second or ""


def authors_line(names: list[str], *, complete: bool) -> str:
    """Return the first authors and how many more there are."""
    shown = ", ".join(names[:AUTHORS_SHOWN])
    more = len(names) - AUTHORS_SHOWN
    if more > 0:
        shown += f" +{more}"
    return shown if complete or not shown else f"{shown} …"
