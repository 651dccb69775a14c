"""Whom each address lets in: all of them need a member, but those named here."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db

PUBLIC = {
    # Signing in, and what belongs to it.
    "account_login",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
    "account_inactive",
    "account_logout",
    # Coming in.
    "account_signup",
    "join",
    "join_code",
    "join_by_invite",
    "open_link",
    # What a mail program or a browser does without anybody.
    "healthz",
    "set_language",
    "unsubscribe",
    # What calendar programs fetch.
    "calendar_feed",
    # A note that its author opened to whoever has its link.
    "note_by_link",
    # The figures of such a note.
    "figure",
    "mute",
    # One text of a digest.
    "look",
    # Answered from a mail.
    "offer",
    "swap",
    "with",
    "confirm",
    "coming",
}
# The admin's own sign-in page leads on to ours.
SIGN_IN = ("/accounts/login/?next=", "/admin/login/?next=")
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12}


def addresses(patterns=None, before: str = "", space: str = ""):
    """Yield (name, address) of every URL of the site, with a sample for each of its arguments."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or route}", filled_in(route)


def filled_in(route: str) -> str:
    sampled = re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match[1] or "str"], route)
    # The admin has regular expressions, of which each of its addresses needs a member.
    return "/" + re.sub(r"\(\?P<\w+>[^)]*\)|[$^]|\\Z", "x", sampled).removesuffix("x")


def lets_in(client, address: str) -> bool:
    response = client.get(address)
    return not (response.status_code == 302 and response["Location"].startswith(SIGN_IN))


def test_every_address_needs_a_member_but_those_named_here(client, group):
    open_to_all = {name for name, address in addresses() if lets_in(client, address)}
    assert open_to_all == PUBLIC


def test_the_walk_sees_addresses_of_every_kind():
    found = dict(addresses())
    assert len(found) > 80
    assert {"home", "paper", "admin:index", "account_email", "invites"} <= found.keys()
    assert found["join_by_invite"] == "/join/x/"


@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("http://testserver/papers/1/?notes=all#note-3", "/papers/1/%3Fnotes%3Dall"),
        ("http://elsewhere.example/papers/1/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_who_was_signed_out_comes_back_to_the_page_in_front(client, group, front, back):
    by_htmx = client.post("/papers/1/notes/", headers={"HX-Request": "true", "HX-Current-URL": front})
    assert by_htmx.headers["HX-Redirect"] == f"/accounts/login/?next={back}"
    by_form = client.post("/papers/1/notes/", headers={"Referer": front})
    assert by_form["Location"] == f"/accounts/login/?next={back}"


def test_a_preview_leads_nobody_away_from_what_they_are_writing(client, group):
    response = client.post("/preview/", {"body": "x"}, headers={"HX-Request": "true", "Accept-Language": "en"})
    assert response.status_code == 401
    assert "HX-Redirect" not in response.headers
    assert "kept on this device" in response.content.decode()


def test_an_address_that_only_takes_forms_says_so(client_of, bob, group):
    response = client_of(bob).get("/preview/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "nothing to look at here" in response.content.decode()


def test_htmx_is_led_to_the_sign_in_page_as_a_whole(client, group):
    response = client.post("/papers/1/claim/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"][:22]) == (204, "/accounts/login/?next=")
