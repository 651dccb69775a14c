"""What pages and jobs read about the group and its members."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from papers.members.models import Group, Member


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


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote a text and when, as the texts on a page show it."""

    author_id: int
    name: str
    initial: str
    has_left: bool
    is_mine: bool
    written_at: dt.datetime
    edited_at: dt.datetime | None

    @property
    def when(self) -> str:
        """The reader's date and wall time; without Django's date filter, which is slow in long lists."""
        return f"{timezone.localtime(self.written_at):%Y-%m-%d %H:%M}"

    @property
    def machine_time(self) -> str:
        return f"{self.written_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


# The columns of a text with an author that `byline` needs.
BYLINE_FIELDS = ("author_id", "author__name", "author__left_at", "written_at", "edited_at")


def byline(row: Mapping[str, Any], member: Member) -> Byline:
    """Return the byline of a row of BYLINE_FIELDS, as this member sees it."""
    return Byline(
        author_id=row["author_id"],
        name=row["author__name"],
        initial=row["author__name"].strip()[:1],
        has_left=row["author__left_at"] is not None,
        is_mine=row["author_id"] == member.pk,
        written_at=row["written_at"],
        edited_at=row["edited_at"],
    )
