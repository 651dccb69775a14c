"""The five questions of a structured note, and the one Markdown text they make. Pure.

A note is one text, whether it was written in five fields or in one: so its search, history and drafts are one thing.
Whether a text can be shown in the five fields again is read from its headings.
"""

import re
from collections.abc import Mapping

FIELDS = ("problem", "idea", "evidence", "doubt", "lineage")
# A format and no wording: what was written under one of these is found under it for ever.
HEADINGS: dict[str, tuple[str, ...]] = {
    "en": ("Problem", "Idea", "Evidence", "Doubt", "Lineage"),
    "zh-hans": ("问题", "思路", "证据", "疑问", "传承"),
}
DEFAULT = "en"
HEADING = re.compile(r"^## (.+)\n\n", re.MULTILINE)
# Where a text goes that was begun without the template.
HOME = "idea"


def compose(fields: Mapping[str, str], language: str) -> str:
    """Return the fields as one text with headings in this language; those without words are left out."""
    headings = HEADINGS.get(language, HEADINGS[DEFAULT])
    texts = [(heading, tidy(fields.get(name) or "")) for name, heading in zip(FIELDS, headings, strict=True)]
    return "\n\n".join(f"## {heading}\n\n{text}" for heading, text in texts if text)


def tidy(text: str) -> str:
    """Return the text without empty lines around it; leading spaces mean something in Markdown."""
    return re.sub(r"\A(?:[^\S\n]*\n)+", "", text).rstrip()


def parse(body: str) -> tuple[dict[str, str], str] | None:
    """Return the fields that make this text and the language of their headings, or None for a free text.

    What is returned always makes the same text again, to the letter.
    """
    for language, headings in HEADINGS.items():
        fields = split(body, headings)
        if fields and compose(fields, language) == body:
            return fields, language
    return None


def split(body: str, headings: tuple[str, ...]) -> dict[str, str]:
    """Return what stands under each of the headings, as far as they come in their order."""
    found: list[tuple[str, int, int]] = []
    left = list(zip(FIELDS, headings, strict=True))
    for match in HEADING.finditer(body):
        at = next((at for at, (_, heading) in enumerate(left) if heading == match[1]), None)
        if at is not None:
            found.append((left[at][0], match.start(), match.end()))
            left = left[at + 1 :]
    ends = [start for _, start, _ in found[1:]] + [len(body)]
    return {name: body[begin:end].rstrip() for (name, _, begin), end in zip(found, ends, strict=False)}
