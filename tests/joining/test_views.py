import logging
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client

from papers.joining import actions
from papers.joining.queries import address_of
from papers.mail.models import Outgoing
from papers.members import tokens
from papers.members.models import Application, Invite, Member
from readinggroup.discretion import HideKeys

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
LI = {"name": "李明", "email": "Li@Example.org", "password": ""}
ASKS = {"name": "Li", "email": "li@example.org", "language": "zh-hans", "sentence": "I read about agents."}
NEW = {"note": "Chat", "role": "member", "uses": "3", "days": "7"}


@pytest.fixture
def client() -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def path(an_invite) -> str:
    """The address of an invite for two."""
    return urlsplit(address_of(an_invite())).path


def signed_in(client: Client) -> Member | None:
    number = client.session.get(SESSION_KEY)
    return Member.objects.get(pk=number) if number else None


def text_of(response) -> str:
    return response.content.decode()


# --- Joining by invite


def test_the_page_of_an_invite_says_who_invites_to_what(client, path, group):
    group.welcome = "We read\n\none paper a week."
    group.save()
    page = text_of(client.get(path))
    for words in ("Alice", "论文阅读组", "one paper a week.", "You come in as a member"):
        assert words in page


def test_looking_uses_nothing_up_and_the_page_is_kept_nowhere(client, path):
    for look in (client.get, client.head):
        response = look(path)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "strict-origin"
    assert Invite.objects.get().uses_left == 2
    assert not Outgoing.objects.exists()


def test_a_name_an_address_and_the_code_from_the_mail_make_a_member(client, path, mailed_code):
    sent = client.post(path, {**LI, "time_zone": "Europe/Paris"})
    assert (sent.status_code, sent["Location"]) == (303, "/join/code/")
    # Nobody is a member before the address is proved.
    assert not Member.objects.filter(email="li@example.org").exists()
    assert Invite.objects.get().uses_left == 2
    assert "li@example.org" in text_of(client.get("/join/code/"))
    joined = client.post("/join/code/", {"code": mailed_code("li@example.org")})
    assert (joined.status_code, joined["Location"]) == (303, "/")
    li = signed_in(client)
    assert li is not None
    assert (li.name, li.email, li.language, li.time_zone) == ("李明", "li@example.org", "en", "Europe/Paris")
    assert not li.has_usable_password()
    assert li.emailaddress_set.get().verified
    assert Invite.objects.get().uses_left == 1


def test_a_password_is_taken_along_and_signs_in(client, path, mailed_code):
    client.post(path, {**LI, "password": "attention is all"})
    client.post("/join/code/", {"code": mailed_code("li@example.org")})
    client.post("/accounts/logout/")
    assert signed_in(client) is None
    client.post("/accounts/login/", {"login": "li@example.org", "password": "attention is all"})
    assert signed_in(client) is not None


def test_the_mail_with_the_code_is_in_the_language_of_the_page_and_secret(path):
    Client(headers={"Accept-Language": "zh-CN,zh;q=0.9"}).post(path, LI)
    mail = Outgoing.objects.get()
    assert (mail.secret, mail.member, mail.kind) == (True, None, "sign-in")
    assert 'lang="zh-hans"' in mail.html
    assert re.search(r"^ +\d{6}$", mail.text, re.MULTILINE)
    assert re.search(r'<p class="code"[^>]*>\d{6}</p>', mail.html)
    assert not re.search(r"\d{6}", mail.subject)


@pytest.mark.parametrize(
    ("zone", "kept"), [("", "Asia/Shanghai"), ("Mars/Olympus", "Asia/Shanghai"), ("UTC", "UTC")], ids=str
)
def test_a_browser_that_tells_no_zone_gets_the_groups(client, path, mailed_code, zone, kept):
    client.post(path, {**LI, "time_zone": zone})
    client.post("/join/code/", {"code": mailed_code("li@example.org")})
    assert Member.objects.get(email="li@example.org").time_zone == kept


@pytest.mark.parametrize(
    "wrong",
    [
        *({"name": "\u200b"}, {"name": "x" * 81}, {"name": "a\x00b"}, {"email": "nobody"}, {"password": "12345678"}),
        {"email": f"{'x' * 250}@example.org"},
    ],
    ids=str,
)
def test_a_form_that_is_not_understood_comes_back_with_its_text(client, path, wrong):
    response = client.post(path, {**LI, **wrong})
    assert response.status_code == 422
    page = text_of(response)
    assert "errorlist" in page
    assert ("李明" in page) is ("name" not in wrong)
    assert not Outgoing.objects.exists()


def test_whose_address_is_a_members_sees_nothing_else_and_is_signed_in_by_the_code(client, path, bob, mailed_code):
    stranger = Client(headers={"Accept-Language": "en"})
    answers = [client.post(path, {**LI, "email": bob.email, "password": "another password"}), stranger.post(path, LI)]
    assert [(answer.status_code, answer["Location"], answer.content) for answer in answers] == [
        (303, "/join/code/", b"")
    ] * 2
    pages = [text_of(client.get("/join/code/")), text_of(stranger.get("/join/code/"))]
    tokenless = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", page) for page in pages]
    assert tokenless[0].replace(bob.email, "li@example.org") == tokenless[1]
    mails = Outgoing.objects.order_by("pk")
    assert mails[0].subject == mails[1].subject
    client.post("/join/code/", {"code": mailed_code(bob.email)})
    assert signed_in(client) == bob
    bob.refresh_from_db()
    assert (bob.name, bob.has_usable_password()) == ("Bob", False)
    assert Invite.objects.get().uses_left == 2


def test_who_has_left_learns_how_to_come_back_after_proving_who_they_are(client, path, charlie, mailed_code):
    assert client.post(path, {**LI, "email": charlie.email})["Location"] == "/join/code/"
    response = client.post("/join/code/", {"code": mailed_code(charlie.email)})
    assert response.status_code == 403
    assert "organiser" in text_of(response)
    assert signed_in(client) is None


@pytest.mark.parametrize(
    "over", [{"uses_left": 0}, {"revoked_at": "2023-01-01T00:00Z"}, {"expires_at": "2023-01-01T00:00Z"}]
)
def test_an_invite_that_is_over_says_what_to_do_next(client, path, over):
    Invite.objects.update(**over)
    for send in (client.get, client.post):
        response = send(path)
        assert response.status_code == 410
        assert "Ask whoever sent it to you for a new one." in text_of(response)
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize(
    "token", ["x", "W1:x", "WzEsMF0:yn6Nxy1Cg6KfbUF06KR", "论文", "a" * 3000, "%00", "..%2f..%2fadmin"]
)
def test_what_is_no_invite_is_not_found(client, group, token):
    for send in (client.get, client.post):
        assert send(f"/join/{token}/").status_code in (400, 404)


def test_a_token_of_another_kind_is_no_invite(client, an_invite):
    invite = an_invite()
    assert client.get(f"/join/{tokens.make('offer', invite.pk, invite.generation)}/").status_code == 404


NASTY = ["a\x00b", "\u202eevil", "😀" * 10, "x" * 200_000, "<script>alert(1)</script>", "李\r\nBcc: a@b.cn", "\ufffd"]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("field", ["name", "email", "language", "sentence", "time_zone", "password", "code"])
def test_no_text_in_any_field_breaks_a_page(client, path, signup, field, text):
    client.raise_request_exception = False
    assert client.post(path, {**LI, field: text}).status_code < 500
    assert client.post("/join/code/", {"code": text}).status_code < 500
    signup("apply")
    response = client.post("/join/", {**ASKS, field: text})
    assert response.status_code < 500
    assert "<script>alert" not in text_of(response)


def test_a_place_that_was_taken_while_the_code_was_on_its_way_is_gone(client, path, mailed_code):
    client.post(path, LI)
    Invite.objects.update(uses_left=0)
    response = client.post("/join/code/", {"code": mailed_code("li@example.org")})
    assert response.status_code == 410
    assert "As many people" in text_of(response)
    assert signed_in(client) is None


def test_a_member_who_opens_an_invite_is_told_so(path, bob, client_of):
    page = client_of(bob).get(path)
    assert page.status_code == 200
    assert "You are in the group already" in text_of(page)
    client_of(bob).post(path, LI)
    assert not Outgoing.objects.exists()


# --- The code


def test_a_code_is_good_only_in_the_browser_that_asked_for_it(client, path, mailed_code):
    client.post(path, LI)
    assert Client().post("/join/code/", {"code": mailed_code("li@example.org")}).status_code == 410
    assert not Member.objects.filter(email="li@example.org").exists()


def test_the_fifth_wrong_code_ends_it(client, path, mailed_code):
    client.post(path, LI)
    right = mailed_code("li@example.org")
    wrong = "000000" if right != "000000" else "111111"
    answers = [client.post("/join/code/", {"code": wrong}) for _try in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert "start again" in text_of(answers[-1])
    assert client.post("/join/code/", {"code": right}).status_code == 410


def test_a_code_is_read_however_it_is_typed(client, path, mailed_code):
    client.post(path, LI)
    code = mailed_code("li@example.org")
    assert client.post("/join/code/", {"code": f" {code[:3]} {code[3:]} "}).status_code == 303


def test_a_new_code_makes_the_old_one_useless(client, path, mailed_code):
    client.post(path, LI)
    old = mailed_code("li@example.org")
    assert client.post("/join/code/", {"action": "resend"}).status_code == 303
    new = mailed_code("li@example.org")
    if old != new:
        assert client.post("/join/code/", {"code": old}).status_code == 422
    assert client.post("/join/code/", {"code": new}).status_code == 303


def test_a_code_is_good_for_fifteen_minutes(client, path, mailed_code, time_machine):
    time_machine.move_to("2023-03-01T12:00Z", tick=False)
    Invite.objects.update(expires_at="2023-03-02T12:00Z")
    client.post(path, LI)
    code = mailed_code("li@example.org")
    time_machine.move_to("2023-03-01T12:15Z", tick=False)
    assert client.post("/join/code/", {"code": code}).status_code == 410


def test_the_session_keeps_neither_the_code_nor_the_password(client, path, mailed_code):
    client.post(path, {**LI, "password": "attention is all"})
    kept = str(dict(client.session.items()))
    assert mailed_code("li@example.org") not in kept
    assert "attention is all" not in kept


def test_no_more_than_three_codes_a_minute_go_to_one_address(client, path):
    answers = [client.post(path, LI) for _time in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert "李明" in text_of(answers[-1])
    assert client.post(path, {**LI, "email": "wu@example.org"}).status_code == 303
    assert Outgoing.objects.count() == 4


# --- Joining without an invite


def test_everybody_joins_an_open_group(client, signup, mailed_code):
    signup("open")
    assert client.post("/join/", LI)["Location"] == "/join/code/"
    assert client.post("/join/code/", {"code": mailed_code("li@example.org")}).status_code == 303
    assert signed_in(client) == Member.objects.get(email="li@example.org", role="member")


def test_a_group_that_closed_while_the_code_was_on_its_way_takes_nobody_in(client, signup, mailed_code):
    signup("open")
    client.post("/join/", LI)
    signup("closed")
    assert client.post("/join/code/", {"code": mailed_code("li@example.org")}).status_code == 410
    assert not Member.objects.exists()


@pytest.mark.parametrize(("mode", "says"), [("invite", "invite link"), ("closed", "takes in nobody")])
def test_where_one_does_not_simply_join_the_page_says_how(client, signup, mode, says):
    signup(mode)
    for send in (client.get, client.post):
        response = send("/join/", LI)
        assert response.status_code == 200
        assert says in text_of(response)
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("mode", ["open", "apply", "invite", "closed"])
def test_the_sign_in_page_leads_to_the_way_in(client, signup, mode):
    signup(mode)
    page = text_of(client.get("/accounts/login/"))
    assert ('href="/join/"' in page) is (mode in ("open", "apply"))
    assert ("invite link" in page) is (mode == "invite")


def test_nobody_is_made_a_member_by_allauths_own_page(client, signup):
    signup("open")
    assert client.get("/accounts/signup/")["Location"] == "/join/"
    client.post("/accounts/signup/", {"email": "li@example.org", "password1": "attention is all", "name": "Li"})
    assert not Member.objects.exists()


# --- Asking to join


def test_asking_to_join_looks_the_same_whatever_is_known_of_the_address(client, signup, bob, charlie):
    signup("apply")
    pages = []
    for email in ("li@example.org", bob.email, charlie.email):
        response = client.post("/join/", {**ASKS, "email": email})
        assert response.status_code == 200
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", text_of(response))
        pages.append(page.replace(email, "…"))
    assert pages[0] == pages[1] == pages[2]
    assert {asks.email for asks in Application.objects.all()} == {"li@example.org", charlie.email}


@pytest.mark.parametrize(
    "wrong",
    [{"sentence": ""}, {"sentence": "x" * 501}, {"sentence": "a\x00"}, {"language": "fr"}, {"email": "x"}],
    ids=str,
)
def test_an_application_that_is_not_understood_comes_back_with_its_text(client, signup, wrong):
    signup("apply")
    response = client.post("/join/", {**ASKS, **wrong})
    assert response.status_code == 422
    assert 'value="Li"' in text_of(response)
    assert not Application.objects.exists()


def test_one_address_asks_three_times_an_hour_at_most(client, signup):
    signup("apply")
    assert [client.post("/join/", ASKS).status_code for _time in range(4)] == [200, 200, 200, 429]


# --- For organisers


def test_an_organiser_makes_a_link_and_sees_it_again(alice, client_of):
    client = client_of(alice)
    made = client.post("/organise/invites/", NEW)
    invite = Invite.objects.get()
    assert (made.status_code, made["Location"]) == (303, f"/organise/invites/#invite-{invite.pk}")
    for _look in range(2):
        assert address_of(invite) in text_of(client.get("/organise/invites/"))


def test_with_htmx_the_list_comes_back_with_the_new_link_in_focus(alice, client_of):
    response = client_of(alice).post("/organise/invites/", NEW, headers=HTMX)
    assert response.status_code == 200
    page = text_of(response)
    assert page.lstrip().startswith('<section class="section" id="invites"')
    assert f'value="{address_of(Invite.objects.get())}"' in page
    assert page.count(" autofocus") == 1


def test_a_link_that_cannot_be_made_says_why(alice, client_of):
    client = client_of(alice)
    for headers in ({}, HTMX):
        response = client.post("/organise/invites/", {**NEW, "uses": "0", "note": "My note"}, headers=headers)
        assert response.status_code == 422
        assert "My note" in text_of(response)
    assert not Invite.objects.exists()


def test_an_organiser_takes_a_link_back(alice, client_of, an_invite):
    client = client_of(alice)
    first, second = an_invite(), an_invite()
    assert client.post(f"/organise/invites/{first.pk}/revoke/")["Location"] == "/organise/invites/"
    row = text_of(client.post(f"/organise/invites/{second.pk}/revoke/", headers=HTMX))
    assert f'id="invite-{second.pk}"' in row
    assert "taken back" in row
    assert "<input" not in row
    assert client.post(f"/organise/invites/{first.pk}/revoke/").status_code == 409
    assert client.post("/organise/invites/99/revoke/").status_code == 404


def test_an_organiser_answers_who_asks_to_join(alice, client_of, signup):
    signup("apply")
    for name in ("li", "wu"):
        actions.apply(name.title(), f"{name}@example.org", "<b>Hello</b>", language="en")
    li, wu = Application.objects.order_by("pk")
    client = client_of(alice)
    page = text_of(client.get("/organise/invites/"))
    assert "&lt;b&gt;Hello" in page
    answer = client.post(f"/organise/invites/applications/{li.pk}/accept/", headers=HTMX)
    assert 'id="applications"' in text_of(answer)
    assert "li@example.org" not in text_of(answer)
    assert client.post(f"/organise/invites/applications/{wu.pk}/decline/")["Location"] == "/organise/invites/"
    assert Member.objects.filter(email="li@example.org").exists()
    assert not Member.objects.filter(email="wu@example.org").exists()
    assert client.post(f"/organise/invites/applications/{wu.pk}/accept/").status_code == 409


def test_who_was_accepted_signs_in_by_a_code(alice, client, client_of, signup, mailed_code):
    signup("apply")
    client.post("/join/", ASKS)
    client_of(alice).post(f"/organise/invites/applications/{Application.objects.get().pk}/accept/")
    client.post("/accounts/login/", {"login": "li@example.org", "by_code": "1"})
    client.post("/accounts/login/code/confirm/", {"code": mailed_code("li@example.org")})
    li = signed_in(client)
    assert li is not None
    assert li.emailaddress_set.get().verified


PAGES = [
    ("get", "/organise/invites/"),
    ("post", "/organise/invites/"),
    ("post", "/organise/invites/{}/revoke/"),
    ("post", "/organise/invites/applications/1/accept/"),
    ("post", "/organise/invites/applications/1/decline/"),
]


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_only_organisers_come_here(bob, rita, client, client_of, an_invite, method, page):
    page = page.format(an_invite().pk)
    for member in (bob, rita):
        assert getattr(client_of(member), method)(page).status_code == 403
    assert getattr(client, method)(page)["Location"].startswith("/accounts/login/")


def test_each_address_takes_its_own_methods(alice, client, client_of, path):
    organiser = client_of(alice)
    for page in (path, "/join/", "/join/code/"):
        assert client.put(page).status_code == 405
        assert client.delete(page).status_code == 405
    assert organiser.put("/organise/invites/").status_code == 405
    for _method, page in PAGES[2:]:
        assert organiser.get(page.format(1)).status_code == 405


def test_the_organisers_page_takes_as_many_queries_for_one_as_for_three(
    alice, client_of, an_invite, django_assert_num_queries
):
    client = client_of(alice)
    for count in (1, 3):
        while Invite.objects.count() < count:
            an_invite()
        while Application.objects.count() < count:
            number = Application.objects.count()
            Application.objects.create(name="Li", email=f"{number}@example.org", sentence="Hello", language="en")
        with django_assert_num_queries(8):
            client.get("/organise/invites/")


# --- Keys stay out of the log


def test_the_log_shows_no_key(client, group, caplog):
    client.get("/join/WzEsMF0:yn6Nxy1Cg6KfbUF06KR_IdaANf7P/")
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert HideKeys().filter(record)
    assert record.getMessage() == "Not Found: /join/…/"


def test_what_holds_no_key_is_logged_as_it_is():
    record = logging.LogRecord("x", logging.INFO, "", 1, "%s %s", ("/papers/17/", "/join/code/"), None)
    assert HideKeys().filter(record)
    assert record.getMessage() == "/papers/17/ /join/code/"


def test_what_is_written_to_the_terminal_goes_through_the_filter():
    (name,) = settings.LOGGING["handlers"]["terminal"]["filters"]
    assert settings.LOGGING["filters"][name]["()"] == "readinggroup.discretion.HideKeys"
