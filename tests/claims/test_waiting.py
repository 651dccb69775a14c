"""A line to wait in: who came first is offered the paper first, for a day of waking hours."""

import datetime as dt
import zoneinfo
from functools import partial

import pytest

from papers.catalogue.models import Paper
from papers.claims import actions, rules, waiting
from papers.claims.models import Claim, Offer, WaitingPlace
from papers.claims.queries import place_of
from papers.mail.models import Outgoing
from papers.members.models import Act, Member
from papers.refusals import Refused
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
# A Wednesday, 20:00 in Berlin.
NOW = dt.datetime(2023, 7, 5, 18, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def held(bob, a_paper) -> Paper:
    paper = a_paper()
    actions.claim(paper, by=bob)
    return paper


def refused(act, *args, **facts) -> Refused:
    with pytest.raises(Refused) as refusal:
        act(*args, **facts)
    return refusal.value


# --- The hours


@pytest.mark.parametrize(
    ("start", "zone", "end"),
    [
        # An hour of Wednesday, 13 of Thursday, 10 of Friday.
        ("2023-07-05T20:00+02:00", "Europe/Berlin", "2023-07-07T18:00+02:00"),
        # In the night nothing runs: as if it had been sent at eight.
        ("2023-07-05T23:30+08:00", "Asia/Shanghai", "2023-07-07T19:00+08:00"),
        ("2023-07-05T08:00+08:00", "Asia/Shanghai", "2023-07-06T19:00+08:00"),
        # The clocks go forward in the night between: the days keep their hours.
        ("2023-03-25T12:00+01:00", "Europe/Berlin", "2023-03-27T10:00+02:00"),
        ("2023-10-28T12:00+02:00", "Europe/Berlin", "2023-10-30T10:00+01:00"),
    ],
)
def test_the_time_for_an_answer_stands_still_at_night(start, zone, end):
    until = rules.waking_end(dt.datetime.fromisoformat(start).astimezone(dt.UTC), zoneinfo.ZoneInfo(zone))
    assert until == dt.datetime.fromisoformat(end)
    assert until.tzinfo is dt.UTC


# --- Joining and leaving


def test_who_waits_stands_in_line_in_the_order_they_came(held, alice, a_member):
    dora = a_member("Dora")
    waiting.join(held, by=alice)
    waiting.join(held, by=dora)
    assert list(held.waiting.filter(left_at=None).values_list("member__name", flat=True)) == ["Alice", "Dora"]
    waiting.leave(held, by=alice)
    waiting.leave(held, by=alice)
    assert list(held.waiting.filter(left_at=None).values_list("member__name", flat=True)) == ["Dora"]


def test_who_cannot_wait_is_told_why(held, bob, alice, rita, charlie, a_paper):
    assert refused(waiting.join, held, by=rita).status == 403
    assert refused(waiting.join, held, by=charlie).status == 409
    assert "yourself" in refused(waiting.join, held, by=bob).sentence
    assert "free" in refused(waiting.join, a_paper("Free"), by=alice).sentence
    assert "already read" in refused(waiting.join, a_paper("Done", done_at=NOW), by=alice).sentence
    waiting.join(held, by=alice)
    assert "already" in refused(waiting.join, held, by=alice).sentence
    other = a_paper("Other")
    Claim.objects.create(paper=other, holder=bob)
    assert (
        "one line" in refused(waiting.join, other, by=alice).sentence
        or "1 line" in refused(waiting.join, other, by=alice).sentence
    )


# --- Offers


def test_a_released_paper_is_offered_to_the_first_in_line_and_to_nobody_else(held, bob, alice, a_member, mailoutbox):
    dora = a_member("Dora")
    waiting.join(held, by=alice)
    waiting.join(held, by=dora)
    actions.release(held, by=bob)
    offer = Offer.objects.get()
    assert (offer.member, offer.state) == (alice, "sent")
    mail = Outgoing.objects.get(kind="offer")
    assert (mail.member, mail.about, mail.not_after) == (alice, f"offer:{offer.pk}", offer.expires_at)
    # A release can be taken back for ten seconds, and until then nobody is written to.
    assert mail.due_at == NOW + dt.timedelta(seconds=10)
    assert f"/offer/{waiting.token_of(offer)}/" in mail.text
    assert place_of(held, alice).can_claim
    assert not place_of(held, dora).can_claim
    assert "offered to Alice" in refused(actions.claim, held, by=dora).sentence
    assert actions.claim(held, by=alice).holder == alice
    offer.refresh_from_db()
    assert offer.state == "accepted"
    assert Outgoing.objects.get(kind="offer").state == "void"
    assert list(held.waiting.filter(left_at=None).values_list("member__name", flat=True)) == ["Dora"]


def test_what_is_declined_passes_to_the_next(held, bob, alice, a_member):
    dora = a_member("Dora")
    waiting.join(held, by=alice)
    waiting.join(held, by=dora)
    actions.release(held, by=bob)
    waiting.leave(held, by=alice)
    assert list(Offer.objects.order_by("pk").values_list("member__name", "state")) == [
        ("Alice", "declined"),
        ("Dora", "sent"),
    ]
    waiting.leave(held, by=dora)
    assert place_of(held, bob).can_claim
    assert not WaitingPlace.objects.filter(left_at=None).exists()


def test_what_is_not_answered_in_time_passes_to_the_next_once(held, bob, alice, a_member, time_machine):
    dora = a_member("Dora")
    waiting.join(held, by=alice)
    waiting.join(held, by=dora)
    actions.release(held, by=bob)
    until = Offer.objects.get().expires_at
    assert waiting.pass_on(until - dt.timedelta(seconds=1)) == 0
    time_machine.move_to(until, tick=False)
    assert waiting.pass_on(until) == 1
    assert waiting.pass_on(until) == 0
    assert list(Offer.objects.order_by("pk").values_list("member__name", "state")) == [
        ("Alice", "expired"),
        ("Dora", "sent"),
    ]
    assert Outgoing.objects.get(kind="offer", member=alice).state == "void"


def test_who_leaves_the_group_leaves_every_line_and_passes_offers_on(held, bob, alice, a_member):
    dora, eve = a_member("Dora"), a_member("Eve")
    waiting.join(held, by=dora)
    waiting.join(held, by=eve)
    actions.release(held, by=bob)
    actions.take_leave(dora, by=alice)
    assert Offer.objects.get(state="sent").member == eve
    assert not WaitingPlace.objects.filter(member=dora, left_at=None).exists()


def test_who_leaves_the_group_frees_their_papers_for_the_line(held, bob, alice):
    waiting.join(held, by=alice)
    actions.take_leave(bob, by=bob)
    assert Offer.objects.get(state="sent").member == alice


def test_a_release_is_taken_back_for_a_moment_also_from_the_next_in_line(held, bob, alice, time_machine):
    waiting.join(held, by=alice)
    actions.release(held, by=bob)
    assert refused(actions.undo_release, held, by=alice).status == 409
    actions.undo_release(held, by=bob)
    assert place_of(held, bob).is_mine
    assert Offer.objects.get().state == "withdrawn"
    assert Outgoing.objects.get(kind="offer").state == "void"
    # Alice still stands in line.
    assert held.waiting.get(left_at=None).member == alice
    actions.release(held, by=bob)
    time_machine.move_to(NOW + dt.timedelta(seconds=30), tick=False)
    assert "no longer" in refused(actions.undo_release, held, by=bob).sentence


def test_every_step_is_in_the_log(held, bob, alice):
    waiting.join(held, by=alice)
    actions.release(held, by=bob)
    actions.claim(held, by=alice)
    told = list(Act.objects.order_by("pk").values_list("verb", "by__name"))
    assert told == [
        ("claim", "Bob"),
        ("wait", "Alice"),
        ("give back", "Bob"),
        ("offer", None),
        ("accept offer", "Alice"),
        ("claim", "Alice"),
    ]


# --- At once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(5))
def test_nobody_joins_a_line_and_is_forgotten_while_the_paper_is_released(bob, alice, a_member, a_paper, round):
    paper, dora = a_paper(), a_member("Dora")
    actions.claim(paper, by=bob)
    refusals = at_once(
        partial(actions.release, paper, by=bob),
        partial(waiting.join, paper, by=alice),
        partial(waiting.join, paper, by=dora),
    )
    waits = set(WaitingPlace.objects.filter(left_at=None).values_list("member__name", flat=True))
    offered = set(Offer.objects.filter(state="sent").values_list("member__name", flat=True))
    # Who was not told that it is free waits, and if anybody waits one of them has the offer.
    assert len(waits) == 2 - len(refusals)
    assert len(offered) == (1 if waits else 0)
    assert offered <= waits


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(5))
def test_an_offer_is_accepted_or_passed_on_and_never_both(bob, alice, a_member, a_paper, round):
    paper, dora = a_paper(), a_member("Dora")
    actions.claim(paper, by=bob)
    waiting.join(paper, by=alice)
    waiting.join(paper, by=dora)
    actions.release(paper, by=bob)
    until = Offer.objects.get().expires_at
    refusals = at_once(
        partial(actions.claim, paper, by=alice), partial(waiting.pass_on, until), partial(waiting.pass_on, until)
    )
    holders = list(Claim.objects.filter(released_at=None).values_list("holder__name", flat=True))
    offered = list(Offer.objects.filter(state="sent").values_list("member__name", flat=True))
    assert (holders, offered, len(refusals)) in [(["Alice"], [], 0), ([], ["Dora"], 1)]


# --- The pages


def test_the_loser_is_helped(held, bob, alice, a_paper, client_of):
    free = a_paper("BERT")
    response = client_of(alice).post("/papers/1/claim/", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Bob was faster" in page
    assert "Wait in line (place 1)" in page
    assert f"#{free.number} <bdi>BERT</bdi>" in page


def test_who_is_at_the_cap_sees_what_they_hold_and_how_to_free_one(a_paper, bob, client_of):
    for title in ("One", "Two"):
        actions.claim(a_paper(title), by=bob)
    a_paper("Three")
    page = client_of(bob).post("/papers/3/claim/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-delete="/papers/1/claim/"' in page
    assert 'hx-delete="/papers/2/claim/"' in page


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_the_line_is_joined_and_left_on_the_papers_page(held, alice, rita, client, client_of, headers):
    address = "/papers/1/waiting/"
    assert client.post(address).status_code == 302
    assert client_of(rita).post(address, headers=headers).status_code in (403, 409)
    mine = client_of(alice)
    assert mine.post(address, headers=headers).status_code == (200 if headers else 303)
    assert "Alice" in mine.get(address, headers=headers).content.decode()
    assert "I no longer wait" in mine.get("/papers/1/").content.decode()
    assert mine.post(address, headers=headers).status_code == 409
    assert mine.post(address, {"_method": "delete"}, headers=headers).status_code == (200 if headers else 303)
    assert not WaitingPlace.objects.filter(left_at=None).exists()


def test_undo_is_offered_after_a_release(held, bob, client_of):
    client = client_of(bob)
    page = client.delete("/papers/1/claim/", headers={"HX-Request": "true"}).content.decode()
    assert 'value="undo"' in page
    assert client.post("/papers/1/claim/", {"_method": "undo"}).status_code == 303
    assert place_of(held, bob).is_mine


@pytest.fixture
def offered(held, bob, alice) -> Offer:
    waiting.join(held, by=alice)
    actions.release(held, by=bob)
    return Offer.objects.get()


def test_an_offer_is_answered_from_the_mail_without_signing_in(offered, alice, client):
    address = f"/offer/{waiting.token_of(offered)}/"
    page = client.get(address).content.decode()
    assert "Do you take it?" in page
    assert Offer.objects.get().state == "sent"
    assert "is yours" in client.post(address, {"answer": "accept"}).content.decode()
    assert Claim.objects.get(released_at=None).holder == alice
    again = client.post(address, {"answer": "decline"})
    assert (again.status_code, "accepted already" in again.content.decode()) == (409, True)
    assert "accepted already" in client.get(address).content.decode()
    assert Claim.objects.get(released_at=None).holder == alice


def test_a_form_that_is_sent_without_a_button_answers_nothing(offered, client):
    assert client.post(f"/offer/{waiting.token_of(offered)}/").status_code == 200
    assert Offer.objects.get().state == "sent"


def test_an_offer_is_declined_from_the_mail(offered, client):
    client.post(f"/offer/{waiting.token_of(offered)}/", {"answer": "decline"})
    assert Offer.objects.get().state == "declined"


def test_an_offer_that_is_over_says_when_it_passed_on(offered, client, time_machine):
    time_machine.move_to(offered.expires_at, tick=False)
    response = client.post(f"/offer/{waiting.token_of(offered)}/", {"answer": "accept"})
    assert (response.status_code, "passed to the next" in response.content.decode()) == (409, True)
    assert not Claim.objects.filter(released_at=None).exists()


def test_an_offer_is_kept_open_for_somebody_at_the_cap(offered, alice, a_paper, client):
    for title in ("One", "Two"):
        actions.claim(a_paper(title), by=alice)
    response = client.post(f"/offer/{waiting.token_of(offered)}/", {"answer": "accept"})
    page = response.content.decode()
    assert (response.status_code, Offer.objects.get().state) == (409, "sent")
    assert "papers at a time" in page
    assert 'value="accept"' in page


@pytest.mark.parametrize("token", ["x", "WzEsMF0:x", "1", "é"])
def test_an_address_that_was_not_made_here_is_not_found(client, group, token):
    for kind in ("offer", "swap"):
        assert client.get(f"/{kind}/{token}/").status_code == 404
        assert client.post(f"/{kind}/{token}/").status_code == 404


def test_the_mail_speaks_the_members_language(held, bob, alice):
    Member.objects.filter(pk=alice.pk).update(language="zh-hans")
    waiting.join(held, by=alice)
    actions.release(held, by=bob)
    assert "Attention Is All You Need" in Outgoing.objects.get(kind="offer").text
    assert "You waited" not in Outgoing.objects.get(kind="offer").text
