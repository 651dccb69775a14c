"""Any list that somebody brings along: which format it has, and what it says."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from papers.formats import bibtex, exported, markdown, ris, table
from papers.formats.records import Parsed, Unread

# A list of 150 papers with abstracts has 300 kB.
MOST_BYTES = 5_000_000
# Tried in this order: Chinese files from Windows are often in GB 18030.
ENCODINGS = ("utf-8-sig", "gb18030")
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Source:
    """What was read, and of a Markdown list how many lines were attached and skipped."""

    format: str
    parsed: Parsed
    attached: int = 0
    skipped: int = 0


def read_markdown(text: str) -> Parsed:
    return Parsed(records=markdown.records_of(markdown.lines_of(text)))


FORMATS: dict[str, Callable[[str], Parsed]] = {
    "markdown": read_markdown,
    "bibtex": bibtex.read,
    "ris": ris.read,
    "csv": table.read,
    "json": exported.read,
}
ENDINGS = {
    **{"md": "markdown", "markdown": "markdown", "txt": "markdown", "bib": "bibtex", "bibtex": "bibtex"},
    **{"ris": "ris", "csv": "csv", "tsv": "csv", "json": "json"},
}


def read(data: bytes, *, name: str = "", format: str = "auto") -> Source:
    """Return what a file says; one that is too large or no text is unread as a whole."""
    if len(data) > MOST_BYTES:
        reason = _("The file has more than %(most)d MB, so nothing was read. Please split it.")
        return Source(format, Parsed(unread=[Unread(1, "", reason % {"most": MOST_BYTES // 1_000_000})]))
    return read_text(decoded(data), name=name, format=format)


def read_text(text: str, *, name: str = "", format: str = "auto") -> Source:
    """Return what a text says, in the named format or in the one that it looks like."""
    text = text.replace("\0", "").lstrip("\ufeff")
    known = format if format in FORMATS else format_of(text, name)
    if known == "markdown":
        lines = markdown.lines_of(text)
        fates = [line.fate for line in lines]
        records = markdown.records_of(lines)
        return Source(known, Parsed(records), fates.count(markdown.ATTACHED), fates.count(markdown.SKIPPED))
    return Source(known, FORMATS[known](text))


def decoded(data: bytes) -> str:
    """Return the file's text; bytes that are no text in any usual encoding become question marks."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


def format_of(text: str, name: str = "") -> str:
    """Return the format that a text looks like; the ending of its file's name decides where the text does not."""
    start = text.lstrip()[:20_000]
    if start[:1] in "{[" and is_json(text):
        return "json"
    if re.search(r"^[^\S\n]*@\w+\s*[{(]", start, re.MULTILINE):
        return "bibtex"
    if re.search(r"^TY  - ", start, re.MULTILINE):
        return "ris"
    ending = ENDINGS.get(name.rpartition(".")[2].lower())
    first_line = start.partition("\n")[0].lower()
    if ending:
        return ending
    if re.search(r"[,;\t]", first_line) and re.search(r"\btitle\b|标题|题目", first_line):
        return "csv"
    return "markdown"


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
