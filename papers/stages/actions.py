"""Building a believable group: every row is made by the action that a page would call, at the time it happened.

So the builder breaks when an action breaks, and what it makes can be trusted to be what the site makes.
"""

import datetime as dt
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.functions import Now
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.catalogue.seed_files import BrokenSeed
from papers.claims import actions as claims
from papers.digests.actions import count_as_told
from papers.discussion import actions as discussion
from papers.discussion.letters import count_posts_as_told
from papers.discussion.models import Post, Thread
from papers.members import actions as members
from papers.members.models import Act, Member
from papers.members.queries import fingerprint, settings_of, the_group
from papers.notes import actions as notes
from papers.refusals import Refused
from papers.sessions import actions as sessions
from papers.sessions.models import ReadingSession
from papers.stages.reading import DAYS, Calendar, Happening, Stage

VERB = "build stage"
# How the lines that are printed count what happened.
COUNTED = {
    "join": "joined",
    "begin": "set up",
    "plan": "planned",
    "put": "put into sessions",
    "move": "moved",
    "cancel": "cancelled",
    "claim": "claimed",
    "release": "released",
    "mark": "marked as read",
    "leave": "left",
    "note": "notes",
    "thread": "threads",
    "reply": "replies",
    "delete": "deleted",
}


class NotHere(Exception):
    """The stage can't be built on this site. Its text is one sentence."""


@transaction.atomic
def build(stage: Stage, now: dt.datetime, tell: Callable[[str], Any]) -> bool:
    """Build the stage's group as it would be at `now`, and return whether anything was done.

    On a site where this very stage was built before nothing is done. `tell` gets a line for each week. Raises
    NotHere on a site that has members of its own, and BrokenSeed for a happening that is refused; then nothing was
    written.
    """
    members.locked_group()
    before = Act.objects.filter(verb=VERB).values_list("about", flat=True)
    if stage.name in before:
        return False
    if before:
        raise NotHere(f"This site shows the stage {before[0]}; build {stage.name} in a data folder of its own.")
    if Member.objects.exists():
        raise NotHere(
            f"This site has members of its own, so no believable group was added; "
            f"build {stage.name} in a data folder of its own (READINGGROUP_HOME)."
        )
    group = the_group()
    calendar = stage.calendar(now, zoneinfo.ZoneInfo(group.time_zone))
    Builder(stage, calendar).build(now, tell)
    count_as_told(now)
    count_posts_as_told(now)
    members.log(VERB, stage.name, by=None, after={"first day": calendar.first_day.isoformat()})
    return True


@dataclass(frozen=True)
class Event:
    """Something to let happen at an instant, and how to speak of it."""

    at: dt.datetime
    week: int
    counted: str
    where: str
    do: Callable[[], None]


class Builder:
    """What the happenings speak of, as far as it is there already: people, papers, sessions, threads."""

    def __init__(self, stage: Stage, calendar: Calendar) -> None:
        self.stage = stage
        self.calendar = calendar
        self.began = database_clock()
        self.dated = columns_of_the_database_clock()
        self.papers = {str(paper.key): paper for paper in Paper.objects.exclude(key=None)}
        self.people: dict[str, Member] = {}
        self.sessions: dict[int, int] = {}
        self.threads: dict[int, Thread] = {}
        self.posts: dict[int, Post] = {}

    def build(self, now: dt.datetime, tell: Callable[[str], Any]) -> None:
        """Let everything happen that had happened by `now`, in order."""
        past = sorted(((event.at, event) for event in self.events() if event.at <= now), key=itemgetter(0))
        for week, events in groupby((event for _at, event in past), key=lambda event: event.week):
            counts: Counter[str] = Counter()
            for event in events:
                self.let_happen(event)
                counts[event.counted] += 1
            tell(f"Week {week}: {', '.join(f'{count} {name}' for name, count in counts.items())}.")

    def events(self) -> Iterator[Event]:
        for happening in self.stage.happenings:
            yield self.event(happening, getattr(self, happening.what), happening)
            for reply in happening.facts.get("reply", []):
                yield self.event(reply, self.reply, happening, reply)
                if "deleted" in reply.facts:
                    deletion = replace(reply, moment=reply.facts["deleted"], what="delete")
                    yield self.event(deletion, self.delete, reply)

    def event(self, happening: Happening, do: Callable[..., None], *facts: Happening) -> Event:
        at = self.calendar.instant(*happening.moment)
        return Event(at, happening.moment[0], COUNTED[happening.what], happening.where, partial(do, *facts))

    def let_happen(self, event: Event) -> None:
        try:
            with standing_at(event.at):
                event.do()
        except Refused as refused:
            raise BrokenSeed(f"{event.where}: {refused.sentence}") from refused
        except KeyError as missing:
            raise BrokenSeed(f"{event.where}: “{missing.args[0]}” is not there (yet).") from missing
        # The database has its own clock: what it has just dated happened then.
        for model, column in self.dated:
            model._default_manager.filter(**{f"{column}__gte": self.began}).update(**{column: event.at})

    # --- What happens: one method for each word of the diary, calling what a page calls

    def join(self, said: Happening) -> None:
        person = self.stage.people[said.who]
        self.people[said.who] = members.add_member(
            f"{said.who}@example.org",
            name=person["name"],
            role=person["role"],
            language=person["language"],
            time_zone=person["time_zone"],
        )

    def begin(self, said: Happening) -> None:
        seen = fingerprint(settings_of(the_group()))
        members.change_group({"starts_on": self.calendar.first_day}, by=self.people[said.who], seen=seen)

    def plan(self, said: Happening) -> None:
        week, weeks = int(said.facts["week"]), int(said.facts["weeks"])
        series = sessions.make_series(
            self.calendar.date(week, said.facts["day"]),
            1 + DAYS.index(said.facts["day"]),
            dt.time.fromisoformat(said.facts["time"]),
            self.calendar.zone.key,
            weeks,
            by=self.people[said.who],
            minutes=int(said.facts["minutes"]),
            place=said.facts["place"],
        )
        made = ReadingSession.objects.filter(series=series).order_by("date").values_list("pk", flat=True)
        self.sessions |= dict(enumerate(made, start=week))

    def put(self, said: Happening) -> None:
        for key in said.facts["papers"].split(", "):
            sessions.put_in_slot(
                self.session(said), self.papers[key], by=self.people[said.who], minutes=int(said.facts["minutes"])
            )

    def move(self, said: Happening) -> None:
        date = self.calendar.date(int(said.facts["week"]), said.facts["day"])
        time = dt.time.fromisoformat(said.facts["time"])
        sessions.move_session(self.session(said), date, time, by=self.people[said.who])

    def cancel(self, said: Happening) -> None:
        sessions.cancel_session(self.session(said), said.facts["because"], by=self.people[said.who])

    def claim(self, said: Happening) -> None:
        claims.claim(self.papers[said.facts["paper"]], by=self.people[said.who])

    def release(self, said: Happening) -> None:
        claims.release(self.papers[said.facts["paper"]], by=self.people[said.who])

    def mark(self, said: Happening) -> None:
        claims.mark_read(self.papers[said.facts["paper"]], by=self.people[said.who])

    def leave(self, said: Happening) -> None:
        claims.take_leave(self.people[said.who], by=self.people[said.who])

    def note(self, said: Happening) -> None:
        notes.write_note(self.papers[said.facts["paper"]], said.facts["body"].strip(), by=self.people[said.who])
        self.see(said, said)

    def thread(self, said: Happening) -> None:
        self.threads[id(said)] = discussion.start_thread(
            self.papers[said.facts["paper"]],
            said.facts["title"],
            said.facts["kind"],
            said.facts["body"].strip(),
            by=self.people[said.who],
        )
        self.see(said, said)

    def reply(self, thread: Happening, said: Happening) -> None:
        body = said.facts["body"].strip()
        self.posts[id(said)] = discussion.reply(self.threads[id(thread)], body, by=self.people[said.who])
        self.see(said, thread)

    def delete(self, reply: Happening) -> None:
        discussion.delete_post(self.posts[id(reply)], by=self.people[reply.who])

    def see(self, said: Happening, about: Happening) -> None:
        """Who writes has seen the paper's page."""
        notes.mark_seen(self.papers[about.facts["paper"]], by=self.people[said.who], at=timezone.now())

    def session(self, said: Happening) -> ReadingSession:
        return ReadingSession.objects.get(pk=self.sessions[int(said.facts["week"])])


@contextmanager
def standing_at(instant: dt.datetime) -> Iterator[None]:
    """Let Django's clock, which all actions ask, stand at this instant."""
    clock = timezone.now
    timezone.now = lambda: instant
    try:
        yield
    finally:
        timezone.now = clock


def columns_of_the_database_clock() -> list[tuple[type[Model], str]]:
    """Return the columns that the database fills with its own time."""
    return [
        (model, field.name)
        for model in apps.get_app_config("papers").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field.db_default, Now)
    ]


def database_clock() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0]
