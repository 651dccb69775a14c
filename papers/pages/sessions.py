"""The schedule and one session, each with the papers and who presents them. GET only."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.attendance import views as attendance_views
from papers.attendance.models import Attendance
from papers.attendance.queries import coming_to
from papers.attendance.rules import is_open
from papers.catalogue.models import Paper
from papers.claims import duties
from papers.claims.models import Duty
from papers.claims.queries import PAPER_FIELDS, PLACE_FIELDS, Place, place_from, with_place
from papers.claims.rules import AT_RISK_BEFORE
from papers.claims.views import duties as duty_views
from papers.discussion.queries import open_questions
from papers.htmx import fragment_or_page
from papers.members.models import Member
from papers.members.queries import the_group
from papers.members.requests import MemberRequest
from papers.minutes import views as minutes_views
from papers.minutes.forms import MaterialForm
from papers.minutes.queries import materials_of
from papers.sessions import views
from papers.sessions.dates import WEEK
from papers.sessions.forms import CancelForm, MoveForm, PlaceForm, PutForm
from papers.sessions.free_days import special_between
from papers.sessions.models import ReadingSession, Slot
from papers.sessions.queries import (
    When,
    agreed_time,
    day_of,
    former_agenda,
    papers_to_schedule,
    past,
    to_move_to,
    upcoming,
    visible_to,
    when,
    with_agenda,
)

# What a paper gets if nobody says otherwise; free time shorter than this is not offered.
SLOT_MINUTES = 30


@dataclass(frozen=True)
class Line:
    """One paper of an agenda and where it stands."""

    slot: Slot
    paper: Paper
    place: Place


@dataclass(frozen=True)
class Meeting:
    """A session as its page and the schedule show it. Minutes are whole minutes."""

    session: ReadingSession
    when: When
    lines: list[Line]
    planned: int
    is_over: bool
    has_begun: bool

    @property
    def id(self) -> int:
        return self.session.pk

    @property
    def url(self) -> str:
        return self.session.get_absolute_url()

    @property
    def is_cancelled(self) -> bool:
        return self.session.cancelled_at is not None

    @property
    def over_by(self) -> int:
        """The minutes its papers take beyond its length."""
        return max(0, self.planned - self.session.minutes)

    @property
    def room(self) -> int:
        """How many papers of the usual length still fit in."""
        return 0 if self.is_cancelled or self.is_over else max(0, self.session.minutes - self.planned) // SLOT_MINUTES

    @property
    def next_position(self) -> int:
        return max((line.slot.position for line in self.lines), default=0) + 1


def meetings(sessions: Iterable[ReadingSession], member: Member, now: dt.datetime) -> list[Meeting]:
    """Return the sessions, loaded `with_agenda`, as the member sees them; one query for all that is said of papers."""
    sessions = list(sessions)
    places = places_of([slot.paper_id for session in sessions for slot in agenda(session)], member, now)
    return [
        Meeting(
            session=session,
            when=when(session),
            lines=[Line(slot, slot.paper, places[slot.paper_id]) for slot in agenda(session)],
            planned=sum(slot.minutes for slot in agenda(session)),
            is_over=session.ends_at <= now,
            has_begun=session.starts_at <= now,
        )
        for session in sessions
    ]


def agenda(session: ReadingSession) -> list[Slot]:
    return session.agenda  # type: ignore[attr-defined]


def places_of(papers: list[int], member: Member, now: dt.datetime) -> dict[int, Place]:
    """Return where each of the papers (by primary key) stands."""
    if not papers:
        return {}
    rows = with_place(Paper.objects.filter(pk__in=papers)).values("pk", *PAPER_FIELDS, *PLACE_FIELDS)
    return {row["pk"]: place_from(row, member, now) for row in rows}


@dataclass(frozen=True)
class Gap:
    """A week of a series without a session, and why: a holiday or a break."""

    day: str
    name: str


def with_gaps(shown: list[Meeting]) -> list[Meeting | Gap]:
    """Return the meetings in their order with the free weeks of each series between them, in one more query."""
    weekly = [meeting.session for meeting in shown if meeting.session.series_id and not meeting.is_cancelled]
    if not weekly:
        return list(shown)
    weekly.sort(key=lambda session: session.date)
    special = special_between(the_group(), weekly[0].date, weekly[-1].date)
    last: dict[int | None, dt.date] = {}
    held = {session.date for session in weekly}
    found: dict[dt.date, Gap] = {}
    for session in weekly:
        date = last.get(session.series_id, session.date) + WEEK
        while date < session.date:
            there = special.get(date)
            if there is not None and there.is_free and date not in held:
                found[date] = Gap(day_of(dt.datetime.combine(date, session.wall_time)), there.name)
            date += WEEK
        last[session.series_id] = session.date
    dated: list[tuple[dt.date, Meeting | Gap]] = [(meeting.session.date, meeting) for meeting in shown]
    dated += found.items()
    # Where two share a day, the meeting comes first; the order of meetings stays.
    is_latest_first = len(shown) > 1 and shown[0].session.starts_at > shown[-1].session.starts_at
    return [row for _date, row in sorted(dated, key=lambda row: row[0], reverse=is_latest_first)]


@require_safe
def session_list(request: MemberRequest) -> HttpResponse:
    """The sessions to come; with `?past=1` those that are over."""
    now = timezone.now()
    show_past = request.GET.get("past") == "1"
    sessions = (past if show_past else upcoming)(now)
    context = {
        "section": "sessions",
        "past": show_past,
        "meetings": with_gaps(meetings(sessions, request.user, now)),
        "organises": request.user.is_organiser,
    }
    return render(request, "sessions/list.html", context)


@require_safe
def session(request: MemberRequest, pk: int) -> HttpResponse:
    return fragment_or_page(request, views.FRAGMENT, views.PAGE, compose(request, pk))


def compose(request: MemberRequest, pk: int, **sent: forms.Form) -> dict[str, Any]:
    """Return the context of a session's page as it is now.

    `sent` are forms of the page that come back to the person who sent them, by the name they have in the template.
    """
    session = get_object_or_404(with_agenda(visible_to(request.user)), pk=pk)
    now = timezone.now()
    meeting = meetings([session], request.user, now)[0]
    asked = open_questions([line.paper.pk for line in meeting.lines], request.user)
    shown_duties = duty_rows(session, request.user, now)
    has_role = request.user.is_organiser or any(duty["is_mine"] for duty in shown_duties)
    context = {
        "section": "sessions",
        "meeting": meeting,
        "duties": shown_duties,
        "coming": coming_to(session, request.user),
        "answers": Attendance.Answer.choices,
        "is_open": is_open(now=now, starts_at=session.starts_at, ends_at=session.ends_at),
        "may_note": has_role and meeting.has_begun and not meeting.is_cancelled,
        "link": link_in(session.place),
        "materials": materials_of(session),
        "material_form": sent.get("material_form") or MaterialForm(),
        "questions": [(line.paper, asked[line.paper.pk]) for line in meeting.lines if line.paper.pk in asked],
        "organises": request.user.is_organiser,
        "former": former_agenda(session) if meeting.is_cancelled else [],
        # Which of the forms came back, so that the reason stands beside it.
        "sent": next(iter(sent), ""),
    }
    if not request.user.is_organiser:
        return context
    context["others"] = sessions_to_choose(session, now) if meeting.lines else []
    usual: dict[str, Callable[[], forms.Form]] = {
        "put_form": PutForm,
        "move_form": partial(MoveForm, initial={"date": session.date, "wall_time": session.wall_time}),
        "place_form": partial(PlaceForm, initial={"place": session.place}),
        "cancel_form": CancelForm,
    }
    shown = {name: sent.get(name) or make() for name, make in usual.items()}
    shown["put_form"].fields["paper"].widget.choices = papers_to_choose()  # type: ignore[attr-defined]
    return context | shown


def link_in(place: str) -> str:
    """Return the address of a page that stands in what is said of the place, "" when there is none."""
    return next((word for word in place.split() if word.lower().startswith(("https://", "http://"))), "")


def duty_rows(session: ReadingSession, member: Member, now: dt.datetime) -> list[dict[str, Any]]:
    """Return who leads the session and who writes its minutes, and for organisers whose turn it would be."""
    there = duties.duties_of(session)
    is_over, is_near = session.ends_at <= now, session.starts_at - AT_RISK_BEFORE <= now
    offers = member.is_organiser and not is_over and len(there) < len(Duty.Role.values)
    turns = duties.rotations(session) if offers else {}
    rows = []
    for role, label in Duty.Role.choices:
        who, name = there.get(role, (None, ""))
        row = {"role": role, "label": label, "name": name, "is_mine": who == member.pk}
        row["turns"] = turns.get(role, []) if not name else []
        rows.append(row | {"is_at_risk": not name and is_near and not is_over})
    return rows


def sessions_to_choose(session: ReadingSession, now: dt.datetime) -> list[dict[str, Any]]:
    """Return the sessions to which a paper can be moved, with how full each is, in one query."""
    return [
        {
            "id": other.pk,
            "label": _("%(day)s · %(planned)d of %(length)d minutes")
            % {"day": day_of(agreed_time(other)), "planned": other.planned, "length": other.minutes},  # type: ignore[attr-defined]
        }
        for other in to_move_to(now, but=session.pk)
    ]


def papers_to_choose() -> list[tuple[str, Any]]:
    """Return the papers that can be put into a session, those that somebody holds first, as a select groups them."""
    held, free = [], []
    for row in with_place(papers_to_schedule()).values("number", "title", *PLACE_FIELDS):
        text = f"#{row['number']} {row['title']}"
        if row["holder_name"]:
            held.append((row["number"], f"{text} — {row['holder_name']}"))
        else:
            free.append((row["number"], text))
    groups = [(_("Somebody presents it"), held), (_("Nobody presents it yet"), free)]
    return [("", _("Choose a paper")), *(group for group in groups if group[1])]


# The writes are the folder's own; what their answers show is composed here.
urlpatterns = [
    path("sessions/", session_list, name="session_list"),
    path("sessions/<int:pk>/", session, name="session"),
    path("sessions/<int:pk>/slots/", views.put, {"compose": compose}),
    path("sessions/<int:pk>/slots/<int:slot>/", views.take_out, {"compose": compose}),
    path("sessions/<int:pk>/slots/<int:slot>/up/", views.move_slot, {"compose": compose, "up": True}),
    path("sessions/<int:pk>/slots/<int:slot>/down/", views.move_slot, {"compose": compose, "up": False}),
    path("sessions/<int:pk>/slots/<int:slot>/to/", views.move_slot_to, {"compose": compose}),
    path("sessions/<int:pk>/restore/", views.restore, {"compose": compose}),
    path("sessions/<int:pk>/move/", views.move, {"compose": compose}),
    path("sessions/<int:pk>/cancel/", views.cancel, {"compose": compose}),
    path("sessions/<int:pk>/place/", views.place, {"compose": compose}),
    path("sessions/<int:pk>/roles/<str:role>/", duty_views.role, {"compose": compose}),
    path("sessions/<int:pk>/coming/", attendance_views.say, {"compose": compose}),
    path("sessions/<int:pk>/here/", attendance_views.arrive, {"compose": compose}),
    path("sessions/<int:pk>/attendance/", attendance_views.note, {"compose": compose}),
    path("sessions/<int:pk>/materials/", minutes_views.add_material, {"compose": compose}),
    path("sessions/<int:pk>/materials/<int:material>/", minutes_views.remove_material, {"compose": compose}),
    path("sessions/roles/", duty_views.fill),
]
