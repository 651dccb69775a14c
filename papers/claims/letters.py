"""What members are written about claims: a paper offered to them, a swap asked of them, a stand-in looked for."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_noop

from papers.catalogue.models import Paper
from papers.mail import actions as mail
from papers.members.letters import Letter, Post, send_letter
from papers.members.models import Member

LETTERS = {
    "offer": Letter(
        subject=gettext_noop("#%(number)s is yours if you want it"),
        lines=(
            gettext_noop("You waited for #%(number)s “%(title)s”, and it is free now."),
            gettext_noop("It is held for you until %(until)s."),
            gettext_noop("If you say nothing, it passes to the next in line. Nights do not count."),
        ),
        button=gettext_noop("Take it or pass it on"),
        path="/offer/%(token)s/",
    ),
    "given": Letter(
        subject=gettext_noop("You are asked to present #%(number)s"),
        lines=(
            gettext_noop("#%(number)s “%(title)s” was given to you. Please accept or decline until %(until)s."),
            gettext_noop("If you say nothing, it is free for others again."),
        ),
        button=gettext_noop("Accept or decline"),
        path="/confirm/%(token)s/",
    ),
    "stale_nudge": Letter(
        subject=gettext_noop("How is it going with #%(number)s?"),
        lines=(
            gettext_noop("You claimed #%(number)s “%(title)s” two weeks ago. It has neither a note nor a date yet."),
            gettext_noop("A first note is enough. If you have no time, release it: somebody else may be glad of it."),
        ),
        button=gettext_noop("Write a note or release it"),
        path="/papers/%(number)s/",
    ),
    "stale_warning": Letter(
        subject=gettext_noop("#%(number)s will be free for others soon"),
        lines=(
            gettext_noop("Nothing has happened with #%(number)s “%(title)s” for almost three weeks."),
            gettext_noop("It is free for others after %(until)s, unless you write a note or it gets a date."),
        ),
        button=gettext_noop("Write a note or release it"),
        path="/papers/%(number)s/",
    ),
    "stale_release": Letter(
        subject=gettext_noop("#%(number)s is free for others again"),
        lines=(
            gettext_noop("Nothing had happened with #%(number)s “%(title)s” for three weeks, so others can claim it."),
            gettext_noop("You can claim it again any time."),
        ),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
    "swap": Letter(
        subject=gettext_noop("%(name)s would like to swap papers with you"),
        lines=(
            gettext_noop("%(name)s offers #%(given)s “%(given_title)s” for your #%(wanted)s “%(wanted_title)s”."),
            gettext_noop("Nothing changes unless you accept. The question is open until %(until)s."),
            gettext_noop("%(message)s"),
        ),
        button=gettext_noop("Accept or decline"),
        path="/swap/%(token)s/",
    ),
    "swap_accepted": Letter(
        subject=gettext_noop("You have swapped papers with %(name)s"),
        lines=(
            gettext_noop("%(name)s accepted: you hold #%(wanted)s “%(wanted_title)s” now, and they hold #%(given)s."),
            gettext_noop("Sessions and reminders have moved along."),
        ),
        button=gettext_noop("Look at your papers"),
        path="/",
    ),
    "swap_declined": Letter(
        subject=gettext_noop("%(name)s keeps #%(wanted)s"),
        lines=(gettext_noop("%(name)s declined to swap, so everything stays as it was: you hold #%(given)s."),),
        button=gettext_noop("Look at your papers"),
        path="/",
    ),
    "stand_in": Letter(
        subject=gettext_noop("Can you stand in for %(name)s?"),
        lines=(
            gettext_noop("%(name)s cannot present #%(number)s “%(title)s” and looks for somebody who can."),
            gettext_noop("Whoever takes it first has it; until then it stays with %(name)s."),
        ),
        button=gettext_noop("Look at the paper and take it over"),
        path="/papers/%(number)s/",
    ),
    "partner": Letter(
        subject=gettext_noop("%(name)s would like to present #%(number)s with you"),
        lines=(
            gettext_noop("%(name)s holds #%(number)s “%(title)s” and asks you to present it together."),
            gettext_noop("If you accept, you share its points. The question is open until %(until)s."),
        ),
        button=gettext_noop("Accept or decline"),
        path="/with/%(token)s/",
    ),
    "partner_accepted": Letter(
        subject=gettext_noop("%(name)s presents #%(number)s with you"),
        lines=(gettext_noop("%(name)s accepted: you present #%(number)s “%(title)s” together and share its points."),),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
    "partner_declined": Letter(
        subject=gettext_noop("%(name)s cannot present #%(number)s with you"),
        lines=(gettext_noop("%(name)s declined. You can ask somebody else."),),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
    "understudy": Letter(
        subject=gettext_noop("%(name)s is your understudy for #%(number)s"),
        lines=(
            gettext_noop("Should you not make it, %(name)s presents #%(number)s “%(title)s”. One button does it."),
        ),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
    "stepped_back": Letter(
        subject=gettext_noop("%(name)s is no longer at your side for #%(number)s"),
        lines=(gettext_noop("%(name)s can no longer help with #%(number)s “%(title)s”. You still hold the paper."),),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
    "handed_on": Letter(
        subject=gettext_noop("#%(number)s is yours now"),
        lines=(gettext_noop("%(name)s no longer presents #%(number)s “%(title)s”. You go on with it."),),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
    "handed_on_understudy": Letter(
        subject=gettext_noop("You present #%(number)s: %(name)s cannot make it"),
        lines=(
            gettext_noop("You are the understudy of #%(number)s “%(title)s”, and %(name)s cannot make it."),
            gettext_noop("It is yours now. If you cannot either, say so on its page: others are asked then."),
        ),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
    "understudy_ready": Letter(
        subject=gettext_noop("Be ready for #%(number)s on %(starts)s"),
        lines=(
            gettext_noop("You are the understudy of #%(number)s “%(title)s”; its session is on %(starts)s."),
            gettext_noop("%(name)s has not said yet whether they will be there. Perhaps you ask them."),
        ),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
    "present": Letter(
        subject=gettext_noop("You present #%(number)s on %(starts)s"),
        lines=(
            gettext_noop("You said yes to #%(number)s “%(title)s”: its session is on %(starts)s."),
            gettext_noop(
                "On its page you see what the others ask. If you cannot make it, say so there: it is not too late."
            ),
        ),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
    "confirm": Letter(
        subject=gettext_noop("Will you present #%(number)s on %(starts)s?"),
        lines=(
            gettext_noop("You hold #%(number)s “%(title)s”, and its session is on %(starts)s."),
            gettext_noop("Please say whether you will be there. If not, others are asked to take it over."),
        ),
        button=gettext_noop("Say yes or no"),
        path="/confirm/%(token)s/",
    ),
    "duty_host": Letter(
        subject=gettext_noop("You are asked to lead the session of %(starts)s"),
        lines=(
            gettext_noop("It is your turn to lead the session of %(starts)s: open it, mind the time."),
            gettext_noop("If you cannot, say so on its page, and somebody else is asked."),
        ),
        button=gettext_noop("Open the session"),
        path="/sessions/%(session)s/",
    ),
    "duty_scribe": Letter(
        subject=gettext_noop("You are asked to write the minutes of the session of %(starts)s"),
        lines=(
            gettext_noop("It is your turn to write the minutes of the session of %(starts)s."),
            gettext_noop("If you cannot, say so on its page, and somebody else is asked."),
        ),
        button=gettext_noop("Open the session"),
        path="/sessions/%(session)s/",
    ),
    "taken_over": Letter(
        subject=gettext_noop("%(name)s presents #%(number)s for you"),
        lines=(gettext_noop("%(name)s has taken #%(number)s “%(title)s” over. You no longer hold it."),),
        button=gettext_noop("Look at the paper"),
        path="/papers/%(number)s/",
    ),
}


def about_offer(pk: int) -> str:
    """Return how the outbox names what is written about an offer, so that a dead one is never mailed."""
    return f"offer:{pk}"


def about_swap(pk: int) -> str:
    return f"swap:{pk}"


def send(
    which: str,
    member: Member,
    /,
    *,
    key: str,
    about: str = "",
    paper: Paper | None = None,
    due_at: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
    **facts: Any,
) -> None:
    """Put one of LETTERS into the outbox; a second one with the same key is none."""
    if paper is not None:
        facts |= {"number": paper.number, "title": paper.title}
    post = Post(which.split("_")[0], key, about, due_at, not_after)
    send_letter(LETTERS[which], member.email, facts, post=post, member=member)


def void_reminders(session_id: int | None) -> None:
    """Let the tick plan anew what still waits about a session (None: no session): who presents has changed."""
    if session_id is not None:
        mail.void(about=f"session:{session_id}", kind="reminder")


def void(about: str) -> None:
    """Take back what still waits to be sent about it."""
    mail.void(about=about)
