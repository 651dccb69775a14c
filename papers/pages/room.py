"""A session for the phone in the room: what is on now, its questions, and a line for the minutes. GET only."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.attendance.queries import coming_to
from papers.attendance.rules import is_open
from papers.discussion.queries import OpenQuestion, open_questions
from papers.mail.composing import zone_of
from papers.members.requests import MemberRequest
from papers.minutes.queries import SectionRow, sections_of
from papers.pages.sessions import Line, link_in, meetings
from papers.sessions.queries import visible_to, with_agenda


@dataclass(frozen=True)
class Turn:
    """A paper of the agenda, when its turn is as planned, and what is asked about it."""

    line: Line
    # Wall time in the session's zone, as it was agreed.
    begins: str
    is_now: bool
    is_over: bool
    questions: list[OpenQuestion]
    # The part of the minutes about it, once they have begun.
    part: SectionRow | None


@require_safe
def room(request: MemberRequest, pk: int) -> HttpResponse:
    return render(request, "pages/room.html", compose(request, pk, timezone.now()))


def compose(request: MemberRequest, pk: int, now: dt.datetime) -> dict[str, Any]:
    session = get_object_or_404(with_agenda(visible_to(request.user)), pk=pk)
    meeting = meetings([session], request.user, now)[0]
    asked = open_questions([line.paper.pk for line in meeting.lines], request.user)
    parts = sections_of(session, request.user)
    by_paper = {part.paper_number: part for part in parts if part.paper_number is not None}
    turns, begins = [], session.starts_at
    zone = zone_of(session.time_zone)
    for line in meeting.lines:
        ends = begins + dt.timedelta(minutes=line.slot.minutes)
        turns.append(
            Turn(
                line=line,
                begins=f"{begins.astimezone(zone):%H:%M}",
                is_now=begins <= now < ends,
                is_over=ends <= now,
                questions=asked.get(line.paper.pk, []),
                part=by_paper.get(line.paper.number),
            )
        )
        begins = ends
    return {
        "section": "sessions",
        "meeting": meeting,
        "turns": turns,
        "others": [part for part in parts if part.paper_number is None],
        "mine": coming_to(session, request.user).mine,
        "is_open": is_open(now=now, starts_at=session.starts_at, ends_at=session.ends_at),
        "link": link_in(session.place),
    }


urlpatterns = [path("sessions/<int:pk>/room/", room, name="room")]
