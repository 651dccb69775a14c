"""The minutes of a session and what is to be done, as pages show them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from papers.members.models import Member
from papers.minutes.models import ActionItem, Material, Section
from papers.minutes.tasks_in import numbered_tasks
from papers.sessions.models import ReadingSession

SHOWN = ("pk", "title", "html", "body", "version", "saved_at", "session_id", "paper__number")


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section of minutes as its page shows it. `html` was made safe by papers.markup when it was saved."""

    id: int
    title: str
    html: SafeString
    version: int
    # Who saved it last, and when, as wall time in the zone of the request.
    name: str
    when: str
    paper_number: int | None
    # Tasks without a name land on nobody's first page.
    tasks: int


def visible_to(member: Member) -> QuerySet[Section]:
    """Return the sections that the member may read: all; minutes are the group's."""
    return Section.objects.all() if member.is_authenticated else Section.objects.none()


def sections_of(session: ReadingSession, member: Member) -> list[SectionRow]:
    """Return the session's minutes in order, in one query; none when they have not begun."""
    return rows_of(visible_to(member).filter(session=session))


def row_of(section: Section, member: Member) -> SectionRow:
    return rows_of(visible_to(member).filter(pk=section.pk))[0]


def rows_of(sections: QuerySet[Section]) -> list[SectionRow]:
    rows = sections.annotate(name=F("saved_by__name")).order_by("position").values("name", *SHOWN)
    return [
        SectionRow(
            id=row["pk"],
            title=row["title"],
            html=mark_safe(row["html"]),  # noqa: S308 - written only by papers.markup
            version=row["version"],
            name=row["name"],
            when=f"{timezone.localtime(row['saved_at']):%Y-%m-%d %H:%M}",
            paper_number=row["paper__number"],
            tasks=sum(1 for _task in numbered_tasks(row["body"])),
        )
        for row in rows
    ]


def materials_of(session: ReadingSession) -> list[Material]:
    """Return the slides, recordings and other addresses of the session, in one query."""
    return list(session.materials.select_related("added_by"))


def to_do(member: Member) -> list[ActionItem]:
    """Return what the member is to do, what is due first comes first, in one query."""
    items = ActionItem.objects.filter(member=member, is_done=False).select_related("section__session")
    return list(items.order_by(F("due_on").asc(nulls_last=True), "pk"))


def items_of(session: ReadingSession) -> list[ActionItem]:
    """Return all that the minutes of the session give somebody to do, in their order, in one query."""
    items = ActionItem.objects.filter(section__session=session).select_related("member")
    return list(items.order_by("section__position", "number", "pk"))


def is_late(item: ActionItem, today: dt.date) -> bool:
    return item.due_on is not None and item.due_on < today
