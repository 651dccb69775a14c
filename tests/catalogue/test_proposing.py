"""Proposing papers, voting for them, and being told what became of it."""

import pytest

from papers.catalogue import proposing
from papers.catalogue.models import Paper, Proposal, Vote
from papers.mail.models import Outgoing
from papers.refusals import Refused

pytestmark = pytest.mark.django_db
PAGE = "/papers/proposals/"


@pytest.fixture
def proposal(part, bob) -> Proposal:
    return proposing.propose("2302.13971", "It is open.", by=bob)


def test_a_member_proposes_and_votes_at_once(part, bob, client_of):
    client = client_of(bob)
    assert client.post(PAGE, {"said": "2302.13971", "reason": "It is open."}).status_code == 303
    assert Vote.objects.get().member == bob
    page = client.get(PAGE).content.decode()
    assert "2302.13971" in page
    assert "Take my vote back" in page
    assert not Paper.objects.exists()


def test_others_vote_once_and_may_take_it_back(proposal, alice, client_of):
    client = client_of(alice)
    for _twice in range(2):
        client.post(f"{PAGE}{proposal.pk}/vote/", {"wants": "yes"})
    assert proposal.votes.count() == 2
    fragment = client.post(f"{PAGE}{proposal.pk}/vote/", {"wants": "no"}, headers={"HX-Request": "true"})
    assert f'id="vote-{proposal.pk}"' in fragment.content.decode()
    assert proposal.votes.count() == 1


def test_an_accepted_paper_is_on_the_list_and_its_proposer_is_told(proposal, part, alice, bob, client_of):
    response = client_of(alice).post(f"{PAGE}{proposal.pk}/accept/", {"part": part.pk})
    paper = Paper.objects.get()
    assert (response.status_code, response["Location"]) == (303, paper.get_absolute_url())
    assert (paper.arxiv_id, paper.entries.get().part) == ("2302.13971", part)
    mail = Outgoing.objects.get()
    assert (mail.address, mail.subject) == (bob.email, "What you proposed is on the list")
    assert f"#{paper.number}" in mail.text


def test_a_declined_one_says_why(proposal, alice, bob, client_of):
    assert client_of(alice).post(f"{PAGE}{proposal.pk}/decline/", {"answer": " "}).status_code == 422
    assert client_of(alice).post(f"{PAGE}{proposal.pk}/decline/", {"answer": "Too long for now."}).status_code == 303
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("declined", alice)
    assert "Too long for now." in Outgoing.objects.get(address=bob.email).text
    assert not Paper.objects.exists()


def test_what_is_decided_stays_decided(proposal, part, alice, bob):
    proposing.decline(proposal, "No.", by=alice)
    for act in (
        lambda: proposing.accept(proposal, part, by=alice),
        lambda: proposing.vote(proposal, by=bob, wants=True),
    ):
        with pytest.raises(Refused, match="decided meanwhile"):
            act()


def test_a_work_that_was_only_mentioned_comes_onto_the_list_under_its_number(a_paper, part, alice, bob):
    bert = a_paper("BERT", on_list=False, arxiv_id="1810.04805")
    proposal = proposing.propose("https://arxiv.org/abs/1810.04805", "", by=bob)
    assert proposing.accept(proposal, part, by=alice) == bert
    bert.refresh_from_db()
    assert (bert.on_list, bert.entries.count()) == (True, 1)


def test_what_is_on_the_list_or_proposed_is_not_proposed_again(proposal, a_paper, bob, client_of):
    a_paper("Attention", arxiv_id="1706.03762")
    for said in ("arXiv:1706.03762", "2302.13971"):
        assert client_of(bob).post(PAGE, {"said": said}).status_code == 409
    assert Proposal.objects.count() == 1


def test_readers_look_but_do_not_propose_and_only_organisers_decide(proposal, part, rita, bob, client, client_of):
    reader = client_of(rita)
    assert reader.get(PAGE).status_code == 200
    assert reader.post(PAGE, {"said": "x y"}).status_code == 403
    assert reader.post(f"{PAGE}{proposal.pk}/vote/").status_code == 403
    for verb, data in (("accept", {"part": part.pk}), ("decline", {"answer": "No."})):
        assert client_of(bob).post(f"{PAGE}{proposal.pk}/{verb}/", data).status_code == 403
        assert client_of(bob).get(f"{PAGE}{proposal.pk}/{verb}/").status_code == 405
        assert client.post(f"{PAGE}{proposal.pk}/{verb}/", data).status_code == 302
    assert client_of(bob).post(f"{PAGE}999/vote/").status_code == 404


def test_the_same_queries_for_one_proposal_and_three(proposal, bob, client_of, django_assert_num_queries):
    client = client_of(bob)
    client.get("/")
    for said in ("One more", "And one"):
        with django_assert_num_queries(5):
            client.get(PAGE)
        proposing.propose(said, "", by=bob)
