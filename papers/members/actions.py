"""What people do to become members and what organisers do for the group."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from papers import lines
from papers.mail import actions as mail
from papers.members import rules
from papers.members.away import is_digest_paused, today_of
from papers.members.models import Act, Every, Group, Member, Role, SignInLink
from papers.members.queries import current_members, fingerprint, settings_of, the_group
from papers.refusals import Refused, refuse_if


def log(verb: str, about: str, *, by: Member | None, before: Any = None, after: Any = None) -> None:
    """Note what an organiser did for the group or for others. Call it within the transaction of the act.

    `by` is None for what the server's command line did. `before` and `after` are values JSON can hold.
    """
    Act.objects.create(verb=verb, about=about, by=by, before=before, after=after)


# --- Coming in

SIGN_IN_LINK_LIVES = dt.timedelta(minutes=15)
# Whoever starts a site may be called away; the next start prints another link anyhow.
FIRST_LINK_LIVES = dt.timedelta(days=1)


@transaction.atomic
def add_member(
    email: str,
    *,
    name: str,
    role: str,
    language: str,
    time_zone: str,
    password: str = "",
    is_proved: bool = True,
) -> Member:
    """Make a member and return them. No mail is sent. `is_proved` says whether the address is known to be theirs.

    Without a password they sign in by a code or a link. Raises Refused: 409 when the address is a member's, who may
    have left; 422 for a name nobody can see, an address that is none, a role or zone nobody knows.
    """
    name, email = lines.tidy(name), email.strip().lower()
    for reason in (
        rules.why_not_name(name),
        rules.why_not_address(email),
        rules.why_not_role(role),
        rules.why_not_zone(time_zone),
    ):
        refuse_if(reason, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    there = Member.objects.filter(email__iexact=email).first()
    refuse_if(rules.why_address_is_taken(email, has_left=not is_here(there)) if there else None)
    member = Member(email=email, name=name, role=role, language=language, time_zone=time_zone)
    member.set_password(password or None)
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError:
        raise Refused(rules.why_address_is_taken(email, has_left=False)) from None
    EmailAddress.objects.create(user=member, email=email, verified=is_proved, primary=True)
    return member


def sign_in_link(member: Member) -> str:
    """Return an absolute address that signs this member in once, within 15 minutes. Raises Refused when they left."""
    refuse_if(rules.why_not_sign_in(member.name, is_here=is_here(member)))
    return make_link(SIGN_IN_LINK_LIVES, member=member)


@transaction.atomic
def first_organiser_link() -> str | None:
    """Return an absolute address whose visitor becomes the first organiser, or None when there is an organiser.

    It works once, for a day; the links of earlier starts stop working.
    """
    if current_members().filter(role=Role.ORGANISER).exists():
        return None
    SignInLink.objects.filter(member=None).delete()
    return make_link(FIRST_LINK_LIVES)


def make_link(lives: dt.timedelta, *, member: Member | None = None) -> str:
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(token_hash=hashed(token), member=member, expires_at=timezone.now() + lives)
    return f"{settings.BASE_URL}/open/{token}/"


@transaction.atomic
def use_link(token: str) -> Member:
    """Use up a member's link and return who may sign in. Raises Refused (410) when it is no longer good."""
    link = locked_link(token)
    refuse_if(rules.why_link_is_not_good(is_good=link is not None and link.member is not None), status=HTTPStatus.GONE)
    assert link is not None
    assert link.member is not None
    refuse_if(rules.why_not_sign_in(link.member.name, is_here=is_here(link.member)), status=HTTPStatus.GONE)
    use_up(link)
    return link.member


@transaction.atomic
def become_first_organiser(token: str, *, name: str, email: str, password: str, language: str) -> Member:
    """Use up the link that a new site prints and make its visitor the first organiser.

    Raises Refused: 410 when the link is no longer good or somebody was faster, else what `add_member` raises.
    """
    link = locked_link(token)
    is_good = link is not None and link.member is None and not current_members().filter(role=Role.ORGANISER).exists()
    refuse_if(rules.why_link_is_not_good(is_good=is_good), status=HTTPStatus.GONE)
    assert link is not None
    member = add_member(
        email,
        name=name,
        role=Role.ORGANISER,
        language=language,
        time_zone=the_group().time_zone,
        password=password,
    )
    use_up(link)
    return member


def locked_link(token: str) -> SignInLink | None:
    """Return the link that is still good, locked until the transaction ends."""
    links = SignInLink.objects.select_for_update(of=("self",)).select_related("member")
    return links.filter(token_hash=hashed(token), used_at=None, expires_at__gt=timezone.now()).first()


def use_up(link: SignInLink) -> None:
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])


def hashed(token: str) -> str:
    """Return what the database keeps of a token: who reads the database cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


# --- Oneself


def change_profile(member: Member, name: str, language: str, time_zone: str, *, by: Member) -> Member:
    """Save how the member is called, and the language and zone in which the site speaks to them; return the member.

    Raises Refused: 403 for somebody else's profile, 422 for a name nobody can see or a zone nobody knows.
    """
    refuse_if(rules.why_not_themselves(is_self=member.pk == by.pk), status=HTTPStatus.FORBIDDEN)
    name = lines.tidy(name)
    for reason in (rules.why_not_name(name), rules.why_not_zone(time_zone)):
        refuse_if(reason, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    member.name, member.language, member.time_zone = name, language, time_zone
    member.save(update_fields=["name", "language", "time_zone"])
    return member


def speak(member: Member, language: str) -> None:
    """Speak this language, one of the settings' codes, to the member from now on."""
    member.language = language
    member.save(update_fields=["language"])


def change_mail_wishes(
    member: Member,
    *,
    wants_reminders: bool,
    wants_digest: bool,
    digest_weekday: int,
    digest_hour: int,
    watches_usually: str = "",
    digest_every: str = Every.WEEK,
    digest_pause: bool = False,
    quiet_nights: bool = True,
    by: Member,
) -> Member:
    """Save which mails the member gets, and when by their own clock (ISO weekday, hour 0 to 23); return the member.

    `digest_pause` begins a pause of four weeks, lets one that has begun go on, or ends it.

    A mail that waits is asked once more before it is sent, so it stays away too. Raises Refused (403) for somebody
    else's wishes.
    """
    refuse_if(rules.why_not_themselves(is_self=member.pk == by.pk), status=HTTPStatus.FORBIDDEN)
    member.wants_reminders, member.wants_digest = wants_reminders, wants_digest
    member.digest_weekday, member.digest_hour = digest_weekday, digest_hour
    member.watches_usually, member.digest_every = watches_usually, digest_every
    member.quiet_nights = quiet_nights
    if digest_pause != is_digest_paused(member):
        member.digest_paused_until = today_of(member) + rules.DIGEST_PAUSE if digest_pause else None
    member.save(
        update_fields=[
            *("wants_reminders", "wants_digest", "digest_weekday", "digest_hour", "watches_usually"),
            *("digest_every", "digest_paused_until", "quiet_nights"),
        ]
    )
    return member


# --- The group


@transaction.atomic
def change_group(values: Mapping[str, Any], *, by: Member, seen: str) -> Group:
    """Save the group's settings and return the group. Whoever saves them first has set the group up.

    `seen` is the fingerprint of the settings that were on the screen. Raises Refused: 403 for a role, 422 for a value
    that cannot be, 409 when somebody saved other settings meanwhile.
    """
    refuse_if(rules.why_not_organise(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    for reason in rules.why_not_settings(values).values():
        refuse_if(reason, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    group = locked_group()
    before = settings_of(group)
    for name in before.keys() & values.keys():
        setattr(group, name, values[name])
    after = settings_of(group)
    # A form that was sent twice changes nothing the second time.
    if after != before:
        refuse_if(rules.why_not_overwrite(seen=seen, now=fingerprint(before)))
    is_new = group.set_up_at is None
    if after == before and not is_new:
        return group
    group.set_up_at = group.set_up_at or timezone.now()
    group.save()
    changed = [name for name in before if before[name] != after[name]]
    log(
        "set up group" if is_new else "change settings",
        "group",
        by=by,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return group


def locked_group() -> Group:
    """Return the group, for whoever changes it, its roles or its memberships: they take turns."""
    the_group()
    return Group.objects.select_for_update(no_key=True).get(pk=1)


# --- Roles and memberships. What becomes of the papers a member holds is said by `papers.claims.actions`.


@transaction.atomic
def give_role(member: Member, role: str, *, by: Member, seen: str) -> Member:
    """Give the member another role and return them. `seen` is the role that was on the organiser's screen.

    Raises Refused: 403 for a role that may not, 409 when the member has left or got another role meanwhile, or is the
    last organiser.
    """
    member, by = in_turn(member, by)
    refuse_if(rules.why_not_organise(is_organiser=is_here(by) and by.is_organiser), status=HTTPStatus.FORBIDDEN)
    # A form that was sent twice changes nothing the second time.
    if member.role == role and is_here(member):
        return member
    refuse_if(
        rules.why_not_give_role(
            name=member.name,
            has_left=not is_here(member),
            role=member.role,
            role_seen=seen,
            role_now=member.get_role_display(),
        )
    )
    refuse_if(why_not_without(member, by))
    before, member.role = member.role, Role(role)
    member.save(update_fields=["role"])
    log("give role", f"member:{member.pk}", by=by, before={"role": before}, after={"role": member.role})
    return member


@transaction.atomic
def end_membership(member: Member, *, by: Member) -> Member:
    """Let the member go, or take them out of the group, and return them. What they wrote stays.

    Their next request finds them signed out, and what waits to be mailed to them is void. Raises Refused: 403 for a
    role that may not, 409 when they have left already or are the last organiser.
    """
    member, by = in_turn(member, by)
    if member != by:
        refuse_if(rules.why_not_organise(is_organiser=is_here(by) and by.is_organiser), status=HTTPStatus.FORBIDDEN)
    refuse_if(rules.why_not_end(name=member.name, has_left=not is_here(member)))
    refuse_if(why_not_without(member, by))
    member.left_at, member.is_active = timezone.now(), False
    member.save(update_fields=["left_at", "is_active"])
    mail.void(member=member)
    log("leave" if member == by else "remove", f"member:{member.pk}", by=by, before={"role": member.role})
    return member


@transaction.atomic
def bring_back(member: Member, *, by: Member) -> Member:
    """Take somebody who left into the group again, an organiser as a member, and return them.

    Raises Refused: 403 for a role that may not, 409 when they are back already.
    """
    member, by = in_turn(member, by)
    refuse_if(rules.why_not_organise(is_organiser=is_here(by) and by.is_organiser), status=HTTPStatus.FORBIDDEN)
    refuse_if(rules.why_not_bring_back(name=member.name, has_left=not is_here(member)))
    member.left_at, member.is_active = None, True
    member.role = Role.READER if member.role == Role.READER else Role.MEMBER
    member.save(update_fields=["left_at", "is_active", "role"])
    log("bring back", f"member:{member.pk}", by=by, after={"role": member.role})
    return member


def in_turn(member: Member, by: Member) -> tuple[Member, Member]:
    """Return both as they are now, once everybody else who changes roles or memberships is done."""
    locked_group()
    rows = Member.objects.select_for_update(no_key=True).filter(pk__in=[member.pk, by.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[member.pk], found[by.pk]


def is_here(member: Member) -> bool:
    return member.is_active and member.left_at is None


def why_not_without(member: Member, by: Member) -> str | None:
    """Return what the rule says of the group without this organiser."""
    others = current_members().filter(role=Role.ORGANISER).exclude(pk=member.pk).count()
    return rules.why_not_without(
        name=member.name, is_self=member == by, is_organiser=member.is_organiser, other_organisers=others
    )
