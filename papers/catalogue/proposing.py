"""Proposing papers: what a member would like the group to read, who else would, and what organisers say to it."""

from http import HTTPStatus

from django.db import transaction
from django.utils import timezone

from papers.catalogue import actions, rules
from papers.catalogue.importing import matched
from papers.catalogue.models import Paper, Part, Proposal, Vote
from papers.members import actions as members
from papers.members import letters
from papers.members.models import Member
from papers.refusals import refuse_if


@transaction.atomic
def propose(said: str, reason: str, *, by: Member) -> Proposal:
    """Propose a paper; whoever proposes it votes for it.

    Raises Refused: 403 for a reader, 422 for an empty text, 409 for a paper that is on the list or proposed already.
    """
    refuse_if(rules.why_not_propose(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    text = " ".join(said.replace("\0", "").split())
    refuse_if(rules.why_no_paper(text), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    twin = matched([actions.record_of(text)])[0].paper
    if twin is not None and twin.on_list:
        refuse_if(rules.why_not_again(number=twin.number, title=twin.title))
    # Of two identical forms at once the second waits here and then finds the first one's proposal.
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    is_there = Proposal.objects.filter(said__iexact=text, state=Proposal.State.OPEN).exists()
    refuse_if(rules.why_not_proposed_again(is_there=is_there))
    made = Proposal.objects.create(said=text, reason=" ".join(reason.split()), by=by)
    Vote.objects.create(proposal=made, member=by)
    return made


@transaction.atomic
def vote(proposal: Proposal, *, by: Member, wants: bool) -> int:
    """Say that the member would read it too, or no longer; return how many would. Doing it twice changes nothing.

    Raises Refused: 403 for a reader, 409 when it is decided.
    """
    refuse_if(rules.why_not_propose(may_write=by.may_write), status=HTTPStatus.FORBIDDEN)
    proposal = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    refuse_if(rules.why_not_decided(is_open=proposal.state == Proposal.State.OPEN))
    if wants:
        Vote.objects.get_or_create(proposal=proposal, member=by)
    else:
        Vote.objects.filter(proposal=proposal, member=by).delete()
    return proposal.votes.count()


@transaction.atomic
def accept(proposal: Proposal, part: Part, *, by: Member) -> Paper:
    """Put the proposed paper at the end of the part and tell who proposed it. Raises Refused (403, 409)."""
    proposal = decidable(proposal, by)
    known = matched([actions.record_of(proposal.said)])[0].paper
    if known is None:
        paper = actions.add_paper(proposal.said, part, by=by)
    else:
        actions.place_paper(known, part, by=by)
        paper = known
    decide(proposal, Proposal.State.ACCEPTED, "", by=by, paper=paper)
    letters.send("proposal_accepted", proposal.by.email, member=proposal.by, said=proposal.said, number=paper.number)
    return paper


@transaction.atomic
def decline(proposal: Proposal, answer: str, *, by: Member) -> None:
    """Decline what was proposed and tell who proposed it why. Raises Refused: 403, 409, 422 without an answer."""
    refuse_if(rules.why_no_answer(answer), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    proposal = decidable(proposal, by)
    decide(proposal, Proposal.State.DECLINED, " ".join(answer.split()), by=by)
    letters.send(
        "proposal_declined", proposal.by.email, member=proposal.by, said=proposal.said, answer=proposal.answer
    )


def decidable(proposal: Proposal, by: Member) -> Proposal:
    refuse_if(rules.why_not_decide(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("by").get(pk=proposal.pk)
    refuse_if(rules.why_not_decided(is_open=proposal.state == Proposal.State.OPEN))
    return proposal


def decide(proposal: Proposal, state: str, answer: str, *, by: Member, paper: Paper | None = None) -> None:
    proposal.state, proposal.answer, proposal.paper = state, answer, paper
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save()
    verb = "accept proposal" if state == Proposal.State.ACCEPTED else "decline proposal"
    members.log(verb, f"proposal:{proposal.pk}", by=by, after={"said": proposal.said})
