"""Sessions as iCalendar (RFC 5545), in the language that is spoken. The same facts always give the same bytes."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Alarm, Calendar, Event, Timezone, vDuration

from papers.calendars import rules
from papers.calendars.queries import Item, Occasion
from papers.calendars.zones import timezone_component
from papers.lines import tidy

# A title that is longer is called by its number in the line that a month shows.
SUMMARY_LENGTH = 120


def calendar(
    occasions: Iterable[Occasion], *, group: str, name: str = "", member: int | None = None, alarm: str = "none"
) -> bytes:
    """Return a calendar of the sessions, called `name`.

    `member` (a key) is whose duties are said first; `alarm` is one of CalendarFeed's.
    """
    occasions = list(occasions)
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//reading group//sessions//EN")
    made.add("calscale", "GREGORIAN")
    if name:
        made.add("name", name)
        made.add("x-wr-calname", name)
        made.add("refresh-interval", vDuration(rules.ASK_AGAIN), parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", vDuration(rules.ASK_AGAIN))
    for component in zones_of(occasions):
        made.add_component(component)
    for occasion in occasions:
        made.add_component(event_of(occasion, group, member, alarm))
    return made.to_ical()


def zones_of(occasions: list[Occasion]) -> list[Timezone]:
    """Return a VTIMEZONE for each zone of the sessions, by name, right in all years that they name."""
    if not occasions:
        return []
    first = min(occasion.starts_at for occasion in occasions).year
    last = max(occasion.ends_at for occasion in occasions).year
    names = sorted({zone_of(occasion).key for occasion in occasions} - {"UTC"})
    return [timezone_component(name, first, last + 1) for name in names]


def zone_of(occasion: Occasion) -> zoneinfo.ZoneInfo:
    """Return the session's zone; UTC when the database of zones no longer knows its name."""
    try:
        return zoneinfo.ZoneInfo(occasion.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")


def event_of(occasion: Occasion, group: str, member: int | None, alarm: str) -> Event:
    event = Event()
    event.add("uid", uid_of(occasion.id))
    # Without a METHOD the two are the same, and a program takes the newer one.
    event.add("dtstamp", occasion.changed_at.replace(microsecond=0))
    event.add("last-modified", occasion.changed_at.replace(microsecond=0))
    event.add("sequence", rules.sequence_of(sequence=occasion.sequence, revisions=occasion.revisions))
    event.add("status", "CANCELLED" if occasion.is_cancelled else "CONFIRMED")
    event.add("dtstart", on_the_clock(occasion.starts_at, zone_of(occasion)))
    event.add("dtend", on_the_clock(occasion.ends_at, zone_of(occasion)))
    event.add("summary", summary(occasion, group, member))
    event.add("description", "\n".join(description(occasion, member)))
    if occasion.place:
        event.add("location", tidy(occasion.place))
    event.add("url", f"{settings.BASE_URL}/sessions/{occasion.id}/")
    before = rules.ALARMS.get(alarm)
    if before is not None and not occasion.is_cancelled:
        event.add_component(alarm_of(occasion, before, group, member))
    return event


def uid_of(session: int) -> str:
    """Return the name that the session's event keeps when it moves."""
    return f"session-{session}@{urlsplit(settings.BASE_URL).hostname}"


def on_the_clock(instant: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the instant on the zone's clock, in UTC when that shows the hour twice: readers differ about it."""
    local = instant.astimezone(zone)
    shows_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return instant.astimezone(dt.UTC) if shows_twice else local


def alarm_of(occasion: Occasion, before: dt.timedelta, group: str, member: int | None) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    alarm.add("description", summary(occasion, group, member))
    return alarm


def summary(occasion: Occasion, group: str, member: int | None) -> str:
    """Return the line that a month shows: the group and the papers, the member's own before all others."""
    group = tidy(group)
    if occasion.is_cancelled:
        return _("%(group)s: cancelled") % {"group": group}
    mine = [item for item in occasion.items if member in {who for who, _name in item.presenters}]
    if mine:
        return _("%(group)s: you present %(papers)s") % {"group": group, "papers": names_of(mine)}
    if occasion.items:
        return _("%(group)s: %(papers)s") % {"group": group, "papers": names_of(occasion.items)}
    return _("%(group)s: reading session") % {"group": group}


def names_of(items: Iterable[Item]) -> str:
    """Return the papers' short names or titles on one line, their numbers alone when that is too long."""
    items = list(items)
    names = "; ".join(f"#{item.number} {tidy(item.short_name or item.title)}" for item in items)
    if len(names) <= SUMMARY_LENGTH:
        return names
    return ", ".join(f"#{item.number}" for item in items)


def description(occasion: Occasion, member: int | None) -> list[str]:
    """Return the lines below: why it is cancelled, or what one has to do, the agenda and who presents."""
    address = f"{settings.BASE_URL}/sessions/{occasion.id}/"
    if occasion.is_cancelled:
        return [_("This session is cancelled."), tidy(occasion.because), address]
    return [*tasks(occasion, member), *agenda(occasion), *roles(occasion), address]


def tasks(occasion: Occasion, member: int | None) -> list[str]:
    """Return what the member has to do in it, in sentences."""
    said = []
    for item in occasion.items:
        if member in {who for who, _name in item.presenters}:
            said.append(_("You present #%(number)d.") % {"number": item.number})
        elif member in {who for who, _name in item.understudies}:
            said.append(_("You step in for #%(number)d if its presenter can’t make it.") % {"number": item.number})
    if occasion.duties.get("host", (None,))[0] == member:
        said.append(_("You lead this session."))
    if occasion.duties.get("scribe", (None,))[0] == member:
        said.append(_("You write the minutes of this session."))
    return [*said, ""] if said and member is not None else []


def agenda(occasion: Occasion) -> list[str]:
    if not occasion.items:
        return [_("No paper was put into this session yet.")]
    lines = []
    for item in occasion.items:
        minutes = ngettext("%(minutes)d minute", "%(minutes)d minutes", item.minutes) % {"minutes": item.minutes}
        lines.append(f"#{item.number} {tidy(item.title)} ({minutes})")
        names = ", ".join(tidy(name) for _who, name in item.presenters)
        lines.append(_("Presented by %(names)s.") % {"names": names} if names else _("Nobody presents it yet."))
    return lines


def roles(occasion: Occasion) -> list[str]:
    said = {"host": _("Host: %(name)s"), "scribe": _("Scribe: %(name)s")}
    return [said[role] % {"name": tidy(occasion.duties[role][1])} for role in said if role in occasion.duties]
