"""Exchanging papers. One holder asks another; nothing moves until the other accepts."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from papers.claims import confirming, letters, partners, rules, waiting
from papers.claims.locking import lock_papers
from papers.claims.machines import ACCEPTED, ANSWER, SENT, after
from papers.claims.models import Claim, Swap
from papers.claims.queries import DONE, place_of
from papers.mail.composing import zone_of
from papers.members import actions as members
from papers.members import tokens
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import Refused, refuse_if

TOKEN = "swap"  # noqa: S105 - the kind of a token, not one


@transaction.atomic
def ask(given: Claim, wanted: Claim, *, by: Member, message: str = "") -> Swap:
    """Ask the holder of `wanted` to take `given` for it, by mail too, and return the question.

    Raises Refused (409) for papers that cannot be exchanged.
    """
    given, wanted = locked(given, wanted)
    refuse_if(
        rules.why_not_swap(
            given_is_mine=given.holder_id == by.pk,
            wanted_is_mine=wanted.holder_id == by.pk,
            both_open=is_open(given) and is_open(wanted),
            asked_before=Swap.objects.filter(given=given, state=SENT).exists(),
        ),
        status=HTTPStatus.CONFLICT,
    )
    other = wanted.holder
    expires_at = rules.waking_end(timezone.now(), zone_of(other.time_zone, the_group().time_zone))
    swap = Swap.objects.create(given=given, wanted=wanted, message=message, expires_at=expires_at)
    members.log("ask to swap", f"paper #{given.paper.number}", by=by, after={"wanted": wanted.paper.number})
    letters.send(
        "swap",
        other,
        key=f"swap:{swap.pk}",
        about=letters.about_swap(swap.pk),
        not_after=expires_at,
        until=expires_at,
        token=token_of(swap),
        message=message,
        **facts_of(swap, name=by.name),
    )
    return swap


@transaction.atomic
def answer(swap: Swap, act: str) -> Swap:
    """Let the question become what the act of `machines.ANSWER` makes of it; accepted, the two papers change hands.

    Raises Refused (409) when it was answered already or one of the papers is no longer there to be swapped.
    """
    # The claims first, as whoever releases one of them does.
    given, wanted = locked(swap.given, swap.wanted)
    swap = Swap.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=swap.pk)
    refuse_if(why_no_answer(swap) if act != "expire" else None)
    state = after(ANSWER, swap.state, act)
    if state is None:
        raise Refused(why_no_answer(swap) or "")
    close(swap, state)
    asker, other = given.holder, wanted.holder
    if state == ACCEPTED:
        both_open = is_open(given) and is_open(wanted)
        refuse_if(
            rules.why_not_swap(given_is_mine=True, wanted_is_mine=False, both_open=both_open, asked_before=False)
        )
        exchange(given, wanted)
    by = None if act == "expire" else asker if act == "withdraw" else other
    before, now = {"given": asker.name, "wanted": other.name}, {"paper": wanted.paper.number}
    members.log(f"{act} swap", f"paper #{given.paper.number}", by=by, before=before, after=now)
    if act in ("accept", "decline"):
        name = "swap_accepted" if act == "accept" else "swap_declined"
        letters.send(name, asker, key=f"{name}:{swap.pk}", **facts_of(swap, name=other.name))
    return swap


def exchange(given: Claim, wanted: Claim) -> None:
    """Let two locked claims change hands: both end, and each paper has a new one by the other member."""
    now = timezone.now()
    Claim.objects.filter(pk__in=(given.pk, wanted.pk)).update(released_at=now, released_by=None)
    for ended in (given, wanted):
        withdraw_all(ended)
    for ended, holder in ((given, wanted.holder), (wanted, given.holder)):
        partners.carry(ended, confirming.begin(ended.paper, holder, now))
        waiting.taken(ended.paper, holder)
        letters.void_reminders(place_of(ended.paper, holder).session_id)


def withdraw_all(claim: Claim) -> None:
    """Take back what was asked about a locked claim that has ended."""
    for swap in Swap.objects.select_for_update(of=("self",)).filter(Q(given=claim) | Q(wanted=claim), state=SENT):
        close(swap, Swap.State.WITHDRAWN)
    partners.withdraw(claim.partners.all())


def close(swap: Swap, state: str) -> None:
    swap.state, swap.answered_at = state, timezone.now()
    swap.save(update_fields=["state", "answered_at"])
    letters.void(letters.about_swap(swap.pk))


def expire(now: dt.datetime) -> int:
    """Close the questions whose time is over at `now`; return how many. Twice is once."""
    late = list(Swap.objects.filter(state=SENT, expires_at__lte=now).select_related(*WITH))
    for swap in late:
        answer(swap, "expire")
    return len(late)


WITH = ("given__paper", "given__holder", "wanted__paper", "wanted__holder")


def locked(*claims: Claim) -> list[Claim]:
    """Return the claims as they are now, locked in one order, so that two swaps crosswise wait and do not deadlock."""
    lock_papers(*(claim.paper_id for claim in claims))
    rows = Claim.objects.select_for_update(of=("self",)).select_related("paper", "holder")
    by_pk = {row.pk: row for row in rows.filter(pk__in=[claim.pk for claim in claims]).order_by("pk")}
    return [by_pk[claim.pk] for claim in claims]


def is_open(claim: Claim) -> bool:
    """Return whether the claim is held and its paper not presented yet."""
    return claim.released_at is None and place_of(claim.paper, claim.holder).state != DONE


def facts_of(swap: Swap, *, name: str) -> dict[str, Any]:
    """Return what the letters about a swap name."""
    given, wanted = swap.given.paper, swap.wanted.paper
    return {
        "name": name,
        "given": given.number,
        "given_title": given.title,
        "wanted": wanted.number,
        "wanted_title": wanted.title,
    }


def token_of(swap: Swap) -> str:
    return tokens.make(TOKEN, swap.pk)


def why_no_answer(swap: Swap) -> str | None:
    """Return why the question takes no answer any more, in the reader's words, or None."""
    if swap.state == SENT and swap.expires_at > timezone.now():
        return None
    state = "expired" if swap.state == SENT else swap.state
    when = date_format(timezone.localtime(swap.answered_at or swap.expires_at), "DATETIME_FORMAT")
    return rules.why_no_answer(state=state, when=when)
