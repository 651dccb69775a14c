"""arXiv ids and DOIs in any text: an address, a citation, or what somebody pasted."""

import re
from urllib.parse import unquote

# New style since April 2007 (https://info.arxiv.org/help/arxiv_identifier.html), old style before.
NEW = r"(?P<new>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})"
OLD = r"(?P<old>[a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7})"
# An old id looks like a path, so it needs the name of arXiv before it, or nothing else around it.
IN_TEXT = re.compile(
    rf"(?:arxiv(?:\.org)?[:/. ]\s*(?:(?:abs|pdf|html|e-print)/)?|(?<![\d.])(?=\d{{4}}\.))(?:{NEW}|{OLD})"
    r"(?:v(?P<version>\d{1,3}))?(?![\d])",
    re.IGNORECASE,
)
ALONE = re.compile(rf"\s*{OLD}(?:v(?P<version>\d{{1,3}}))?\s*")
DOI_OF_ARXIV = re.compile(r"10\.48550/arxiv\.", re.IGNORECASE)
# https://www.crossref.org/blog/dois-and-matching-regular-expressions/
DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+", re.IGNORECASE)
CLOSES = {")": "(", "]": "[", "}": "{"}


def arxiv_id_in(text: str) -> tuple[str, int | None] | None:
    """Return the first arXiv id in a text with its version, or None."""
    text = DOI_OF_ARXIV.sub("arxiv.org/abs/", unquote(text)[:5000])
    match = IN_TEXT.search(text) or ALONE.fullmatch(text)
    if match is None:
        return None
    groups = match.groupdict()
    version = groups["version"]
    return (groups.get("new") or groups["old"]), int(version) if version else None


def doi_in(text: str) -> str | None:
    """Return the first DOI in a text, in small letters and without what the sentence added, or None."""
    match = DOI.search(unquote(text)[:5000])
    if match is None:
        return None
    doi = match[0].lower()
    while doi and (
        doi[-1] in ".,;:!?'*。，；" or (doi[-1] in CLOSES and doi.count(doi[-1]) > doi.count(CLOSES[doi[-1]]))
    ):
        doi = doi[:-1]
    return None if DOI_OF_ARXIV.match(doi) else doi
