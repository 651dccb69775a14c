"""What a text refers to: `#17` a paper, `@Bob` a member, `arXiv:2203.02155` a preprint, `(v2 p. 7)` a page of the
paper that the text is about. They become links.

The renderer knows no database. Whoever calls it says which papers and members there are, and reads afterwards which of
them the text names: what stands in code, formulas and links is no reference.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

PAPER = r"(?<![A-Za-z0-9_/&#])\#(?P<paper>[1-9][0-9]{0,5})(?![A-Za-z0-9_])"
ARXIV = (
    r"(?<![A-Za-z0-9_./-])(?i:arXiv):\s?(?P<arxiv>[0-9]{4}\.[0-9]{4,5}|[a-z-]{2,12}(?:\.[A-Z]{2})?/[0-9]{7})"
    r"(?P<version>v[0-9]{1,2})?"
)
PERSON = r"(?<![A-Za-z0-9_.@])@(?P<person>{names})(?![A-Za-z0-9_])"
# A page of the paper's own source, in a version of it: (p. 7), (v2 p. 7), (v2, pp. 7-8), （v2 第 7 页）.
PLACE = (
    r"[(（](?:v(?P<of>[1-9][0-9]?)[,，、]?\s?)?(?:(?i:pp?\.|page)|第)\s?(?P<page>[1-9][0-9]{0,3})"
    r"(?:[-–][0-9]{1,4})?(?:\s?页)?[)）]"
)
NUMBERS = re.compile(PAPER)
REFERRED = re.compile(r'<a href="/papers/([0-9]{1,6})/" class="ref"')


@dataclass(frozen=True)
class Source:
    """Where the paper itself can be read that a text is about: by its id at arXiv, or by the address of its PDF."""

    arxiv_id: str = ""
    url: str = ""

    def page(self, number: int, version: int | None = None) -> str | None:
        """Return the address of a page, in the newest version unless one is named; None when no PDF is known."""
        if self.arxiv_id:
            return f"https://arxiv.org/pdf/{self.arxiv_id}{f'v{version}' if version else ''}#page={number}"
        is_pdf = self.url.startswith(("http://", "https://")) and self.url.lower().endswith(".pdf")
        return f"{self.url}#page={number}" if is_pdf else None


@dataclass
class References:
    """The papers (by number) and members (key by name) a text may name, and those it was found to name.

    `source` is that of the paper the text is about.
    """

    papers: Collection[int] = ()
    people: Mapping[str, int] = field(default_factory=dict)
    source: Source = Source()
    found_papers: set[int] = field(default_factory=set)
    found_people: set[int] = field(default_factory=set)

    @cached_property
    def by_name(self) -> dict[str, int]:
        return {name.casefold(): key for name, key in self.people.items()}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """All there is to find; of two names that begin alike the longer one."""
        kinds = [PAPER, ARXIV, PLACE]
        if self.people:
            names = "|".join(re.escape(name) for name in sorted(self.people, key=len, reverse=True))
            kinds.append(PERSON.format(names=f"(?i:{names})"))
        return re.compile("|".join(kinds))

    def address(self, found: re.Match[str]) -> str | None:
        """Return where the reference leads, and remember it; None for a paper that is not there."""
        said = found.groupdict()
        if said["paper"]:
            number = int(said["paper"])
            if number not in self.papers:
                return None
            self.found_papers.add(number)
            return f"/papers/{number}/"
        if said["arxiv"]:
            return f"https://arxiv.org/abs/{said['arxiv']}{said['version'] or ''}"
        if said["page"]:
            return self.source.page(int(said["page"]), int(said["of"]) if said["of"] else None)
        member = self.by_name[said["person"].casefold()]
        self.found_people.add(member)
        return f"/members/{member}/"


def papers_in(html: str) -> list[int]:
    """Return the numbers of the papers to which HTML that `render` returned refers, in order."""
    return sorted({int(number) for number in REFERRED.findall(html)})


def numbers_in(source: str) -> set[int]:
    """Return the numbers of papers that a text may refer to."""
    return {int(found["paper"]) for found in NUMBERS.finditer(source)}


def refer(state: StateCore) -> None:
    """Make the references in the text's words links."""
    references: References = state.env.get("refers") or References()
    for token in state.tokens:
        if token.type == "inline" and token.children and any(mark in token.content for mark in "#@:(（"):
            state.env["allowance"].check()
            token.children = list(with_references(token.children, references))


def with_references(tokens: list[Token], references: References) -> Iterator[Token]:
    links = 0
    for token in tokens:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not links:
            yield from parts(token.content, references)
        else:
            yield token


def parts(text: str, references: References) -> Iterator[Token]:
    at = 0
    for found in references.pattern.finditer(text):
        address = references.address(found)
        if address is None:
            continue
        if found.start() > at:
            yield Token("text", "", 0, content=text[at : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": address, "class": "ref"})
        yield Token("text", "", 0, content=found[0])
        yield Token("link_close", "a", -1)
        at = found.end()
    if at < len(text) or not text:
        yield Token("text", "", 0, content=text[at:])
