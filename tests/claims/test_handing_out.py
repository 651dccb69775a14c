"""Bids, a plan that an organiser looks at, and the answers of those who were given a paper."""

import datetime as dt

import pytest

from papers.catalogue.models import Paper
from papers.claims import actions, handing_out, swapping
from papers.claims.models import Bid, Claim, Swap
from papers.claims.queries import place_of
from papers.mail.models import Outgoing
from papers.members.models import Act, Member
from papers.refusals import Refused

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)
PAGE = "/organise/assign/"


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def papers(a_paper, alice, bob) -> list[Paper]:
    Member.objects.update(joined_at=NOW - dt.timedelta(days=90))
    return [a_paper(f"Paper {letter}") for letter in "ABC"]


def planned(**facts) -> dict[int, str | None]:
    made = handing_out.plan(None, 1, **facts)
    return {line.paper.number: line.member.name if line.member else None for line in made.lines}


# --- Bids


def test_a_bid_is_kept_changed_and_taken_back(papers, bob, client_of):
    client = client_of(bob)
    for said, kept in (("want", ["want"]), ("no", ["no"]), ("", [])):
        assert client.post("/papers/1/bid/", {"wish": said}).status_code == 303
        assert list(Bid.objects.values_list("wish", flat=True)) == kept
    page = client.post("/papers/1/bid/", {"wish": "could"}, headers={"HX-Request": "true"}).content.decode()
    assert page.count('aria-pressed="true"') == 1
    assert client.post("/papers/1/bid/", {"wish": "maybe"}).status_code == 422


def test_bids_are_for_members_and_for_free_papers(papers, bob, alice, rita, client, client_of):
    assert client.get("/papers/bids/").status_code == 302
    assert client_of(rita).post("/papers/1/bid/", {"wish": "want"}).status_code == 403
    assert client_of(bob).get("/papers/1/bid/").status_code == 405
    actions.claim(papers[0], by=alice)
    assert client_of(bob).post("/papers/1/bid/", {"wish": "want"}).status_code == 409
    page = client_of(bob).get("/papers/bids/").content.decode()
    assert "#1 " not in page
    assert "#2 " in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_bids_cost_the_same_for_one_paper_and_for_three(a_paper, bob, client_of, django_assert_num_queries, count):
    for _paper in range(count):
        Bid.objects.create(paper=a_paper(), member=bob, wish="want")
    client = client_of(bob)
    with django_assert_num_queries(5):
        client.get("/papers/bids/")


# --- The plan


def test_wishes_are_followed_and_a_no_is_never_overruled(papers, alice, bob):
    handing_out.bid(papers[0], "want", by=bob)
    handing_out.bid(papers[1], "no", by=bob)
    handing_out.bid(papers[1], "no", by=alice)
    made = handing_out.plan(None, 1, by=alice)
    assert {line.paper.number: line.member and line.member.name for line in made.lines} == {
        1: "Bob",
        2: None,
        3: "Alice",
    }
    assert [line.why for line in made.lines] == [
        "wanted it; has the fewest points",
        "Everybody who could take it said no or is away.",
        "has said nothing against it; has the fewest points",
    ]


def test_points_are_evened_out(papers, alice, bob, a_paper):
    for _paper in range(2):
        Claim.objects.create(paper=a_paper(done_at=NOW), holder=bob)
    made = handing_out.plan(None, 1, by=alice)
    why = {line.why for line in made.lines if line.member == alice}
    assert (sum(line.member == alice for line in made.lines), made.spread) == (2, 3)
    assert why == {"has said nothing against it; has the fewest points"}


def test_nobody_gets_more_than_the_cap(papers, group, alice, bob, a_paper):
    for title in ("One", "Two"):
        actions.claim(a_paper(title), by=bob)
    actions.claim(a_paper("Three"), by=alice)
    assert sorted(planned(by=alice).values(), key=str) == ["Alice", None, None]


def test_what_is_held_offered_done_or_read_by_notes_only_is_not_handed_out(papers, alice, bob, a_paper):
    actions.claim(papers[0], by=bob)
    a_paper("Notes", mode="notes")
    a_paper("Done", done_at=NOW)
    assert sorted(planned(by=alice)) == [2, 3]


def test_the_plan_is_looked_at_published_and_answered(papers, alice, bob, client, client_of):
    organiser = client_of(alice)
    page = organiser.post(PAGE, {"seed": "1"})
    assert "Hand out 3 papers" in page.content.decode()
    assert not Claim.objects.exists()
    seen = page.context["plan"].seen
    assert organiser.post(PAGE, {"seed": "1", "seen": seen, "publish": "1"}).status_code == 303
    assert Claim.objects.filter(accept_by=NOW + dt.timedelta(hours=72), assigned_by=alice).count() == 3
    assert Outgoing.objects.filter(kind="given").count() == 3
    mine = Claim.objects.filter(holder=bob).first()
    assert mine is not None
    assert place_of(mine.paper, bob).is_asked
    assert "Will you present it?" in client_of(bob).get(mine.paper.get_absolute_url()).content.decode()
    address = f"/confirm/{handing_out.token_of(mine)}/"
    assert "Will you present it?" in client.get(address).content.decode()
    assert "is yours" in client.post(address, {"answer": "accept"}).content.decode()
    mine.refresh_from_db()
    assert (mine.accept_by, mine.released_at) == (None, None)
    again = client.post(address, {"answer": "decline"})
    assert (again.status_code, "accepted this paper already" in again.content.decode()) == (409, True)


def test_a_plan_that_is_no_longer_true_is_not_published(papers, alice, bob, client_of):
    organiser = client_of(alice)
    seen = organiser.post(PAGE, {"seed": "1"}).context["plan"].seen
    actions.claim(papers[0], by=bob)
    response = organiser.post(PAGE, {"seed": "1", "seen": seen, "publish": "1"})
    assert response.status_code == 409
    assert "Something has changed meanwhile" in response.content.decode()
    assert Claim.objects.count() == 1


@pytest.fixture
def given(papers, alice, bob) -> Claim:
    return handing_out.give(papers[0], bob, NOW + dt.timedelta(hours=72), by=alice)


def test_who_declines_gives_it_back(given, bob, client, client_of):
    assert client_of(bob).post("/papers/1/confirm/", {"answer": "decline"}).status_code == 303
    assert place_of(given.paper, bob).can_claim
    assert "no longer hold" in client.get(f"/confirm/{handing_out.token_of(given)}/").content.decode()
    assert client_of(bob).post("/papers/1/confirm/", {"answer": "accept"}).status_code == 404


def test_silence_gives_it_back_once_and_organisers_see_it(given, bob):
    until = NOW + dt.timedelta(hours=72)
    assert handing_out.give_back_unanswered(until - dt.timedelta(seconds=1)) == 0
    assert (handing_out.give_back_unanswered(until), handing_out.give_back_unanswered(until)) == (1, 0)
    assert place_of(given.paper, bob).can_claim
    assert Act.objects.filter(verb="no answer").count() == 1


def test_what_was_claimed_by_oneself_needs_no_confirmation(papers, bob, client):
    claim = actions.claim(papers[0], by=bob)
    assert client.get(f"/confirm/{handing_out.token_of(claim)}/").status_code == 404
    with pytest.raises(Refused, match="accepted this paper already"):
        handing_out.confirm(claim, accepts=True)


def test_handing_out_is_for_organisers(papers, bob, rita, client, client_of):
    assert client.post(PAGE).status_code == 302
    for member in (bob, rita):
        assert client_of(member).get(PAGE).status_code == 403
        assert client_of(member).post(PAGE, {"seed": "1"}).status_code == 403


def test_a_form_that_is_not_understood_comes_back(papers, alice, client_of):
    for said in ({"seed": "x"}, {"seed": "-1"}, {"seed": "1", "parts": "999"}):
        assert client_of(alice).post(PAGE, said).status_code == 422
        assert client_of(alice).post(PAGE, {**said, "publish": "1"}).status_code == 422


def test_what_waits_for_an_answer_stands_on_the_first_page(given, papers, alice, bob, client_of):
    swapping.ask(actions.claim(papers[1], by=alice), given, by=alice)
    page = client_of(bob).get("/").content.decode()
    assert "Waits for your answer" in page
    assert f"/confirm/{handing_out.token_of(given)}/" in page
    assert f"/swap/{swapping.token_of(Swap.objects.get())}/" in page
    assert "Waits for your answer" not in client_of(alice).get("/").content.decode()
