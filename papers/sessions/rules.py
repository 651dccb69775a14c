"""When sessions are, and why a change to the schedule is refused. Pure: facts in, a sentence or None out."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WEEKS = range(1, 61)
SESSION_MINUTES = range(15, 601)
SLOT_MINUTES = range(5, 301)
LONGEST_BREAK = 200
FIRST_DATE, LAST_DATE = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


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
    """Return why nothing can be scheduled when there is a session already, or None. `clashes` says when that is."""
    if not clashes:
        return None
    return _("There already is a session at this time: %(when)s. Choose another day or hour.") % {
        "when": ", ".join(clashes)
    }


def why_not_over(clashes: int) -> str | None:
    """Return why a series cannot be made of which so many dates have a session already, or None."""
    if not clashes:
        return None
    sentence = ngettext(
        "%(count)d date overlaps another session; it is marked below. Choose another day or hour.",
        "%(count)d dates overlap other sessions; they are marked below. Choose another day or hour.",
        clashes,
    )
    return sentence % {"count": clashes}


def why_not_together(clashes: list[str]) -> str | None:
    """Return why sessions cannot be made that overlap each other, or None."""
    if not clashes:
        return None
    return _("Two of the sessions would overlap: %(when)s. Choose another day for one of them.") % {
        "when": ", ".join(clashes)
    }


def why_not_past(passed: list[str]) -> str | None:
    """Return why sessions that would have begun already are not made, or None."""
    if not passed:
        return None
    return _("This time has already passed: %(when)s. Choose a later first date.") % {"when": ", ".join(passed[:3])}


def why_not_as_seen(*, as_seen: bool) -> str | None:
    """Return why a plan that somebody has looked at is not carried out, or None."""
    if as_seen:
        return None
    return _("The plan has changed meanwhile, so nothing was done. What you see below is the current one.")


def why_not_break(*, first: dt.date, last: dt.date, name: str) -> str | None:
    """Return why these days cannot be a break, or None."""
    if not name.strip():
        return _("Please give the days a name, such as “Exams”: everybody reads why there is no session.")
    if last < first:
        return _("The last day is before the first one. Please check the two dates.")
    if (last - first).days >= LONGEST_BREAK:
        return _("A break has at most %(most)d days. Please check the year.") % {"most": LONGEST_BREAK}
    return why_not_date(first) or why_not_date(last)


def why_not_restore(*, is_cancelled: bool, has_begun: bool) -> str | None:
    if not is_cancelled:
        return _("This session takes place already. Nothing was changed.")
    if has_begun:
        return _("The time of this session has passed, so it cannot be restored. Make a new session instead.")
    return None


def why_not_found(*, is_there: bool, is_cancelled: bool) -> str | None:
    """Return why a slot cannot go into another session, or None."""
    if is_cancelled:
        return _("That session is cancelled and takes no papers. Choose another one.")
    if not is_there:
        return _("This paper is no longer in the session: somebody else has moved it or taken it out.")
    return None


def why_not_move_slot(*, has_begun: bool) -> str | None:
    if not has_begun:
        return None
    return _("That session has already begun. Choose one that is still to come.")


def why_not_move(*, has_begun: bool, is_cancelled: bool, would_be_past: bool) -> str | None:
    if is_cancelled:
        return _("This session is cancelled, so it cannot be moved. Restore it first, or make a new session instead.")
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
