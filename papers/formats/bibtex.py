"""BibTeX as Zotero, Google Scholar, ACL Anthology, arXiv, DBLP and people write it, and as biber reads it."""

import logging
import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import quote

import bibtexparser
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
    String,
)
from django.utils.translation import gettext as _

from papers.formats.ids import arxiv_id_in, doi_in
from papers.formats.latex import plain
from papers.formats.names import names_in, parted
from papers.formats.records import Parsed, Record, Unread, outside
from papers.formats.values import strings_of, value_of

# The parser says there what it also returns.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

TWICE = (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)
KINDS = {
    **dict.fromkeys(("techreport", "report"), "report"),
    **dict.fromkeys(("online", "electronic", "www", "webpage"), "blog"),
    **dict.fromkeys(("software", "dataset"), "library"),
}
TYPES = {"report": "report", "blog": "online", "library": "software"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Between signs that TeX prints as one when they meet, such as two hyphens.
JOINING = re.compile(r"(?<=[-`'?!])(?=[-`'])")
ADDRESS = re.compile(r"https?://[^\s}]+")
DATE = re.compile(r"(?P<year>[12]\d{3})(?:[-/](?P<month>\d{1,2}))?")
CHINESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
SEMICOLON = re.compile(r"\\.|[{}]|(?P<cut>;)", re.DOTALL)
# In an address TeX's marks are escapes only: a\_b, a{\_}b and \textasciitilde{} for a tilde.
ESCAPED = re.compile(r"\{\\([_%&#$])\}|\\([_%&#$])")
TILDE = re.compile(r"\{\\(?:textasciitilde|~)(?:\{\})?\}|\\(?:textasciitilde|~)(?:\{\})?|\{~\}|\$\\sim\$")
# BibTeX counts braces also behind a backslash, so those of a text have names.
ESCAPES = {
    **{letter: f"\\{letter}" for letter in "&%$#_"},
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def read(text: str) -> Parsed:
    """Return the entries of a BibTeX file. One that is broken is unread; those before and after it are read."""
    parsed = Parsed()
    try:
        found = bibtexparser.parse_string(text.replace("\0", "").replace("\r\n", "\n"), parse_stack=[]).blocks
    except (RecursionError, ValueError, TypeError, IndexError, KeyError, AttributeError):
        return Parsed(unread=[Unread(1, text[:200], _("This is not readable as BibTeX, so nothing of it was read."))])
    # What stands there twice is read twice.
    blocks = [block.ignore_error_block if isinstance(block, TWICE) else block for block in found]
    strings = strings_of(block for block in blocks if isinstance(block, String))
    for block in blocks:
        if isinstance(block, Entry):
            keep(block, strings, parsed)
        elif isinstance(block, ParsingFailedBlock):
            reason = _("This entry is broken: a brace, quote or comma is missing. Please mend it and import it again.")
            parsed.unread.append(Unread((block.start_line or 0) + 1, (block.raw or "")[:300], reason))
    between = [line for block in blocks if isinstance(block, ImplicitComment) for line in lines_of(block)]
    parsed.unread.extend(outside(between))
    return parsed


def lines_of(block: ImplicitComment) -> list[tuple[int, str]]:
    """Return the lines between two entries with their numbers, but for those that are marked as comments."""
    lines = enumerate(block.comment.split("\n"), start=(block.start_line or 0) + 1)
    return [(number, line) for number, line in lines if not line.lstrip().lower().startswith(("%", "@comment"))]


def keep(entry: Entry, strings: Mapping[str, str], parsed: Parsed) -> None:
    fields = {field.key.lower(): value_of(str(field.value), strings) for field in entry.fields}
    line = (entry.start_line or 0) + 1
    title = plain(fields.get("title", ""))
    subtitle = plain(fields.get("subtitle", ""))
    if not title:
        reason = _("This entry has no title, so there is nothing to put on the list.")
        parsed.unread.append(Unread(line, f"@{entry.entry_type}{{{entry.key}}}", reason))
        return
    authors, is_complete = names_in(fields.get("author") or fields.get("editor") or "")
    year, month = date_of(fields)
    parsed.records.append(
        Record(
            title=f"{title}: {subtitle}" if subtitle else title,
            aliases=tuple(filter(None, map(plain, parted(fields.get("shorttitle", ""), SEMICOLON)))),
            kind=KINDS.get(entry.entry_type.lower(), "paper"),
            authors=authors,
            authors_complete=is_complete,
            year=year,
            month=month,
            arxiv_id=arxiv_of(fields),
            doi=doi_in(unescaped(fields.get("doi", ""))) or doi_in(unescaped(fields.get("url", ""))),
            url=address_of(fields),
            abstract=plain(fields.get("abstract", "")),
            line=line,
        )
    )


def date_of(fields: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Return year and month, each None where it is not known."""
    date = DATE.search(fields.get("date", "") or fields.get("year", "") or fields.get("issue_date", ""))
    if date is None:
        return None, None
    month = month_in(fields.get("month", "")) or (int(date["month"]) if date["month"] else None)
    return int(date["year"]), month if month in range(1, 13) else None


def month_in(value: str) -> int | None:
    """Return the month that is named anywhere in a text, such as 1~jan, else the first number in it."""
    for word in re.finditer(r"[a-z]{3,}", value.lower()):
        if word[0][:3] in MONTHS:
            return MONTHS.index(word[0][:3]) + 1
    number = re.search(r"\d+", value)
    return int(number[0]) if number and len(number[0]) < 3 else None


def arxiv_of(fields: Mapping[str, str]) -> str | None:
    """Return the arXiv id, from the fields that name arXiv before those that may only mention one."""
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower()
    candidates = [fields.get("eprint", "")] if kind == "arxiv" else []
    candidates += [f"arXiv:{fields['arxiv']}" if "arxiv" in fields else ""]
    candidates += [fields.get(name, "") for name in ("arxivid", "url", "doi")]
    candidates += [fields.get(name, "") for name in ("journal", "volume", "number", "howpublished", "note", "pages")]
    for value in candidates:
        # DBLP writes the volume of CoRR as abs/1706.03762.
        found = arxiv_id_in(re.sub(r"^abs/", "arXiv:", plain(value)))
        if found is not None:
            return found[0]
    return None


def address_of(fields: Mapping[str, str]) -> str:
    for name in ("url", "howpublished", "note", "bdsk-url-1"):
        address = ADDRESS.search(unescaped(fields.get(name, "")))
        if address:
            return address[0] if name == "url" else address[0].rstrip(".,;")
    return ""


def unescaped(address: str) -> str:
    return TILDE.sub("~", ESCAPED.sub(lambda match: match[1] or match[2], address))


def write(records: Iterable[Record]) -> str:
    """Return the records as BibTeX in UTF-8, each with a key that is made of author, year and title."""
    keys: set[str] = set()
    return "\n".join(entry_text(record, unique(key_of(record), keys)) for record in records)


def key_of(record: Record) -> str:
    author = record.authors[0].split()[-1] if record.authors else ""
    word = next((word for word in re.findall(r"[A-Za-z]{4,}", record.title)), "")
    said = f"{author}{record.year or ''}{word}".lower()
    ascii_only = unicodedata.normalize("NFD", said).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", ascii_only) or f"paper{record.number or ''}"


def unique(key: str, keys: set[str]) -> str:
    made, count = key, 1
    while made in keys:
        count += 1
        made = f"{key}-{count}"
    keys.add(made)
    return made


def entry_text(record: Record, key: str) -> str:
    fields = {
        "title": f"{{{escaped(record.title)}}}",
        "shorttitle": "; ".join(
            f"{{{escaped(alias)}}}" if ";" in alias else escaped(alias) for alias in record.aliases
        ),
        "author": " and ".join(
            [written_name(name) for name in record.authors]
            + ([] if record.authors_complete or not record.authors else ["others"])
        ),
        "year": str(record.year or ""),
        "eprint": record.arxiv_id or "",
        "archiveprefix": "arXiv" if record.arxiv_id else "",
        # A DOI is written as in an address, so that its braces and spaces break nothing.
        "doi": quoted((record.doi or "").replace("%", "%25")),
        "url": quoted(record.url),
        "abstract": escaped(record.abstract),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if record.year and record.month:
        lines.append(f"  month = {MONTHS[record.month - 1]},")
    return "\n".join([f"@{TYPES.get(record.kind, 'misc')}{{{key},", *lines, "}", ""])


def escaped(text: str) -> str:
    """Return a text in one line, its signs written so that TeX prints them."""
    return JOINING.sub("{}", "".join(ESCAPES.get(letter, letter) for letter in " ".join(text.split())))


def quoted(address: str) -> str:
    return re.sub(r"[{}\\\s]", lambda match: quote(match[0]), address)


def written_name(name: str) -> str:
    """Return a name as BibTeX sorts it; what has no family name of its own stands in braces."""
    words = escaped(name).split()
    organisation = re.search(r"(?i)\b(team|openai|google|meta|ai|research|workshop|group|the)\b", name)
    if len(words) < 2 or CHINESE.search(name) or organisation or re.search(r"[,=]|\band\b", name, re.IGNORECASE):
        return f"{{{' '.join(words)}}}"
    return f"{words[-1]}, {' '.join(words[:-1])}"
