"""Making invites and taking them back, joining, asking to join and answering that."""

import datetime as dt
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone

from papers.joining import rules
from papers.joining.queries import why_not_use
from papers.members import actions as members
from papers.members import letters
from papers.members.actions import is_here
from papers.members.models import Application, Invite, Member, Role
from papers.members.queries import member_with_address, the_group
from papers.members.rules import why_not_organise, why_not_role
from papers.refusals import refuse_if

UNREADABLE = HTTPStatus.UNPROCESSABLE_ENTITY


# --- Invites


@transaction.atomic
def invite(role: str, *, note: str, uses: int, days: int, by: Member) -> Invite:
    """Make an invite link for so many people and days from now, and return the invite.

    Raises Refused: 403 for a role that may not, 422 for numbers that cannot be.
    """
    require_organiser(by)
    refuse_if(why_not_role(role), status=UNREADABLE)
    refuse_if(rules.why_not_invite(uses=uses, days=days), status=UNREADABLE)
    expires_at = timezone.now() + dt.timedelta(days=days)
    made = Invite.objects.create(role=role, note=note.strip(), uses_left=uses, expires_at=expires_at, made_by=by)
    made.refresh_from_db()
    members.log("make invite", f"invite:{made.pk}", by=by, after={"role": role, "uses": uses})
    return made


@transaction.atomic
def revoke(invite: Invite, *, by: Member) -> Invite:
    """Take the invite link back, so that nobody joins with it any more, and return the invite.

    Raises Refused: 403 for a role that may not, 409 when somebody was faster.
    """
    require_organiser(by)
    invite = Invite.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=invite.pk)
    refuse_if(rules.why_not_revoke(is_revoked=invite.revoked_at is not None))
    invite.revoked_at = timezone.now()
    invite.generation += 1
    invite.save(update_fields=["revoked_at", "generation"])
    members.log("revoke invite", f"invite:{invite.pk}", by=by)
    return invite


# --- Joining


@transaction.atomic
def join(
    email: str,
    *,
    name: str,
    language: str,
    time_zone: str,
    password_hash: str = "",
    invite: Invite | None = None,
) -> Member:
    """Make somebody a member who has proved that the address is theirs, and return them.

    With an invite they get its role and use it up by one; without, the group must be open. Raises Refused: 410 when
    the invite, or the group, takes in nobody any more; else what `add_member` raises.
    """
    if invite is not None:
        # Of those who want the last place, one is first.
        invite = Invite.objects.select_for_update().get(pk=invite.pk)
        refuse_if(why_not_use(invite, the_group()), status=HTTPStatus.GONE)
        invite.uses_left -= 1
        invite.save(update_fields=["uses_left"])
    else:
        refuse_if(rules.why_not_join(signup=the_group().signup), status=HTTPStatus.GONE)
    role = invite.role if invite is not None else Role.MEMBER
    member = members.add_member(email, name=name, role=role, language=language, time_zone=time_zone)
    if password_hash:
        member.password = password_hash
        member.save(update_fields=["password"])
    if invite is not None:
        about = {"role": role, "invite": invite.pk}
        members.log("join by invite", f"member:{member.pk}", by=member, after=about)
    else:
        members.log("join", f"member:{member.pk}", by=member)
    return member


# --- Applications


@transaction.atomic
def apply(name: str, email: str, sentence: str, *, language: str) -> None:
    """Ask the organisers to be taken in. It looks the same to whoever asks, whatever is known of the address.

    A member is told by mail that they are one; who waits for an answer goes on waiting. Raises Refused (410) when
    the group takes no applications.
    """
    refuse_if(rules.why_not_apply(signup=the_group().signup), status=HTTPStatus.GONE)
    there = member_with_address(email)
    if there is not None and is_here(there):
        letters.send("already_here", email, member=there)
        return
    try:
        with transaction.atomic():
            Application.objects.create(name=name, email=email, sentence=sentence, language=language)
    except IntegrityError:
        # One open application an address, also for two that arrive together.
        return


@transaction.atomic
def accept(application: Application, *, by: Member) -> Member:
    """Make who applied a member, or bring back who has left, tell them how to sign in, and return them.

    Raises Refused: 403 for a role that may not, 409 when somebody was faster or they have joined otherwise.
    """
    require_organiser(by)
    application = decide(application, accepted=True, by=by)
    there = member_with_address(application.email)
    if there is not None:
        refuse_if(rules.why_already_here(name=application.name) if is_here(there) else None)
        member = members.bring_back(there, by=by)
    else:
        member = members.add_member(
            application.email,
            name=application.name,
            role=Role.MEMBER,
            language=application.language,
            time_zone=the_group().time_zone,
            is_proved=False,
        )
    members.log("accept application", f"member:{member.pk}", by=by, after={"sentence": application.sentence})
    letters.send("accepted", member.email, member=member, name=member.name)
    return member


@transaction.atomic
def decline(application: Application, *, by: Member) -> Application:
    """Answer an application with no, and return it. Nobody is told.

    Raises Refused: 403 for a role that may not, 409 when somebody was faster.
    """
    require_organiser(by)
    application = decide(application, accepted=False, by=by)
    members.log("decline application", f"application:{application.pk}", by=by, before={"name": application.name})
    return application


def decide(application: Application, *, accepted: bool, by: Member) -> Application:
    """Write down the answer, once. Raises Refused (409) when there is one already."""
    application = Application.objects.select_for_update().get(pk=application.pk)
    refuse_if(rules.why_not_decide(name=application.name, is_decided=application.decided_at is not None))
    application.accepted, application.decided_at, application.decided_by = accepted, timezone.now(), by
    application.save(update_fields=["accepted", "decided_at", "decided_by"])
    return application


def require_organiser(by: Member) -> None:
    refuse_if(why_not_organise(is_organiser=is_here(by) and by.is_organiser), status=HTTPStatus.FORBIDDEN)
