"""A digest's words: what each item says, the subject, and the two parts of the mail."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from papers.digests.looking import address_for
from papers.digests.queries import Gathered, Held, Issue, Item
from papers.discussion.naming import name_of
from papers.lines import isolated
from papers.mail.composing import Letter, write
from papers.members import tokens
from papers.members.models import Member
from papers.sessions.queries import when

UNSUBSCRIBE = "unsubscribe"


def sentence(item: Item) -> str:
    """Return what happened, as a sentence in the present language. The paper is named above it."""
    words = {"name": isolated(name_of(item.alias, item.author)), "title": isolated(item.thread), "day": day(item.date)}
    match item.kind:
        case "note":
            return _("%(name)s wrote a note") % words
        case "question":
            return _("%(name)s asks: %(title)s") % words
        case "remark":
            return _("%(name)s remarks: %(title)s") % words
        case "erratum":
            return _("%(name)s found an error: %(title)s") % words
        case "reply":
            return _("%(name)s replied in “%(title)s”") % words
        case "claim":
            return _("%(name)s will present this paper") % words
        case _:
            return _("This paper will be read on %(day)s") % words


def held_sentence(held: Held) -> str:
    """Return when a member presents the paper they hold."""
    if held.session is None:
        return _("It is not in a session yet.")
    return _("You present it on %(day)s.") % {"day": day(held.session.date)}


def day(date: dt.date | None) -> str:
    return date_format(date, "DATE_FORMAT") if date is not None else ""


def counted(issue: Issue) -> str:
    """Return what is new as numbers: "3 notes, 1 new thread, 5 replies"."""
    counts = issue.counts
    parts = [
        ngettext("%(count)s note", "%(count)s notes", counts["note"]) % {"count": counts["note"]},
        ngettext("%(count)s new thread", "%(count)s new threads", counts["thread"]) % {"count": counts["thread"]},
        ngettext("%(count)s reply", "%(count)s replies", counts["reply"]) % {"count": counts["reply"]},
        ngettext("%(count)s paper claimed", "%(count)s papers claimed", counts["claim"]) % {"count": counts["claim"]},
        ngettext("%(count)s paper scheduled", "%(count)s papers scheduled", counts["slot"])
        % {"count": counts["slot"]},
    ]
    kinds = ("note", "thread", "reply", "claim", "slot")
    return pgettext("between the items of a list", ", ").join(
        part for part, kind in zip(parts, kinds, strict=True) if counts[kind]
    )


def subject(issue: Issue, week: str) -> str:
    """Return the mail's subject, with the number of the ISO week such as 2023-W09."""
    return _("Week %(week)s: %(what)s") % {"week": int(week[-2:]), "what": counted(issue)}


def unsubscribe_url(member: Member) -> str:
    """Return the address that stops the digests of this member without a sign-in."""
    return f"{settings.BASE_URL}/unsubscribe/{tokens.make(UNSUBSCRIBE, member.pk, member.mail_generation)}/"


def unsubscribe_headers(member: Member) -> dict[str, str]:
    """Return the headers by which a mail program unsubscribes in one click (RFC 2369 and 8058)."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(member)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def shown(issue: Issue, gathered: Gathered, week: str, *, reader: Member | None = None) -> dict[str, Any]:
    """Return what the templates show of a digest, in the present language and zone; the page and the mail alike.

    In a mail, the address of a text opens it to its `reader` without a sign-in.
    """
    coming = issue.next_session
    return {
        "group": gathered.group,
        "issue": issue,
        "week": int(week[-2:]),
        "counted": counted(issue),
        "papers": [
            {
                "number": paper.number,
                "title": paper.title,
                "is_mine": paper.is_mine,
                "items": [
                    {
                        "path": address_for(reader, item) if reader else item.path,
                        "sentence": sentence(item),
                        "excerpt": item.excerpt,
                    }
                    for item in paper.items
                ],
            }
            for paper in issue.papers
        ],
        "held": [{"number": held.number, "title": held.title, "sentence": held_sentence(held)} for held in issue.held],
        "session": coming.session if coming else None,
        "when": when(coming.session) if coming else None,
        "lines": coming.lines if coming else [],
    }


def letter(
    member: Member, issue: Issue, gathered: Gathered, week: str, *, reader: Member | None = None
) -> tuple[str, Letter]:
    """Return the subject and the two parts of the mail. Call it inside `in_their_words`.

    `reader` gets it in the member's place, to see what it is like: the addresses that change something are theirs.
    """
    title = subject(issue, week)
    context = shown(issue, gathered, week, reader=reader or member) | {
        "subject": title,
        "member": member,
        "unsubscribe": unsubscribe_url(reader or member),
    }
    return title, write("digests/mail", context)
