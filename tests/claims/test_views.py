import pytest

from papers.claims import actions
from papers.claims.models import Claim

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PATH = "/papers/1/claim/"


def test_a_tap_claims_and_answers_with_the_place_as_it_is_now(bob, a_paper, client_of):
    a_paper()
    response = client_of(bob).post(PATH, headers=HTMX)
    assert response.status_code == 200
    body = response.content.decode()
    assert body.startswith('<div class="place" id="place-1"')
    assert "Release" in body
    assert "#1 is yours." in response["HX-Trigger"]
    assert Claim.objects.get().holder == bob


def test_without_scripts_the_paper_is_shown_again_with_a_sentence(bob, a_paper, client_of):
    a_paper()
    client = client_of(bob)
    response = client.post(PATH)
    assert (response.status_code, response["Location"]) == (303, "/papers/1/")
    assert "#1 is yours." in client.get("/papers/1/").content.decode()


@pytest.mark.parametrize("how", [{"method": "delete"}, {"method": "post", "data": {"_method": "delete"}}])
def test_releasing_makes_the_paper_free(bob, a_paper, client_of, how):
    actions.claim(a_paper(), by=bob)
    method = getattr(client_of(bob), how["method"])
    response = method(PATH, how.get("data", {}), headers=HTMX)
    assert response.status_code == 200
    assert "chip free" in response.content.decode()
    assert Claim.objects.get().released_by == bob


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "form"])
def test_who_was_slower_gets_409_the_place_and_the_reason(alice, bob, a_paper, client_of, headers):
    actions.claim(a_paper(), by=alice)
    response = client_of(bob).post(PATH, headers=headers)
    assert response.status_code == 409
    body = response.content.decode()
    assert "Alice was faster and holds this paper now" in body
    assert 'id="place-1"' in body
    assert ("<!doctype html>" in body) == (headers == {})


def test_a_name_cannot_bring_markup_into_the_reason(a_member, bob, a_paper, client_of):
    actions.claim(a_paper(), by=a_member("<script>alert(1)</script>"))
    assert "<script>alert" not in client_of(bob).post(PATH, headers=HTMX).content.decode()


@pytest.mark.parametrize("path", [PATH, "/papers/1/read/"])
class TestRefusals:
    def test_wrong_methods(self, bob, a_paper, client_of, path):
        a_paper()
        client = client_of(bob)
        for method in (client.get, client.head, client.put, client.patch):
            assert method(path).status_code == 405
        assert not Claim.objects.exists()

    def test_strangers(self, group, a_paper, client, path):
        a_paper()
        assert client.post(path).status_code == 302
        assert client.post(path, headers=HTMX)["HX-Redirect"].startswith("/accounts/login/")
        assert not Claim.objects.exists()

    def test_a_paper_that_is_none(self, alice, client_of, path):
        assert client_of(alice).post(path.replace("1", "7")).status_code == 404

    def test_readers(self, rita, a_paper, client_of, path):
        a_paper()
        response = client_of(rita).post(path)
        assert response.status_code == 403
        assert "organiser" in response.content.decode()
        assert not Claim.objects.exists()


def test_a_form_of_another_site_changes_nothing(bob, a_paper, client_of):
    a_paper()
    client = client_of(bob)
    client.handler.enforce_csrf_checks = True
    assert client.post(PATH).status_code == 403
    assert not Claim.objects.exists()
