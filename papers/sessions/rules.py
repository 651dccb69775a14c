"""When sessions are, and why a change to the schedule is refused. Pure: facts in, a sentence or None out."""

import datetime as dt
import zoneinfo

from django.utils.translation import gettext as _

WEEKS = range(1, 61)
SESSION_MINUTES = range(15, 601)
SLOT_MINUTES = range(5, 301)
FIRST_DATE, LAST_DATE = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


def starts_at(date: dt.date, wall_time: dt.time, zone_name: str) -> dt.datetime:
    """Return the instant, in UTC, of a wall time on a day in a zone, by the rules of RFC 5545.

    A time that a change of the clocks leaves out takes the offset before the gap; of an hour that comes twice it is
    the first. Raises zoneinfo.ZoneInfoNotFoundError or ValueError for a zone that the members' `why_not_zone` refuses.
    """
    # fold=0 means exactly these two rules.
    wall = dt.datetime.combine(date, wall_time.replace(fold=0), tzinfo=zoneinfo.ZoneInfo(zone_name))
    return wall.astimezone(dt.UTC)


def dates_of(first_date: dt.date, weekday: int, weeks: int) -> list[dt.date]:
    """Return the dates of a weekly series: the first one with this ISO weekday on or after `first_date`, and so on."""
    first = first_date + dt.timedelta(days=(weekday - first_date.isoweekday()) % 7)
    return [first + dt.timedelta(weeks=week) for week in range(weeks)]


def why_not_organise(*, is_organiser: bool) -> str | None:
    """Return why this role may not change the schedule, or None."""
    if is_organiser:
        return None
    return _("Only organisers change the schedule. Ask an organiser to do it, or to make you one.")


def why_not_weeks(weeks: int) -> str | None:
    if weeks in WEEKS:
        return None
    return _("A series has %(least)d to %(most)d weeks. Choose fewer now; another series can follow it.") % {
        "least": WEEKS[0],
        "most": WEEKS[-1],
    }


def why_not_date(date: dt.date) -> str | None:
    if FIRST_DATE <= date <= LAST_DATE:
        return None
    return _("A session's date lies between %(first)s and %(last)s. Please check the year.") % {
        "first": FIRST_DATE.isoformat(),
        "last": LAST_DATE.isoformat(),
    }


def why_not_length(minutes: int) -> str | None:
    if minutes in SESSION_MINUTES:
        return None
    return _("A session takes %(least)d to %(most)d minutes. Please check its length.") % {
        "least": SESSION_MINUTES[0],
        "most": SESSION_MINUTES[-1],
    }


def why_not_slot_length(minutes: int) -> str | None:
    if minutes in SLOT_MINUTES:
        return None
    return _("A paper gets %(least)d to %(most)d minutes. Please check the number.") % {
        "least": SLOT_MINUTES[0],
        "most": SLOT_MINUTES[-1],
    }


def why_not_at(clashes: list[str]) -> str | None:
    """Return why nothing can be scheduled at instants that have a session, or None. `clashes` says when that is."""
    if not clashes:
        return None
    return _("There already is a session at this time: %(when)s. Choose another day or hour.") % {
        "when": ", ".join(clashes)
    }


def why_not_move(*, has_begun: bool, is_cancelled: bool, would_be_past: bool) -> str | None:
    if is_cancelled:
        return _("This session is cancelled, so it cannot be moved. Make a new session instead.")
    if has_begun:
        return _("This session has already begun, so it cannot be moved. Its papers can be put into another one.")
    if would_be_past:
        return _("The new time has already passed. Choose a later one.")
    return None


def why_not_cancel(*, has_begun: bool, is_cancelled: bool, because: str) -> str | None:
    if is_cancelled:
        return _("This session is already cancelled. Nothing else was changed.")
    if has_begun:
        return _("This session has already begun, so it cannot be cancelled. Its papers can be put into another one.")
    if not because.strip():
        return _("Please say why the session is cancelled: everybody who had planned to come reads it.")
    return None


def why_not_put(
    *,
    number: int,
    is_cancelled: bool,
    done_by_organiser: bool,
    in_this_session: bool,
    elsewhere: str,
    elsewhere_is_over: bool,
    in_the_place: str,
    by_notes_only: bool,
) -> str | None:
    """Return why a paper cannot be put into a place of a session's agenda, or None.

    `elsewhere` names the other session that has the paper, `in_the_place` the paper that has the place meanwhile.
    """
    sentence = None
    if is_cancelled:
        sentence = _("This session is cancelled and takes no papers. Put #%(number)d into another session.")
    elif in_this_session:
        sentence = _("#%(number)d is already in this session.")
    elif elsewhere and elsewhere_is_over:
        sentence = _(
            "#%(number)d was read in the session of %(session)s. If it was not, take it out there first; "
            "then it can be put in here."
        )
    elif elsewhere:
        sentence = _(
            "#%(number)d is already in the session of %(session)s. Take it out there first, or choose another paper."
        )
    elif done_by_organiser:
        sentence = _("#%(number)d is marked as done. Choose a paper that the group has not read yet.")
    elif by_notes_only:
        sentence = _(
            "#%(number)d is read by notes only and is in no session. Change how it is read on its page first, "
            "or choose another paper."
        )
    elif in_the_place:
        sentence = _(
            "Somebody was faster: this place now has %(paper)s. The agenda here is the current one; "
            "put #%(number)d in again to give it the next place."
        )
    return sentence and sentence % {"number": number, "session": elsewhere, "paper": in_the_place}
