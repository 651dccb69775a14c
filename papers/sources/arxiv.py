"""arXiv's Atom interface (https://info.arxiv.org/help/api/user-manual.html)."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from django.conf import settings
from django.utils.translation import gettext as _

from papers.formats.ids import arxiv_id_in, doi_in
from papers.formats.records import Record
from papers.sources.asking import NotFound, Unreadable, get
from papers.words import folded

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
ACCEPT = "application/atom+xml"


@dataclass(frozen=True)
class Found:
    """What a source says of a paper, and the version that it speaks of."""

    record: Record
    version: int | None = None


def by_id(arxiv_id: str) -> Found:
    """Return the facts of the paper with this id. Raises NotFound, Unreachable and Unreadable."""
    for found in entries(get(settings.ARXIV_API, params={"id_list": arxiv_id, "max_results": "1"}, accept=ACCEPT)):
        return found
    raise NotFound(_("arXiv knows no paper with the id %(id)s.") % {"id": arxiv_id})


def by_title(title: str) -> Found | None:
    """Return the facts of the paper with exactly this title, but for capitals and punctuation, or None."""
    said = " ".join(word for word in title.replace('"', " ").split() if word.isalnum())[:300]
    params = {"search_query": f'ti:"{said}"', "max_results": "5"}
    found = entries(get(settings.ARXIV_API, params=params, accept=ACCEPT))
    return next((one for one in found if folded(one.record.title) == folded(title)), None)


def entries(body: bytes) -> Iterator[Found]:
    """Return the entries of an answer. Raises Unreadable."""
    # The parser of the standard library expands entities; a feed needs none, so a document type is an attack.
    if b"<!DOCTYPE" in body[:2000].upper() or b"<!ENTITY" in body.upper():
        raise Unreadable(_("arXiv's answer is not understood."))
    try:
        feed = ElementTree.fromstring(body)  # noqa: S314 - without a document type nothing is expanded
    except ElementTree.ParseError as error:
        raise Unreadable(_("arXiv's answer is not understood.")) from error
    for entry in feed.iter(f"{ATOM}entry"):
        found = found_in(entry)
        if found is not None:
            yield found


def found_in(entry: ElementTree.Element) -> Found | None:
    identity = arxiv_id_in(text_of(entry, f"{ATOM}id"))
    title = text_of(entry, f"{ATOM}title")
    # An unknown id is answered with an entry called Error.
    if identity is None or not title or title == "Error":
        return None
    published = text_of(entry, f"{ATOM}published")
    is_date = len(published) >= 7 and published[:4].isdigit() and published[5:7].isdigit()
    names = [text_of(author, f"{ATOM}name") for author in entry.iter(f"{ATOM}author")]
    return Found(
        Record(
            title=title,
            authors=tuple(filter(None, names)),
            year=int(published[:4]) if is_date else None,
            month=int(published[5:7]) if is_date else None,
            arxiv_id=identity[0],
            doi=doi_in(text_of(entry, f"{ARXIV}doi")),
            url=f"https://arxiv.org/abs/{identity[0]}",
            abstract=text_of(entry, f"{ATOM}summary"),
        ),
        identity[1],
    )


def text_of(element: ElementTree.Element, tag: str) -> str:
    """Return the words of a child element, in one line."""
    return " ".join((element.findtext(tag) or "").split())
