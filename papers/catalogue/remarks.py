"""The curator's remark on an entry, and the correction beside it: Markdown, rendered once when it is written."""

import re
import secrets
from collections.abc import Mapping

from papers import markup
from papers.catalogue.models import Entry

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
            # Footnotes have ids, and those of two remarks on one page must differ.
            entry.html = {
                **entry.html,
                name: markup.render(text, id_prefix=f"e{secrets.token_hex(4)}-") if text else "",
            }
