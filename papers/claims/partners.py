"""Who stands at a holder's side: co-presenters, who share the paper and its points, and an understudy.

A holder asks a member to present with them; nothing counts before the other accepts. An understudy offers it, and has
the paper at once when the holder can't make it. When a holder leaves, the first co-presenter goes on with the paper.
"""

import datetime as dt
from http import HTTPStatus

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from papers.catalogue.models import Paper
from papers.claims import letters, rules
from papers.claims.locking import held_of, lock_member, lock_papers
from papers.claims.machines import ACCEPTED, ANSWER, EXPIRED, SENT, WITHDRAWN, after
from papers.claims.models import Claim, Partner
from papers.claims.queries import DONE, place_of
from papers.mail.composing import zone_of
from papers.members import actions as members
from papers.members import away, tokens
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import Refused, refuse_if

TOKEN = "with"  # noqa: S105 - the kind of a token, not one
CO_PRESENTER, UNDERSTUDY = Partner.Role.CO_PRESENTER, Partner.Role.UNDERSTUDY


@transaction.atomic
def ask(paper: Paper, other: Member, *, by: Member) -> Partner:
    """Ask the other member to present the paper with its holder, by mail too, and return the question.

    Raises Refused: 403 for somebody else's paper, 409 when the paper or the other one takes no such question.
    """
    held = held_of(paper)
    is_mine = held is not None and held.holder_id == by.pk
    refuse_if(
        rules.why_not_ask_partner(
            is_mine=is_mine,
            is_done=place_of(paper, by).state == DONE,
            is_self=other.pk == by.pk,
            may_write=other.may_write and members.is_here(other),
            is_there=held is not None and at_side(held).filter(member=other).exists(),
            count=0 if held is None else at_side(held).filter(role=CO_PRESENTER).count(),
        ),
        status=HTTPStatus.CONFLICT if is_mine else HTTPStatus.FORBIDDEN,
    )
    assert held is not None
    expires_at = rules.waking_end(timezone.now(), zone_of(other.time_zone, the_group().time_zone))
    asked = Partner.objects.create(claim=held, member=other, role=CO_PRESENTER, expires_at=expires_at)
    members.log("ask to present together", f"paper #{paper.number}", by=by, after={"to": other.name})
    letters.send(
        "partner",
        other,
        key=f"partner:{asked.pk}",
        about=about(asked),
        paper=paper,
        not_after=expires_at,
        until=expires_at,
        name=by.name,
        token=token_of(asked),
    )
    return asked


@transaction.atomic
def answer(asked: Partner, act: str) -> Partner:
    """Let the question become what the act of `machines.ANSWER` makes of it, and return it.

    Raises Refused (409) when it was answered already or the paper is no longer held.
    """
    lock_papers(asked.claim.paper_id)
    held = Claim.objects.select_for_update(of=("self",)).select_related("paper", "holder").get(pk=asked.claim_id)
    asked = Partner.objects.select_for_update(of=("self",)).select_related("member").get(pk=asked.pk)
    refuse_if(why_no_answer(asked))
    state = after(ANSWER, asked.state, act)
    refuse_if(rules.why_partner_gone(is_held=held.released_at is None))
    if state is None:
        raise Refused(why_no_answer(asked) or "")
    asked.state, asked.answered_at = state, timezone.now()
    asked.save(update_fields=["state", "answered_at"])
    about_paper, by = f"paper #{held.paper.number}", held.holder if act == "withdraw" else asked.member
    members.log(f"{act} presenting together", about_paper, by=by, after={"holder": held.holder.name})
    letters.void(about(asked))
    if act != "withdraw":
        name = "partner_accepted" if state == ACCEPTED else "partner_declined"
        letters.send(name, held.holder, key=f"{name}:{asked.pk}", paper=held.paper, name=asked.member.name)
    letters.void_reminders(place_of(held.paper, by).session_id)
    return asked


@transaction.atomic
def stand_by(paper: Paper, *, by: Member) -> Partner:
    """Make the member the paper's understudy and tell its holder. Raises Refused: 403 for a role, else 409."""
    by = lock_member(by)
    held = held_of(paper)
    refuse_if(
        rules.why_not_stand_by(
            may_write=by.may_write and members.is_here(by),
            is_held=held is not None,
            is_done=place_of(paper, by).state == DONE,
            is_mine=held is not None and held.holder_id == by.pk,
            is_there=held is not None and at_side(held).filter(member=by).exists(),
            is_taken=held is not None and understudy_of(held) is not None,
        ),
        status=HTTPStatus.CONFLICT if by.may_write else HTTPStatus.FORBIDDEN,
    )
    assert held is not None
    now = timezone.now()
    made = Partner.objects.create(
        claim=held, member=by, role=UNDERSTUDY, state=ACCEPTED, expires_at=now, answered_at=now
    )
    members.log("stand by", f"paper #{paper.number}", by=by, after={"holder": held.holder.name})
    key = f"understudy:{made.pk}"
    letters.send("understudy", held.holder, key=key, about=about(made), paper=paper, name=by.name)
    return made


@transaction.atomic
def step_back(paper: Paper, *, by: Member) -> bool:
    """Let a co-presenter or understudy go, who tells the holder so; return whether they were one. Twice is once."""
    held, place = held_of(paper), place_of(paper, by)
    mine = None if held is None else at_side(held).filter(member=by, state=ACCEPTED).first()
    if held is None or mine is None or place.state == DONE:
        return False
    leave(mine)
    members.log("step back", f"paper #{paper.number}", by=by, before={"role": mine.role})
    letters.send("stepped_back", held.holder, key=f"stepped-back:{mine.pk}", paper=paper, name=by.name)
    letters.void_reminders(place.session_id)
    return True


@transaction.atomic
def step_back_from_all(member: Member) -> None:
    """Let somebody who leaves, or may no longer present, go from everybody's side."""
    open_ones = Partner.objects.filter(member=member, left_at=None, state__in=(SENT, ACCEPTED))
    for partner in open_ones.filter(claim__released_at=None).select_related("claim__paper"):
        if partner.state == ACCEPTED:
            step_back(partner.claim.paper, by=member)
        else:
            withdraw(Partner.objects.filter(pk=partner.pk))


def carry(old: Claim, new: Claim) -> None:
    """Let those at the side of a claim that has ended stand at the side of the one that goes on with its paper.

    Call it once both are written; the new holder is no longer at their own side.
    """
    now = timezone.now()
    partners = Partner.objects.filter(claim=old, left_at=None, state=ACCEPTED)
    partners.filter(member=new.holder).update(left_at=now)
    partners.update(claim=new)
    withdraw(old.partners.all())


def withdraw(partners: QuerySet[Partner]) -> None:
    """Take back those of the questions that are not answered, with their mails."""
    for asked in partners.filter(state=SENT):
        letters.void(about(asked))
        Partner.objects.filter(pk=asked.pk, state=SENT).update(state=WITHDRAWN, answered_at=timezone.now())


def leave(partner: Partner) -> None:
    partner.left_at = timezone.now()
    partner.save(update_fields=["left_at"])


def expire(now: dt.datetime) -> int:
    """Close the questions whose time is over at `now`; return how many. Twice is once."""
    late = Partner.objects.filter(state=SENT, expires_at__lte=now)
    return late.update(state=EXPIRED, answered_at=now)


# --- Who is there


def at_side(held: Claim) -> QuerySet[Partner]:
    """Return who is asked or stands at the holder's side, those who came first first."""
    return held.partners.filter(left_at=None, state__in=(SENT, ACCEPTED)).select_related("member")


def co_presenters_of(held: Claim) -> list[Partner]:
    return list(at_side(held).filter(role=CO_PRESENTER, state=ACCEPTED).order_by("answered_at", "pk"))


def understudy_of(held: Claim) -> Partner | None:
    return at_side(held).filter(role=UNDERSTUDY).first()


def ready_understudy(held: Claim, starts_at: dt.datetime | None) -> Partner | None:
    """Return the understudy if they can step in: still a member who presents, and not away on the session's day."""
    partner = understudy_of(held)
    if partner is None or not (partner.member.may_write and members.is_here(partner.member)):
        return None
    is_away = starts_at is not None and away.on(partner.member, starts_at) is not None
    return None if is_away else partner


def about(partner: Partner) -> str:
    """Return how the outbox names what is written about one at the holder's side."""
    return f"partner:{partner.pk}"


def token_of(asked: Partner) -> str:
    return tokens.make(TOKEN, asked.pk)


def why_no_answer(asked: Partner) -> str | None:
    """Return why the question takes no answer any more, in the reader's words, or None."""
    if asked.state == SENT and asked.expires_at > timezone.now():
        return None
    state = EXPIRED if asked.state == SENT else asked.state
    when = date_format(timezone.localtime(asked.answered_at or asked.expires_at), "DATETIME_FORMAT")
    return rules.why_no_answer(state=state, when=when)
