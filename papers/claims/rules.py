"""Why somebody may not claim, release, await or take over a paper. Pure: facts in, a sentence or None out."""

import datetime as dt
import zoneinfo
from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def why_role_may_not_claim(*, may_write: bool, has_left: bool = False) -> str | None:
    """Return why this role cannot hold papers, or None."""
    if has_left:
        return _("You have left the group, so you cannot claim papers. An organiser can bring you back.")
    if may_write:
        return None
    return _("Claiming is for members. You are a reader; an organiser can make you a member.")


def why_paper_is_not_free(
    *,
    holder_name: str | None,
    is_mine: bool,
    is_done: bool,
    is_on_list: bool = True,
    offered_to: str | None = None,
    bids_until: str | None = None,
) -> str | None:
    """Return why this paper cannot be claimed now, or None."""
    if not is_on_list:
        return _(
            "This work is only mentioned and not on the list, so nobody presents it. An organiser can put it there."
        )
    if is_done:
        return _("The group has already read this paper, so it can no longer be claimed.")
    if is_mine:
        return _("You already hold this paper.")
    if holder_name is not None:
        return taken_by(holder_name)
    if bids_until is not None:
        sentence = _("This part has just begun: until %(until)s its papers take bids. Say how much you would like it.")
        return sentence % {"until": bids_until}
    if offered_to is not None:
        sentence = _("This paper is offered to %(name)s, who waited for it. Wait in line, should they decline.")
        return sentence % {"name": offered_to}
    return None


def taken_by(holder_name: str) -> str:
    """Return what somebody reads who was slower."""
    return _("%(name)s was faster and holds this paper now. Choose another one that is free.") % {"name": holder_name}


def why_no_more(*, held: list[str], cap: int) -> str | None:
    """Return why this member cannot hold one more paper, naming those they hold, or None.

    The cap is the group's setting; its default of 2 stops land-grabs in the first week.
    """
    if len(held) < cap:
        return None
    return ngettext(
        "You hold %(papers)s, and the group allows %(cap)d paper at a time. Release it or present it first.",
        "You hold %(papers)s, and the group allows %(cap)d papers at a time. Release or present one of them first.",
        cap,
    ) % {"papers": ", ".join(held), "cap": cap}


def why_not_release(*, holds: bool, is_mine: bool, is_organiser: bool, is_done: bool) -> str | None:
    """Return why this member cannot release the paper's claim, or None."""
    if not holds:
        return _("Nobody holds this paper any more, so there is nothing to release.")
    if not (is_mine or is_organiser):
        return _("Only the member who holds this paper, or an organiser, can release it.")
    if is_done:
        return _("This paper has been presented; the claim stays as a record of who did it.")
    return None


def why_not_mark_read(*, is_organiser: bool) -> str | None:
    """Return why this member cannot say that a paper was read outside a session, or None."""
    if is_organiser:
        return None
    return _("Only an organiser can mark a paper as read by the group. It is marked by itself after its session.")


# --- Waiting in line, and what is offered to whom

# People are awake, and answer, between these hours of their own clock; an offer's time stands still outside of them.
WAKING = (dt.time(8), dt.time(21))
OFFER_LIVES = dt.timedelta(hours=24)
# A release can be taken back for this long; the next in line is written to only afterwards.
UNDO_WITHIN = dt.timedelta(seconds=10)


def waking_end(start: dt.datetime, zone: zoneinfo.ZoneInfo, lives: dt.timedelta = OFFER_LIVES) -> dt.datetime:
    """Return, in UTC, when so much waking time has passed since `start`; the nights of the zone do not count.

    The source of the hours is the design paper `product.md`, part E. Days on which clocks change count as they are.
    """
    left, day = lives, start.astimezone(zone).date()
    while True:
        begins = max(start, dt.datetime.combine(day, WAKING[0], zone).astimezone(dt.UTC))
        ends = dt.datetime.combine(day, WAKING[1], zone).astimezone(dt.UTC)
        if begins < ends:
            if begins + left <= ends:
                return (begins + left).astimezone(dt.UTC)
            left -= ends - begins
        day += dt.timedelta(days=1)


def why_not_wait(
    *, may_write: bool, is_mine: bool, is_held: bool, is_done: bool, is_waiting: bool, others: int, cap: int = 1
) -> str | None:
    """Return why this member cannot wait in line for a paper, or None. `others` are the lines they stand in.

    The cap is the group's setting; its default is 1 (design paper `product.md`, part E: “2 (+1 waiting)”).
    """
    if not may_write:
        return _("Waiting for a paper is for members. You are a reader; an organiser can make you a member.")
    if is_done:
        return _("The group has already read this paper, so there is nothing to wait for.")
    if is_mine:
        return _("You hold this paper yourself.")
    if is_waiting:
        return _("You are in this line already.")
    if not is_held:
        return _("This paper is free: claim it.")
    if not cap:
        return _("This group has no lines to wait in. Look at the paper again later, or choose another one.")
    if others >= cap:
        return ngettext(
            "You may stand in %(cap)d line at a time. Leave the other one first.",
            "You may stand in %(cap)d lines at a time. Leave one of the others first.",
            cap,
        ) % {"cap": cap}
    return None


def why_no_answer(*, state: str, when: str) -> str | None:
    """Return why an offer or a swap takes no answer any more, or None. `when` is when it was answered, in words."""
    sentences = {
        "accepted": _("This was accepted already (%(when)s)."),
        "declined": _("This was declined already (%(when)s)."),
        "expired": _("The time for an answer was over at %(when)s, and it passed to the next person."),
        "withdrawn": _("This was taken back (%(when)s), so there is nothing to answer any more."),
    }
    return sentences[state] % {"when": when} if state in sentences else None


def why_not_undo(*, is_mine: bool, age: dt.timedelta, is_free: bool) -> str | None:
    """Return why a release is not taken back, or None."""
    if not is_mine or age > UNDO_WITHIN * 2:
        return _("This release can no longer be taken back. Claim the paper again if it is free, or wait in line.")
    if not is_free:
        return _("Somebody has claimed this paper meanwhile. You can wait in line for it.")
    return None


# --- A stand-in


def why_not_look(*, state: str, is_mine: bool) -> str | None:
    """Return why this member cannot ask for a stand-in, or None. `state` is one of `machines.CLAIM`."""
    if not is_mine:
        return _("Only who holds this paper can ask for a stand-in. An organiser can release it.")
    if state == "done":
        return _("This paper has been presented; the claim stays as a record of who did it.")
    return None


def why_not_take_over(*, state: str, is_mine: bool) -> str | None:
    """Return why this member cannot take the paper over, or None."""
    if is_mine:
        return _("This is your own paper. Say that you present it after all, if you do.")
    if state != "looking":
        return _("Nobody looks for a stand-in for this paper any more. Thank you for offering.")
    return None


# --- At the holder's side

# Two or three people present a paper together (design paper `product.md`, row 24).
MOST_CO_PRESENTERS = 2


def why_not_ask_partner(
    *, is_mine: bool, is_done: bool, is_self: bool, may_write: bool, is_there: bool, count: int
) -> str | None:
    """Return why this member is not asked to present a paper with its holder, or None. `count` are there already."""
    sentence = None
    if not is_mine:
        sentence = _("Only who holds this paper can ask somebody to present it with them.")
    elif is_done:
        sentence = _("This paper has been presented; the claim stays as a record of who did it.")
    elif is_self:
        sentence = _("You hold this paper already. Choose somebody else.")
    elif not may_write:
        sentence = _("Presenting is for members. Choose somebody who is one.")
    elif is_there:
        sentence = _("They are asked already, or are at your side for this paper.")
    elif count >= MOST_CO_PRESENTERS:
        sentence = _("At most three people present a paper together, and three are named already.")
    return sentence


def why_partner_gone(*, is_held: bool) -> str | None:
    if is_held:
        return None
    return _("Who asked you no longer holds this paper, so there is nothing to answer.")


def why_not_stand_by(
    *, may_write: bool, is_held: bool, is_done: bool, is_mine: bool, is_there: bool, is_taken: bool
) -> str | None:
    """Return why this member does not become the paper's understudy, or None."""
    sentence = None
    if not may_write:
        sentence = _("Presenting is for members. You are a reader; an organiser can make you a member.")
    elif is_done:
        sentence = _("The group has already read this paper, so it needs no understudy.")
    elif not is_held:
        sentence = _("Nobody holds this paper, so it needs no understudy. Claim it yourself.")
    elif is_mine:
        sentence = _("You hold this paper yourself.")
    elif is_there:
        sentence = _("You are at the side of this paper’s holder already.")
    elif is_taken:
        sentence = _("Somebody else is the understudy of this paper already. Thank you for offering.")
    return sentence


def why_not_promote(*, may: bool, has_understudy: bool, is_done: bool) -> str | None:
    """Return why the understudy does not get the paper, or None."""
    if not may:
        return _("Only who holds this paper, or an organiser, can give it to the understudy.")
    if is_done:
        return _("This paper has been presented; the claim stays as a record of who did it.")
    if not has_understudy:
        return _("This paper has no understudy any more.")
    return None


# --- Swapping


def why_not_swap(*, given_is_mine: bool, wanted_is_mine: bool, both_open: bool, asked_before: bool) -> str | None:
    """Return why these two papers are not offered for exchange, or None."""
    if not given_is_mine:
        return _("You can only give a paper that you hold.")
    if wanted_is_mine:
        return _("You hold both papers yourself.")
    if not both_open:
        return _("One of the two papers is no longer held, or was presented. Look at the list again.")
    if asked_before:
        return _("You have offered this paper for exchange already. Take that back first, or wait for the answer.")
    return None


# --- Host and scribe

# What leading a session, or writing its minutes, counts (design paper `product.md`, part E).
DUTY_POINTS = 1


def why_not_give_duty(*, is_organiser: bool) -> str | None:
    if is_organiser:
        return None
    return _("Only organisers ask others to lead a session or write its minutes. You can do it yourself.")


def why_not_duty(*, may_write: bool, is_over: bool, taken_by: str | None) -> str | None:
    """Return why this member does not lead the session or write its minutes, or None."""
    if not may_write:
        return _("Leading a session and writing its minutes is for members. An organiser can make you one.")
    if is_over:
        return _("This session is over or cancelled, so nothing is to be done in it any more.")
    if taken_by is not None:
        return _("%(name)s was faster and does this already. Thank you for offering.") % {"name": taken_by}
    return None


def why_not_leave_duty(*, may: bool, is_over: bool) -> str | None:
    if not may:
        return _("Only who does it, or an organiser, can take this back.")
    if is_over:
        return _("This session is over; who did what in it stays as it is.")
    return None


# --- The slot of a paper in a session

# A holder is asked two weeks before the session whether they will be there; three days before, what nobody has said
# yes to is at risk (design paper `product.md`, part E).
CONFIRM_BEFORE = dt.timedelta(days=14)
# Holders hear of their session at these steps, in days before it.
STEPS = (14, 7, 2)
# When their understudy hears that they have not said yes.
ESCALATE_BEFORE = dt.timedelta(days=5)
AT_RISK_BEFORE = dt.timedelta(days=3)


def step_before(left: dt.timedelta) -> int:
    """Return at which step, in days before the session, so much time is left: the last one that has begun."""
    return min((step for step in STEPS if left <= dt.timedelta(days=step)), default=STEPS[0])


def why_not_confirm(*, is_mine: bool, is_scheduled: bool, is_done: bool) -> str | None:
    """Return why the holder cannot say that they will present the paper, or None."""
    if not is_mine:
        return _("You no longer hold this paper, so there is nothing to answer.")
    if is_done:
        return _("This paper has been presented; the claim stays as a record of who did it.")
    if not is_scheduled:
        return _("This paper is in no session now, so there is no date to confirm.")
    return None


# --- Bids, and handing papers out

# Who was given a paper and says nothing for so long gives it back (design paper `product.md`, row 19).
ACCEPT_WITHIN = dt.timedelta(hours=72)


def why_not_bid(*, may_write: bool, is_free: bool, wish: str, known: Collection[str]) -> str | None:
    """Return why this member's wish for a paper is not kept, or None. An empty wish takes it back."""
    if not may_write:
        return _("Bids are for members. You are a reader; an organiser can make you a member.")
    if wish and wish not in known:
        return _("A bid is “I want it”, “I could” or “No”. Please choose one of these.")
    if wish and not is_free:
        return _("This paper is not free any more, so there is nothing to bid on.")
    return None


def why_not_hand_out(*, is_organiser: bool) -> str | None:
    if is_organiser:
        return None
    return _("Handing papers out is for organisers.")


def why_not_as_planned(*, as_planned: bool) -> str | None:
    """Return why a plan that was looked at is not published, or None."""
    if as_planned:
        return None
    return _("Something has changed meanwhile, so nothing was handed out. The plan below is the current one.")


def why_given(*, wish: str, below: float, is_least: bool) -> str:
    """Return in a sentence why this member was given a paper. `below` is how far they were below the mean."""
    if wish == "want":
        first = _("wanted it")
    elif wish == "could":
        first = _("could take it")
    else:
        first = _("has said nothing against it")
    if is_least:
        second = _("has the fewest points")
    elif below >= 0.5:
        second = _("%(points)s points below the mean") % {"points": plainly(below)}
    elif below <= -0.5:
        second = _("%(points)s points above the mean") % {"points": plainly(-below)}
    else:
        second = _("at the mean")
    return _("%(first)s; %(second)s") % {"first": first, "second": second}


def plainly(number: float) -> str:
    """Return a number with a decimal only where it has one."""
    return f"{number:.1f}".removesuffix(".0")


def why_not_given(*, anybody: bool, all_no: bool) -> str:
    """Return why a paper was given to nobody."""
    if all_no:
        return _("Everybody who could take it said no or is away.")
    if not anybody:
        return _("Nobody may take one more paper.")
    return _("There is not enough room for all papers.")


def why_no_confirmation(*, is_given: bool, is_held: bool) -> str | None:
    """Return why a paper that was handed out takes no answer any more, or None."""
    if not is_held:
        return _("You no longer hold this paper, so there is nothing to answer.")
    if not is_given:
        return _("You have accepted this paper already.")
    return None


# --- Claims in which nothing happens

# The design paper `product.md`, part E: a nudge after 14 days, free again after 21, warned 3 days before.
NUDGE_AFTER, RELEASE_AFTER, WARN_BEFORE = dt.timedelta(days=14), dt.timedelta(days=21), dt.timedelta(days=3)


def due_for_stale(*, age: dt.timedelta, since_warning: dt.timedelta | None) -> str | None:
    """Return what is due for a claim in which nothing has happened for so long: nudge, warning, release or None.

    Nobody loses a paper without a warning that is old enough, however long the site was off.
    """
    if since_warning is not None and since_warning >= WARN_BEFORE and age >= RELEASE_AFTER:
        return "release"
    if age >= RELEASE_AFTER - WARN_BEFORE:
        return "warning" if since_warning is None else None
    return "nudge" if age >= NUDGE_AFTER else None
