"""Addresses: getting one, choosing, making another, ending it, and who may."""

import pytest

from papers.calendars import actions, queries
from papers.calendars.models import CalendarFeed
from papers.members import actions as members
from papers.members.models import Act, Member
from papers.members.tokens import make
from papers.refusals import Refused

pytestmark = pytest.mark.django_db


def page(client) -> str:
    response = client.get("/me/calendar/")
    assert response.status_code == 200
    return response.content.decode()


def test_looking_makes_no_address_and_saving_does(bob, client_of, fetch):
    client = client_of(bob)
    assert "no address yet" in page(client)
    assert not CalendarFeed.objects.exists()
    response = client.post("/me/calendar/", {"holds": "mine", "alarm": "hour"})
    assert (response.status_code, response["Location"]) == (303, "/me/calendar/")
    feed = CalendarFeed.objects.get()
    assert (feed.member, feed.holds, feed.alarm) == (bob, "mine", "hour")
    address = queries.address_of(feed)
    said = page(client)
    assert f'value="{address}"' in said
    assert f'href="webcal://{address.split("://")[1]}"' in said
    assert fetch(bob).status_code == 200
    client.post("/me/calendar/", {"holds": "all", "alarm": "none"})
    assert queries.address_of(CalendarFeed.objects.get()) == address


def test_a_new_address_ends_the_old_one_at_once(bob, client_of, client):
    old = queries.path_of(actions.new_address(bob, by=bob))
    assert client.get(old).status_code == 200
    response = client_of(bob).post("/me/calendar/address/", headers={"HX-Request": "true"})
    new = queries.path_of(CalendarFeed.objects.get())
    assert new in response.content.decode()
    assert "announce" in response["HX-Trigger"]
    assert (client.get(old).status_code, client.get(new).status_code) == (410, 200)


def test_an_ended_address_stays_ended(bob, client_of, client):
    old = queries.path_of(actions.new_address(bob, by=bob))
    for _twice in range(2):
        assert client_of(bob).post("/me/calendar/stop/").status_code == 303
    assert client.get(old).status_code == 410
    assert "no address yet" in page(client_of(bob))
    actions.choose(holds="all", alarm="none", by=bob)
    assert client.get(old).status_code == 410
    assert client.get(queries.path_of(CalendarFeed.objects.get())).status_code == 200


def test_nobody_can_guess_an_address(bob, client):
    feed = actions.new_address(bob, by=bob)
    token = queries.token_of(feed)
    assert len(token) > 60
    for wrong in ("x", token[:-1], f"{token}A", token.swapcase(), make("unsubscribe", feed.pk, feed.generation)):
        assert client.get(f"/calendar/{wrong}.ics").status_code == 404
    assert client.get(f"/calendar/{make('calendar', feed.pk, 0)}.ics").status_code == 410
    assert client.get(f"/calendar/{make('calendar', 999, feed.generation)}.ics").status_code == 410


def test_who_left_has_no_calendar_and_who_came_back_has(alice, bob, client):
    address = queries.path_of(actions.new_address(bob, by=bob))
    shared = queries.path_of(actions.new_address(None, by=alice))
    members.end_membership(bob, by=alice)
    assert client.get(address).status_code == 410
    assert client.get(shared).status_code == 200
    members.bring_back(bob, by=alice)
    assert client.get(address).status_code == 200


def test_organisers_are_told_that_who_left_may_know_the_shared_address(alice, bob, client_of, time_machine):
    actions.new_address(None, by=alice)
    assert "may still know it" not in page(client_of(alice))
    time_machine.shift(60)
    members.end_membership(bob, by=alice)
    assert "1 member has left since" in page(client_of(alice))
    actions.new_address(None, by=alice)
    assert "may still know it" not in page(client_of(alice))


def test_everybody_sees_the_shared_address_and_organisers_make_it(alice, bob, rita, client_of):
    assert "An organiser can make one" in page(client_of(rita))
    for part in ("address", "stop"):
        for member in (bob, rita):
            assert client_of(member).post(f"/me/calendar/group/{part}/").status_code == 403
        assert client_of(alice).get(f"/me/calendar/group/{part}/").status_code == 405
    assert not CalendarFeed.objects.exists()
    assert client_of(alice).post("/me/calendar/group/address/").status_code == 303
    address = queries.address_of(CalendarFeed.objects.get(member=None))
    for member in (alice, bob, rita):
        assert address in page(client_of(member))
    for member in (bob, rita):
        assert "/me/calendar/group/" not in page(client_of(member))
    client_of(alice).post("/me/calendar/group/stop/")
    assert address not in page(client_of(bob))
    assert list(Act.objects.values_list("verb", flat=True)) == ["end calendar address", "new calendar address"]


def test_nobody_sees_anothers_address(alice, bob, client_of):
    address = queries.address_of(actions.new_address(bob, by=bob))
    assert address not in page(client_of(alice))
    assert address in page(client_of(bob))


def test_strangers_are_led_to_sign_in(client, charlie, client_of):
    for visitor in (client, client_of(charlie)):
        assert visitor.get("/me/calendar/").status_code == 302
        assert visitor.post("/me/calendar/address/").status_code == 302
    assert not CalendarFeed.objects.exists()


def test_a_choice_that_is_none_changes_nothing(bob, client_of):
    response = client_of(bob).post("/me/calendar/", {"holds": "theirs", "alarm": "none"})
    assert response.status_code == 422
    assert "Nothing was saved" in response.content.decode()
    assert not CalendarFeed.objects.exists()


def test_a_member_and_the_group_have_one_calendar_each(alice, bob):
    for member in (bob, None, bob, None):
        actions.new_address(member, by=alice if member is None else bob)
    assert CalendarFeed.objects.count() == 2
    with pytest.raises(Refused):
        actions.new_address(None, by=bob)


def test_a_reader_has_a_calendar_too(rita, client_of, fetch):
    client_of(rita).post("/me/calendar/", {"holds": "all", "alarm": "none"})
    assert fetch(rita).status_code == 200
    assert Member.objects.get(pk=rita.pk).role == "reader"
