"""The organisers' first page: what is set where, and what waits for them. GET only."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from papers.mail.queries import loud_mails
from papers.members.context import the_group_of
from papers.members.models import Group
from papers.members.queries import day, open_applications, people_counts
from papers.members.requests import MemberRequest
from papers.members.views.group import require_organiser
from papers.sessions.queries import count_to_come


@dataclass(frozen=True, slots=True)
class Room:
    """One of the organisers' pages: what it is for, and what there is of it now. `calls` when somebody waits there."""

    url: str
    title: str
    about: str
    now: str
    calls: bool = False


@require_safe
def organise(request: MemberRequest) -> HttpResponse:
    require_organiser(request)
    group = the_group_of(request)
    context = {"section": "organise", "rooms": rooms(group, timezone.now()), "must_set_up": group.set_up_at is None}
    return render(request, "members/rooms.html", context)


def rooms(group: Group, now: dt.datetime) -> list[Room]:
    """Return the organisers' pages with what matters there at `now`."""
    return [settings_room(group), members_room(), invites_room(group), mail_room(), sessions_room(now), *plain_rooms()]


def settings_room(group: Group) -> Room:
    words = {"goal": group.goal, "pace": group.papers_per_week, "day": day_of(group)}
    return Room(
        url="/organise/settings/",
        title=_("Settings"),
        about=_("Name, language, zone, goal and pace of the group, and who may join."),
        now=_("%(goal)d papers, %(pace)d a week, since %(day)s.") % words,
        calls=group.set_up_at is None,
    )


def day_of(group: Group) -> str:
    # Noon, so that the day is the same one in the reader's zone.
    return day(timezone.make_aware(dt.datetime.combine(group.starts_on, dt.time(12))))


def members_room() -> Room:
    counts = people_counts()
    here = ngettext("%(count)d person is in the group.", "%(count)d people are in the group.", counts.here)
    organisers = ngettext("%(count)d of them organises it.", "%(count)d of them organise it.", counts.organisers)
    return Room(
        url="/organise/members/",
        title=_("Members"),
        about=_("Give somebody another role, take somebody out or bring somebody back."),
        now=f"{here % {'count': counts.here}} {organisers % {'count': counts.organisers}}",
    )


def invites_room(group: Group) -> Room:
    count = open_applications()
    waiting = ngettext("%(count)d person waits for an answer.", "%(count)d people wait for an answer.", count)
    return Room(
        url="/organise/invites/",
        title=_("Invites and applications"),
        about=_("Links that let people join, and people who ask to."),
        now=waiting % {"count": count} if count else group.get_signup_display(),
        calls=count > 0,
    )


def mail_room() -> Room:
    count = loud_mails()
    loud = ngettext("%(count)d mail failed or is unconfirmed.", "%(count)d mails failed or are unconfirmed.", count)
    return Room(
        url="/organise/mail/",
        title=_("Mail"),
        about=_("Every mail of this site: what was sent, what waits, and what went wrong."),
        now=loud % {"count": count} if count else _("All is well."),
        calls=count > 0,
    )


def sessions_room(now: dt.datetime) -> Room:
    count = count_to_come(now)
    to_come = ngettext("%(count)d session is to come.", "%(count)d sessions are to come.", count)
    return Room(
        url="/sessions/",
        title=_("Sessions"),
        about=_("Put papers into sessions, move or cancel one."),
        now=to_come % {"count": count} if count else _("No session is planned."),
        calls=count == 0,
    )


def plain_rooms() -> list[Room]:
    return [
        Room("/organise/list/", _("The list and its parts"), _("Name the parts, add one, start the next list."), ""),
        Room("/organise/import/", _("Import a list"), _("Markdown, BibTeX, RIS, CSV: look first, then import."), ""),
        Room("/organise/assign/", _("Hand papers out"), _("A fair plan for the free papers, by bids and points."), ""),
        Room("/organise/macros/", _("Macros"), _("Commands of your own in formulas."), ""),
        Room("/organise/export/", _("Take everything along"), _("The whole site as one ZIP file."), ""),
        Room("/organise/digest/", _("The digest, looked at first"), _("What the weekly mail says to whom."), ""),
        Room("/organise/jobs/", _("Clockwork"), _("What the site does by itself, and whether it goes."), ""),
        Room("/organise/audit/", _("What was done"), _("Who changed what for the group or for others, and when."), ""),
        Room("/admin/", _("Admin"), _("Every record of this site. For mending what no page mends."), ""),
    ]


urlpatterns = [path("organise/", organise, name="organise")]
