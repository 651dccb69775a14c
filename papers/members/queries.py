"""What pages and jobs read about the group and its members."""

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
