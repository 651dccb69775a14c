"""What a reminder says, and what people were told before."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from papers.catalogue.models import Paper
from papers.claims.duties import duties_of
from papers.claims.queries import presenters_from, with_place
from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.reminders import rules
from papers.sessions.models import ReadingSession, Slot
from papers.sessions.queries import agenda_of


@dataclass(frozen=True)
class Line:
    """One paper of the agenda and who presents it."""

    paper: Paper
    minutes: int
    # The holder and those who present it with them.
    presenter_ids: tuple[int, ...]
    presenters: str


@dataclass(frozen=True)
class Meeting:
    """A session as its reminders tell of it."""

    session: ReadingSession
    lines: list[Line]
    # Who leads it and who writes its minutes, as (member id, name) by role.
    duties: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def asked_of(self, member: Member) -> list[str]:
        """Return the roles that the member has in the session."""
        return [role for role, (who, _name) in self.duties.items() if who == member.pk]

    def presented_by(self, member: Member) -> list[Line]:
        return [line for line in self.lines if member.pk in line.presenter_ids]


def to_remind_of(now: dt.datetime) -> list[int]:
    """Return the ids of the sessions whose reminders may leave at `now`."""
    sessions = ReadingSession.objects.filter(
        cancelled_at=None, starts_at__gt=now, starts_at__lte=now + rules.BEFORE
    ).order_by("starts_at")
    return list(sessions.values_list("pk", flat=True))


def to_read_for(now: dt.datetime) -> list[int]:
    """Return the ids of the sessions for which people are reminded to read at `now`."""
    near = now + rules.BEFORE, now + rules.READ_BEFORE
    sessions = ReadingSession.objects.filter(cancelled_at=None, starts_at__gt=near[0], starts_at__lte=near[1])
    return list(sessions.order_by("starts_at").values_list("pk", flat=True))


def meeting(session_id: int) -> Meeting | None:
    """Return the session with its papers and who presents them, locked until the transaction ends.

    The lock makes planning and moving take turns, so that no reminder of an old time is planned after its move.
    """
    session = ReadingSession.objects.select_for_update().filter(pk=session_id).first()
    if session is None:
        return None
    agenda = agenda_of(session)
    places = with_place(Paper.objects.filter(slots__session=session)).values(
        "pk", "holder_id", "holder_name", "beside"
    )
    by_paper = {row["pk"]: presenters_from(row) for row in places}
    lines = [line_of(slot, by_paper.get(slot.paper_id, [])) for slot in agenda]
    return Meeting(session, lines, duties_of(session))


def line_of(slot: Slot, presenters: list[tuple[int, str]]) -> Line:
    return Line(
        paper=slot.paper,
        minutes=slot.minutes,
        presenter_ids=tuple(member for member, _name in presenters),
        presenters=", ".join(name for _member, name in presenters),
    )


def keys_there(keys: Iterable[str]) -> set[str]:
    """Return those of the keys that the outbox has."""
    return set(Outgoing.objects.filter(key__in=list(keys)).values_list("key", flat=True))
