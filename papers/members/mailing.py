"""Members to whom nothing is mailed any more, because their address has refused too often."""

import datetime as dt
from http import HTTPStatus

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_noop

from papers.mail import refusing
from papers.mail.models import Outgoing, RefusedAddress
from papers.members import actions, rules
from papers.members.letters import Letter, Post, send_letter
from papers.members.models import Member, Role
from papers.members.queries import current_members
from papers.refusals import refuse_if

PAUSED = Letter(
    subject=gettext_noop("Mails to %(name)s come back"),
    lines=(
        gettext_noop("The mail server of %(name)s has refused three mails to %(to)s in a row. It says:"),
        gettext_noop("“%(said)s”"),
        gettext_noop(
            "Nothing more is mailed there. Please ask %(name)s another way for an address that works. It can be "
            "changed on their own page; if the old one works again, you can say so on the page of the member."
        ),
    ),
    button=gettext_noop("Look at the member"),
    path="/members/%(id)s/",
)


def unreachable() -> list[tuple[Member, RefusedAddress]]:
    """Return the members whose address is paused, with what the server said, in two queries (one if there is none)."""
    refused = {row.address: row for row in refusing.paused()}
    if not refused:
        return []
    members = current_members().annotate(small=Lower("email")).filter(small__in=refused)
    return [(member, refused[member.email.lower()]) for member in members]


def tell_of_paused(now: dt.datetime) -> int:
    """Tell each organiser once of each member who can't be reached; returns how many mails were new."""
    told = 0
    for member, row in unreachable():
        organisers = current_members().filter(role=Role.ORGANISER).exclude(pk=member.pk)
        keys = {f"paused:{row.pk}:{organiser.pk}": organiser for organiser in organisers}
        there = set(Outgoing.objects.filter(key__in=keys).values_list("key", flat=True))
        facts = {"name": member.name, "to": row.address, "said": row.words, "id": str(member.pk)}
        for key, organiser in keys.items():
            if key not in there:
                post = Post("paused", key, about=f"member:{member.pk}", due_at=now)
                told += send_letter(PAUSED, organiser.email, facts, post=post, member=organiser) is not None
    return told


@transaction.atomic
def mail_again(member: Member, *, by: Member) -> bool:
    """Mail this member again; returns whether that was paused. Raises Refused (403) for another member."""
    why = rules.why_not_mail_again(is_self=member.pk == by.pk, is_organiser=by.is_organiser)
    refuse_if(why, status=HTTPStatus.FORBIDDEN)
    was_refused = refusing.forget_refusals(member.email)
    if was_refused:
        actions.log("mail again", f"member:{member.pk}", by=by, after={"address": member.email})
    return was_refused
