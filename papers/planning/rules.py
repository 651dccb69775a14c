"""How a plan is pushed back, filled and given another pace, and why not. Pure: facts in, plans or a sentence out."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from papers.sessions.dates import WEEK, starts_at

UNDO_WITHIN = dt.timedelta(hours=24)
MOST_WEEKS = 26
# Who looks for a free week further ahead than this finds none: the calendar is full of breaks.
MOST_SKIPPED = 60
MOST_NEW = 60


@dataclass(frozen=True, slots=True)
class Meeting:
    """When a session is, as it was agreed. `id` is 0 for one that is not made yet.

    `weekday` (ISO) and `hours` are its series', if it has one: a single session may have been moved to another day.
    """

    id: int
    date: dt.date
    wall_time: dt.time
    zone: str
    minutes: int
    weekday: int = 0
    hours: tuple[dt.time, ...] = ()

    @property
    def starts_at(self) -> dt.datetime:
        return starts_at(self.date, self.wall_time, self.zone)

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    def on(self, date: dt.date) -> "Meeting":
        return replace(self, date=date)

    def later(self, weeks: int) -> "Meeting":
        """Return it so many weeks later: on the weekday and at the hour of its series, if it has one."""
        days = (self.weekday or self.date.isoweekday()) - self.date.isoweekday()
        hour = self.wall_time if not self.hours or self.wall_time in self.hours else self.hours[0]
        return replace(self, date=self.date + weeks * WEEK + dt.timedelta(days=days), wall_time=hour)


@dataclass(frozen=True, slots=True)
class Work:
    """A paper that needs a session, and who presents it, if anybody does. `away` are that member's days away."""

    paper: int
    number: int
    title: str
    minutes: int
    holder: int | None = None
    holder_name: str = ""
    away: tuple[tuple[dt.date, dt.date], ...] = ()

    def is_away(self, day: dt.date) -> bool:
        return any(first <= day <= last for first, last in self.away)


@dataclass(slots=True)
class Room:
    """A session that may take papers, with what it has. `at` is its place among the sessions of the plan."""

    at: int
    date: dt.date
    minutes: int
    planned: int = 0
    papers: int = 0

    def take(self, work: Work) -> None:
        self.planned += work.minutes
        self.papers += 1


Placed = list[tuple[Work, int]]


def pushed(meetings: Sequence[Meeting], weeks: int, is_free: Callable[[dt.date], bool]) -> list[Meeting] | None:
    """Return the meetings, soonest first, each `weeks` weeks later or, where that is a free day, further on.

    The order stays: a meeting waits for a week in which the one before it is over. One that had been moved to another
    day or hour is on its series' again. None when there is no such week: everything further on is free days.
    """
    moved: list[Meeting] = []
    for meeting in meetings:
        later = meeting.later(weeks)
        for _week in range(MOST_SKIPPED):
            if not is_free(later.date) and (not moved or later.starts_at >= moved[-1].ends_at):
                break
            later = later.on(later.date + WEEK)
        else:
            return None
        moved.append(later)
    return moved


def following(lasts: Sequence[Meeting], is_free: Callable[[dt.date], bool]) -> Iterator[tuple[Meeting, Meeting]]:
    """Go on week by week where each series ends, without the free days: new meetings, each with the one it follows."""
    for week in range(1, MOST_NEW + MOST_SKIPPED):
        for last in sorted(lasts, key=lambda meeting: meeting.starts_at):
            new = replace(last.later(week), id=0)
            if not is_free(new.date):
                yield new, last


def alternating(news: Sequence[Meeting], last: Meeting, hours: Collection[dt.time]) -> list[Meeting]:
    """Return new meetings with the two hours of their series in turn, going on after its last meeting."""
    both = list(dict.fromkeys(hours))
    if len(both) < 2 or last.wall_time not in both:
        return list(news)
    start = both.index(last.wall_time)
    return [replace(meeting, wall_time=both[(start + 1 + at) % 2]) for at, meeting in enumerate(news)]


def filled(works: Sequence[Work], rooms: Sequence[Room]) -> tuple[Placed, list[Work]]:
    """Put each paper into the first session that has the minutes for it and on whose day its presenter is not away.

    Return what goes where, and what fits nowhere. The rooms are changed.
    """
    placed: Placed = []
    left: list[Work] = []
    for work in works:
        room = next(
            (r for r in rooms if r.planned + work.minutes <= r.minutes and not work.is_away(r.date)),
            None,
        )
        if room is None:
            left.append(work)
        else:
            room.take(work)
            placed.append((work, room.at))
    return placed, left


def spread(works: Sequence[Work], rooms: Sequence[Room], most: Sequence[int]) -> tuple[Placed, list[Work]]:
    """Put each paper into the first session that has fewer than `most` says of it, if possible while nobody is away.

    Return what goes where, and what is left when all are full. The rooms are changed.
    """
    placed: Placed = []
    left: list[Work] = []
    for work in works:
        free = [room for room, limit in zip(rooms, most, strict=True) if room.papers < limit]
        room = next((room for room in free if not work.is_away(room.date)), free[0] if free else None)
        if room is None:
            left.append(work)
        else:
            room.take(work)
            placed.append((work, room.at))
    return placed, left


def evenly(rooms: Sequence[Room], works: int) -> list[int]:
    """Return how many papers each session has at most so that so many more find a place, as evenly as can be.

    The largest of the numbers is as small as possible, and the sessions with one less lie spread among the others.
    """
    most = needed(rooms, works)
    can = [at for at, room in enumerate(rooms) if room.papers < most]
    spare = sum(most - rooms[at].papers for at in can) - works
    less = {can[(2 * k + 1) * len(can) // (2 * spare)] for k in range(spare)} if spare else set()
    return [most - (at in less) for at in range(len(rooms))]


def needed(rooms: Sequence[Room], works: int) -> int:
    """Return how many papers a session must take at least so that so many find a place; 0 without sessions."""
    most = 0
    while rooms and sum(max(0, most - room.papers) for room in rooms) < works:
        most += 1
    return most


def sessions_missing(rooms: Sequence[Room], works: int, most: int) -> int:
    """Return how many sessions more it takes when each has at most `most` papers (1 or more)."""
    over = works - sum(max(0, most - room.papers) for room in rooms)
    return max(0, -(-over // most))


def why_not_push(*, weeks: int, meetings: int, found: bool) -> str | None:
    """Return why the plan cannot be pushed back like this, or None."""
    if weeks not in range(1, MOST_WEEKS + 1):
        return _("The plan is pushed back by 1 to %(most)d weeks. Please check the number.") % {"most": MOST_WEEKS}
    if not meetings:
        return _("There is no session to come from there on, so nothing is pushed back. Choose another session.")
    if not found:
        return _("There are free days in all weeks after that. Take some of them away first.")
    return None


def why_not_repace(*, sessions: int, papers: int, missing: int) -> str | None:
    """Return why there is no other pace to choose, or None."""
    if not papers:
        return _("Every paper of the list is read or has a session, so there is nothing to spread.")
    if not sessions:
        return _("There is no session to come that could take papers. Make sessions first; then choose a pace.")
    if missing > MOST_NEW:
        return _("At this pace it would take more than %(most)d further sessions. Choose a faster pace first.") % {
            "most": MOST_NEW
        }
    return None


def why_not_undo(*, is_undone: bool, age: dt.timedelta) -> str | None:
    """Return why a change is not taken back, or None. It can be for a day, once."""
    if is_undone:
        return _("This change is taken back already.")
    if age > UNDO_WITHIN:
        return _("This change is older than a day, so it stays. You can move single sessions instead.")
    return None


def why_not_back(changed: Sequence[str]) -> str | None:
    """Return why a change that others came after cannot be taken back, or None. `changed` names what they touched."""
    if not changed:
        return None
    return _(
        "This was changed since then: %(what)s. So the change as a whole cannot be taken back; "
        "move single sessions or papers instead."
    ) % {"what": ", ".join(changed[:3])}


def freely(special: Mapping[dt.date, object]) -> Callable[[dt.date], bool]:
    """Return whether a day is free, from what is special about the days."""
    return lambda day: bool(getattr(special.get(day), "is_free", False))
