"""One paper with all that is said of it. GET only."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from papers.catalogue.actions import why_not_edit
from papers.catalogue.models import Entry, Lineage, Link, Paper
from papers.catalogue.queries import visible_to
from papers.catalogue.rules import mode_in_words
from papers.claims.queries import Place, line_of, place_from, with_place
from papers.discussion.forms import thread_form_of
from papers.discussion.models import Thread
from papers.discussion.naming import name_of
from papers.discussion.queries import first_new_of, posts_visible_to, threads_of, with_draft
from papers.discussion.watching import Watching, watching_from, with_watching
from papers.lines import web_address
from papers.live.stream import live_on
from papers.members.context import the_group_of
from papers.members.models import Member
from papers.members.requests import MemberRequest
from papers.notes import drafts, rules
from papers.notes.composing import note_form_of
from papers.notes.drafts import Kept
from papers.notes.masking import with_masks
from papers.notes.models import UNREAD
from papers.notes.queries import notes_of, reading_choices, with_reading
from papers.notes.queries import visible_to as notes_visible_to
from papers.pages.wording import authors_line, in_reader_language

# What stands before the other work: this paper ..., and: the other one ... this paper.
AS_SOURCE = {
    Lineage.Kind.BUILDS_ON: _("Builds on"),
    Lineage.Kind.FINE_TUNES: _("Fine-tunes"),
    Lineage.Kind.COMPARES: _("Compares with"),
    Lineage.Kind.SUPERSEDES: _("Supersedes"),
    Lineage.Kind.SAME_FRAMEWORK: _("Has the same framework as"),
}
AS_TARGET = {
    Lineage.Kind.BUILDS_ON: _("Is built upon by"),
    Lineage.Kind.FINE_TUNES: _("Was fine-tuned into"),
    Lineage.Kind.COMPARES: _("Is compared with by"),
    Lineage.Kind.SUPERSEDES: _("Was superseded by"),
    Lineage.Kind.SAME_FRAMEWORK: _("Has the same framework as"),
}


# A page names so many of the newest texts that mention its paper.
MENTIONS = 20


@dataclass(frozen=True)
class Remark:
    """What the curator says of the paper in one of its places, and what is wrong with it, as HTML."""

    entry: int
    part: int
    html: str
    correction: str
    source: str

    @property
    def says_something(self) -> bool:
        return bool(self.html or self.correction)

    @property
    def source_url(self) -> str:
        """The address of the source, where it is one; an arXiv id leads to arXiv."""
        first = re.split(r"[,;，；\s]", self.source.strip())[0]
        if first.lower().startswith("arxiv:"):
            return f"https://arxiv.org/abs/{first[6:].strip()}"
        return first if first.startswith("https://") else ""


@dataclass(frozen=True)
class Edge:
    """How the paper stands to another one."""

    label: str
    number: int
    name: str
    year: int | None
    evidence: str
    basis: str


@dataclass(frozen=True)
class PaperPage:
    """One paper's record with its places, links, remarks, lineage and where it stands."""

    paper: Paper
    places: list[tuple[int, str]]
    remarks: list[Remark]
    links: list[Mapping[str, Any]]
    lineage: list[Edge]
    place: Place
    reading: str
    drafts: Mapping[str, Kept]
    watching: Watching
    # Where on other papers' pages this one is named.
    mentions: list[Mapping[str, Any]]

    @property
    def has_many_remarks(self) -> bool:
        return len(self.remarks) > 1

    @property
    def published(self) -> dt.date | None:
        """The month it came out, as its first day."""
        year, month = self.paper.year, self.paper.month
        return dt.date(year, month, 1) if year and month else None

    @property
    def first_authors(self) -> str:
        return authors_line(self.paper.authors, complete=self.paper.authors_complete)

    @property
    def worth(self) -> str:
        """The minutes and points that the way it is read stands for."""
        return mode_in_words(self.paper.mode)

    @property
    def address(self) -> str:
        """The paper's own address, where it says more than the arXiv id does."""
        url = web_address(self.paper.url)
        return "" if self.paper.arxiv_id and self.paper.arxiv_id in url else url


def remark_from(entry: Mapping[str, Any]) -> Remark:
    """Return the remark of a place in the reader's language."""
    html = entry["html"]
    remark = in_reader_language(html.get("remark_zh"), html.get("remark_en"))
    correction = in_reader_language(html.get("correction_zh"), html.get("correction_en"))
    return Remark(entry["id"], entry["number"], remark, correction, entry["source"])


def edge_from(edge: Mapping[str, Any], labels: Mapping[Any, Any]) -> Edge:
    return Edge(
        label=str(labels[edge["kind"]]),
        number=edge["number"],
        name=edge["aliases"][0] if edge["aliases"] else edge["title"],
        year=edge["year"],
        evidence=in_reader_language(edge["zh"], edge["en"]),
        basis=str(dict(Lineage.Basis.choices)[edge["basis"]]),
    )


def edges(this: str, other: str) -> QuerySet[Lineage, Any]:
    """Return the edges in which the paper of the outer query is `this` end, with the work at the `other` end."""
    return (
        Lineage.objects.filter(**{this: OuterRef("pk"), f"{other}__merged_into": None}, removed_at=None)
        .order_by("kind", f"{other}__year", f"{other}__number")
        .values(
            json=JSONObject(
                kind="kind",
                number=f"{other}__number",
                title=f"{other}__title",
                aliases=f"{other}__aliases",
                year=f"{other}__year",
                zh="evidence_zh",
                en="evidence_en",
                basis="evidence_source",
            )
        )
    )


def naming(texts: QuerySet[Any], number: int, *, paper: str, **more: str) -> QuerySet[Any]:
    """Return the newest of the texts about other papers that name this one."""
    others = texts.filter(refers_to__contains=[number], deleted_at=None).exclude(**{f"{paper}__number": number})
    return others.order_by("-pk").values(
        json=JSONObject(
            id="pk", at="written_at", author="author__name", **more, number=f"{paper}__number", title=f"{paper}__title"
        )
    )[:MENTIONS]


def the_paper(number: int, member: Member, now: dt.datetime, *, may_edit: bool = False) -> PaperPage | None:
    """Return what the paper's page shows of its record in one query, or None when there is no such number."""
    entries = (
        Entry.objects.filter(paper=OuterRef("pk"))
        .order_by("part__number", "position")
        .values(
            json=JSONObject(
                id="pk",
                number="part__number",
                zh="part__title_zh",
                en="part__title_en",
                html="html",
                source="correction_source",
            )
        )
    )
    links = (
        Link.objects.filter(paper=OuterRef("pk"))
        .order_by("pk")
        .values(json=JSONObject(kind="kind", url="url", title="title", language="language", dead="dead_since"))
    )
    paper = (
        with_watching(
            with_masks(with_reading(with_place(visible_to(member).filter(number=number)), member), member), member
        )
        .annotate(
            listed=ArraySubquery(entries),
            linked=ArraySubquery(links),
            before=ArraySubquery(edges("source", "target")),
            after=ArraySubquery(edges("target", "source")),
            noted=ArraySubquery(naming(notes_visible_to(member), number, paper="paper")),
            posted=ArraySubquery(
                naming(posts_visible_to(member).filter(hidden_at=None), number, paper="thread__paper", alias="alias")
            ),
            drafts=drafts.beside_a_query(member, targets_on(number)),
        )
        .first()
    )
    if paper is None:
        return None
    kinds = {kind: str(label) for kind, label in Link.Kind.choices}
    return PaperPage(
        paper=paper,
        places=list(dict.fromkeys((at["number"], in_reader_language(at["zh"], at["en"])) for at in paper.listed)),
        remarks=[
            remark for entry in paper.listed if (remark := remark_from(entry)) and (may_edit or remark.says_something)
        ],
        links=[{**link, "url": web_address(link["url"]), "kind_label": kinds[link["kind"]]} for link in paper.linked],
        lineage=[
            *(edge_from(edge, AS_SOURCE) for edge in paper.before),
            *(edge_from(edge, AS_TARGET) for edge in paper.after),
        ],
        place=place_from(vars(paper), member, now),
        reading=paper.reading_state or UNREAD,
        drafts=drafts.by_target(paper.drafts),
        watching=watching_from(paper, member),
        mentions=sorted(
            [
                *({**said, "url": f"/notes/{said['id']}/"} for said in paper.noted),
                *(
                    {**said, "url": f"/posts/{said['id']}/", "author": name_of(said["alias"], said["author"])}
                    for said in paper.posted
                ),
            ],
            key=lambda said: said["at"],
        ),
    )


def targets_on(number: int) -> Q:
    """Return which drafts go on on this paper's page: a note, a thread, answers."""
    answers = Thread.objects.filter(paper__number=number).annotate(
        target=Concat(Value("reply:"), Cast("pk", CharField()))
    )
    return Q(target__in=[rules.new_note(number), rules.new_thread(number)]) | Q(target__in=answers.values("target"))


@require_safe
def paper(request: MemberRequest, number: int) -> HttpResponse:
    now = timezone.now()
    may_edit = why_not_edit(request.user, group=the_group_of(request)) is None
    page = the_paper(number, request.user, now, may_edit=may_edit)
    if page is None:
        return to_the_one_it_became(number)
    threads = [with_draft(thread, page.drafts) for thread in threads_of(page.paper, request.user)]
    context = {
        "section": "papers",
        "page": page,
        "paper": page.paper,
        "place": page.place,
        "line": line_of(page.paper, request.user, page.place),
        "may_edit": may_edit,
        "asks_first": page.paper.first_thoughts is not False
        and (page.paper.first_thoughts or the_group_of(request).first_thoughts),
        "states": reading_choices(),
        "notes": notes_of(page.paper, request.user),
        "note_form": note_form_of(page.paper, request.user, drafts=page.drafts),
        "thread_form": thread_form_of(page.drafts.get(rules.new_thread(number))),
        "threads": threads,
        "first_new": first_new_of(threads),
        "watching": page.watching,
        "seen_url": f"{page.paper.get_absolute_url()}seen/",
        "seen_at": now.isoformat(),
        "live": live_on(page.paper, now),
    }
    return render(request, "pages/paper.html", context)


def to_the_one_it_became(number: int) -> HttpResponse:
    """Return the redirect from the number of a merged paper, or 404 for a number that was never given out."""
    merged = get_object_or_404(Paper.objects.select_related("merged_into"), number=number)
    if merged.merged_into is None:
        raise Http404
    return HttpResponsePermanentRedirect(merged.merged_into.get_absolute_url())


urlpatterns = [
    path("papers/<int:number>/", paper, name="paper"),
]
