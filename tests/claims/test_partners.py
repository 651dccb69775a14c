"""Those at a holder's side: co-presenters share the paper, an understudy has it when the holder can't make it."""

import datetime as dt

import pytest
from django.test import Client

from papers.catalogue.models import Paper
from papers.claims import actions, partners, standing_in, swapping, waiting
from papers.claims.ledger import ledger
from papers.claims.models import Claim, Partner
from papers.claims.queries import place_of
from papers.mail.models import Outgoing
from papers.members import away
from papers.refusals import Refused
from papers.sessions.actions import make_session, put_in_slot

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


@pytest.fixture
def dora(a_member):
    return a_member("Dora")


def together(paper, other, *, by) -> Partner:
    return partners.answer(partners.ask(paper, other, by=by), "accept")


def promised(*members) -> list[float]:
    book = ledger(NOW)
    return [book.of(member).promised for member in members]


def subjects(member) -> list[str]:
    return list(Outgoing.objects.filter(member=member).order_by("pk").values_list("subject", flat=True))


def test_nothing_counts_before_the_other_accepts_and_then_both_share_the_points(held, bob, dora):
    asked = partners.ask(held, dora, by=bob)
    assert promised(bob, dora) == [3, 0]
    assert place_of(held, bob).presenters == "Bob"
    partners.answer(asked, "accept")
    assert promised(bob, dora) == [1.5, 1.5]
    assert place_of(held, bob).presenters == "Bob, Dora"
    assert len(subjects(dora)) == 1
    assert "Dora presents #1 with you" in subjects(bob)[-1].replace("\u2068", "").replace("\u2069", "")


def test_three_share_and_a_fourth_is_not_asked(held, bob, alice, dora, a_member):
    for other in (dora, alice):
        together(held, other, by=bob)
    assert promised(bob, dora, alice) == [1, 1, 1]
    with pytest.raises(Refused, match="At most three"):
        partners.ask(held, a_member("Eve"), by=bob)


def test_who_is_not_asked(held, bob, dora, rita, charlie):
    with pytest.raises(Refused) as refusal:
        partners.ask(held, bob, by=dora)
    assert refusal.value.status == 403
    for other, why in ((bob, "You hold this"), (rita, "for members"), (charlie, "for members")):
        with pytest.raises(Refused, match=why):
            partners.ask(held, other, by=bob)
    partners.ask(held, dora, by=bob)
    with pytest.raises(Refused, match="asked already"):
        partners.ask(held, dora, by=bob)


def test_one_may_leave_without_freeing_the_paper_and_the_holder_too(held, bob, dora, alice):
    together(held, dora, by=bob)
    together(held, alice, by=bob)
    assert partners.step_back(held, by=alice)
    assert not partners.step_back(held, by=alice)
    assert place_of(held, bob).presenters == "Bob, Dora"
    actions.release(held, by=bob)
    place = place_of(held, dora)
    assert (place.presenters, place.is_mine, place.state) == ("Dora", True, "claimed")
    assert promised(bob, dora) == [0, 3]


def test_who_leaves_the_group_leaves_the_side_of_others_and_hands_their_papers_on(held, bob, dora, alice, a_paper):
    together(held, dora, by=bob)
    hers = a_paper("Hers")
    actions.claim(hers, by=dora)
    together(hers, bob, by=dora)
    waiting = partners.ask(hers, alice, by=dora)
    actions.take_leave(dora, by=dora)
    assert place_of(held, bob).presenters == "Bob"
    assert place_of(hers, bob).presenters == "Bob"
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"


def test_a_question_about_a_paper_that_is_free_again_is_never_mailed_nor_answered(held, bob, dora):
    asked = partners.ask(held, dora, by=bob)
    actions.release(held, by=bob)
    assert not Outgoing.objects.filter(about=f"partner:{asked.pk}", state="waiting").exists()
    with pytest.raises(Refused):
        partners.answer(asked, "accept")
    assert place_of(held, bob).state == "free"


def test_those_at_the_side_stay_with_the_paper_when_it_changes_hands(held, bob, dora, alice, a_paper):
    together(held, dora, by=bob)
    hers = a_paper("Hers")
    theirs = actions.claim(hers, by=alice)
    asked = swapping.ask(Claim.objects.get(paper=held), theirs, by=bob)
    swapping.answer(asked, "accept")
    assert place_of(held, bob).presenters == "Alice, Dora"
    standing_in.look(held, by=alice)
    standing_in.take_over(held, by=dora)
    assert place_of(held, bob).presenters == "Dora"
    assert promised(alice, bob, dora) == [0, 3, 3]


def test_the_understudy_has_the_paper_as_soon_as_the_holder_cannot_make_it(held, bob, dora):
    partners.stand_by(held, by=dora)
    assert promised(bob, dora) == [3, 0]
    standing_in.look(held, by=bob)
    place = place_of(held, dora)
    assert (place.presenters, place.is_mine, place.is_looking) == ("Dora", True, False)
    assert not Outgoing.objects.filter(kind="stand").exists()
    assert promised(bob, dora) == [0, 3]


def test_an_understudy_who_is_away_that_day_is_passed_over(held, bob, dora, alice):
    session = make_session(dt.date(2023, 7, 20), dt.time(19), "Asia/Shanghai", by=alice)
    put_in_slot(session, held, by=alice)
    partners.stand_by(held, by=dora)
    away.go_away(dora, dt.date(2023, 7, 19), dt.date(2023, 7, 21))
    standing_in.look(held, by=bob)
    place = place_of(held, bob)
    assert (place.presenters, place.is_looking) == ("Bob", True)


def test_one_understudy_and_only_at_somebody_elses_side(held, bob, dora, alice, rita, a_paper):
    with pytest.raises(Refused, match="yourself"):
        partners.stand_by(held, by=bob)
    with pytest.raises(Refused) as refusal:
        partners.stand_by(held, by=rita)
    assert refusal.value.status == 403
    with pytest.raises(Refused, match="Nobody holds"):
        partners.stand_by(a_paper("Free"), by=dora)
    partners.stand_by(held, by=dora)
    with pytest.raises(Refused, match="Somebody else is the understudy"):
        partners.stand_by(held, by=alice)
    with pytest.raises(Refused) as refusal:
        standing_in.promote(held, by=dora)
    assert refusal.value.status == 403
    standing_in.promote(held, by=alice)
    assert place_of(held, dora).is_mine


def test_a_question_without_an_answer_expires(held, bob, dora, time_machine):
    asked = partners.ask(held, dora, by=bob)
    time_machine.move_to(asked.expires_at, tick=False)
    assert (partners.expire(asked.expires_at), partners.expire(asked.expires_at)) == (1, 0)
    with pytest.raises(Refused, match="time for an answer was over"):
        partners.answer(asked, "accept")
    partners.ask(held, dora, by=bob)


# --- The pages


def test_the_answer_needs_no_sign_in_looking_changes_nothing_and_twice_says_so(held, bob, dora):
    asked = partners.ask(held, dora, by=bob)
    address = f"/with/{partners.token_of(asked)}/"
    stranger = Client()
    assert "asks you to present" in stranger.get(address).content.decode()
    asked.refresh_from_db()
    assert asked.state == "sent"
    assert stranger.post(address, {"answer": "accept"}).status_code == 200
    assert place_of(held, bob).presenters == "Bob, Dora"
    again = stranger.post(address, {"answer": "decline"})
    assert (again.status_code, "accepted already" in again.content.decode()) == (409, True)
    assert stranger.get("/with/wrong/").status_code == 404


def test_the_pages_of_those_at_the_side(held, bob, dora, rita, client_of):
    at = held.get_absolute_url()
    assert "Stand by as understudy" in client_of(dora).get(at).content.decode()
    assert "Stand by" not in client_of(rita).get(at).content.decode()
    assert client_of(dora).get(f"{at}understudy/").status_code == 405
    assert client_of(rita).post(f"{at}understudy/").status_code == 403
    assert client_of(dora).post(f"{at}understudy/").status_code == 303
    page = client_of(bob).get(at).content.decode()
    assert "Understudy: Dora" in page
    assert "Give it to them" in page
    assert client_of(dora).post(f"{at}understudy/", {"_method": "delete"}).status_code == 303
    assert client_of(bob).post(f"{at}partners/", {"member": dora.pk}).status_code == 303
    asked = Partner.objects.get(state="sent")
    assert "is asked to present it too" in client_of(bob).get(at).content.decode()
    assert client_of(dora).post(f"{at}partners/{asked.pk}/").status_code == 404
    assert client_of(bob).post(f"{at}partners/{asked.pk}/").status_code == 303
    assert client_of(bob).post(f"{at}partners/", {"member": rita.pk}).status_code == 422
    together(held, dora, by=bob)
    assert "I no longer present it" in client_of(dora).get(at).content.decode()
    assert client_of(dora).post(f"{at}partners/", {"_method": "delete"}).status_code == 303
    assert place_of(held, bob).presenters == "Bob"
    assert Client().get(f"{at}partners/").status_code == 302
    assert "#1" in client_of(dora).get("/members/").content.decode()


# --- What fresh eyes found


def test_who_takes_a_paper_over_no_longer_waits_for_it_and_its_release_goes_to_who_does(held, bob, dora, alice):
    waiting.join(held, by=dora)
    waiting.join(held, by=alice)
    standing_in.look(held, by=bob)
    asked = set(Outgoing.objects.filter(kind="stand").values_list("member__name", flat=True))
    assert asked == {"Alice", "Dora"}
    standing_in.take_over(held, by=dora)
    actions.release(held, by=dora)
    assert place_of(held, alice).offered_to_me


def test_the_understudy_goes_on_when_the_holder_leaves_the_group_or_gives_the_paper_back(held, bob, dora, alice):
    partners.stand_by(held, by=dora)
    actions.take_leave(bob, by=bob)
    assert place_of(held, dora).is_mine
    partners.stand_by(held, by=alice)
    actions.release(held, by=dora)
    assert place_of(held, alice).is_mine


def test_a_release_says_who_goes_on(held, bob, dora, client_of):
    together(held, dora, by=bob)
    answer = client_of(bob).post("/papers/1/claim/", {"_method": "delete"}, follow=True).content.decode()
    assert "goes on with #1" in answer
    assert "free again" not in answer


def test_who_leaves_the_line_sees_at_once_that_the_paper_is_offered_to_the_next(held, bob, dora, alice, client_of):
    waiting.join(held, by=dora)
    waiting.join(held, by=alice)
    actions.release(held, by=bob)
    answer = client_of(dora).post("/papers/1/waiting/", {"_method": "delete"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert 'id="place-1"' in text
    assert "Offered to Alice" in text
    assert 'hx-swap-oob="true"' in text


def test_a_used_address_says_what_happened_and_asks_no_more(held, bob, dora):
    asked = partners.ask(held, dora, by=bob)
    address = f"/with/{partners.token_of(asked)}/"
    Client().post(address, {"answer": "accept"})
    again = Client().get(address).content.decode()
    assert "accepted already" in again
    assert "asks you to present" not in again
    assert 'href="/papers/1/"' in again
