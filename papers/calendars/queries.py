"""What a calendar says of the sessions."""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Max, Q, QuerySet

from papers.calendars import rules
from papers.calendars.models import CalendarEvent, CalendarFeed
from papers.catalogue.models import Paper
from papers.claims.models import Duty
from papers.claims.queries import presenters_from, with_place
from papers.members import tokens
from papers.members.models import Member
from papers.sessions.models import ReadingSession

TOKEN = "calendar"  # noqa: S105 - what the tokens are for


@dataclass(frozen=True)
class Item:
    """One paper of an agenda. People are (member id, name); the holder stands first."""

    number: int
    title: str
    short_name: str
    minutes: int
    presenters: tuple[tuple[int, str], ...] = ()
    understudies: tuple[tuple[int, str], ...] = ()

    @property
    def people(self) -> set[int]:
        return {member for member, _name in (*self.presenters, *self.understudies)}


@dataclass(frozen=True)
class Occasion:
    """A session as calendars tell of it."""

    id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    time_zone: str
    place: str
    is_cancelled: bool
    because: str
    items: tuple[Item, ...]
    # By role, as (member id, name).
    duties: dict[str, tuple[int, str]]
    # The session's own sequence, and what is remembered of it (none yet: 0 and when it was made).
    sequence: int
    revisions: int
    changed_at: dt.datetime
    people_then: frozenset[int]

    @property
    def people(self) -> frozenset[int]:
        """Who has something to do in it, or had before it was cancelled."""
        if self.is_cancelled:
            return self.people_then
        return frozenset().union(*(item.people for item in self.items), (who for who, _name in self.duties.values()))

    def fingerprint(self) -> str:
        """Return a hash of everything that is said of it."""
        items = [
            (item.number, item.title, item.short_name, item.minutes, item.presenters, item.understudies)
            for item in self.items
        ]
        facts = [self.starts_at.isoformat(), self.ends_at.isoformat(), self.time_zone, self.place]
        said = json.dumps([facts, self.is_cancelled, self.because, items, sorted(self.duties.items())])
        return hashlib.sha256(said.encode()).hexdigest()


def kept(now: dt.datetime) -> QuerySet[ReadingSession]:
    """Return the sessions that calendars hold at `now`, soonest first."""
    return (
        ReadingSession.objects.filter(
            Q(cancelled_at=None, starts_at__gt=now - rules.KEPT_PAST) | Q(cancelled_at__gt=now - rules.KEPT_CANCELLED)
        )
        .select_related("calendar_event")
        .order_by("starts_at", "pk")
    )


def occasions(sessions: Iterable[ReadingSession]) -> list[Occasion]:
    """Return what calendars say of the sessions, in their order; two queries, however many there are."""
    sessions = list(sessions)
    keys = [session.pk for session in sessions]
    items, duties = items_of(keys), duties_of(keys)
    return [occasion(session, items[session.pk], duties[session.pk]) for session in sessions]


def occasion(session: ReadingSession, items: list[Item], duties: dict[str, tuple[int, str]]) -> Occasion:
    # None where nothing is remembered yet.
    event = getattr(session, "calendar_event", None)
    return Occasion(
        id=session.pk,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_zone=session.time_zone,
        place=session.place,
        is_cancelled=session.cancelled_at is not None,
        because=session.cancelled_because,
        items=tuple(items),
        duties=duties,
        sequence=session.sequence,
        revisions=event.revisions if event else 0,
        changed_at=event.changed_at if event else session.made_at,
        people_then=frozenset(event.people if event else ()),
    )


def items_of(sessions: list[int]) -> dict[int, list[Item]]:
    """Return the agenda of each of the sessions (by primary key), in order, in one query."""
    rows = with_place(Paper.objects.filter(slots__session__in=sessions)).values(
        *("number", "title", "aliases", "holder_id", "holder_name", "beside", "session_id"),
        position=F("slots__position"),
        slot_minutes=F("slots__minutes"),
    )
    items: dict[int, list[Item]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["session_id"], row["position"])):
        items[row["session_id"]].append(item_from(row))
    return items


def item_from(row: dict[str, Any]) -> Item:
    beside = [one for one in row["beside"] if one["role"] == "understudy" and one["state"] == "accepted"]
    return Item(
        number=row["number"],
        title=row["title"],
        short_name=row["aliases"][0] if row["aliases"] else "",
        minutes=row["slot_minutes"],
        presenters=tuple(presenters_from(row)),
        understudies=tuple((one["member_id"], one["name"]) for one in beside),
    )


def duties_of(sessions: list[int]) -> dict[int, dict[str, tuple[int, str]]]:
    """Return who leads each of the sessions (by primary key) and who writes its minutes, by role, in one query."""
    duties: dict[int, dict[str, tuple[int, str]]] = defaultdict(dict)
    rows = Duty.objects.filter(session__in=sessions, left_at=None).order_by("pk")
    for session, role, member, name in rows.values_list("session_id", "role", "member_id", "member__name"):
        duties[session][role] = (member, name)
    return duties


def people_of(sessions: Iterable[int]) -> dict[int, set[int]]:
    """Return who has something to do in each of the sessions, or had before it was cancelled, all by primary key."""
    rows = CalendarEvent.objects.filter(session__in=sessions)
    return {session: set(people) for session, people in rows.values_list("session_id", "people")}


def changed_at(feed: CalendarFeed, now: dt.datetime) -> dt.datetime:
    """Return when what this calendar holds at `now` became so, also because something old fell out of it."""
    last = ReadingSession.objects.aggregate(
        made=Max("made_at"),
        told=Max("calendar_event__changed_at"),
        cancelled=Max("cancelled_at", filter=Q(cancelled_at__lte=now - rules.KEPT_CANCELLED)),
        past=Max("starts_at", filter=Q(starts_at__lte=now - rules.KEPT_PAST)),
    )
    fell_out = [
        last["cancelled"] and last["cancelled"] + rules.KEPT_CANCELLED,
        last["past"] and last["past"] + rules.KEPT_PAST,
    ]
    return max(instant for instant in (feed.changed_at, last["made"], last["told"], *fell_out) if instant)


def feed_of(member: Member | None) -> CalendarFeed | None:
    """Return the member's calendar, or the group's for None, if it was ever made."""
    return CalendarFeed.objects.filter(member=member).first()


def token_of(feed: CalendarFeed) -> str:
    """Return what the calendar's address bears; nobody can make it without the site's key and the row."""
    return tokens.make(TOKEN, feed.pk, feed.generation)


def path_of(feed: CalendarFeed) -> str:
    return f"/calendar/{token_of(feed)}.ics"


def address_of(feed: CalendarFeed) -> str:
    return f"{settings.BASE_URL}{path_of(feed)}"


def feed_at(token: str) -> tuple[bool, CalendarFeed | None]:
    """Return whether the token was made here, and the calendar with its member while the address is good."""
    said = tokens.read(TOKEN, token)
    if said is None:
        return False, None
    feed = CalendarFeed.objects.select_related("member").filter(pk=said.id, generation=said.generation).first()
    return True, feed if feed is not None and is_good(feed) else None


def is_good(feed: CalendarFeed) -> bool:
    """Return whether the calendar may be fetched: it has an address, and its member has not left."""
    return feed.is_on and (feed.member is None or (feed.member.is_active and feed.member.left_at is None))


def left_since(feed: CalendarFeed) -> int:
    """Return how many members have left since the calendar's address was made, and may still know it."""
    return Member.objects.filter(left_at__gt=feed.made_at).count()
