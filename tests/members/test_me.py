import datetime as dt

import pytest
from django.test import Client

from papers.members.models import Member

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PROFILE = {"name": "Robert", "language": "zh-hans", "time_zone": "Asia/Shanghai"}
MAILS = {"wants_digest": "on", "digest_weekday": "1", "digest_hour": "7", "digest_every": "week"}


@pytest.fixture
def client(bob, client_of) -> Client:
    return client_of(bob)


# --- The quartet


def test_everybody_in_the_group_has_a_page_of_their_own(alice, bob, rita, client_of):
    for member in (alice, bob, rita):
        response = client_of(member).get("/me/")
        assert response.status_code == 200
        assert member.email in response.content.decode()


def test_strangers_and_those_who_left_are_sent_to_sign_in(charlie, client_of):
    for client in (Client(), client_of(charlie)):
        for address in ("/me/", "/me/notifications/"):
            assert client.get(address).status_code == 302
            assert client.post(address, PROFILE).status_code == 302


def test_each_address_takes_its_own_methods(client):
    for address in ("/me/", "/me/notifications/"):
        assert client.put(address).status_code == 405
        assert client.delete(address).status_code == 405
    assert client.get("/language/").status_code == 405
    assert client.get("/me/notifications/").headers["Location"] == "/me/#mails"


# --- Name, language, zone


def test_saving_goes_back_to_the_page_and_speaks_the_new_language_at_once(client, bob):
    response = client.post("/me/", PROFILE)
    assert (response.status_code, response["Location"]) == (303, "/me/")
    bob.refresh_from_db()
    assert (bob.name, bob.language, bob.time_zone) == ("Robert", "zh-hans", "Asia/Shanghai")
    assert client.get("/me/").headers["Content-Language"] == "zh-hans"


def test_the_form_begins_with_what_is_true_now(client, bob):
    page = client.get("/me/").content.decode()
    assert 'value="Bob"' in page
    assert '<option value="en" selected>English</option>' in page
    assert '<option value="Europe/Berlin" selected>' in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "required"),
        ("name", " \u200b\u3164 ", "can be seen"),
        ("name", "Bo\x00b", "Null characters"),
        ("name", "x" * 81, "at most 80 characters"),
        ("name", "x" * 1_000_000, "at most 80 characters"),
        ("language", "fr", "Select a valid choice"),
        ("time_zone", "Mars/Base", "Select a valid choice"),
        ("time_zone", "\x00", "Select a valid choice"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_what_cannot_be_is_refused_with_the_text_kept(client, bob, field, value, words):
    response = client.post("/me/", {**PROFILE, field: value})
    page = response.content.decode()
    assert (response.status_code, words in page) == (422, True)
    if field != "name":
        assert 'value="Robert"' in page
    bob.refresh_from_db()
    assert (bob.name, bob.language) == ("Bob", "en")


def test_a_refused_form_is_swapped_where_it_stands(client):
    response = client.post("/me/", {**PROFILE, "name": ""}, headers=HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (422, "#profile")
    assert response.content.decode().count("<form") == 1


def test_an_htmx_request_gets_the_form_as_it_is_now(client):
    response = client.post("/me/", PROFILE, headers=HTMX)
    assert response.status_code == 200
    assert response.content.decode().strip().startswith('<section class="section measure" id="profile"')


def test_a_zone_that_is_in_no_list_any_more_can_be_kept(client, bob):
    Member.objects.filter(pk=bob.pk).update(time_zone="PRC")
    assert '<option value="PRC" selected>' in client.get("/me/").content.decode()
    assert client.post("/me/", {**PROFILE, "time_zone": "PRC"}).status_code == 303


def test_a_zone_that_nobody_knows_any_more_breaks_no_page_and_has_to_be_replaced(client, bob):
    Member.objects.filter(pk=bob.pk).update(time_zone="Asia/Gone")
    assert client.get("/me/").status_code == 200
    response = client.post("/me/", {**PROFILE, "time_zone": "Asia/Gone"})
    assert (response.status_code, "Asia/Gone" in response.content.decode()) == (422, True)


def test_names_of_any_script_are_shown_apart_from_the_words_around_them(client, bob):
    for name in ("👩🏽‍🔬 Xin", "يوسف", "\u202eevil", "<script>alert(1)</script>"):
        assert client.post("/me/", {**PROFILE, "name": name, "language": "en"}).status_code == 303
        page = client.get(f"/members/{bob.pk}/").content.decode()
        assert "\u202e" not in page
        assert "<script>alert" not in page
        assert f"<bdi>{name.lstrip(chr(0x202E)).replace('<', '&lt;').replace('>', '&gt;')}</bdi>" in page


def test_nobody_gives_themselves_a_role_or_an_address(client, bob):
    client.post("/me/", {**PROFILE, "role": "organiser", "email": "x@example.org", "is_active": "", "id": "1"})
    bob.refresh_from_db()
    assert (bob.role, bob.email, bob.name) == ("member", "bob@example.org", "Robert")


# --- Mails


def test_wishes_about_mails_are_saved(client, bob):
    response = client.post("/me/notifications/", MAILS)
    assert (response.status_code, response["Location"]) == (303, "/me/#mails")
    bob.refresh_from_db()
    assert (bob.wants_reminders, bob.wants_digest, bob.digest_weekday, bob.digest_hour) == (False, True, 1, 7)


@pytest.mark.parametrize(("field", "value"), [("digest_weekday", "8"), ("digest_hour", "24"), ("digest_hour", "x")])
def test_a_day_or_hour_that_is_none_is_refused(client, bob, field, value):
    response = client.post("/me/notifications/", {**MAILS, field: value})
    assert (response.status_code, "Select a valid choice" in response.content.decode()) == (422, True)
    response = client.post("/me/notifications/", {**MAILS, field: value}, headers=HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (422, "#mails")
    bob.refresh_from_db()
    assert bob.digest_weekday == 5


def test_the_page_says_when_the_next_digest_comes_on_both_clocks(client, time_machine):
    time_machine.move_to(dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC), tick=False)
    page = client.get("/me/").content.decode()
    assert "Friday, July 7, 2023, 08:00 (Europe/Berlin)" in page
    assert "On the group’s clock (Asia/Shanghai) that is Friday, July 7, 2023, 14:00" in page
    assert "where it is 14:00 now" in page


def test_who_lives_by_the_groups_clock_reads_of_one_clock_and_who_wants_no_digest_of_none(client, bob):
    Member.objects.filter(pk=bob.pk).update(time_zone="Asia/Shanghai")
    page = client.get("/me/").content.decode()
    assert ("08:00 (Asia/Shanghai)" in page, "On the group’s clock" in page) == (True, False)
    Member.objects.filter(pk=bob.pk).update(wants_digest=False)
    page = client.get("/me/").content.decode()
    assert ("No digest is sent to you now." in page, "08:00 (Asia" in page) == (True, False)


def test_ones_own_page_costs_few_queries(client, django_assert_num_queries):
    with django_assert_num_queries(4):
        client.get("/me/")


# --- The language of the site


def test_a_stranger_chooses_a_language_for_this_browser(group):
    client = Client()
    response = client.post("/language/?next=/accounts/login/", {"language": "en"})
    assert (response.status_code, response["Location"]) == (303, "/accounts/login/")
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"
    client.post("/language/", {"language": "zh-hans"})
    assert client.get("/accounts/login/").headers["Content-Language"] == "zh-hans"


def test_a_member_chooses_a_language_for_good(client, bob, client_of):
    client.post("/language/", {"language": "zh-hans", "next": "/members/?x=1"})
    bob.refresh_from_db()
    assert bob.language == "zh-hans"
    assert client_of(bob).get("/me/").headers["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("language", ["", "fr", "zh", "\x00", "../en"])
def test_a_language_the_site_does_not_speak_changes_nothing(client, bob, language):
    response = client.post("/language/?next=/me/", {"language": language})
    assert (response.status_code, response["Location"]) == (303, "/me/")
    assert response.cookies.get("django_language") is None
    bob.refresh_from_db()
    assert bob.language == "en"


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///x", ""]
)
def test_the_way_back_never_leads_to_another_site(client, to):
    response = client.post("/language/", {"language": "en", "next": to})
    assert (response.status_code, response["Location"]) == (303, "/")


def test_the_way_back_holds_no_line_ends_for_headers(client):
    response = client.post("/language/", {"language": "en", "next": "/me/\r\nX: y"}, headers=HTMX)
    assert (response.status_code, "\n" in response["HX-Redirect"]) == (204, False)


def test_on_a_page_that_answered_a_form_the_button_leads_back_to_where_the_form_stood(client):
    headers = {"Referer": "http://testserver/members/"}
    page = client.post("/me/", {**PROFILE, "name": ""}, headers=headers).content.decode()
    assert 'formaction="/language/?next=http%3A//testserver/members/"' in page
    response = client.post("/language/?next=http%3A//testserver/members/", {"language": "zh-hans"})
    assert response["Location"] == "http://testserver/members/"
    assert 'formaction="/language/?next="' in client.post("/me/", {**PROFILE, "name": ""}).content.decode()


def test_the_language_button_needs_the_token():
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "en"}).status_code == 403
