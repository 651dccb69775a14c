"""The pages on which people come in, and the organisers' page of invites."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from papers.joining import actions
from papers.joining.queries import address_of
from papers.mail.models import Outgoing
from papers.members import tokens
from papers.members.models import Act, Application, Group, Invite, Member, Role

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LI = {"name": "李明", "email": "Li@Example.org"}
ASK = {**LI, "language": "en", "sentence": "I read about scaling laws."}
LINK = {"role": "member", "note": "Seminar", "uses": "3", "days": "7"}


@pytest.fixture(autouse=True)
def nothing_was_counted_before():
    cache.clear()


@pytest.fixture
def invite(alice) -> Invite:
    return actions.invite(Role.READER, note="Seminar", uses=2, days=7, by=alice)


@pytest.fixture
def path(invite) -> str:
    return urlsplit(address_of(invite)).path


def mailed_code(address: str = "li@example.org") -> str:
    mail = Outgoing.objects.filter(address=address).latest("pk")
    assert mail.secret
    found = re.search(r"^\s*(\d{6})\s*$", mail.text, re.M)
    assert found
    return found[1]


def signed_in(client: Client) -> Member | None:
    number = client.session.get("_auth_user_id")
    return Member.objects.get(pk=number) if number else None


def open_to(signup: str) -> None:
    Group.objects.update(signup=signup)


def ask(client: Client, path: str, **changes: str):
    return client.post(path, {**LI, **changes})


def type_code(client: Client, code: str):
    return client.post("/join/code/", {"code": code})


# --- By a link


def test_by_a_link_and_a_code_somebody_joins(path, invite, client, alice):
    page = client.get(path).content.decode()
    assert "论文阅读组" in page
    assert "Alice" in page
    assert ask(client, path).status_code == 303
    assert not Member.objects.filter(email="li@example.org").exists()
    done = type_code(client, mailed_code())
    assert (done.status_code in (302, 303), done["Location"]) == (True, "/")
    li = signed_in(client)
    assert li is not None
    assert (li.email, li.name, li.role) == ("li@example.org", "李明", "reader")
    assert li.emailaddress_set.get().verified
    invite.refresh_from_db()
    assert invite.uses_left == 1
    assert client.get("/").status_code == 200


def test_looking_changes_nothing(path, invite, client):
    before = (Invite.objects.values().get(), Member.objects.count(), Act.objects.count(), Outgoing.objects.count())
    for address in (path, "/join/", "/join/code/"):
        client.get(address)
        client.head(address)
    after = (Invite.objects.values().get(), Member.objects.count(), Act.objects.count(), Outgoing.objects.count())
    assert before == after
    assert "joining" not in client.session


def test_a_wrong_code_lets_nobody_in_and_the_fifth_ends_it(path, client):
    ask(client, path)
    right = mailed_code()
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert [type_code(client, wrong).status_code for _try in range(5)] == [422] * 5
    assert type_code(client, right).status_code == 410
    assert signed_in(client) is None
    assert not Member.objects.filter(email="li@example.org").exists()


def test_a_code_is_good_in_the_browser_that_asked_only(path, client):
    ask(client, path)
    assert type_code(Client(), mailed_code()).status_code == 410


def test_the_session_does_not_hold_the_code(path, client):
    ask(client, path)
    assert mailed_code() not in str(dict(client.session))


def test_a_code_that_is_too_old_lets_nobody_in(path, client, time_machine):
    now = dt.datetime.now(dt.UTC)
    time_machine.move_to(now, tick=False)
    ask(client, path)
    time_machine.move_to(now + dt.timedelta(minutes=15), tick=False)
    assert type_code(client, mailed_code()).status_code == 410
    assert not Member.objects.filter(email="li@example.org").exists()


def test_a_link_used_up_while_the_code_was_on_its_way_lets_nobody_in(path, invite, client):
    ask(client, path)
    Invite.objects.update(uses_left=0)
    assert type_code(client, mailed_code()).status_code == 410
    assert not Member.objects.filter(email="li@example.org").exists()


def test_nobody_finds_out_whether_an_address_is_a_members(path, bob):
    known, unknown = Client(), Client()
    first, second = ask(known, path, email=bob.email), ask(unknown, path, email="xyz@example.org")
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    pages = [client.get("/join/code/").content.decode() for client in (known, unknown)]
    seen = {re.sub(r'csrf[^>]*value="[^"]*"|"X-CSRFToken": "[^"]*"', "", page) for page in pages}
    seen = {page.replace(bob.email, "?").replace("xyz@example.org", "?") for page in seen}
    assert len(seen) == 1
    assert Outgoing.objects.count() == 2


def test_who_left_and_types_the_code_is_told_whom_to_ask(path, charlie, client):
    ask(client, path, email=charlie.email)
    done = type_code(client, mailed_code(charlie.email))
    assert done.status_code == 403
    assert signed_in(client) is None


def test_links_that_are_no_longer_good_say_why(path, invite, client, alice):
    for facts in ({"uses_left": 0}, {"expires_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}):
        was = Invite.objects.values(*facts).get()
        Invite.objects.update(**facts)
        assert (client.get(path).status_code, ask(client, path).status_code) == (410, 410)
        Invite.objects.update(**was)
    actions.revoke(invite, by=alice)
    assert (client.get(path).status_code, ask(client, path).status_code) == (410, 410)
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("token", ["x", "W1:x", "é", "论文", "a" * 3000, "%00", "..%2f..%2fadmin"])
def test_a_made_up_link_is_a_clear_page(group, client, token):
    assert client.get(f"/join/{token}/").status_code in (400, 404)
    assert client.post(f"/join/{token}/", LI).status_code in (400, 404)


def test_who_is_signed_in_is_told_so(path, bob, client_of):
    for address in (path, "/join/"):
        assert client_of(bob).get(address).status_code == 200
        client_of(bob).post(address, LI)
    assert not Outgoing.objects.exists()


def test_the_pages_of_a_link_are_kept_nowhere_and_name_it_to_nobody(path, client):
    for address in (path, "/join/", "/join/code/"):
        response = client.get(address)
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] in ("same-origin", "strict-origin")


@pytest.mark.parametrize("changes", [{"name": ""}, {"email": "nobody"}, {"name": "\u202e\u200b"}])
def test_a_form_that_is_not_understood_is_shown_again(path, client, changes):
    assert ask(client, path, **changes).status_code == 422
    assert not Outgoing.objects.exists()


NASTY = ["a\x00b", "\u202eevil", "😀" * 10, "x" * 200_000, "<script>alert(1)</script>", "李\r\nBcc: a@b.cn", "\ud83d"]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("field", ["name", "email", "language", "sentence", "time_zone", "password", "code"])
def test_no_text_in_any_field_breaks_a_page(path, client, field, text):
    client.raise_request_exception = False
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    open_to("invite")
    assert ask(client, path, **{field: text}).status_code < 500
    assert type_code(client, text).status_code < 500
    open_to("apply")
    assert client.post("/join/", {**ASK, field: text}).status_code < 500


# --- Without a link


def test_an_open_group_lets_in_by_a_code(group, client):
    open_to("open")
    assert ask(client, "/join/").status_code == 303
    type_code(client, mailed_code())
    assert getattr(signed_in(client), "role", None) == "member"


def test_a_group_that_closes_meanwhile_lets_nobody_in(group, client):
    open_to("open")
    ask(client, "/join/")
    open_to("closed")
    assert type_code(client, mailed_code()).status_code == 410
    assert not Member.objects.exists()


@pytest.mark.parametrize("signup", ["invite", "closed"])
def test_a_group_that_is_not_open_says_how_one_gets_in(group, client, signup):
    open_to(signup)
    assert client.get("/join/").status_code == 200
    client.post("/join/", ASK)
    assert not Application.objects.exists()
    assert not Outgoing.objects.exists()


def test_an_application_is_answered_the_same_whoever_asks(bob, client):
    open_to("apply")
    answers = [client.post("/join/", {**ASK, "email": address}) for address in (bob.email, "li@example.org")]
    answers.append(client.post("/join/", ASK))
    assert len({answer.status_code for answer in answers}) == 1
    assert Application.objects.count() == 1


# --- Too often


def test_who_asks_too_often_is_told_to_wait(path):
    codes = [ask(Client(), path) for _time in range(4)]
    assert [response.status_code for response in codes] == [303, 303, 303, 429]
    assert int(codes[-1]["Retry-After"]) > 0
    assert "李明" in codes[-1].content.decode()


# --- Organisers


def test_an_organiser_makes_a_link_sees_it_again_and_takes_it_back(alice, client_of):
    client = client_of(alice)
    assert client.post("/organise/invites/", LINK).status_code == 303
    made = Invite.objects.get()
    assert (made.role, made.uses_left, made.note) == ("member", 3, "Seminar")
    for _look in range(2):
        assert address_of(made) in client.get("/organise/invites/").content.decode()
    assert client.post(f"/organise/invites/{made.pk}/revoke/").status_code == 303
    assert address_of(made) not in client.get("/organise/invites/").content.decode()
    again = client.post(f"/organise/invites/{made.pk}/revoke/")
    assert again.status_code == 409
    assert {act.verb for act in Act.objects.all()} == {"make invite", "revoke invite"}


@pytest.mark.parametrize("changes", [{"uses": "0"}, {"uses": "many"}, {"days": "9999"}, {"role": "king"}])
def test_a_link_that_cannot_be_is_refused_with_the_form(alice, client_of, changes):
    for headers in ({}, HTMX):
        answer = client_of(alice).post("/organise/invites/", {**LINK, **changes}, headers=headers)
        assert answer.status_code == 422
        assert "Seminar" in answer.content.decode()
    assert not Invite.objects.exists()


def test_members_readers_and_strangers_get_no_links(bob, rita, invite, client_of):
    for member in (bob, rita):
        answer = client_of(member).get("/organise/invites/")
        assert answer.status_code == 403
        assert "This is for organisers" in answer.content.decode()
        assert client_of(member).post("/organise/invites/", LINK).status_code == 403
        assert client_of(member).post(f"/organise/invites/{invite.pk}/revoke/").status_code == 403
    assert Client().get("/organise/invites/").status_code == 302
    assert Invite.objects.count() == 1


def test_each_address_takes_its_own_methods(alice, invite, path, client_of):
    client = client_of(alice)
    assert client.get(f"/organise/invites/{invite.pk}/revoke/").status_code == 405
    assert client.delete("/organise/invites/").status_code == 405
    assert Client().delete(path).status_code == 405
    assert client.post("/organise/invites/999999/revoke/").status_code == 404


def test_the_page_asks_as_often_for_one_invite_as_for_three(alice, client_of, django_assert_num_queries):
    client = client_of(alice)
    actions.invite(Role.MEMBER, note="1", uses=1, days=1, by=alice)
    client.get("/organise/invites/")
    with CaptureQueriesContext(connection) as one:
        client.get("/organise/invites/")
    for number in (2, 3):
        actions.invite(Role.MEMBER, note=str(number), uses=1, days=1, by=alice)
    with django_assert_num_queries(len(one)):
        client.get("/organise/invites/")


def test_invites_of_other_kinds_of_tokens_are_none(invite, client):
    assert client.get(f"/join/{tokens.make('offer', invite.pk, invite.generation)}/").status_code == 404
