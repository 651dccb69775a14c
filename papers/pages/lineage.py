"""How the papers descend from each other: a timeline, the same as lists, and the curator's timelines. GET only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.catalogue.models import Entry, Lineage, Milestone, Part
from papers.catalogue.queries import visible_to
from papers.htmx import fragment_or_page
from papers.members.models import Member
from papers.members.requests import MemberRequest
from papers.pages.wording import in_reader_language
from papers.pictures import lineage as pictures
from papers.pictures.lineage import Line, Picture, Work

# Works that are only mentioned stand in a lane of their own, below those of the parts.
MENTIONED = 10_000


@dataclass(frozen=True)
class Node:
    """One work as the page names it."""

    work: Work
    title: str
    url: str


@dataclass(frozen=True)
class Edge:
    line: Line
    label: str
    evidence: str


@dataclass(frozen=True)
class Descent:
    """A work in the lists below the picture, and what it stands to."""

    node: Node
    edges: list[tuple[Edge, Node]]


@dataclass(frozen=True)
class Lane:
    number: int
    title: str
    descents: list[Descent]


def works(member: Member) -> dict[int, Node]:
    """Return the works that have a year, by number, in one query; the lane is that of their first place."""
    first = Entry.objects.filter(paper=OuterRef("pk")).order_by("part__number", "position").values("part__number")
    rows = (
        visible_to(member)
        .filter(year__isnull=False)
        .annotate(lanes=ArraySubquery(first))
        .order_by("number")
        .values("number", "title", "aliases", "year", "month", "lanes")
    )
    return {row["number"]: node_from(row) for row in rows}


def node_from(row: Mapping[str, Any]) -> Node:
    lane = row["lanes"][0] if row["lanes"] else MENTIONED
    name = row["aliases"][0] if row["aliases"] else row["title"]
    return Node(Work(row["number"], name, lane, row["year"], row["month"]), row["title"], f"/papers/{row['number']}/")


def edges_between(nodes: Mapping[int, Node]) -> list[Edge]:
    """Return the edges between these works, in one query."""
    kinds = {kind: str(label) for kind, label in Lineage.Kind.choices}
    rows = (
        Lineage.objects.filter(removed_at=None)
        .order_by("source__number", "kind", "target__number")
        .values_list("source__number", "target__number", "kind", "evidence_zh", "evidence_en")
    )
    return [
        Edge(Line(source, target, kind), kinds[kind], in_reader_language(zh, en))
        for source, target, kind, zh, en in rows
        if source in nodes and target in nodes
    ]


def lane_titles() -> dict[int, str]:
    parts = Part.objects.filter(reading_list__archived_at=None).values_list("number", "title_zh", "title_en")
    titles = {number: in_reader_language(zh, en) for number, zh, en in parts}
    return titles | {MENTIONED: _("Only mentioned")}


def shown_of(nodes: Mapping[int, Node], edges: Iterable[Edge], part: int | None) -> dict[int, Node]:
    """Return the works of the picture: those in a lineage, and of one part only it and its neighbours."""
    ends = {number for edge in edges for number in (edge.line.source, edge.line.target)}
    if part is None:
        return {number: node for number, node in nodes.items() if number in ends}
    here = {number for number in ends if nodes[number].work.lane == part}
    near = {
        number
        for edge in edges
        if here & {edge.line.source, edge.line.target}
        for number in (edge.line.source, edge.line.target)
    }
    return {number: nodes[number] for number in sorted(here | near)}


def lanes_of(nodes: Mapping[int, Node], edges: Iterable[Edge], titles: Mapping[int, str]) -> list[Lane]:
    """Return the lists that say the same as the picture: part, work, what it descends from and why."""
    descents: dict[int, Descent] = {}
    for edge in edges:
        if edge.line.source in nodes and edge.line.target in nodes:
            descent = descents.setdefault(edge.line.source, Descent(nodes[edge.line.source], []))
            descent.edges.append((edge, nodes[edge.line.target]))
    return [
        Lane(lane, titles.get(lane, ""), there)
        for lane in sorted({node.work.lane for node in nodes.values()})
        if (there := [descent for descent in descents.values() if descent.node.work.lane == lane])
    ]


@dataclass(frozen=True)
class Event:
    """A date of a curator's timeline with its works; `otherwise` is the month of the record where it differs."""

    said: str
    works: list[tuple[int, str, str]]


def timeline() -> list[tuple[str, list[Event]]]:
    """Return the stages of the curator's timelines with their events, in one query."""
    rows = Milestone.objects.order_by("entry__part__number", "entry__position", "position").values(
        *("stage_zh", "stage_en", "said", "paper__number", "paper__title", "paper__aliases"),
        *("paper__year", "paper__month"),
    )
    stages: dict[str, list[Event]] = {}
    for row in rows:
        events = stages.setdefault(in_reader_language(row["stage_zh"], row["stage_en"]), [])
        if not events or events[-1].said != row["said"]:
            events.append(Event(row["said"], []))
        name = row["paper__aliases"][0] if row["paper__aliases"] else row["paper__title"]
        events[-1].works.append((row["paper__number"], name, otherwise(row)))
    return list(stages.items())


def otherwise(row: Mapping[str, Any]) -> str:
    """Return the date of the record where it is not the one that the curator gives, else an empty text."""
    year, month = row["paper__year"], row["paper__month"]
    if year is None:
        return ""
    date = f"{year}-{month:02}" if month else str(year)
    return "" if date.startswith(row["said"]) or row["said"].startswith(date) else date


@require_safe
def lineage(request: MemberRequest) -> HttpResponse:
    """`?part=` shows one part with its neighbours, `?at=` dims all but the relatives of one work."""
    nodes = works(request.user)
    edges = edges_between(nodes)
    titles = lane_titles()
    part = number_in(request.GET.get("part", ""), titles)
    shown = shown_of(nodes, edges, part)
    at = number_in(request.GET.get("at", ""), shown)
    lines = [edge.line for edge in edges]
    bright = pictures.relatives(at, lines) if at is not None else None
    listed = {number: node for number, node in shown.items() if bright is None or number in bright}
    picture = pictures.picture([node.work for node in shown.values()], lines)
    context = {
        "section": "papers",
        "picture": drawn(picture, bright, part, shown),
        "lanes": lanes_of(listed, edges, titles),
        "titles": {number: title for number, title in titles.items() if number != MENTIONED},
        "part": part,
        "at": shown[at] if at is not None else None,
        "relatives": len(listed) - 1,
        "timeline": timeline(),
    }
    return fragment_or_page(request, "pages/_lineage.html", "pages/lineage.html", context)


def number_in(said: str, known: Iterable[int]) -> int | None:
    """Return the number that an address names if it is known, else None: an old link still shows the whole."""
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else None
    return number if number in set(known) else None


def drawn(picture: Picture, bright: set[int] | None, part: int | None, nodes: Mapping[int, Node]) -> dict[str, Any]:
    """Return the picture as the template draws it: what is dim, and where a click on each work leads."""
    kept = f"&part={part}" if part is not None else ""
    return {
        "width": picture.width,
        "height": picture.height,
        "years": picture.years,
        "lanes": picture.lanes,
        "curves": [
            {
                "path": curve.path,
                "class": f"{curve.line.kind}{' against' if curve.against_time else ''}"
                f"{'' if bright is None or {curve.line.source, curve.line.target} <= bright else ' dim'}",
            }
            for curve in picture.curves
        ],
        "boxes": [
            {
                "number": box.work.number,
                "label": box.label,
                "title": nodes[box.work.number].title,
                "href": f"/lineage/?at={box.work.number}{kept}",
                "x": round(box.x),
                "y": round(box.y),
                "width": round(box.width),
                "dim": bright is not None and box.work.number not in bright,
            }
            for box in picture.boxes
        ],
    }


urlpatterns = [path("lineage/", lineage, name="lineage")]
