"""Changing the list: a paper's record, remarks, places, links and lineage, and their history."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers.catalogue import actions, rules
from papers.catalogue.forms import EdgeForm, LinkForm, NewPaperForm, PaperForm, PlaceForm, RemarksForm
from papers.catalogue.models import Edit, Entry, Lineage, Link, Paper
from papers.catalogue.queries import as_text, changed_since, history_of, to_fill, visible_to
from papers.catalogue.remarks import REMARKS
from papers.htmx import HttpResponseSeeOther, answer, form_again, fragment_or_page
from papers.members.forms import MembersForm
from papers.members.requests import MemberRequest
from papers.refusals import Refused

EDIT = "catalogue/edit.html"


def the_paper(request: MemberRequest, number: int) -> Paper:
    return get_object_or_404(visible_to(request.user), number=number)


def done(request: MemberRequest, to: str, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return HttpResponseSeeOther(to)


@require_http_methods(["GET", "HEAD", "POST"])
def new_paper(request: MemberRequest) -> HttpResponse:
    """GET shows the form for one more paper; POST adds it."""
    actions.require_editor(request.user)
    if request.method != "POST":
        return render(request, "catalogue/new.html", {"section": "papers", "form": NewPaperForm()})
    form = NewPaperForm(request.POST)
    try:
        said = form.accepted()
        paper = actions.add_paper(said["said"], said["part"], by=request.user)
    except Refused as refused:
        context = {"section": "papers", "form": form, "refusal": refused.sentence}
        return render(request, "catalogue/new.html", context, status=refused.status)
    return done(request, paper.get_absolute_url(), _("The paper is on the list now."))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_paper(request: MemberRequest, number: int) -> HttpResponse:
    """GET shows all that can be changed about a paper; POST saves its record."""
    actions.require_editor(request.user)
    paper = the_paper(request, number)
    if request.method != "POST":
        return render(request, EDIT, edit_context(paper))
    form = PaperForm(request.POST)
    try:
        said = dict(form.accepted())
        version = said.pop("version")
        actions.edit_paper(paper, said, version, by=request.user)
    except Refused as refused:
        return render(request, EDIT, edit_context(paper, refused=refused, record=form), status=refused.status)
    return done(request, paper.get_absolute_url(), _("The record is saved."))


def edit_context(paper: Paper, *, refused: Refused | None = None, **forms: MembersForm) -> dict[str, Any]:
    """Return what the edit page shows: all forms, one of them perhaps as it was refused."""
    paper.refresh_from_db()
    record = forms.get("record") or PaperForm(initial={name: getattr(paper, name) for name in rules.RECORD})
    record, theirs = after_conflict(record, paper, rules.RECORD) if is_conflict(refused, record) else (record, [])
    record.initial["version"] = paper.version
    return {
        "section": "papers",
        "paper": paper,
        "record": record,
        "entries": list(paper.entries.select_related("part").order_by("part__number", "position")),
        "links": list(paper.links.all()),
        "edges": list(paper.leads_to.filter(removed_at=None).select_related("target")),
        "place_form": forms.get("place") or PlaceForm(),
        "link_form": forms.get("link") or LinkForm(),
        "edge_form": forms.get("edge") or EdgeForm(),
        "refusal": refused.sentence if refused else "",
        "refused_at": next(iter(forms), "record"),
        "theirs": theirs,
    }


def is_conflict(refused: Refused | None, form: MembersForm) -> bool:
    return refused is not None and refused.status == HTTPStatus.CONFLICT and form.is_bound


def after_conflict(
    form: MembersForm, thing: Paper | Entry, fields: Iterable[str]
) -> tuple[MembersForm, list[tuple[str, str]]]:
    """Return the form for saving again, and what others changed: each field's name, and what it says now.

    What was not touched in the form is as the others left it; what both touched is as it was typed here.
    """
    mine = dict(form.cleaned_data)
    then = changed_since(thing, mine.pop("version"))
    now = {name: getattr(thing, name) for name in fields}
    # Who saves again has read what stands there.
    again = type(form)(initial={**rules.merged(mine, then, now), "version": thing.version})
    return again, [(str(form.fields[name].label), as_text(now[name])) for name in fields if name in then]


@require_http_methods(["GET", "HEAD", "POST"])
def edit_remark(request: MemberRequest, pk: int) -> HttpResponse:
    """GET shows the form for the remark of one place, in place with htmx; POST saves it."""
    actions.require_editor(request.user)
    entry = get_object_or_404(Entry.objects.select_related("paper", "part"), pk=pk, paper__in=visible_to(request.user))
    if request.method != "POST":
        initial = {name: getattr(entry, name) for name in (*REMARKS, "version")}
        context = {"section": "papers", "entry": entry, "paper": entry.paper, "form": RemarksForm(initial=initial)}
        return fragment_or_page(request, "catalogue/_remark_form.html", "catalogue/remark.html", context)
    form = RemarksForm(request.POST)
    try:
        said = dict(form.accepted())
        entry = actions.edit_remarks(entry, said, said.pop("version"), by=request.user)
    except Refused as refused:
        context = {"section": "papers", "entry": entry, "paper": entry.paper, "form": form}
        if is_conflict(refused, form):
            context["form"], context["theirs"] = after_conflict(form, Entry.objects.get(pk=pk), REMARKS)
        return form_again(
            request, "catalogue/_remark_form.html", "catalogue/remark.html", context, refused, at=f"#remark-{pk}"
        )
    context = {"remark": remark_of(entry), "fresh": True, "may_edit": True}
    to = f"{entry.paper.get_absolute_url()}#remark-{pk}"
    return answer(request, "catalogue/_remark.html", context, to=to, sentence=_("The remark is saved."))


def remark_of(entry: Entry) -> dict[str, Any]:
    """Return the remark of a place as the page shows it, in the reader's language."""
    languages = ("zh", "en") if (get_language() or "").startswith("zh") else ("en", "zh")
    texts = {
        name: next((text for language in languages if (text := entry.html.get(f"{name}_{language}"))), "")
        for name in ("remark", "correction")
    }
    return {
        "entry": entry.pk,
        "part": entry.part.number,
        "html": texts["remark"],
        "correction": texts["correction"],
        "source": entry.correction_source,
    }


@require_POST
def place(request: MemberRequest, number: int) -> HttpResponse:
    actions.require_editor(request.user)
    paper, form = the_paper(request, number), PlaceForm(request.POST)
    try:
        entry = actions.place_paper(paper, form.accepted()["part"], by=request.user)
    except Refused as refused:
        return again(request, paper, refused, place=form)
    return done(request, edit_page(paper), _("The paper stands in part %(part)d now.") % {"part": entry.part.number})


@require_POST
def add_link(request: MemberRequest, number: int) -> HttpResponse:
    actions.require_editor(request.user)
    paper, form = the_paper(request, number), LinkForm(request.POST)
    try:
        actions.add_link(paper, **form.accepted(), by=request.user)
    except Refused as refused:
        return again(request, paper, refused, link=form)
    return done(request, f"{edit_page(paper)}#links", _("The link is added."))


@require_http_methods(["POST", "DELETE"])
def remove_link(request: MemberRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(Link.objects.select_related("paper"), pk=pk, paper__in=visible_to(request.user))
    actions.remove_link(link, by=request.user)
    return done(request, f"{edit_page(link.paper)}#links", _("The link is taken away."))


@require_POST
def relate(request: MemberRequest, number: int) -> HttpResponse:
    actions.require_editor(request.user)
    paper, form = the_paper(request, number), EdgeForm(request.POST)
    try:
        said = form.accepted()
        target = visible_to(request.user).filter(number=said["target"]).first()
        if target is None:
            sentence = _("There is no paper #%(number)d. Its number stands before its title on the list.")
            raise Refused(sentence % {"number": said["target"]}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        language = get_language() or ""
        actions.relate(paper, target, said["kind"], evidence=said["evidence"], language=language, by=request.user)
    except Refused as refused:
        return again(request, paper, refused, edge=form)
    return done(request, f"{edit_page(paper)}#lineage", _("The line of descent is added."))


@require_http_methods(["POST", "DELETE"])
def unrelate(request: MemberRequest, pk: int) -> HttpResponse:
    edges = Lineage.objects.select_related("source", "target")
    edge = get_object_or_404(edges, pk=pk, source__in=visible_to(request.user))
    actions.unrelate(edge, by=request.user)
    return done(request, f"{edit_page(edge.source)}#lineage", _("The line of descent is taken away."))


def edit_page(paper: Paper) -> str:
    return f"{paper.get_absolute_url()}edit/"


def again(request: MemberRequest, paper: Paper, refused: Refused, **form: MembersForm) -> HttpResponse:
    """Return the edit page with a form as it was refused. A missing role is no matter of the form."""
    if refused.status == HTTPStatus.FORBIDDEN:
        raise refused
    return render(request, EDIT, edit_context(paper, refused=refused, **form), status=refused.status)


@require_safe
def history(request: MemberRequest, number: int) -> HttpResponse:
    paper = the_paper(request, number)
    context = {
        "section": "papers",
        "paper": paper,
        "changes": history_of(paper),
        "may_edit": actions.why_not_edit(request.user) is None,
    }
    return render(request, "catalogue/history.html", context)


@require_POST
def restore(request: MemberRequest, pk: int) -> HttpResponse:
    edit = get_object_or_404(
        Edit.objects.select_related("paper", "entry__paper", "entry__part"), pk=pk, paper__in=visible_to(request.user)
    )
    paper = actions.restore(edit, by=request.user)
    return done(request, f"{paper.get_absolute_url()}history/", _("It says again what it said before."))


@require_safe
def incomplete(request: MemberRequest) -> HttpResponse:
    """The papers of which something is missing."""
    context = {
        "section": "papers",
        "rows": to_fill(request.user),
        "may_edit": actions.why_not_edit(request.user) is None,
    }
    return render(request, "catalogue/to_fill.html", context)
