"""What minutes hold before anybody has written: who is there, the papers with their questions, and what comes next."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from papers.attendance.queries import coming_to
from papers.catalogue.models import Paper
from papers.claims.queries import presenters_from, with_place
from papers.discussion.queries import open_questions
from papers.members.models import Member
from papers.sessions.models import ReadingSession
from papers.sessions.queries import agenda_of


class Draft(NamedTuple):
    """A section before it is written."""

    paper: Paper | None
    title: str
    body: str


def drafts_for(session: ReadingSession, member: Member) -> Iterator[Draft]:
    """Return the sections with which the minutes of a session begin, in the language that is spoken.

    The session has begun, so that no text about its papers is masked from anybody.
    """
    there = coming_to(session, member).there
    who = [_("There: %(names)s") % {"names": ", ".join(mentioned(there))}] if there else []
    yield Draft(None, _("Attendance"), "\n".join(who))
    slots = list(agenda_of(session))
    papers = [slot.paper_id for slot in slots]
    presents = {row["pk"]: presenters_from(row) for row in rows(papers)}
    asked = open_questions(papers, member)
    for slot in slots:
        names = [name for _member, name in presents.get(slot.paper_id, ())]
        begin = [_("Presented by %(names)s.") % {"names": ", ".join(mentioned(names))}] if names else []
        questions = [f"- {question.title}" for question in asked.get(slot.paper_id, ())]
        if questions:
            begin += ["", _("Open questions:"), "", *questions]
        yield Draft(slot.paper, f"#{slot.paper.number} {slot.paper.title}", "\n".join(begin).strip())
    yield Draft(None, _("Decisions and next steps"), "")


def mentioned(names: list[str]) -> list[str]:
    return [f"@{name}" for name in names]


def rows(papers: list[int]) -> list[dict]:
    found = with_place(Paper.objects.filter(pk__in=papers)).values("pk", "holder_id", "holder_name", "beside")
    return list(found)
