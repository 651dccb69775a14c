"""Signing in and out, passwords, and the change of one's address."""

import re
from pathlib import Path

import allauth.account
import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from papers.mail.models import Outgoing
from papers.mail.sending import send_waiting
from papers.members import letters
from papers.members.models import Member

pytestmark = pytest.mark.django_db

LOGIN, CODE = "/accounts/login/", "/accounts/login/code/confirm/"
RESET, RESET_CODE, NEW = (
    "/accounts/password/reset/",
    "/accounts/password/reset/confirm/",
    "/accounts/password/reset/complete/",
)
CHANGE, SET = "/accounts/password/change/", "/accounts/password/set/"
ADDRESS, ADDRESS_CODE = "/accounts/email/", "/accounts/confirm-email/"
GOOD, BETTER = "attention is all", "scale is all you need"
TOKENS = r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"'


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def client(group) -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def with_password(bob) -> Member:
    bob.set_password(GOOD)
    bob.save()
    return bob


def signed_in(client: Client) -> Member | None:
    number = client.session.get(SESSION_KEY)
    return Member.objects.get(pk=number) if number else None


def text_of(response) -> str:
    return response.content.decode()


def newest(address: str = "bob@example.org") -> Outgoing:
    return Outgoing.objects.filter(address=address).latest("pk")


def mailed_code(address: str = "bob@example.org") -> str:
    (code,) = re.findall(r"^ +(\d{6})$", newest(address).text, re.MULTILINE)
    return code


def another(code: str) -> str:
    return "111111" if code == "000000" else "000000"


# --- With a password


def test_an_address_in_any_case_and_the_password_sign_in(client, with_password):
    response = client.post(LOGIN, {"login": "BOB@Example.org", "password": GOOD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client) == with_password


def test_one_comes_back_to_the_page_one_wanted(client, with_password):
    assert client.get("/papers/")["Location"] == "/accounts/login/?next=/papers/"
    assert 'name="next" value="/papers/"' in text_of(client.get(f"{LOGIN}?next=/papers/"))
    response = client.post(LOGIN, {"login": "bob@example.org", "password": GOOD, "next": "/papers/"})
    assert response["Location"] == "/papers/"


def test_nobody_is_led_to_another_site(client, with_password):
    response = client.post(LOGIN, {"login": "bob@example.org", "password": GOOD, "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_a_wrong_password_says_the_same_as_an_unknown_address(client, with_password, charlie):
    pages = []
    for login in ("bob@example.org", "nobody@example.org", "charlie@example.org"):
        response = client.post(LOGIN, {"login": login, "password": "wrong password"})
        assert response.status_code == 200
        pages.append(re.sub(TOKENS, "", text_of(response)).replace(login, "…"))
    assert pages[0] == pages[1] == pages[2]
    assert "do not belong together" in pages[0]
    assert signed_in(client) is None


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client, with_password):
    for _try in range(5):
        client.post(LOGIN, {"login": "bob@example.org", "password": "wrong password"})
    response = client.post(LOGIN, {"login": "bob@example.org", "password": GOOD})
    assert "Wait five minutes" in text_of(response)
    assert signed_in(client) is None


def test_who_left_and_knows_the_password_is_told_what_to_do(client, charlie):
    charlie.set_password(GOOD)
    charlie.save()
    response = client.post(LOGIN, {"login": charlie.email, "password": GOOD}, follow=True)
    assert "Your membership has ended" in text_of(response)
    assert signed_in(client) is None


def test_who_left_is_turned_away_also_when_only_the_day_says_so(client, with_password):
    Member.objects.filter(pk=with_password.pk).update(left_at="2023-01-01T00:00Z")
    response = client.post(LOGIN, {"login": "bob@example.org", "password": GOOD}, follow=True)
    assert "Your membership has ended" in text_of(response)
    assert signed_in(client) is None


# --- By a code


@pytest.mark.parametrize(
    "fields", [{"password": ""}, {"by_code": "1"}, {"by_code": "1", "password": "filled in by itself"}]
)
def test_without_a_password_a_code_comes_and_signs_in(client, bob, fields):
    sent = client.post(LOGIN, {"login": "Bob@example.org", "next": "/papers/", **fields})
    assert (sent.status_code, sent["Location"]) == (302, f"{CODE}?next=%2Fpapers%2F")
    page = text_of(client.get(sent["Location"]))
    for attribute in ('autocomplete="one-time-code"', 'inputmode="numeric"', "bob@example.org", 'value="/papers/"'):
        assert attribute in page
    response = client.post(CODE, {"code": mailed_code(), "next": "/papers/"})
    assert (response.status_code, response["Location"]) == (302, "/papers/")
    assert signed_in(client) == bob


def test_the_code_is_a_secret_row_of_the_outbox_in_the_members_language_that_leaves_first(client, a_member):
    ji = a_member("Ji", language="zh-hans")
    client.post(LOGIN, {"login": ji.email, "by_code": "1"})
    mail = newest(ji.email)
    assert (mail.member, mail.secret, mail.kind) == (ji, True, "sign-in")
    assert 'lang="zh-hans"' in mail.html
    assert mailed_code(ji.email) in mail.html
    assert not re.search(r"\d{6}", mail.subject)
    assert (mail.not_after - mail.due_at).total_seconds() == pytest.approx(15 * 60, abs=1)


def test_the_mail_with_the_code_is_written_as_a_file(client, bob, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.MAIL_FOLDER = "papers.mail.files.EmailBackend", tmp_path
    client.post(LOGIN, {"login": bob.email, "by_code": "1"})
    assert send_waiting() == {"sent": 1}
    (file,) = tmp_path.glob("*.eml")
    assert mailed_code() in file.read_text()


def test_an_unknown_address_sees_the_same_page_and_gets_a_mail_without_a_code(client, bob):
    pages = []
    for login in ("bob@example.org", "nobody@example.org"):
        stranger = Client(headers={"Accept-Language": "en"})
        sent = stranger.post(LOGIN, {"login": login, "by_code": "1"})
        assert (sent.status_code, sent["Location"]) == (302, CODE)
        wrong = stranger.post(CODE, {"code": "12345"})
        pages += [re.sub(TOKENS, "", text_of(page)).replace(login, "…") for page in (stranger.get(CODE), wrong)]
    assert pages[:2] == pages[2:]
    mail = newest("nobody@example.org")
    assert (mail.secret, mail.member) == (False, None)
    assert "No member has this address" in mail.text
    assert not re.search(r"\d{6}", mail.text)


def test_who_left_gets_no_code_but_a_mail_that_says_how_to_come_back(client, charlie):
    assert client.post(LOGIN, {"login": charlie.email, "by_code": "1"})["Location"] == CODE
    mail = newest(charlie.email)
    assert "ask an organiser" in mail.text
    assert (mail.member, re.findall(r"\d{6}", mail.text)) == (None, [])


def test_three_wrong_codes_end_it(client, bob):
    client.post(LOGIN, {"login": bob.email, "by_code": "1"})
    code = mailed_code()
    answers = [client.post(CODE, {"code": another(code)}) for _try in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 302]
    assert "not the code in the newest mail" in text_of(answers[0])
    client.post(CODE, {"code": code})
    assert signed_in(client) is None


def test_a_browser_guesses_ten_codes_in_ten_minutes_at_most(client, bob, settings):
    settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 1000
    client.post(LOGIN, {"login": bob.email, "by_code": "1"})
    code = mailed_code()
    for _try in range(10):
        assert "not the code" in text_of(client.post(CODE, {"code": another(code)}))
    assert "Wait ten minutes" in text_of(client.post(CODE, {"code": code}))
    assert signed_in(client) is None


def test_a_code_is_good_for_fifteen_minutes_in_one_browser(client, bob, time_machine):
    time_machine.move_to("2023-03-01T12:00Z", tick=False)
    client.post(LOGIN, {"login": bob.email, "by_code": "1"})
    assert Client().post(CODE, {"code": mailed_code()})["Location"].startswith("/accounts/login/")
    time_machine.move_to("2023-03-01T12:15:01Z", tick=False)
    client.post(CODE, {"code": mailed_code()})
    assert signed_in(client) is None


def test_a_new_code_can_be_asked_for_and_the_old_one_is_no_longer_good(client, bob):
    client.post(LOGIN, {"login": bob.email, "by_code": "1"})
    old = mailed_code()
    assert client.post(CODE, {"action": "resend"}).status_code == 302
    new = mailed_code()
    assert Outgoing.objects.count() == 2
    if old != new:
        client.post(CODE, {"code": old})
        assert signed_in(client) is None
    client.post(CODE, {"code": new})
    assert signed_in(client) == bob


def test_no_more_than_three_codes_a_minute_go_to_one_address(bob):
    pages = [Client().post(LOGIN, {"login": bob.email, "by_code": "1"}) for _time in range(4)]
    assert [page.status_code for page in pages] == [302, 302, 302, 200]
    assert Outgoing.objects.count() == 3


def test_the_page_for_codes_alone_works_too(client, bob):
    assert client.get("/accounts/login/code/").status_code == 200
    client.post("/accounts/login/code/", {"email": bob.email})
    client.post(CODE, {"code": mailed_code()})
    assert signed_in(client) == bob


def test_another_address_can_be_used_instead(client, bob):
    client.post(LOGIN, {"login": "bbo@example.org", "by_code": "1"})
    # As long as a code is waited for, the sign-in page leads to it.
    assert client.get(LOGIN)["Location"] == CODE
    assert client.post(f"/accounts/logout/?next={LOGIN}")["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200


@pytest.mark.parametrize(
    "login", ["x" * 300 + "@example.org", "a\x00b@example.org", "\u202ebob@example.org", "x" * 10**6]
)
def test_an_address_that_cannot_be_is_refused_on_the_page(client, login):
    for address, field in ((LOGIN, "login"), (RESET, "email"), ("/accounts/login/code/", "email")):
        response = client.post(address, {field: login, "password": ""})
        assert response.status_code == 200
        assert "errorlist" in text_of(response)
    assert not Outgoing.objects.exists()


# --- Out


def test_looking_at_the_sign_out_page_signs_nobody_out(client_of, bob):
    client = client_of(bob)
    assert "Sign out" in text_of(client.get("/accounts/logout/"))
    assert signed_in(client) == bob
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert signed_in(client) is None


# --- Passwords


def test_a_forgotten_password_is_replaced_after_a_code(client, with_password):
    assert client.post(RESET, {"email": "Bob@example.org"})["Location"] == RESET_CODE
    assert client.post(RESET_CODE, {"code": mailed_code()})["Location"] == NEW
    assert client.post(NEW, {"password1": BETTER}).status_code == 302
    for password, who in ((GOOD, None), (BETTER, with_password)):
        client.post(LOGIN, {"login": "bob@example.org", "password": password})
        assert signed_in(client) == who
    assert "was changed" in newest().text


def test_an_unknown_address_sees_the_same_when_it_asks_for_a_new_password(client, bob):
    pages = []
    for email in ("bob@example.org", "nobody@example.org"):
        stranger = Client(headers={"Accept-Language": "en"})
        assert stranger.post(RESET, {"email": email})["Location"] == RESET_CODE
        pages.append(re.sub(TOKENS, "", text_of(stranger.get(RESET_CODE))).replace(email, "…"))
    assert pages[0] == pages[1]


def test_a_new_password_that_is_too_easy_is_refused(client, bob):
    client.post(RESET, {"email": bob.email})
    client.post(RESET_CODE, {"code": mailed_code()})
    for password in ("short", "12345678", "bob@example.org"):
        assert "errorlist" in text_of(client.post(NEW, {"password1": password}))
    bob.refresh_from_db()
    assert not bob.has_usable_password()


def test_a_member_changes_the_password_and_is_told_by_mail(with_password, client_of):
    client, elsewhere = client_of(with_password), client_of(with_password)
    assert "errorlist" in text_of(client.post(CHANGE, {"oldpassword": "wrong one", "password1": BETTER}))
    assert client.post(CHANGE, {"oldpassword": GOOD, "password1": BETTER})["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert "was changed" in newest().text


def test_a_member_without_a_password_chooses_one(bob, client_of):
    client = client_of(bob)
    assert client.get(CHANGE)["Location"] == SET
    assert client.get(SET).status_code == 200
    assert client.post(SET, {"password1": GOOD})["Location"] == "/me/"
    bob.refresh_from_db()
    assert bob.check_password(GOOD)


# --- Another address


def test_a_new_address_counts_once_its_code_was_typed(bob, client_of):
    client = client_of(bob)
    assert client.post(ADDRESS, {"email": "Robert@Example.org", "action_add": ""})["Location"] == ADDRESS_CODE
    bob.refresh_from_db()
    assert bob.email == "bob@example.org"
    assert (newest("robert@example.org").member, newest("robert@example.org").secret) == (bob, True)
    assert client.post(ADDRESS_CODE, {"code": mailed_code("robert@example.org")})["Location"] == "/me/"
    bob.refresh_from_db()
    assert bob.email == "robert@example.org"
    assert [(one.email, one.verified, one.primary) for one in bob.emailaddress_set.all()] == [
        ("robert@example.org", True, True)
    ]
    assert "robert@example.org instead of bob@example.org" in newest("bob@example.org").text


def test_a_wrong_code_changes_no_address(bob, client_of):
    client = client_of(bob)
    client.post(ADDRESS, {"email": "robert@example.org", "action_add": ""})
    client.post(ADDRESS_CODE, {"code": another(mailed_code("robert@example.org"))})
    bob.refresh_from_db()
    assert bob.email == "bob@example.org"


def test_nobody_finds_out_by_changing_theirs_whose_address_it_is(bob, alice, client_of):
    client = client_of(bob)
    assert client.post(ADDRESS, {"email": alice.email, "action_add": ""})["Location"] == ADDRESS_CODE
    response = client.post(ADDRESS_CODE, {"code": mailed_code(alice.email)})
    assert "belongs to another member" in text_of(response)
    bob.refresh_from_db()
    assert bob.email == "bob@example.org"


# --- All pages, all mails


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_page_for_strangers_speaks_their_language(group, bob, language):
    client = Client(headers={"Accept-Language": language})
    pages = [client.get(page) for page in (LOGIN, "/accounts/login/code/", RESET, "/accounts/inactive/", "/join/")]
    client.post(RESET, {"email": bob.email})
    pages.append(client.get(RESET_CODE))
    client.post(RESET_CODE, {"code": mailed_code()})
    pages.append(client.get(NEW))
    client.post(NEW, {"password1": GOOD})
    pages.append(client.get("/accounts/password/reset/done/"))
    client.post(LOGIN, {"login": bob.email, "by_code": "1"})
    pages.append(client.get(CODE))
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert {page["Content-Language"] for page in pages} == {"en" if language == "en" else "zh-hans"}
    assert all('id="main"' in text_of(page) for page in pages)


def test_every_page_for_members_has_our_look(with_password, client_of):
    client = client_of(with_password)
    for page in (CHANGE, ADDRESS, "/accounts/reauthenticate/", "/accounts/logout/"):
        assert 'class="narrow-page"' in text_of(client.get(page))


def test_there_is_a_letter_for_every_mail_that_allauth_sends():
    folder = Path(allauth.account.__file__).parent
    code = "".join(path.read_text() for path in folder.rglob("*.py"))
    sent = set(re.findall(r'"account/email/(\w+)"', code))
    # Links instead of codes, several addresses a member, and allauth's own page for joining: none of them is on.
    never = {"password_reset_key", "email_deleted", "account_already_exists"}
    assert {"login_code", "unknown_account", "email_changed"} <= sent
    assert sent - never - letters.LETTERS.keys() == set()


@pytest.mark.parametrize("name", letters.LETTERS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_letter_has_two_parts_and_says_why_it_came(bob, name, language):
    bob.language = language
    facts = {"code": "123456", "name": "\u202eLi", "from_email": "bob@example.org", "to_email": "robert@example.org"}
    facts |= {"said": "2302.13971", "number": "98", "answer": "Later."}
    mail = letters.send(name, bob.email, member=bob, **facts)
    assert mail is not None
    for part in (mail.text, mail.html):
        assert "论文阅读组" in part
        assert "%(" not in part
        assert "\u202eLi" not in part or "\u2068\u202eLi\u2069" in part
        assert ("123456" in part) is letters.LETTERS[name].has_code
