"""Invites and applications, as organisers and those who come in see them."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.joining import rules
from papers.lines import isolated
from papers.members import tokens
from papers.members.models import Application, Group, Invite, Member
from papers.members.queries import day

KIND = "invite"
OVER_SHOWN = 20


@dataclass(frozen=True, slots=True)
class InviteRow:
    """An invite link in words. `url` is empty when nobody can join with it at present."""

    id: int
    title: str
    role: str
    made: str
    uses: str
    until: str
    url: str
    why_not: str
    can_revoke: bool


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """Somebody who asks to join, in words. `was_here` when the address belongs to somebody who has left."""

    id: int
    name: str
    email: str
    sentence: str
    language: str
    asked: str
    was_here: bool


def address_of(invite: Invite) -> str:
    """Return the absolute address of the invite link, the same one each time."""
    return f"{settings.BASE_URL}/join/{tokens.make(KIND, invite.pk, invite.generation)}/"


def invite_of(token: str) -> Invite:
    """Return the invite that the token names, with who made it, whatever became of it. Raises Http404 for none."""
    said = tokens.read(KIND, token)
    invite = Invite.objects.select_related("made_by").filter(pk=said.id).first() if said else None
    if invite is None or said is None:
        raise Http404(rules.why_no_invite())
    # A link of an older generation was taken back, though the invite may be good.
    if said.generation != invite.generation:
        invite.revoked_at = invite.revoked_at or invite.made_at
    return invite


def why_not_use(invite: Invite, group: Group) -> str | None:
    """Return why nobody can join with this invite now, or None."""
    return rules.why_not_use(
        signup=group.signup,
        is_revoked=invite.revoked_at is not None,
        uses_left=invite.uses_left,
        expires_at=invite.expires_at,
        now=timezone.now(),
    )


def invites(group: Group) -> tuple[list[InviteRow], list[InviteRow]]:
    """Return the invites with which one can join, and the newest of the others; two queries."""
    good_now = Q(revoked_at=None, uses_left__gt=0, expires_at__gt=timezone.now())
    newest = Invite.objects.select_related("made_by").order_by("-pk")
    good, over = newest.filter(good_now), newest.exclude(good_now)[:OVER_SHOWN]
    return [row_of(invite, group) for invite in good], [row_of(invite, group) for invite in over]


def row_of(invite: Invite, group: Group) -> InviteRow:
    why = why_not_use(invite, group)
    made = {"name": isolated(invite.made_by.name), "day": day(invite.made_at)}
    uses = ngettext("for %(count)d more person", "for %(count)d more people", invite.uses_left)
    until = date_format(timezone.localtime(invite.expires_at), "DATETIME_FORMAT")
    return InviteRow(
        id=invite.pk,
        title=invite.note or _("Invite link %(number)s") % {"number": invite.pk},
        role=invite.get_role_display(),
        made=_("made by %(name)s on %(day)s") % made,
        uses=uses % {"count": invite.uses_left},
        until=_("until %(time)s") % {"time": until},
        url=address_of(invite) if why is None else "",
        why_not=in_short(invite) if why else "",
        can_revoke=is_good(invite),
    )


def is_good(invite: Invite) -> bool:
    """Return whether one can join with the invite now, or could if the group took people in."""
    return invite.revoked_at is None and invite.uses_left > 0 and timezone.now() < invite.expires_at


def in_short(invite: Invite) -> str:
    """Return what became of an invite, for the organisers' list."""
    if invite.revoked_at is not None:
        return _("taken back")
    if invite.uses_left < 1:
        return _("used up")
    if timezone.now() >= invite.expires_at:
        return _("too old")
    return _("rests while the group takes in nobody")


def applications() -> list[ApplicationRow]:
    """Return who waits for an answer, the longest first; two queries."""
    waiting = list(Application.objects.filter(decided_at=None).order_by("pk"))
    here_before = set(
        Member.objects.filter(email__in=[application.email for application in waiting]).values_list("email", flat=True)
    )
    return [
        ApplicationRow(
            id=application.pk,
            name=application.name,
            email=application.email,
            sentence=application.sentence,
            language=application.get_language_display(),
            asked=day(application.made_at),
            was_here=application.email in here_before,
        )
        for application in waiting
    ]
