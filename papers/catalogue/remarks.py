"""The curator's remark on an entry, and the correction beside it: Markdown, rendered once when it is written."""

import re
import secrets
from collections.abc import Mapping

from papers import markup
from papers.catalogue.models import Entry
from papers.markup.queries import macros

TEXTS = ("remark_zh", "remark_en", "correction_zh", "correction_en")
REMARKS = (*TEXTS, "correction_source")

# How much of a remark the list shows under a title: about two lines on a desktop, three on a phone.
LEAD = {"remark_zh": 60, "remark_en": 130}
SENTENCE_END = re.compile(r"[。！？]|[.!?](?=\s|$)")


def give_remarks(entry: Entry, said: Mapping[str, str]) -> None:
    """Put these of REMARKS into the entry, rendered anew where they changed. The entry is not saved."""
    for name, text in said.items():
        if getattr(entry, name) == text:
            continue
        setattr(entry, name, text)
        if name in TEXTS:
            entry.html = {**entry.html, **rendered(name, text)}


def rendered(name: str, text: str) -> dict[str, str]:
    """Return what is stored of one text beside it: its HTML, and of a remark its lead for the list."""
    # Footnotes have ids, and those of two remarks on one page must differ.
    made = {name: markup.render(text, id_prefix=f"e{secrets.token_hex(4)}-", macros=macros()) if text else ""}
    return made | ({f"{name}_lead": lead(markup.plain(text), LEAD[name])} if name in LEAD else {})


def lead(text: str, most: int) -> str:
    """Return the first sentences of a text that fit in `most` characters, or as much of the first as does."""
    first = text.strip().partition("\n")[0]
    if len(first) <= most:
        return first
    ends = [match.end() for match in SENTENCE_END.finditer(first) if match.end() <= most]
    if ends:
        return first[: ends[-1]]
    cut = first[: most - 1]
    # Latin words stay whole; Chinese has no spaces to cut at.
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut).rstrip(" ,，;；、:：") + "…"
