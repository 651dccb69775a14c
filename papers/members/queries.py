"""What pages and jobs read about the group and its members."""

import datetime as dt
import hashlib
import json
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from papers.countries.days import country_of
from papers.lines import is_visible
from papers.mail.composing import zone_of
from papers.members import rules
from papers.members.models import Application, Every, Group, Member, Role, SignInLink


def the_group() -> Group:
    """Return the one group; before it is set up, one with the first values of the settings (made, not guessed)."""
    group = Group.objects.first()
    return group if group is not None else Group.objects.get_or_create(pk=1, defaults=first_values())[0]


def first_values() -> dict:
    """Return what a new group starts with; `seeds/group.toml` refines it when the list is loaded."""
    return {
        "name": settings.GROUP_NAME,
        "language": settings.GROUP_LANGUAGE,
        "time_zone": settings.GROUP_TIMEZONE,
        "country": country_of(settings.GROUP_TIMEZONE),
        "signup": settings.SIGNUP,
        "starts_on": timezone.localdate(),
        "first_goal": 100,
        "goal": 150,
        "weeks": 26,
        "papers_per_week": 6,
    }


def current_members() -> QuerySet[Member]:
    """Return the members who have not left, by name."""
    return Member.objects.filter(is_active=True, left_at=None).order_by("name", "pk")


def member_with_address(email: str) -> Member | None:
    """Return whose address this is, in whatever case it is written; they may have left."""
    return Member.objects.filter(email__iexact=email).first()


def link_of(token: str) -> SignInLink | None:
    """Return the sign-in link with this token while it is good, with its member."""
    hashed = hashlib.sha256(token.encode()).hexdigest()
    good = SignInLink.objects.select_related("member").filter(used_at=None, expires_at__gt=timezone.now())
    return good.filter(token_hash=hashed).first()


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote a text and when, as the texts on a page show it."""

    # None for who is not to be known.
    author_id: int | None
    name: str
    initial: str
    has_left: bool
    is_mine: bool
    written_at: dt.datetime
    edited_at: dt.datetime | None
    # Who is behind an alias, for those who may know it.
    known_as: str = ""

    @property
    def when(self) -> str:
        """The reader's date and wall time; without Django's date filter, which is slow in long lists."""
        return f"{timezone.localtime(self.written_at):%Y-%m-%d %H:%M}"

    @property
    def machine_time(self) -> str:
        return f"{self.written_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


# The columns of a text with an author that `byline` needs.
BYLINE_FIELDS = ("author_id", "author__name", "author__left_at", "written_at", "edited_at")


def byline(row: Mapping[str, Any], member: Member | None) -> Byline:
    """Return the byline of a row of BYLINE_FIELDS, as this member sees it; None is somebody who is no member."""
    return Byline(
        author_id=row["author_id"],
        name=row["author__name"],
        initial=row["author__name"].strip()[:1],
        has_left=row["author__left_at"] is not None,
        is_mine=member is not None and row["author_id"] == member.pk,
        written_at=row["written_at"],
        edited_at=row["edited_at"],
    )


# --- The group's settings

SETTINGS = (
    *("name", "welcome", "language", "time_zone", "country", "starts_on"),
    *("first_goal", "goal", "weeks", "papers_per_week"),
    *("claim_cap", "waiting_cap", "bids_first", "first_thoughts", "anonymous_posts", "members_may_edit", "signup"),
)


def settings_of(group: Group) -> dict[str, Any]:
    """Return the group's settings as values JSON can hold, by field."""
    values = {name: getattr(group, name) for name in SETTINGS}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a short text that is another one as soon as one of the values is."""
    return hashlib.sha256(json.dumps(dict(values), sort_keys=True).encode()).hexdigest()[:16]


# --- Members as others see them


def visible_to(member: Member) -> QuerySet[Member]:
    """Return the people the member may know of: all who are or were in the group, for everybody who has not left."""
    people = Member.objects.all()
    return people if member.is_active and member.left_at is None else people.none()


@dataclass(frozen=True, slots=True)
class Person:
    """One member, in words, as somebody in the group sees them.

    `email` is empty for those who may not see it; `last_here` is empty unless an organiser looks.
    """

    id: int
    name: str
    initial: str
    role: str
    role_label: str
    joined: str
    left: str
    email: str
    last_here: str
    is_me: bool

    @property
    def has_left(self) -> bool:
        return self.left != ""

    @property
    def url(self) -> str:
        return f"/members/{self.id}/"


def person_of(member: Member, viewer: Member) -> Person:
    """Return the member as the viewer sees them; addresses are for organisers and for oneself."""
    is_me = member.pk == viewer.pk
    has_left = member.left_at is not None or not member.is_active
    return Person(
        id=member.pk,
        name=member.name,
        initial=initial_of(member.name),
        role=member.role,
        role_label=member.get_role_display(),
        joined=day(member.joined_at),
        left=(day(member.left_at) or _("some time ago")) if has_left else "",
        email=member.email if is_me or viewer.is_organiser else "",
        last_here=day(member.last_login) if viewer.is_organiser else "",
        is_me=is_me,
    )


def people(viewer: Member) -> tuple[list[Person], list[Person]]:
    """Return who is in the group and who has left it, each by name, organisers first; in one query."""
    order = {Role.ORGANISER: 0, Role.MEMBER: 1, Role.READER: 2}
    members = visible_to(viewer).order_by("name", "pk").defer("password")
    persons = [person_of(member, viewer) for member in members]
    here = sorted((person for person in persons if not person.has_left), key=lambda person: order[Role(person.role)])
    return here, [person for person in persons if person.has_left]


def initial_of(name: str) -> str:
    """Return the first character of the name that shows something by itself."""
    return next((letter for letter in name if is_visible(letter)), "")


def day(at: dt.datetime | None) -> str:
    """Return the instant's day in the reader's zone and language, empty for None."""
    return date_format(timezone.localtime(at), "DATE_FORMAT") if at is not None else ""


# --- One's own settings


@dataclass(frozen=True, slots=True)
class NextDigest:
    """When a member's next digest comes, on their clock, and on the group's where that shows something else."""

    own: str
    own_zone: str
    group: str
    group_zone: str


def next_digest_of(member: Member, group: Group, now: dt.datetime) -> NextDigest:
    """Return when the member's next digest comes after `now`, in the language of the request."""
    zone, group_zone = zone_of(member.time_zone, group.time_zone), zone_of(group.time_zone)
    at = rules.next_digest(
        now,
        weekday=member.digest_weekday,
        hour=member.digest_hour,
        zone=zone,
        monthly=member.digest_every == Every.MONTH,
        paused_until=member.digest_paused_until,
    )
    there = at.astimezone(group_zone)
    differs = there.replace(tzinfo=None) != at.replace(tzinfo=None)
    return NextDigest(
        own=day_and_time(at),
        own_zone=zone_in_words(zone),
        group=day_and_time(there) if differs else "",
        group_zone=zone_in_words(group_zone),
    )


def day_and_time(at: dt.datetime) -> str:
    """Return weekday, date and wall time in the instant's own zone."""
    words = {"weekday": date_format(at, "l"), "date": date_format(at, "DATE_FORMAT"), "time": f"{at:%H:%M}"}
    return _("%(weekday)s, %(date)s, %(time)s") % words


def zone_in_words(zone: zoneinfo.ZoneInfo) -> str:
    return str(zone).replace("_", " ")


# --- For organisers


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    here: int
    organisers: int


def people_counts() -> PeopleCounts:
    """Return how many people are in the group, and how many of them organise it; in one query."""
    counts = (
        current_members().order_by().aggregate(here=Count("pk"), organisers=Count("pk", filter=Q(role=Role.ORGANISER)))
    )
    return PeopleCounts(**counts)


def open_applications() -> int:
    """Return how many people have asked to join and wait for an answer."""
    return Application.objects.filter(decided_at=None).count()
