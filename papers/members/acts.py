"""What organisers did, as sentences.

Whoever logs with a new verb gives it a sentence here; until then its row shows the verb itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from papers.countries.names import NAMES
from papers.lines import isolated
from papers.members.models import Act, Group, Language, Member, Role, Weekday
from papers.members.queries import SETTINGS

A_PAGE = 50

# By verb. Each may name `by`, the `member` it was about, the `number` of what it was about, every value that was kept
# of after the act by its name, and of before it with `was_`.
SENTENCES = {
    "add member": gettext_noop("%(by)s made %(member)s a member."),
    "give role": gettext_noop("%(by)s changed the role of %(member)s from %(was_role)s to %(role)s."),
    "leave": gettext_noop("%(by)s left the group."),
    "remove": gettext_noop("%(by)s took %(member)s out of the group."),
    "bring back": gettext_noop("%(by)s brought %(member)s back into the group."),
    "make invite": gettext_noop("%(by)s made invite link %(number)s, for %(uses)s people (%(role)s)."),
    "revoke invite": gettext_noop("%(by)s took invite link %(number)s back."),
    "join by invite": gettext_noop("%(member)s joined with invite link %(invite)s (%(role)s)."),
    "join": gettext_noop("%(member)s joined the group, which is open to everybody."),
    "accept application": gettext_noop("%(by)s took %(member)s in, who had asked to join."),
    "decline application": gettext_noop("%(by)s declined that %(was_name)s joins."),
    "export site": gettext_noop("%(by)s took the whole site along as a file."),
    "import site": gettext_noop("%(by)s brought the whole site in from a file."),
    "restore note": gettext_noop("%(by)s let version %(version)s of note %(number)s stand again."),
    "import list": gettext_noop("%(by)s imported a list: %(imported)s new papers, %(existing)s were here already."),
    "merge papers": gettext_noop("%(by)s merged #%(gone)s into #%(number)s."),
    "part papers": gettext_noop("%(by)s parted #%(gone)s from #%(number)s again."),
    "accept proposal": gettext_noop("%(by)s accepted the proposal “%(said)s”."),
    "decline proposal": gettext_noop("%(by)s declined the proposal “%(said)s”."),
    "add part": gettext_noop("%(by)s added part %(number)s, “%(title)s”."),
    "name part": gettext_noop("%(by)s called part %(number)s “%(title)s”."),
    "start list": gettext_noop("%(by)s archived the list and started the next, “%(title)s”."),
    "set up group": gettext_noop("%(by)s set up the group."),
    "change settings": gettext_noop("%(by)s changed the settings of the group: %(changes)s."),
    "new calendar address": gettext_noop("%(by)s made a new address for the group’s calendar."),
    "end calendar address": gettext_noop("%(by)s ended the address of the group’s calendar."),
    "make series": gettext_noop("%(by)s made %(weeks)s weekly sessions: %(weekday)s, %(time)s (%(zone)s)."),
    "make session": gettext_noop("%(by)s made a session: %(when)s."),
    "move session": gettext_noop("%(by)s moved the session of %(was_when)s to %(when)s."),
    "cancel session": gettext_noop("%(by)s cancelled the session of %(was_when)s. The reason was: %(because)s"),
    "restore session": gettext_noop("%(by)s let the session of %(when)s take place after all."),
    "add break": gettext_noop("%(by)s kept free days: %(name)s, %(first)s – %(last)s."),
    "remove break": gettext_noop("%(by)s took free days away: %(was_name)s, %(was_first)s – %(was_last)s."),
    "push plan": gettext_noop("%(by)s pushed %(sessions)s sessions back by %(weeks)s weeks."),
    "repace plan": gettext_noop("%(by)s changed the pace: %(papers)s papers got a session, %(sessions)s were added."),
    "fill plan": gettext_noop("%(by)s put %(papers)s claimed papers into sessions."),
    "undo plan": gettext_noop("%(by)s took change %(number)s of the plan back."),
    "move slot to": gettext_noop("%(by)s moved #%(paper)s from session %(was_session)s to session %(number)s."),
    "change place": gettext_noop("%(by)s changed the place of session %(number)s from %(was_place)s to %(place)s."),
    "put in slot": gettext_noop("%(by)s put #%(paper)s into session %(number)s."),
    "take out of slot": gettext_noop("%(by)s took #%(was_paper)s out of session %(number)s."),
    "move slot": gettext_noop("%(by)s gave #%(paper)s another place in session %(number)s."),
    "claim": gettext_noop("%(by)s claimed #%(number)s."),
    "give back": gettext_noop("%(by)s released #%(number)s."),
    "undo release": gettext_noop("%(by)s took the release of #%(number)s back."),
    "wait": gettext_noop("%(by)s waits in line for #%(number)s."),
    "stop waiting": gettext_noop("%(by)s no longer waits for #%(number)s."),
    "offer": gettext_noop("#%(number)s was offered to %(to)s, whose turn it was."),
    "accept offer": gettext_noop("%(by)s accepted the offer of #%(number)s."),
    "decline offer": gettext_noop("%(by)s declined the offer of #%(number)s."),
    "expire offer": gettext_noop("The offer of #%(number)s to %(to)s was not answered in time."),
    "withdraw offer": gettext_noop("The offer of #%(number)s to %(to)s was taken back."),
    "ask to swap": gettext_noop("%(by)s offered #%(number)s for #%(wanted)s."),
    "accept swap": gettext_noop("%(by)s gave #%(paper)s for #%(number)s."),
    "decline swap": gettext_noop("%(by)s kept #%(paper)s, for which #%(number)s was offered."),
    "expire swap": gettext_noop("Nobody answered in time whether #%(number)s is swapped for #%(paper)s."),
    "withdraw swap": gettext_noop("%(by)s no longer offers #%(number)s for #%(paper)s."),
    "look for a stand-in": gettext_noop("%(by)s cannot present #%(number)s and looks for a stand-in."),
    "present after all": gettext_noop("%(by)s presents #%(number)s after all."),
    "hand out": gettext_noop("%(by)s gave #%(number)s to %(to)s."),
    "accept paper": gettext_noop("%(by)s accepted #%(number)s."),
    "no answer": gettext_noop("%(to)s did not say whether they take #%(number)s, so it is free again."),
    "expire claim": gettext_noop("#%(number)s is free again: nothing had happened with it while %(member)s held it."),
    "ask to present together": gettext_noop("%(by)s asked %(to)s to present #%(number)s together."),
    "accept presenting together": gettext_noop("%(by)s presents #%(number)s together with %(holder)s."),
    "decline presenting together": gettext_noop("%(by)s declined to present #%(number)s with %(holder)s."),
    "withdraw presenting together": gettext_noop("%(by)s no longer asks anybody to present #%(number)s together."),
    "stand by": gettext_noop("%(by)s is the understudy of %(holder)s for #%(number)s."),
    "step back": gettext_noop("%(by)s is no longer at the side of who presents #%(number)s."),
    "hand on": gettext_noop("#%(number)s went from %(member)s to %(to)s, who stood at their side."),
    "confirm": gettext_noop("%(by)s confirmed that they present #%(number)s in session %(session)s."),
    "take host": gettext_noop("%(to)s leads session %(number)s."),
    "take scribe": gettext_noop("%(to)s writes the minutes of session %(number)s."),
    "leave host": gettext_noop("%(was_to)s no longer leads session %(number)s."),
    "leave scribe": gettext_noop("%(was_to)s no longer writes the minutes of session %(number)s."),
    "open bids": gettext_noop("%(by)s let part %(number)s take bids only for 48 hours."),
    "close bids": gettext_noop("%(by)s let the papers of part %(number)s be claimed again."),
    "save macro": gettext_noop("%(by)s gave the macro %(name)s the definition “%(definition)s”."),
    "delete macro": gettext_noop("%(by)s deleted the macro %(was_name)s."),
    "ask first thoughts": gettext_noop("%(by)s let #%(number)s ask for first thoughts."),
    "open texts": gettext_noop("%(by)s opened what was written about #%(number)s for everybody."),
    "take over": gettext_noop("%(by)s took #%(number)s over from %(member)s."),
    "release": gettext_noop("%(by)s released #%(number)s, which %(member)s held."),
    "mark read": gettext_noop("%(by)s marked #%(number)s as read."),
    "mark unread": gettext_noop("%(by)s marked #%(number)s as not read."),
    "hide post": gettext_noop("%(by)s hid post %(number)s. The reason: %(because)s"),
    "show post": gettext_noop("%(by)s showed post %(number)s again."),
    "lock thread": gettext_noop("%(by)s locked thread %(number)s. The reason: %(because)s"),
    "unlock thread": gettext_noop("%(by)s unlocked thread %(number)s."),
    "move thread": gettext_noop("%(by)s moved thread %(number)s from #%(was_paper)s to #%(paper)s: %(because)s"),
    "unmask author": gettext_noop("%(by)s looked up who wrote post %(number)s. The reason: %(because)s"),
    "build stage": gettext_noop("%(by)s built a believable group to look around in (%(about)s)."),
    "send mail again": gettext_noop("%(by)s sent the mail “%(subject)s” to %(address)s once more."),
    "mail again": gettext_noop("%(by)s let mails go to %(address)s again."),
    "run job": gettext_noop("%(by)s ran the job “%(name)s” by hand."),
}
OTHER = gettext_noop("%(by)s did this: %(verb)s (%(about)s).")

ABOUT = re.compile(r"(\w+)[: ]#?([0-9]{1,18})")
PAGES = {
    "paper": "/papers/",
    "session": "/sessions/",
    "member": "/members/",
    "thread": "/threads/",
    "post": "/posts/",
    "mail": "/organise/mail/",
}
CHOICES: dict[str, dict[Any, Any]] = {
    "role": dict(Role.choices),
    "signup": dict(Group.Signup.choices),
    "language": dict(Language.choices),
    "country": NAMES,
    "weekday": dict(Weekday.choices),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One act, as a sentence. `url` leads to what it was about and is empty where there is no such page."""

    id: int
    at: str
    sentence: str
    url: str


def acts(*, before: int | None = None) -> tuple[list[Row], int | None]:
    """Return a page of acts, newest first, of those before the id `before`; and the id for the next page, or None."""
    newest = Act.objects.order_by("-pk").select_related("by")
    if before is not None:
        newest = newest.filter(pk__lt=before)
    found = list(newest[: A_PAGE + 1])
    shown = found[:A_PAGE]
    names = names_in(shown)
    return [row_of(act, names) for act in shown], shown[-1].pk if len(found) > A_PAGE else None


def names_in(found: Iterable[Act]) -> dict[int, str]:
    """Return the names of the members whom the acts were about, in one query."""
    ids = {about for act in found if (about := member_of(act)) is not None}
    return dict(Member.objects.filter(pk__in=ids).values_list("pk", "name"))


def member_of(act: Act) -> int | None:
    """Return the id of the member whom the act was about: named by it, or who held the paper."""
    kind, number = about(act)
    holder = act.before.get("holder") if isinstance(act.before, dict) else None
    if kind == "member":
        return number
    return holder if isinstance(holder, int) else None


def about(act: Act) -> tuple[str, int | None]:
    """Return the kind and the number of what the act was about, such as ("session", 12)."""
    said = ABOUT.fullmatch(act.about)
    return (said[1], int(said[2])) if said else ("", None)


def row_of(act: Act, names: Mapping[int, str]) -> Row:
    kind, number = about(act)
    return Row(
        id=act.pk,
        at=date_format(timezone.localtime(act.at), "DATETIME_FORMAT"),
        sentence=sentence_of(act, names.get(member_of(act) or 0, "")),
        url=f"{PAGES[kind]}{number}/" if kind in PAGES else "",
    )


def sentence_of(act: Act, member: str) -> str:
    """Return what was done, in the language of the request; `member` is the name of the one it was about."""
    was, now = (kept if isinstance(kept, dict) else {} for kept in (act.before, act.after))
    words = Words(
        {
            **{f"was_{name}": in_words(name, value) for name, value in was.items()},
            **{name: in_words(name, value) for name, value in now.items()},
            "by": isolated(act.by.name) if act.by else _("The server’s command line"),
            "member": isolated(member) or _("somebody"),
            "number": about(act)[1],
            "changes": "; ".join(change(name, was.get(name), now[name]) for name in SETTINGS if name in now),
            "verb": act.verb,
            "about": act.about,
        }
    )
    return _(SENTENCES.get(act.verb, OTHER)) % words


class Words(dict[str, Any]):
    """What a sentence is filled with. An act of an older version may have kept less."""

    def __missing__(self, name: str) -> str:
        return "…"


def change(name: str, before: Any, after: Any) -> str:
    """Return how one of the group's settings was changed."""
    words = {"setting": setting(name), "before": in_words(name, before), "after": in_words(name, after)}
    return _("“%(setting)s” is %(after)s instead of %(before)s") % words


def differences(now: Mapping[str, Any], sent: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the group's settings that are not as they were sent: what each is called, and how it stands now."""
    return [(setting(name), in_words(name, value)) for name, value in now.items() if str(sent.get(name)) != str(value)]


def setting(name: str) -> str:
    """Return what the group's setting is called."""
    known = {field.name: getattr(field, "verbose_name", "") for field in Group._meta.get_fields()}
    return str(known.get(name) or name)


def in_words(name: str, value: Any) -> str:
    """Return a value that was kept as it can stand in a sentence."""
    if value in ("", None):
        return _("nothing")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(CHOICES.get(name, {}).get(value) or isolated(str(value)))
