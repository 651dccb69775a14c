"""One mail for each person whom a change of the plan concerns, with all that is theirs in it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from papers.mail.actions import make, queue_all, void
from papers.mail.composing import in_their_words, write, zone_of
from papers.mail.models import Outgoing
from papers.members.models import Group, Member
from papers.members.queries import current_members, the_group
from papers.planning.models import PlanChange
from papers.planning.plans import Plan
from papers.planning.queries import agendas, back_keys, duties_of, keys, presenters
from papers.planning.rules import Meeting
from papers.sessions.models import ReadingSession
from papers.sessions.queries import When, when

KIND = "plan"
# So long an organiser can take a change back before anybody hears of it.
GRACE = dt.timedelta(minutes=10)
DUTIES = {
    "host": gettext_noop("You lead the session"),
    "scribe": gettext_noop("You write the minutes"),
}


@dataclass(frozen=True)
class Item:
    """Something of one member that moves: a paper, or a role in a session. `before` is None for what had no date."""

    after: Meeting
    before: Meeting | None = None
    number: int = 0
    title: str = ""
    role: str = ""


@dataclass(frozen=True)
class Row:
    """An item in the words of who gets the mail."""

    item: Item
    what: str
    before: When | None
    after: When


@dataclass
class Concerned:
    """By member id, what of theirs moves."""

    items: dict[int, list[Item]] = field(default_factory=dict)

    def add(self, member: int, item: Item) -> None:
        self.items.setdefault(member, []).append(item)


def concerned(plan: Plan, made: list[ReadingSession] | None = None) -> dict[int, list[Item]]:
    """Return what of each member moves or gets a date by this plan, soonest first; new sessions are in `made`."""
    found = Concerned()
    papers = agendas(was.id for was, _then in plan.moves)
    who = presenters(
        [paper.paper for agenda in papers.values() for paper in agenda] + [w.paper for w, _at in plan.placed]
    )
    roles: dict[int, list[tuple[str, int]]] = {}
    for session, role, member in duties_of(was.id for was, _then in plan.moves):
        roles.setdefault(session, []).append((role, member))
    for was, then in plan.moves:
        for paper in papers.get(was.id, ()):
            for member, _name in who[paper.paper]:
                found.add(member, Item(then, was, number=paper.number, title=paper.title))
        for role, member in roles.get(was.id, ()):
            found.add(member, Item(then, was, role=role))
    for work, at in plan.placed:
        for member, _name in who[work.paper]:
            found.add(member, Item(plan.meetings[at], number=work.number, title=work.title))
    return {member: sorted(items, key=lambda item: item.after.starts_at) for member, items in found.items.items()}


def names_of(plan: Plan) -> list[str]:
    """Return the names of those who would get a mail about the plan."""
    return [member.name for member in current_members().filter(pk__in=concerned(plan))]


def tell(change: PlanChange, items: Mapping[int, list[Item]], *, now: dt.datetime) -> int:
    """Queue one mail for each member, under a key of its own; return how many were new."""
    group = the_group()
    rows = [
        letter(change, member, items[member.pk], group, key=f"{keys(change)}{member.pk}", now=now)
        for member in current_members().filter(pk__in=items)
    ]
    return len(queue_all(rows))


def take_back(change: PlanChange, *, now: dt.datetime) -> int:
    """Void what has not left yet, and tell those who were told that it all stays as it was; return how many."""
    void(about=about(change))
    told = Outgoing.objects.filter(about=about(change), key__startswith=keys(change))
    told = told.exclude(state=Outgoing.State.VOID)
    group = the_group()
    rows = [
        letter(change, member, [], group, key=f"{back_keys(change)}{member.pk}", now=now)
        for member in current_members().filter(pk__in=told.values("member"))
    ]
    return len(queue_all(rows))


def letter(
    change: PlanChange, member: Member, items: list[Item], group: Group, *, key: str, now: dt.datetime
) -> Outgoing:
    """Return one member's mail in their language, with times on the session's clock and theirs."""
    with in_their_words(member.language, zone_of(member.time_zone, group.time_zone)):
        context: dict[str, Any] = {
            "group": group,
            "member": member,
            "by": change.by.name,
            "kind": "back" if not items else str(change.kind),
            "rows": [row_of(item) for item in items],
            "subject": subject(change, items),
        }
        written = write("planning/letter", context)
    return make(
        kind=KIND,
        key=key,
        about=about(change),
        member=member,
        address=member.email,
        subject=context["subject"],
        text=written.text,
        html=written.html,
        due_at=now + GRACE if items else now,
        not_after=max((item.after.starts_at for item in items), default=None),
    )


def subject(change: PlanChange, items: list[Item]) -> str:
    if not items:
        return _("The plan is as it was before")
    if change.kind == PlanChange.Kind.PUSH:
        return _("The plan was pushed back: your new dates")
    return _("Your papers have a session")


def row_of(item: Item) -> Row:
    what = _(DUTIES[item.role]) if item.role else f"#{item.number} {item.title}"
    before = when_of(item.before) if item.before is not None else None
    return Row(item, what, before, when_of(item.after))


def when_of(meeting: Meeting) -> When:
    return when(ReadingSession(starts_at=meeting.starts_at, time_zone=meeting.zone))


def about(change: PlanChange) -> str:
    """Return how the outbox names what is written about a change."""
    return f"plan:{change.pk}"
