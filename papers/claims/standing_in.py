"""“I can't make it”: the holder looks for a stand-in and stays named until somebody takes the paper over."""

import datetime as dt
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.claims import confirming, letters, partners, rules, swapping, waiting
from papers.claims.ledger import least_loaded
from papers.claims.locking import held_of, lock_member
from papers.claims.machines import LOOKING, claim_state
from papers.claims.models import Claim, Partner
from papers.claims.queries import DONE, open_claims, place_of
from papers.members import actions as members
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import Refused, refuse_if

# Asked at once; everybody else is asked this long after (design paper `product.md`, row 21).
ASKED_FIRST = 3
ASK_ALL_AFTER = dt.timedelta(hours=12)


@transaction.atomic
def look(paper: Paper, *, by: Member) -> Claim:
    """Say that the holder looks for a stand-in and ask the least loaded members; return the claim as it is now.

    An understudy who can has the paper at once, and nobody is asked. Twice is once.

    Raises Refused: 403 for somebody else's paper, 409 for one that was presented or released.
    """
    held = held_of(paper)
    why = rules.why_not_look(state=state_of(paper, held), is_mine=held is not None and held.holder_id == by.pk)
    refuse_if(why, status=HTTPStatus.FORBIDDEN if held and held.holder_id != by.pk else HTTPStatus.CONFLICT)
    assert held is not None
    if held.looking_since is not None:
        return held
    ready = partners.ready_understudy(held, place_of(paper, by).starts_at)
    if ready is not None:
        return hand_on(held, ready, by=by)
    held.looking_since = timezone.now()
    held.save(update_fields=["looking_since"])
    members.log("look for a stand-in", f"paper #{paper.number}", by=by, before={"state": "held"})
    # Who waits for the paper has asked for it before anybody was asked.
    write_to(held, [*waiting.in_line(paper), *least_loaded(but=by)[:ASKED_FIRST]])
    return held


@transaction.atomic
def present_after_all(paper: Paper, *, by: Member) -> Claim:
    """Take the search for a stand-in back. Raises Refused as `look` does."""
    held = held_of(paper)
    why = rules.why_not_look(state=state_of(paper, held), is_mine=held is not None and held.holder_id == by.pk)
    refuse_if(why, status=HTTPStatus.FORBIDDEN if held and held.holder_id != by.pk else HTTPStatus.CONFLICT)
    assert held is not None
    if held.looking_since is not None:
        held.looking_since = None
        held.save(update_fields=["looking_since"])
        letters.void(about(held))
        members.log("present after all", f"paper #{paper.number}", by=by, before={"state": "looking"})
    return held


@transaction.atomic
def take_over(paper: Paper, *, by: Member) -> Claim:
    """Give the paper of somebody who looks for a stand-in to this member, and return the new claim.

    The first one wins. Raises Refused: 403 for a role, 409 when nobody looks any more or the member holds too many.
    """
    by = lock_member(by)
    refuse_if(
        rules.why_role_may_not_claim(may_write=by.may_write, has_left=not members.is_here(by)),
        status=HTTPStatus.FORBIDDEN,
    )
    held = held_of(paper)
    is_mine = held is not None and held.holder_id == by.pk
    refuse_if(rules.why_not_take_over(state=state_of(paper, held), is_mine=is_mine))
    assert held is not None
    mine = [f"#{row['number']}" for row in open_claims(by, timezone.now())]
    refuse_if(rules.why_no_more(held=mine, cap=the_group().claim_cap))
    held.released_at, held.released_by = timezone.now(), by
    held.save(update_fields=["released_at", "released_by"])
    try:
        with transaction.atomic():
            made = confirming.begin(paper, by, timezone.now())
    except IntegrityError:
        raise Refused(rules.taken_by("?")) from None
    swapping.withdraw_all(held)
    partners.carry(held, made)
    waiting.taken(paper, by)
    letters.void(about(held))
    members.log("take over", f"paper #{paper.number}", by=by, before={"holder": held.holder_id})
    letters.send("taken_over", held.holder, key=f"taken-over:{made.pk}", paper=paper, name=by.name)
    letters.void_reminders(place_of(paper, by).session_id)
    return made


@transaction.atomic
def promote(paper: Paper, *, by: Member) -> Claim:
    """Give the paper to its understudy and return the new claim.

    Raises Refused: 403 but for its holder and organisers, 409 without an understudy.
    """
    held = held_of(paper)
    understudy = None if held is None else partners.understudy_of(held)
    may = held is not None and (held.holder_id == by.pk or by.is_organiser)
    refuse_if(
        rules.why_not_promote(
            may=may, has_understudy=understudy is not None, is_done=place_of(paper, by).state == DONE
        ),
        status=HTTPStatus.CONFLICT if may or held is None else HTTPStatus.FORBIDDEN,
    )
    assert held is not None
    assert understudy is not None
    return hand_on(held, understudy, by=by)


def hand_on(held: Claim, to: Partner, *, by: Member) -> Claim:
    """End a locked claim and let one at the holder's side go on with the paper, above the cap too."""
    held.released_at, held.released_by = timezone.now(), by
    held.save(update_fields=["released_at", "released_by"])
    swapping.withdraw_all(held)
    made = confirming.begin(held.paper, to.member, timezone.now())
    partners.carry(held, made)
    waiting.taken(held.paper, to.member)
    letters.void(about(held))
    members.log(
        "hand on",
        f"paper #{held.paper.number}",
        by=by,
        before={"holder": held.holder_id},
        after={"to": to.member.name},
    )
    name = "handed_on_understudy" if to.role == partners.UNDERSTUDY else "handed_on"
    letters.send(name, to.member, key=f"handed-on:{made.pk}", paper=held.paper, name=held.holder.name)
    letters.void_reminders(place_of(held.paper, by).session_id)
    return made


def ask_everybody(now: dt.datetime) -> int:
    """Write to all free members about searches that are old enough; return to how many. Twice is once."""
    searches = Claim.objects.filter(released_at=None, looking_since__lte=now - ASK_ALL_AFTER)
    old = [held for held in searches.select_related("paper", "holder") if state_of(held.paper, held) == LOOKING]
    return sum(write_to(held, least_loaded(but=held.holder)) for held in old)


def write_to(held: Claim, asked: list[Member]) -> int:
    """Ask these members to stand in; who was asked before is not asked again."""
    since = held.looking_since or timezone.now()
    for member in asked:
        letters.send(
            "stand_in",
            member,
            key=f"stand-in:{held.pk}:{int(since.timestamp())}:{member.pk}",
            about=about(held),
            paper=held.paper,
            name=held.holder.name,
        )
    return len(asked)


def about(held: Claim) -> str:
    """Return how the outbox names what is written about a search."""
    return f"stand-in:{held.pk}"


def state_of(paper: Paper, held: Claim | None) -> str:
    """Return the state of `machines.CLAIM` in which the paper is."""
    is_done = held is not None and place_of(paper, held.holder).state == DONE
    is_looking = held is not None and held.looking_since is not None
    return claim_state(holds=held is not None, is_looking=is_looking, is_done=is_done)
