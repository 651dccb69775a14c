import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from papers.mail.models import Outgoing

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2023, 3, 3, 7, tzinfo=dt.UTC)


@pytest.fixture
def outgoing():
    def make(**facts) -> Outgoing:
        words = {"kind": "note", "key": f"k{Outgoing.objects.count()}", "address": "bob@example.org", "subject": "Hi"}
        return Outgoing.objects.create(
            **words | {"text": "The text.", "due_at": NOW, "next_try_at": NOW, "finished_at": NOW} | facts
        )

    return make


@pytest.fixture
def organiser(alice, client_of) -> Client:
    return client_of(alice)


def content(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_outbox_shows_what_became_of_each_mail(organiser, outgoing, settings):
    settings.SMTP = {"EMAIL_HOST": "mail.example.org"}
    outgoing(subject="One", state="failed", error="550 no such user")
    outgoing(subject="Two", state="unconfirmed", error="Connection unexpectedly closed")
    outgoing(subject="Three", state="sent")
    outgoing(subject="Four", state="waiting", attempts=2, error="450 greylisted")
    page = content(organiser.get("/organise/mail/"))
    assert page.index("Four") < page.index("Three") < page.index("Two") < page.index("One")
    for words in (
        "550 no such user",
        "Nobody knows whether it arrived.",
        "The mail server took it",
        "450 greylisted",
        "2 mails did not arrive for sure.",
        "bob@example.org",
    ):
        assert words in page
    assert page.count('formaction="/organise/mail/') == 2
    failed = content(organiser.get("/organise/mail/?state=failed"))
    assert "One" in failed
    assert "Three" not in failed


def test_a_mail_has_a_page_with_its_text(organiser, outgoing):
    mail = outgoing(text="<b>Look</b>: http://127.0.0.1:8000/papers/1/\nBye.")
    page = content(organiser.get(f"/organise/mail/{mail.pk}/"))
    assert "&lt;b&gt;Look" in page
    assert 'href="http://127.0.0.1:8000/papers/1/"' in page
    assert organiser.get("/organise/mail/999999/").status_code == 404


def test_a_sign_in_code_is_shown_only_while_mails_are_files(organiser, outgoing, settings):
    mail = outgoing(secret=True, text="Your code is 123456.")
    settings.SMTP = None
    assert "123456" in content(organiser.get(f"/organise/mail/{mail.pk}/"))
    settings.SMTP = {"EMAIL_HOST": "mail.example.org"}
    page = content(organiser.get(f"/organise/mail/{mail.pk}/"))
    assert "123456" not in page
    assert "only the person it was sent to can read it" in page


def test_an_organiser_sends_again(organiser, outgoing):
    failed = outgoing(state="failed")
    response = organiser.post(f"/organise/mail/{failed.pk}/again/")
    new = Outgoing.objects.latest("pk")
    assert (response.status_code, response["Location"]) == (303, f"/organise/mail/{new.pk}/")
    assert new.key.endswith(f"#again-{failed.pk}")
    assert organiser.post(f"/organise/mail/{failed.pk}/again/").status_code == 409
    assert organiser.get(f"/organise/mail/{failed.pk}/again/").status_code == 405


@pytest.mark.parametrize("path", ["/organise/mail/", "/organise/mail/{}/", "/organise/mail/{}/again/"])
def test_it_is_the_organisers(path, bob, rita, charlie, client_of, outgoing):
    mail = outgoing(state="failed")
    path = path.format(mail.pk)
    method = "post" if path.endswith("again/") else "get"
    for member in (bob, rita):
        response = getattr(client_of(member), method)(path)
        assert response.status_code == 403
        assert "Only organisers" in response.content.decode()
    assert getattr(Client(), method)(path).status_code == 302
    assert Outgoing.objects.count() == 1


@pytest.mark.parametrize(
    "query", ["state=nonsense", "before=x", "before=-1", f"before={2**63}", "state=failed&before=1e309"]
)
def test_a_question_that_makes_no_sense_is_no_error(organiser, outgoing, query):
    outgoing()
    assert organiser.get(f"/organise/mail/?{query}").status_code == 200


def test_it_is_paged_and_costs_the_same_for_1_mail_and_60(organiser, outgoing):
    def queries(path="/organise/mail/") -> int:
        with CaptureQueriesContext(connection) as captured:
            content(organiser.get(path))
        return len(captured)

    outgoing(subject="The oldest")
    one = queries()
    for number in range(60):
        outgoing(subject=f"Mail {number}")
    assert queries() == one <= 5
    page = content(organiser.get("/organise/mail/"))
    assert page.count('<li id="mail-') == 50
    older = page.split("before=")[1].split('"')[0]
    last = content(organiser.get(f"/organise/mail/?before={older}"))
    assert last.count('<li id="mail-') == 11
    assert "The oldest" in last
    assert "before=" not in last
