"""Papers exchanged: nothing moves until the other accepts, then everything moves together."""

import datetime as dt
from functools import partial

import pytest

from papers.claims import actions, swapping
from papers.claims.models import Claim, Swap
from papers.mail.models import Outgoing
from papers.refusals import Refused
from papers.sessions import actions as sessions
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def claims(alice, bob, a_paper) -> tuple[Claim, Claim]:
    """Bob's #1 and Alice's #2."""
    return actions.claim(a_paper("Attention"), by=bob), actions.claim(a_paper("BERT"), by=alice)


def holders() -> dict[int, str]:
    return dict(Claim.objects.filter(released_at=None).values_list("paper__number", "holder__name"))


def test_nothing_moves_until_the_other_accepts(claims, alice, bob):
    swap = swapping.ask(*claims, by=bob, message="I know BERT well.")
    assert holders() == {1: "Bob", 2: "Alice"}
    mail = Outgoing.objects.get(kind="swap")
    assert (mail.member, "I know BERT well." in mail.text) == (alice, True)
    swapping.answer(swap, "accept")
    assert holders() == {1: "Alice", 2: "Bob"}
    assert Swap.objects.get().state == "accepted"
    assert set(Outgoing.objects.values_list("member__name", "state")) == {("Alice", "void"), ("Bob", "waiting")}
    with pytest.raises(Refused, match="accepted already"):
        swapping.answer(swap, "decline")


def test_who_declines_keeps_theirs(claims, bob):
    swapping.answer(swapping.ask(*claims, by=bob), "decline")
    assert holders() == {1: "Bob", 2: "Alice"}
    assert "keeps #2" in Outgoing.objects.get(member=bob).subject


def test_a_question_dies_with_either_claim(claims, alice, bob):
    swap = swapping.ask(*claims, by=bob)
    actions.release(claims[1].paper, by=alice)
    swap.refresh_from_db()
    assert swap.state == "withdrawn"
    assert Outgoing.objects.get(kind="swap").state == "void"
    with pytest.raises(Refused, match="taken back"):
        swapping.answer(swap, "accept")


def test_a_question_is_over_after_a_day_of_waking_hours(claims, bob, time_machine):
    swap = swapping.ask(*claims, by=bob)
    assert swapping.expire(swap.expires_at - dt.timedelta(seconds=1)) == 0
    time_machine.move_to(swap.expires_at, tick=False)
    with pytest.raises(Refused, match="was over"):
        swapping.answer(swap, "accept")
    assert (swapping.expire(swap.expires_at), swapping.expire(swap.expires_at)) == (1, 0)
    assert holders() == {1: "Bob", 2: "Alice"}


def test_what_cannot_be_swapped_is_refused(claims, alice, bob, a_paper):
    mine = actions.claim(a_paper("Mine too"), by=bob)
    for given, wanted, sentence in (
        (claims[1], claims[0], "that you hold"),
        (claims[0], mine, "both papers yourself"),
    ):
        with pytest.raises(Refused, match=sentence):
            swapping.ask(given, wanted, by=bob)
    swapping.ask(*claims, by=bob)
    with pytest.raises(Refused, match="already"):
        swapping.ask(*claims, by=bob)


def test_presenters_of_sessions_and_their_reminders_move_along(claims, alice, bob):
    session = sessions.make_session(dt.date(2023, 7, 6), dt.time(19), "Asia/Shanghai", by=alice)
    sessions.put_in_slot(session, claims[0].paper, by=alice)
    Outgoing.objects.create(
        kind="reminder",
        key="reminder:x",
        about=f"session:{session.pk}",
        address="b@example.org",
        subject="x",
        due_at=NOW,
        next_try_at=NOW,
    )
    swapping.answer(swapping.ask(*claims, by=bob), "accept")
    assert Outgoing.objects.get(kind="reminder").state == "void"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(5))
def test_two_who_ask_each_other_at_once_and_accept_do_not_swap_twice(alice, bob, a_paper, round):
    one, two = actions.claim(a_paper("Attention"), by=bob), actions.claim(a_paper("BERT"), by=alice)
    swaps = [swapping.ask(one, two, by=bob), swapping.ask(two, one, by=alice)]
    refusals = at_once(*(partial(swapping.answer, swap, "accept") for swap in swaps))
    assert len(refusals) == 1
    assert holders() == {1: "Alice", 2: "Bob"}


def test_a_swap_is_asked_on_a_page_and_answered_from_the_mail(claims, alice, bob, rita, client, client_of):
    page = client_of(bob).get("/papers/2/swap/").content.decode()
    assert "#1 Attention" in page
    assert client_of(bob).post("/papers/2/swap/", {"give": "1", "message": "Please."}).status_code == 303
    assert client_of(bob).post("/papers/2/swap/", {"give": "1"}).status_code == 409
    assert client_of(bob).post("/papers/2/swap/", {"give": "2"}).status_code == 422
    assert client_of(rita).post("/papers/2/swap/", {"give": "1"}).status_code == 422
    assert client.post("/papers/2/swap/").status_code == 302
    address = f"/swap/{swapping.token_of(Swap.objects.get())}/"
    asked = client.get(address).content.decode()
    assert "Bob offers #1 “Attention” for your #2 “BERT”." in asked
    assert "Please." in asked
    assert "You hold #1 now" in client.post(address, {"answer": "accept"}).content.decode()
    assert client.post(address, {"answer": "accept"}).status_code == 409
    assert holders() == {1: "Alice", 2: "Bob"}
