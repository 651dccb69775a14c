"""What a reviewer found at the edges of joining: wide digits, two organisers at once, somebody who left."""

import logging
import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from papers.joining import actions
from papers.joining.queries import address_of
from papers.mail.models import Outgoing
from papers.members.models import Application, Group, Invite, Member, Role

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


def test_full_width_digits_as_a_chinese_keyboard_writes_them_are_the_code(path, client):
    ask(client, path)
    wide = mailed_code().translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    type_code(client, wide)
    assert signed_in(client) is not None


def test_no_token_and_no_code_stands_in_the_log(path, client, caplog):
    caplog.set_level(logging.DEBUG)
    ask(client, path, email="nobody")
    ask(client, path)
    right = mailed_code()
    type_code(client, "000000" if right != "000000" else "111111")
    Invite.objects.update(uses_left=0)
    client.get(path)
    token = path.split("/")[2]
    assert token not in caplog.text
    assert right not in caplog.text


def test_a_faster_organiser_is_named_by_a_conflict_that_shows_what_stands_there(alice, client_of):
    open_to("apply")
    actions.apply("Li", "li@example.org", "One.", language="en")
    actions.apply("Wu", "wu@example.org", "Two.", language="en")
    first = Application.objects.get(email="li@example.org")
    actions.accept(first, by=alice)
    for headers in ({}, HTMX):
        answer = client_of(alice).post(f"/organise/invites/applications/{first.pk}/decline/", headers=headers)
        assert answer.status_code == 409
        assert "wu@example.org" in answer.content.decode()


def test_who_is_alone_is_told_to_invite(alice, client_of, a_member):
    alone = client_of(alice).get("/organise/invites/").content.decode()
    a_member("Bob")
    both = client_of(alice).get("/organise/invites/").content.decode()
    words = lambda page: set(re.sub(r"<[^>]+>", "\n", page).split("\n"))  # noqa: E731
    assert words(alone) - words(both)


def test_the_answer_to_the_right_code_is_a_303(path, client):
    ask(client, path)
    assert type_code(client, mailed_code()).status_code == 303


def test_the_mail_to_somebody_who_left_can_go_out(path, charlie, client):
    ask(client, path, email=charlie.email)
    # The sender drops what goes to a member who has left.
    assert Outgoing.objects.get().member is None
