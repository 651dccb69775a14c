"""Changing the schedule.

What a session's page shows beside the session, such as who presents, belongs to folders above this one. So these
views are handed `compose` by the addresses in `papers.pages`: it returns the context of a session's page as it is now.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.catalogue import queries as catalogue
from papers.catalogue.models import Paper
from papers.htmx import answer, form_again, is_htmx
from papers.members.requests import MemberRequest
from papers.refusals import Refused, refuse_if
from papers.sessions import actions, agenda, rules
from papers.sessions.forms import CancelForm, MoveForm, PlaceForm, PutForm
from papers.sessions.models import ReadingSession
from papers.sessions.queries import visible_to, when

Compose = Callable[..., dict[str, Any]]

FRAGMENT, PAGE = "sessions/_session.html", "sessions/session.html"


@require_POST
def put(request: MemberRequest, pk: int, compose: Compose) -> HttpResponse:
    """Put a paper, named by its list number, into the session."""
    session = the_session(request, pk)
    form = PutForm(request.POST)
    try:
        sent = form.accepted()
        paper = the_paper(request, sent["paper"])
        actions.put_in_slot(session, paper, by=request.user, minutes=sent["minutes"], position=sent["position"])
    except Refused as refused:
        return again(request, compose(request, pk, put_form=form), refused)
    return shown(request, session, compose, _("#%(number)d is in this session now.") % {"number": paper.number})


@require_http_methods(["POST", "DELETE"])
def take_out(request: MemberRequest, pk: int, slot: int, compose: Compose) -> HttpResponse:
    """DELETE, or POST with `_method=delete`: take the slot's paper out. One that is out already stays out."""
    if request.method != "DELETE" and request.POST.get("_method") != "delete":
        raise Http404
    session = the_session(request, pk)
    there = session.slots.filter(pk=slot).first()
    if there is not None:
        actions.take_out(there, by=request.user)
    return shown(request, session, compose, _("The paper is out of this session. It can be put into another one."))


@require_POST
def move_slot(request: MemberRequest, pk: int, slot: int, up: bool, compose: Compose) -> HttpResponse:
    session = the_session(request, pk)
    there = get_object_or_404(session.slots, pk=slot)
    actions.move_slot(there, up=up, by=request.user)
    return shown(request, session, compose, _("The order of the session is changed."))


@require_POST
def move(request: MemberRequest, pk: int, compose: Compose) -> HttpResponse:
    session = the_session(request, pk)
    form = MoveForm(request.POST)
    try:
        actions.move_session(session, **form.accepted(), by=request.user)
    except Refused as refused:
        return again(request, compose(request, pk, move_form=form), refused)
    return shown(
        request, session, compose, _("The session is moved. In ten minutes a mail tells everybody concerned.")
    )


@require_POST
def cancel(request: MemberRequest, pk: int, compose: Compose) -> HttpResponse:
    session = the_session(request, pk)
    form = CancelForm(request.POST)
    try:
        actions.cancel_session(session, **form.accepted(), by=request.user)
    except Refused as refused:
        return again(request, compose(request, pk, cancel_form=form), refused)
    return shown(
        request,
        session,
        compose,
        _("The session is cancelled. Its papers can be put into another one. Until its hour it can be restored."),
    )


@require_POST
def restore(request: MemberRequest, pk: int, compose: Compose) -> HttpResponse:
    session = the_session(request, pk)
    try:
        stay = actions.restore_session(session, by=request.user)
    except Refused as refused:
        return again(request, compose(request, pk), refused)
    sentence = _("The session takes place after all.")
    if stay:
        numbers = ", ".join(f"#{number}" for number in stay)
        rest = _("It has its papers again but for %(numbers)s, which are done or in another session by now.")
        sentence = f"{sentence} {rest % {'numbers': numbers}}"
    return shown(request, session, compose, sentence)


@require_POST
def move_slot_to(request: MemberRequest, pk: int, slot: int, compose: Compose) -> HttpResponse:
    """Move a paper into the session that was chosen from the menu."""
    session = the_session(request, pk)
    there = get_object_or_404(session.slots.select_related("paper"), pk=slot)
    said = request.POST.get("session", "")
    try:
        if not (said.isascii() and said.isdigit() and len(said) < 18):
            refuse_if(_("Please choose the session that the paper moves to."), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        other = get_object_or_404(visible_to(request.user), pk=int(said))
        agenda.move_slot_to(there, other, by=request.user)
    except Refused as refused:
        return again(request, compose(request, pk), refused)
    sentence = _("#%(number)d is in the session of %(day)s now.")
    return shown(request, session, compose, sentence % {"number": there.paper.number, "day": when(other).day})


@require_POST
def place(request: MemberRequest, pk: int, compose: Compose) -> HttpResponse:
    session = the_session(request, pk)
    form = PlaceForm(request.POST)
    try:
        actions.change_place(session, **form.accepted(), by=request.user)
    except Refused as refused:
        return again(request, compose(request, pk, place_form=form), refused)
    return shown(request, session, compose, _("The place is saved."))


def require_organiser(request: MemberRequest) -> None:
    """Raise Refused (403) for another role, before anything of a form is looked at."""
    refuse_if(rules.why_not_organise(is_organiser=request.user.is_organiser), status=HTTPStatus.FORBIDDEN)


def the_session(request: MemberRequest, pk: int) -> ReadingSession:
    """Return the session for an organiser who changes it: 404 outside the gate, 403 for another role."""
    session = get_object_or_404(visible_to(request.user), pk=pk)
    require_organiser(request)
    return session


def the_paper(request: MemberRequest, number: int) -> Paper:
    paper = catalogue.visible_to(request.user).filter(number=number).first()
    if paper is None:
        sentence = _("There is no paper #%(number)d. Choose one from the list.") % {"number": number}
        raise Refused(sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return paper


def again(request: MemberRequest, context: dict[str, Any], refused: Refused) -> HttpResponse:
    """Return the session as it is now, with the form that was sent and the reason."""
    return form_again(request, FRAGMENT, PAGE, context, refused, at="#session")


def shown(request: MemberRequest, session: ReadingSession, compose: Compose, sentence: str) -> HttpResponse:
    context = compose(request, session.pk) if is_htmx(request) else {}
    return answer(request, FRAGMENT, context, to=session.get_absolute_url(), sentence=sentence)
