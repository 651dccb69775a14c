"""“I can't make it”: the holder stays named until somebody takes the paper over."""

import datetime as dt
from functools import partial

import pytest

from papers.catalogue.models import Paper
from papers.claims import actions, standing_in
from papers.claims.ledger import ledger
from papers.claims.models import Claim
from papers.claims.queries import place_of
from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.refusals import Refused
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def held(bob, a_paper) -> Paper:
    paper = a_paper()
    actions.claim(paper, by=bob)
    return paper


def asked() -> list[str]:
    return sorted(Outgoing.objects.filter(kind="stand").values_list("member__name", flat=True))


def test_the_holder_stays_named_and_the_three_with_the_fewest_points_are_asked(held, bob, a_member, a_paper):
    for name in ("Dora", "Eve", "Finn", "Gil"):
        member = a_member(name)
        if name == "Dora":
            actions.claim(a_paper("Loaded"), by=member)
    standing_in.look(held, by=bob)
    standing_in.look(held, by=bob)
    place = place_of(held, bob)
    assert (place.holder_name, place.is_looking) == ("Bob", True)
    assert asked() == ["Eve", "Finn", "Gil"]
    assert standing_in.ask_everybody(NOW + dt.timedelta(hours=11)) == 0
    standing_in.ask_everybody(NOW + dt.timedelta(hours=12))
    standing_in.ask_everybody(NOW + dt.timedelta(hours=13))
    assert asked() == ["Dora", "Eve", "Finn", "Gil"]


def test_the_first_who_takes_it_over_has_it(held, bob, alice, rita):
    with pytest.raises(Refused, match="Nobody looks"):
        standing_in.take_over(held, by=alice)
    standing_in.look(held, by=bob)
    with pytest.raises(Refused) as refusal:
        standing_in.take_over(held, by=rita)
    assert refusal.value.status == 403
    assert standing_in.take_over(held, by=alice).holder == alice
    assert not place_of(held, alice).is_looking
    assert set(Outgoing.objects.filter(kind="stand").values_list("state", flat=True)) == {"void"}
    assert Outgoing.objects.get(kind="taken").member == bob


def test_the_holder_presents_after_all(held, bob, alice):
    standing_in.look(held, by=bob)
    standing_in.present_after_all(held, by=bob)
    assert not place_of(held, bob).is_looking
    with pytest.raises(Refused):
        standing_in.take_over(held, by=alice)
    for act in (standing_in.look, standing_in.present_after_all):
        with pytest.raises(Refused) as refusal:
            act(held, by=alice)
        assert refusal.value.status == 403


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_it_over_at_once_one_does(held, bob, a_member):
    standing_in.look(held, by=bob)
    many = [a_member(f"Member{number}") for number in range(8)]
    refusals = at_once(*(partial(standing_in.take_over, held, by=member) for member in many))
    assert (len(refusals), Claim.objects.filter(released_at=None).count()) == (7, 1)


def test_it_is_done_on_the_papers_page(held, bob, alice, client, client_of):
    assert "I can’t make it" in client_of(bob).get("/papers/1/").content.decode()
    assert client.post("/papers/1/stand-in/").status_code == 302
    assert client_of(alice).post("/papers/1/stand-in/").status_code == 403
    assert client_of(bob).get("/papers/1/stand-in/").status_code == 405
    page = client_of(bob).post("/papers/1/stand-in/", headers={"HX-Request": "true"})
    assert "Looking for a stand-in" in page.content.decode()
    assert "claim-changed" in page["HX-Trigger"]
    assert "Take over" in client_of(alice).get("/papers/").content.decode()
    assert client_of(alice).post("/papers/1/take-over/").status_code == 303
    assert client_of(bob).post("/papers/1/take-over/").status_code == 409


# --- The ledger


def test_points_follow_what_was_presented_and_promised(alice, bob, a_paper):
    Member.objects.update(joined_at=NOW - dt.timedelta(days=90))
    actions.claim(a_paper("Deep"), by=bob)
    actions.claim(a_paper("Brief", mode="brief"), by=bob)
    Claim.objects.create(paper=a_paper("Read", done_at=NOW), holder=alice)
    book = ledger(NOW)
    assert [(line.member.name, line.done, line.promised) for line in book.lines] == [("Alice", 3, 0), ("Bob", 0, 4)]
    assert book.mean == 3.5


def test_who_joins_later_starts_at_the_mean(alice, bob, a_member, a_paper):
    for member in (alice, bob):
        member.joined_at = NOW - dt.timedelta(days=90)
        member.save()
    Claim.objects.create(paper=a_paper(done_at=NOW - dt.timedelta(days=10)), holder=alice)
    late = a_member("Late", joined_at=NOW - dt.timedelta(days=1))
    line = ledger(NOW).of(late)
    assert line is not None
    assert (line.start, line.total) == (1.5, 1.5)


@pytest.mark.parametrize("members", [1, 3])
def test_the_page_of_points_costs_the_same_for_one_member_and_for_three(
    bob, a_member, a_paper, client_of, django_assert_num_queries, members
):
    for number in range(members):
        actions.claim(a_paper(), by=a_member(f"Member{number}"))
    client = client_of(bob)
    # Who asks (2), members, claims, those at their side, duties, the group.
    with django_assert_num_queries(7):
        page = client.get("/members/points/").content.decode()
    assert page.count("<svg") == members + 1


def test_points_are_for_the_group(client, rita, client_of):
    assert client.get("/members/points/").status_code == 302
    assert client_of(rita).get("/members/points/").status_code == 200
    assert client_of(rita).post("/members/points/").status_code == 405
