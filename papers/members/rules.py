"""What a name, a time zone and the group's settings may be, and why a membership is not changed.

Pure: facts in, a sentence or None out.
"""

import datetime as dt
import functools
import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from papers import lines
from papers.countries.names import NAMES

# As the models name them; a rule reads no model.
ROLES = ("organiser", "member", "reader")
NAME_LENGTH = 80
ADDRESS_LENGTH = 254
GROUP_NAME_LENGTH = 120
GOALS = range(1, 5001)
WEEKS = range(1, 521)
PAPERS_PER_WEEK = range(1, 201)
CLAIM_CAPS = range(1, 101)
WAITING_CAPS = range(0, 21)
NUMBERS = {
    "first_goal": GOALS,
    "goal": GOALS,
    "weeks": WEEKS,
    "papers_per_week": PAPERS_PER_WEEK,
    "claim_cap": CLAIM_CAPS,
    "waiting_cap": WAITING_CAPS,
}
FIRST_DATE, LAST_DATE = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


# --- Names


def why_not_name(name: str, *, longest: int = NAME_LENGTH) -> str | None:
    """Return why this cannot be the name of a person or a group, or None."""
    if not lines.can_be_seen(name):
        return _("A name needs at least one letter that can be seen. Please write one.")
    if len(name) > longest:
        return _("A name has at most %(most)d characters, and this one has %(length)d. Please shorten it.") % {
            "most": longest,
            "length": len(name),
        }
    return None


# --- Coming in


def why_not_address(email: str) -> str | None:
    """Return why no mail can be sent to this address, or None."""
    try:
        validate_email(email)
    except ValidationError:
        return _("“%(email)s” is not an e-mail address. Please correct it.") % {"email": email}
    return None


def why_not_role(role: str) -> str | None:
    if role in ROLES:
        return None
    return _("There is no role “%(role)s”. Choose one of %(roles)s.") % {"role": role, "roles": ", ".join(ROLES)}


def why_address_is_taken(email: str, *, has_left: bool) -> str:
    if has_left:
        return _("%(email)s belongs to somebody who has left. An organiser can bring them back.") % {"email": email}
    return _("%(email)s already belongs to a member.") % {"email": email}


def why_not_sign_in(name: str, *, is_here: bool) -> str | None:
    """Return why this person cannot sign in, or None."""
    if is_here:
        return None
    return _("%(name)s has left the group and cannot sign in. An organiser can bring them back.") % {"name": name}


def why_link_is_not_good(*, is_good: bool) -> str | None:
    """Return why a link does not sign in; the same for every reason, so that nothing can be found out by trying."""
    if is_good:
        return None
    return _("This link was used already or is too old, so it signs nobody in. Sign in on the usual page instead.")


def why_no_more_guesses() -> str:
    return _("Too many wrong codes were typed here. Wait ten minutes, then ask for a new code.")


# --- Time


@functools.cache
def known_zones() -> frozenset[str]:
    """Return every IANA name this machine knows. Reading them from disk takes a moment, once."""
    return frozenset(zoneinfo.available_timezones())


@functools.cache
def zone_names() -> tuple[str, ...]:
    """Return the names people choose from, in order: places and UTC, without the old and technical names."""
    regions = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return ("UTC", *sorted(name for name in known_zones() if name.split("/")[0] in regions))


def why_not_zone(name: str) -> str | None:
    if name in known_zones():
        return None
    return _("There is no time zone “%(name)s”. Choose one like Asia/Shanghai from the list.") % {"name": name}


DIGEST_PAUSE = dt.timedelta(weeks=4)


def is_digest_day(date: dt.date, *, monthly: bool, paused_until: dt.date | None) -> bool:
    """Return whether the digest of this day, on the member's calendar, is wanted; what it leaves out, the next has."""
    return (paused_until is None or date >= paused_until) and (not monthly or date.day <= 7)


def next_digest(
    now: dt.datetime,
    *,
    weekday: int,
    hour: int,
    zone: zoneinfo.ZoneInfo,
    monthly: bool = False,
    paused_until: dt.date | None = None,
) -> dt.datetime:
    """Return when, after `now`, clocks in the zone show this weekday (ISO, Monday is 1) and hour next, in that zone.

    Days on which no digest is wanted are left out. An hour that a change of the clocks leaves out counts as if it had
    not been left out.
    """
    today = now.astimezone(zone).date()
    date = today + dt.timedelta(days=(weekday - today.isoweekday()) % 7)
    at = dt.datetime(date.year, date.month, date.day, hour, tzinfo=zone)
    # Across zones, instants are compared; within one Python would compare wall times.
    if at.astimezone(dt.UTC) <= now:
        at += dt.timedelta(days=7)
    while not is_digest_day(at.date(), monthly=monthly, paused_until=paused_until):
        at += dt.timedelta(days=7)
    return at.astimezone(dt.UTC).astimezone(zone)


# --- Roles and memberships


def why_not_themselves(*, is_self: bool) -> str | None:
    """Return why somebody may not change what belongs to a member alone, or None."""
    return None if is_self else _("Only members themselves change this about themselves. Ask them to do it.")


def why_not_organise(*, is_organiser: bool) -> str | None:
    """Return why this role may not organise the group, or None."""
    if is_organiser:
        return None
    return _("This is for organisers. Ask an organiser to do it, or to make you one.")


def why_not_mail_again(*, is_self: bool, is_organiser: bool) -> str | None:
    """Return why somebody may not let mails go to a member's address again, or None."""
    if is_self or is_organiser:
        return None
    return _("Only the member themselves or an organiser can say that an address works again.")


def why_not_without(*, name: str, is_self: bool, is_organiser: bool, other_organisers: int) -> str | None:
    """Return why the group cannot do without this organiser, or None: it always has one who is here."""
    if not is_organiser or other_organisers:
        return None
    if is_self:
        return _("You are the only organiser, and the group needs one. Make somebody else an organiser first.")
    return _("%(name)s is the only organiser, and the group needs one. Make somebody else an organiser first.") % {
        "name": name
    }


def why_not_give_role(*, name: str, has_left: bool, role: str, role_seen: str, role_now: str) -> str | None:
    """Return why the member's role is not changed, or None.

    `role_seen` was on the screen of the organiser who chose; `role_now` is the role's name as people read it.
    """
    if has_left:
        return _("%(name)s has left the group meanwhile, so the role was not changed.") % {"name": name}
    if role != role_seen:
        return _("Somebody was faster: %(name)s has another role now (%(role)s). Look again, then choose.") % {
            "name": name,
            "role": role_now,
        }
    return None


def why_not_end(*, name: str, has_left: bool) -> str | None:
    """Return why the membership cannot be ended, or None."""
    if not has_left:
        return None
    return _("%(name)s has already left the group. Nothing else was changed.") % {"name": name}


def why_not_bring_back(*, name: str, has_left: bool) -> str | None:
    """Return why nobody is to be brought back, or None."""
    if has_left:
        return None
    return _("%(name)s is already back in the group. Nothing else was changed.") % {"name": name}


# --- The group's settings


def why_not_settings(values: Mapping[str, Any]) -> dict[str, str]:
    """Return why the group cannot have these settings, by the setting's name; an empty dictionary when it can.

    Settings that are missing are not looked at.
    """
    numbers = {name: values[name] for name in NUMBERS if name in values}
    reasons = {name: why_not_between(number, NUMBERS[name]) for name, number in numbers.items()}
    if "name" in values:
        reasons["name"] = why_not_name(values["name"], longest=GROUP_NAME_LENGTH)
    if "time_zone" in values:
        reasons["time_zone"] = why_not_zone(values["time_zone"])
    if "country" in values:
        reasons["country"] = why_not_country(values["country"])
    if "starts_on" in values:
        reasons["starts_on"] = why_not_first_day(values["starts_on"])
    if {"first_goal", "goal"} <= numbers.keys() and not (reasons["first_goal"] or reasons["goal"]):
        reasons["goal"] = why_not_goals(first_goal=numbers["first_goal"], goal=numbers["goal"])
    return {name: reason for name, reason in reasons.items() if reason is not None}


def why_not_between(number: int, allowed: range) -> str | None:
    """Return why a setting cannot have this number, or None."""
    if number in allowed:
        return None
    return _("This is a number from %(least)d to %(most)d. Please check it.") % {
        "least": allowed[0],
        "most": allowed[-1],
    }


def why_not_first_day(date: dt.date) -> str | None:
    if FIRST_DATE <= date <= LAST_DATE:
        return None
    return _("The first day lies between %(first)s and %(last)s. Please check the year.") % {
        "first": FIRST_DATE.isoformat(),
        "last": LAST_DATE.isoformat(),
    }


def why_not_country(code: str) -> str | None:
    """Return why the holidays of this country cannot count, or None. The empty text is no country."""
    if not code or code in NAMES:
        return None
    return _("The holidays of this country are not known here. Choose another one, or none.")


def why_not_goals(*, first_goal: int, goal: int) -> str | None:
    """Return why the two goals do not go together, or None."""
    if first_goal <= goal:
        return None
    return _("The whole goal (%(goal)d) is smaller than the first one (%(first)d). Make one of them fit.") % {
        "goal": goal,
        "first": first_goal,
    }


def why_not_overwrite(*, seen: str, now: str) -> str | None:
    """Return why settings are not saved over those that somebody saved meanwhile, or None.

    Both are fingerprints of the settings: those that were on the screen, and those that stand now.
    """
    if seen == now:
        return None
    return _(
        "Somebody else saved other settings while this page was open, so yours were not saved yet. "
        "What differs is said below; save again to replace it with yours."
    )


# --- Being away

MOST_DAYS_AWAY = 366
MOST_TIMES_AWAY = 20


def why_not_away(*, first: dt.date, last: dt.date, today: dt.date, others: int) -> str | None:
    """Return why these days are not kept as a time away, or None. `others` are the coming ones that are kept."""
    if last < first:
        return _("The last day lies before the first. Please check the two days.")
    if last < today:
        return _("These days are over. Nothing was kept.")
    if (last - first).days >= MOST_DAYS_AWAY:
        return _("At most a year is kept at once. If you are away for longer, an organiser can make you a reader.")
    if others >= MOST_TIMES_AWAY:
        return _("You have %(most)d times away already. Take one of them back first.") % {"most": MOST_TIMES_AWAY}
    return None
