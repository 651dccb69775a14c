"""Coming in by a link from the server's command line."""

import datetime as dt
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from papers.mail.models import Outgoing
from papers.members import actions
from papers.members.models import Act, Member, Role, SignInLink
from papers.refusals import Refused
from tests.at_once import at_once

BORN = {"language": "zh-hans", "time_zone": "Asia/Shanghai"}
FIRST = {"name": "Alice", "email": "alice@example.org", "password": "attention is all"}


def path_of(link: str) -> str:
    return urlsplit(link).path


def command(*args: str, **options: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue().strip()


def signed_in(client: Client) -> Member | None:
    number = client.session.get("_auth_user_id")
    return Member.objects.get(pk=number) if number else None


# --- Adding members


def test_add_member_makes_somebody_whose_address_is_proved_and_mails_nobody(group):
    said = command("add_member", "Li@Example.org", name="李明", role="organiser")
    li = Member.objects.get()
    assert (li.email, li.name, li.role, li.language) == ("li@example.org", "李明", "organiser", "zh-hans")
    assert li.emailaddress_set.get().verified
    assert not li.has_usable_password()
    assert "li@example.org" in said
    assert Act.objects.get().verb == "add member"
    assert not Outgoing.objects.exists()


def test_add_member_refuses_an_address_that_is_taken_whatever_its_case(bob):
    with pytest.raises(CommandError, match="already belongs to a member"):
        command("add_member", "BOB@example.org", name="Another Bob")
    assert Member.objects.count() == 1


def test_add_member_says_that_somebody_left(charlie):
    with pytest.raises(CommandError, match="has left"):
        command("add_member", charlie.email, name="Charlie")


@pytest.mark.parametrize(
    "facts",
    [
        {"email": "no address"},
        {"email": "a\x00b@example.org"},
        {"name": "\u200b \u202e"},
        {"role": "king"},
        {"time_zone": "Mars/Olympus"},
    ],
)
def test_what_is_no_address_name_role_or_zone_is_refused(group, facts):
    with pytest.raises(Refused) as refused:
        actions.add_member(**{"email": "li@example.org", "name": "Li", "role": Role.MEMBER, **BORN, **facts})
    assert refused.value.status == 422
    assert not Member.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_address_at_once_one_is_refused(group):
    def add():
        actions.add_member("li@example.org", name="Li", role=Role.MEMBER, **BORN)

    assert [refused.status for refused in at_once(add, add)] == [409]
    assert Member.objects.count() == 1


# --- Sign-in links


def test_a_link_signs_in_once(bob, client):
    path = path_of(command("sign_in_link", "Bob@example.org"))
    page = client.get(path)
    assert page.status_code == 200
    assert "Bob" in page.content.decode()
    assert signed_in(client) is None
    assert client.post(path).status_code == 303
    assert signed_in(client) == bob
    assert Client().post(path).status_code == 410


def test_the_page_of_a_link_is_kept_nowhere(bob, client):
    page = client.get(path_of(actions.sign_in_link(bob)))
    assert "no-store" in page["Cache-Control"]


def test_looking_at_a_link_does_not_use_it_up(bob, client):
    path = path_of(actions.sign_in_link(bob))
    for _look in range(3):
        assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 303


def test_a_link_is_good_for_fifteen_minutes(bob, client, time_machine):
    time_machine.move_to(dt.datetime(2023, 3, 1, 12, 0, tzinfo=dt.UTC), tick=False)
    path = path_of(actions.sign_in_link(bob))
    time_machine.move_to(dt.datetime(2023, 3, 1, 12, 14, 59, tzinfo=dt.UTC), tick=False)
    assert client.get(path).status_code == 200
    time_machine.move_to(dt.datetime(2023, 3, 1, 12, 15, tzinfo=dt.UTC), tick=False)
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410
    assert signed_in(client) is None


def test_who_left_meanwhile_is_not_signed_in(bob, client):
    path = path_of(actions.sign_in_link(bob))
    bob.left_at, bob.is_active = bob.joined_at, False
    bob.save()
    assert client.post(path).status_code == 410
    assert signed_in(client) is None


def test_there_is_no_link_for_strangers_and_for_those_who_left(charlie):
    with pytest.raises(CommandError, match="Nobody here"):
        command("sign_in_link", "mallory@example.org")
    with pytest.raises(CommandError, match="has left"):
        command("sign_in_link", charlie.email)


@pytest.mark.parametrize("token", ["x", "../../admin", "é", "a" * 3000])
def test_a_made_up_link_signs_nobody_in(group, client, token):
    path = f"/open/{token.replace('/', '%2F')}/"
    assert client.get(path).status_code in (404, 410)
    assert client.post(path).status_code in (404, 410)


def test_the_database_does_not_hold_the_token(bob):
    token = actions.sign_in_link(bob).split("/")[-2]
    assert token not in str(SignInLink.objects.values().get())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_one_gets_in(bob):
    token = actions.sign_in_link(bob).split("/")[-2]

    def use():
        actions.use_link(token)

    assert [refused.status for refused in at_once(use, use)] == [410]


# --- The first organiser


def test_the_first_link_makes_an_organiser_who_goes_on_to_set_up(group, client):
    path = path_of(actions.first_organiser_link())
    assert client.get(path).status_code == 200
    response = client.post(path, FIRST)
    assert (response.status_code, response["Location"]) == (303, "/organise/set-up/")
    alice = Member.objects.get()
    assert (alice.name, alice.role) == ("Alice", "organiser")
    assert alice.check_password("attention is all")
    assert signed_in(client) == alice
    assert Client().post(path, FIRST | {"email": "mallory@example.org"}).status_code == 410
    assert Member.objects.count() == 1


def test_a_form_that_is_not_understood_keeps_what_was_typed_and_the_link(group, client):
    path = path_of(actions.first_organiser_link())
    response = client.post(path, FIRST | {"password": "12345678"})
    assert response.status_code == 422
    assert 'value="alice@example.org"' in response.content.decode()
    assert client.post(path, FIRST).status_code == 303


def test_once_there_is_an_organiser_no_link_is_printed_and_the_old_ones_are_dead(group, client):
    path = path_of(actions.first_organiser_link())
    actions.add_member("alice@example.org", name="Alice", role=Role.ORGANISER, **BORN)
    assert actions.first_organiser_link() is None
    assert client.post(path, FIRST | {"email": "mallory@example.org"}).status_code == 410
    assert Member.objects.count() == 1


def test_a_new_start_revokes_the_link_of_the_one_before(group, client):
    old, new = path_of(actions.first_organiser_link()), path_of(actions.first_organiser_link())
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_the_first_link_at_once_one_becomes_organiser(group):
    token = actions.first_organiser_link().split("/")[-2]

    def become(name):
        actions.become_first_organiser(token, name=name, email=f"{name}@example.org", password="", language="en")

    refusals = at_once(lambda: become("alice"), lambda: become("mallory"))
    assert [refused.status for refused in refusals] == [410]
    assert Member.objects.count() == 1
