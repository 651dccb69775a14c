import datetime as dt

import pytest
from django.test import Client

from papers.members import actions
from papers.members.models import Act, Application, Group, Member
from papers.members.queries import fingerprint, settings_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PAGES = ("/organise/", "/organise/members/", "/organise/settings/", "/organise/set-up/", "/organise/audit/")
SETTINGS = {
    "name": "Readers",
    "welcome": "Papers,\r\nevery Monday.",
    "language": "en",
    "time_zone": "Europe/Berlin",
    "country": "DE",
    "starts_on": "2023-03-06",
    "first_goal": "90",
    "goal": "120",
    "weeks": "30",
    "papers_per_week": "4",
    "claim_cap": "3",
    "waiting_cap": "2",
    "bids_first": "on",
    "first_thoughts": "on",
    "anonymous_posts": "on",
    "members_may_edit": "on",
    "signup": "apply",
}


@pytest.fixture
def client(alice, client_of) -> Client:
    return client_of(alice)


def sent(**changes: str) -> dict[str, str]:
    """Return what the form sends that was opened now."""
    return {**SETTINGS, "seen": fingerprint(settings_of(Group.objects.get())), **changes}


# --- Who may


def test_members_and_readers_are_told_which_role_is_needed(bob, rita, client_of):
    for member in (bob, rita):
        for address in PAGES:
            response = client_of(member).get(address)
            assert (response.status_code, "This is for organisers" in response.content.decode()) == (403, True), (
                address
            )
        for address in ("/organise/settings/", "/organise/set-up/"):
            assert client_of(member).post(address, sent()).status_code == 403
        for verb in ("role", "remove", "back"):
            response = client_of(member).post(f"/organise/members/{rita.pk}/{verb}/", {"role": "organiser"})
            assert response.status_code == 403 or (verb == "remove" and member == rita)
    assert Group.objects.get().name == "论文阅读组"


def test_strangers_and_those_who_left_are_sent_to_sign_in(charlie, client_of):
    for client in (Client(), client_of(charlie)):
        for address in PAGES:
            assert client.get(address).status_code == 302
        assert client.post("/organise/settings/", sent()).status_code == 302
    assert not Act.objects.exists()


def test_each_address_takes_its_own_methods(client, bob):
    for address in ("/organise/", "/organise/members/", "/organise/audit/"):
        assert client.post(address).status_code == 405
    for address in ("/organise/settings/", "/organise/set-up/", f"/organise/members/{bob.pk}/remove/"):
        assert client.delete(address).status_code == 405
    for verb in ("role", "back"):
        assert client.get(f"/organise/members/{bob.pk}/{verb}/").status_code == 405


def test_who_is_not_there_is_not_found(client):
    for pk in (0, 999_999, 10**30):
        for verb in ("role", "remove", "back"):
            assert client.post(f"/organise/members/{pk}/{verb}/", {"role": "reader"}).status_code == 404


# --- The first page


def test_the_first_page_says_what_waits(client, bob):
    page = client.get("/organise/").content.decode()
    assert "2 people are in the group. 1 of them organises it." in page
    assert "All is well." in page
    assert "Only people with an invite link may join" in page
    assert "No session is planned." in page
    Application.objects.create(name="Zoë", email="z@example.org", sentence="Hi", language="en")
    Group.objects.update(set_up_at=None)
    page = client.get("/organise/").content.decode()
    assert "<strong>1 person waits for an answer.</strong>" in page
    assert 'href="/organise/set-up/"' in page


# --- Settings


def test_all_settings_are_saved_and_logged(client, group):
    response = client.post("/organise/settings/", sent())
    assert (response.status_code, response["Location"]) == (303, "/organise/settings/")
    group.refresh_from_db()
    assert settings_of(group) == {
        **{"name": "Readers", "welcome": "Papers,\nevery Monday.", "language": "en", "time_zone": "Europe/Berlin"},
        "country": "DE",
        **{"starts_on": "2023-03-06", "first_goal": 90, "goal": 120, "weeks": 30, "papers_per_week": 4},
        **{
            "claim_cap": 3,
            "waiting_cap": 2,
            "bids_first": True,
            "first_thoughts": True,
            "anonymous_posts": True,
            "members_may_edit": True,
            "signup": "apply",
        },
    }
    assert Act.objects.get().after["starts_on"] == "2023-03-06"


def test_the_form_begins_with_the_settings_and_says_that_sessions_stay(client, group):
    page = client.get("/organise/settings/").content.decode()
    for value in ('value="论文阅读组"', 'value="2023-02-27"', '"Asia/Shanghai" selected', 'value="150"', 'value="26"'):
        assert value in page
    assert "Sessions that are already planned keep their zone and time" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "required"),
        ("name", "\u200b\u2060", "can be seen"),
        ("name", "Read\x00ers", "Null characters"),
        ("name", "x" * 121, "at most 120 characters"),
        ("welcome", "x" * 2001, "at most 2000 characters"),
        ("welcome", "x" * 1_000_000, "at most 2000 characters"),
        ("welcome", "a\x00b", "Null characters"),
        ("language", "fr", "Select a valid choice"),
        ("time_zone", "Asia/Beijing", "Select a valid choice"),
        ("starts_on", "27.2.2023", "Enter a valid date"),
        ("starts_on", "0023-02-27", "Please check the year"),
        ("goal", "89", "smaller than the first one (90)"),
        ("goal", "0", "greater than or equal to 1"),
        ("goal", "9" * 5000, "Enter a whole number"),
        ("weeks", "521", "less than or equal to 520"),
        ("papers_per_week", "1.5", "Enter a whole number"),
        ("claim_cap", "-1", "greater than or equal to 1"),
        ("signup", "everybody", "Select a valid choice"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
@pytest.mark.parametrize("address", ["/organise/settings/", "/organise/set-up/"])
def test_settings_that_cannot_be_are_refused_with_the_text_kept(client, address, field, value, words):
    response = client.post(address, sent(**{field: value}))
    page = response.content.decode()
    assert (response.status_code, words in page) == (422, True)
    assert ('value="Readers"' in page) is (field != "name")
    assert "every Monday." in page or field == "welcome"
    assert not Act.objects.exists()


def test_settings_saved_by_another_meanwhile_are_shown_beside_ones_own(client, alice, group):
    opened = sent()
    actions.change_group({"goal": 200, "name": "Other"}, by=alice, seen=opened["seen"])
    response = client.post("/organise/settings/", opened)
    page = response.content.decode()
    assert (response.status_code, "Somebody else saved other settings" in page) == (409, True)
    assert "whole goal, in papers: <bdi>200</bdi>" in page
    assert 'value="Readers"' in page
    group.refresh_from_db()
    assert group.name == "Other"
    # Whoever saves again has seen it.
    assert client.post("/organise/settings/", sent()).status_code == 303
    assert f'value="{sent()["seen"]}"' in client.get("/organise/settings/").content.decode()


def test_a_form_without_a_fingerprint_overwrites_nothing(client, group):
    assert client.post("/organise/settings/", SETTINGS).status_code == 409
    group.refresh_from_db()
    assert group.name == "论文阅读组"


# --- The first run


def test_the_first_run_shows_the_first_values_saves_them_and_goes_on_to_the_invites(client, time_machine):
    time_machine.move_to(dt.datetime(2023, 2, 25, 12, tzinfo=dt.UTC), tick=False)
    Group.objects.update(set_up_at=None)
    assert 'value="2023-02-27"' in client.get("/organise/set-up/").content.decode()
    response = client.post("/organise/set-up/", sent())
    assert (response.status_code, response["Location"]) == (303, "/organise/invites/")
    assert Group.objects.get().set_up_at == dt.datetime(2023, 2, 25, 12, tzinfo=dt.UTC)
    assert Act.objects.get().verb == "set up group"
    assert client.get("/organise/set-up/").headers["Location"] == "/organise/settings/"


# --- Roles


def test_a_role_is_changed_from_the_list(client, bob):
    response = client.post(f"/organise/members/{bob.pk}/role/", {"role": "organiser", "seen": "member"})
    assert (response.status_code, response["Location"]) == (303, f"/organise/members/#member-{bob.pk}")
    bob.refresh_from_db()
    assert bob.role == "organiser"


def test_htmx_gets_the_row_with_the_new_role(client, bob):
    address = f"/organise/members/{bob.pk}/role/"
    response = client.post(address, {"role": "reader", "seen": "member"}, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.startswith(f'<li id="member-{bob.pk}"')
    assert '<option value="reader" selected>' in page
    assert "Bob" in response["HX-Trigger"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_role_changed_by_another_meanwhile_is_shown_with_the_reason(client, bob, headers):
    Member.objects.filter(pk=bob.pk).update(role="reader")
    address = f"/organise/members/{bob.pk}/role/"
    response = client.post(address, {"role": "organiser", "seen": "member"}, headers=headers)
    page = response.content.decode()
    assert (response.status_code, "Somebody was faster: Bob has another role now" in page) == (409, True)
    assert '<option value="reader" selected>' in page
    assert page.startswith("<li") is bool(headers)


@pytest.mark.parametrize("form", [{}, {"role": "king", "seen": "member"}, {"role": "\x00", "seen": "member"}])
def test_a_role_that_is_none_is_refused(client, bob, form):
    assert client.post(f"/organise/members/{bob.pk}/role/", form).status_code == 422
    bob.refresh_from_db()
    assert bob.role == "member"


def test_the_only_organiser_is_told_why_they_stay_one(client, alice):
    response = client.post(f"/organise/members/{alice.pk}/role/", {"role": "member", "seen": "organiser"})
    assert (response.status_code, "You are the only organiser" in response.content.decode()) == (409, True)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_who_gives_up_organising_is_led_to_a_page_they_may_see(client, alice, a_member, headers):
    a_member("Olga", "organiser")
    form = {"role": "member", "seen": "organiser"}
    response = client.post(f"/organise/members/{alice.pk}/role/", form, headers=headers)
    assert response.headers["HX-Redirect" if headers else "Location"] == "/members/"
    assert response.status_code == (204 if headers else 303)


def test_who_left_is_brought_back(client, charlie):
    address = f"/organise/members/{charlie.pk}/back/"
    assert client.post(address).status_code == 303
    charlie.refresh_from_db()
    assert (charlie.is_active, charlie.left_at) == (True, None)
    response = client.post(address, headers=HTMX)
    assert (response.status_code, "already back" in response.content.decode()) == (409, True)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_for_organisers_cost_the_same_for_one_and_for_three(
    alice, a_member, client, count, django_assert_num_queries
):
    for number in range(count):
        actions.give_role(a_member(f"M{number}"), "reader", by=alice, seen="member")
    for address, queries in (("/organise/members/", 4), ("/organise/audit/", 5), ("/organise/", 7)):
        with django_assert_num_queries(queries):
            client.get(address)


# --- What was done


def test_the_list_of_what_was_done_goes_on(client, alice):
    for number in range(51):
        actions.log("mark read", f"paper #{number + 1}", by=alice)
    page = client.get("/organise/audit/").content.decode()
    assert "Alice marked #51 as read." in page
    assert "Alice marked #1 as read." not in page
    older = page.split('href="?before=')[1].split('"')[0]
    assert "Alice marked #1 as read." in client.get(f"/organise/audit/?before={older}").content.decode()


@pytest.mark.parametrize("before", ["x", "-1", "9" * 5000, "1.5"])
def test_an_address_that_is_not_understood_shows_the_newest(client, before):
    assert client.get(f"/organise/audit/?before={before}").status_code == 200
