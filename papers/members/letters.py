"""The mails about signing in and joining: each goes into the outbox in the language of who gets it."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from papers.lines import isolated
from papers.mail import actions as mail
from papers.mail.composing import clock_of, in_their_words, write, zone_of
from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.members.queries import the_group

KIND = "sign-in"


@dataclass(frozen=True, slots=True)
class Letter:
    """What one of the mails says.

    `lines` and `path` may name the `group`, the `address` and what the sender knows besides. A code stands below the
    first line, a button to `path` at the end. `why` says how the mail comes to this address.
    """

    subject: str
    lines: tuple[str, ...]
    has_code: bool = False
    button: str = ""
    path: str = ""
    why: str = gettext_noop("You get this mail because of your membership in %(group)s.")


ASKED = gettext_noop("You get this mail because somebody typed this address into the site of %(group)s.")
NOT_ME = gettext_noop("If you did not ask for it, you need not do anything: nobody gets in without the code.")
WAS_IT_YOU = gettext_noop("If that was not you, tell an organiser at once.")
GOOD_FOR = gettext_noop("It is good for 15 minutes, and only in the browser in which you asked for it.")

LETTERS = {
    "login_code": Letter(
        subject=gettext_noop("Your code to sign in"),
        lines=(gettext_noop("Type this code into the page on which you wanted to sign in:"), GOOD_FOR, NOT_ME),
        has_code=True,
        why=ASKED,
    ),
    "password_reset_code": Letter(
        subject=gettext_noop("Your code for a new password"),
        lines=(gettext_noop("Type this code into the page on which you asked for a new password:"), GOOD_FOR, NOT_ME),
        has_code=True,
        why=ASKED,
    ),
    "email_confirmation": Letter(
        subject=gettext_noop("Your code to confirm this address"),
        lines=(gettext_noop("Type this code into the page that asks for it, so that %(address)s is yours:"), GOOD_FOR),
        has_code=True,
        why=ASKED,
    ),
    "join_code": Letter(
        subject=gettext_noop("Your code to join the group"),
        lines=(
            gettext_noop("Type this code into the page on which you wanted to join %(group)s:"),
            GOOD_FOR,
            NOT_ME,
        ),
        has_code=True,
        why=ASKED,
    ),
    "unknown_account": Letter(
        subject=gettext_noop("Nobody here has this address"),
        lines=(
            gettext_noop("Somebody, perhaps you, wanted to sign in to %(group)s with %(address)s."),
            gettext_noop("No member has this address, so there is no code. Perhaps you joined with another one?"),
            gettext_noop("If it was not you, you need not do anything."),
        ),
        why=ASKED,
    ),
    "left": Letter(
        subject=gettext_noop("Your membership has ended"),
        lines=(
            gettext_noop("Somebody, perhaps you, wanted to sign in to %(group)s with %(address)s."),
            gettext_noop("You have left the group, so you cannot sign in. Your notes are still there."),
            gettext_noop("If you want to come back, ask an organiser: they can bring you back with one click."),
        ),
        why=ASKED,
    ),
    "proposal_accepted": Letter(
        subject=gettext_noop("What you proposed is on the list"),
        lines=(
            gettext_noop("You proposed “%(said)s”. The group will read it: it is #%(number)s on the list now."),
            gettext_noop("You can claim it, so that you are the one who presents it."),
        ),
        button=gettext_noop("Look at the list"),
        path="/papers/",
    ),
    "proposal_declined": Letter(
        subject=gettext_noop("What you proposed does not come onto the list"),
        lines=(
            gettext_noop("You proposed “%(said)s”. The organisers decided against it for now. They say:"),
            gettext_noop("“%(answer)s”"),
        ),
        button=gettext_noop("Look at the proposals"),
        path="/papers/proposals/",
    ),
    "accepted": Letter(
        subject=gettext_noop("You are in: welcome to the group"),
        lines=(
            gettext_noop("Hello %(name)s, an organiser has accepted you: you are now a member of %(group)s."),
            gettext_noop("To sign in, type %(address)s into the page. A code comes by mail; you need no password."),
        ),
        button=gettext_noop("Sign in"),
        path="/accounts/login/",
    ),
    "already_here": Letter(
        subject=gettext_noop("You are in the group already"),
        lines=(
            gettext_noop("Somebody, perhaps you, asked to join %(group)s with %(address)s."),
            gettext_noop("You are a member already. To sign in, type this address into the page."),
        ),
        button=gettext_noop("Sign in"),
        path="/accounts/login/",
        why=ASKED,
    ),
    "password_changed": Letter(
        subject=gettext_noop("Your password was changed"),
        lines=(gettext_noop("The password with which you sign in to %(group)s was changed."), WAS_IT_YOU),
    ),
    "password_set": Letter(
        subject=gettext_noop("You have a password now"),
        lines=(gettext_noop("You can now sign in to %(group)s with a password too."), WAS_IT_YOU),
    ),
    "email_changed": Letter(
        subject=gettext_noop("Your e-mail address was changed"),
        lines=(
            gettext_noop("From now on, %(group)s writes to %(to_email)s instead of %(from_email)s."),
            gettext_noop("You sign in with the new address."),
            WAS_IT_YOU,
        ),
    ),
}
LETTERS["password_reset"] = LETTERS["password_changed"]
# A proof of an address that nobody is the owner of yet says the same as one that is to be changed.
LETTERS["email_confirmation_signup"] = LETTERS["email_confirmation"]


def send(name: str, address: str, /, *, member: Member | None = None, **facts: Any) -> Outgoing | None:
    """Put one of LETTERS into the outbox, from where it leaves at once; return the row, or None if it goes nowhere.

    It speaks the member's language, else the one of the request. `facts` are what its lines name, and `code`.
    """
    letter = LETTERS[name]
    not_after = timezone.now() + dt.timedelta(seconds=settings.CODE_LIVES) if letter.has_code else None
    post = Post(KIND, f"{name}:{uuid.uuid4().hex}", not_after=not_after)
    return send_letter(letter, address, facts, post=post, member=member)


@dataclass(frozen=True, slots=True)
class Post:
    """How a letter travels: its kind and unique key in the outbox, what it is about, and when it may and must go."""

    kind: str
    key: str
    about: str = ""
    due_at: dt.datetime | None = None
    not_after: dt.datetime | None = None
    # Whether organisers must not see to whom it goes.
    discreet: bool = False


def send_letter(
    letter: Letter, address: str, facts: Mapping[str, Any], *, post: Post, member: Member | None = None
) -> Outgoing | None:
    """Put a letter into the outbox in the words of who gets it; return the row, or None if it goes nowhere."""
    group = the_group()
    language = member.language if member else translation.get_language() or group.language
    with in_their_words(language, zone_of(member.time_zone if member else group.time_zone, group.time_zone)):
        context = in_words(letter, {**in_their_zone(facts), "group": group.name, "address": address})
        written = write("members/letter", {**context, "group": group})
        return mail.queue(
            kind=post.kind,
            key=post.key,
            about=post.about,
            address=address,
            subject=context["subject"],
            text=written.text,
            html=written.html,
            member=member,
            due_at=post.due_at,
            not_after=post.not_after,
            secret=letter.has_code,
            discreet=post.discreet,
        )


def in_their_zone(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with instants as day and time on the clock of who gets the letter."""
    return {name: clock_of(fact) if isinstance(fact, dt.datetime) else fact for name, fact in facts.items()}


def in_words(letter: Letter, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template shows, in the language that is spoken."""
    words = {name: isolated(str(fact)) for name, fact in facts.items()}
    return {
        "subject": _(letter.subject) % words,
        "lines": [_(line) % words for line in letter.lines],
        "code": facts["code"] if letter.has_code else "",
        "button": _(letter.button) if letter.button else "",
        "path": letter.path % facts,
        "why": _(letter.why) % words,
    }
