"""Changing the plan from the pages: works, wrong method, outsiders, other roles."""

import re

import pytest
from django.test import Client

from papers.mail.models import Outgoing
from papers.planning.models import PlanChange
from papers.sessions import actions as sessions
from papers.sessions.models import ReadingSession, Slot

pytestmark = pytest.mark.django_db

PAGES = ("/sessions/plan/", "/sessions/plan/fill/", "/sessions/plan/pace/")
WRITES = ("/sessions/plan/push/apply/", "/sessions/plan/fill/apply/", "/sessions/plan/pace/apply/")


def push_page(session: ReadingSession, weeks: int = 1) -> str:
    return f"/sessions/plan/push/?session={session.pk}&weeks={weeks}"


def sent_by(page: str) -> dict[str, str]:
    """Return the hidden fields of the form that carries the plan out."""
    form = page[page.index('method="post" action="/sessions/plan/') :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form[: form.index("</form>")]):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and value:
            found[name[1]] = value[1]
    return found


def dates() -> list[str]:
    return [f"{session.date:%m-%d}" for session in ReadingSession.objects.order_by("starts_at")]


def test_an_organiser_looks_pushes_back_and_takes_it_back(mondays, held, alice, bob, client_of):
    there = mondays(3)
    sessions.put_in_slot(there[1], held(bob), by=alice)
    client = client_of(alice)
    page = client.get(push_page(there[1])).content.decode()
    assert "Monday, Sept. 18, 2023" in page
    assert "Monday, Sept. 25, 2023" in page
    assert "#1" in page
    assert "Bob gets one mail" in page
    assert dates() == ["09-11", "09-18", "09-25"]
    response = client.post("/sessions/plan/push/apply/", sent_by(page), follow=True)
    assert response.redirect_chain == [("/sessions/plan/", 303)]
    assert "2 sessions are pushed back." in response.content.decode()
    assert dates() == ["09-11", "09-25", "10-02"]
    change = PlanChange.objects.get()
    response = client.post(f"/sessions/plan/{change.pk}/undo/", follow=True)
    assert "The change is taken back." in response.content.decode()
    assert dates() == ["09-11", "09-18", "09-25"]
    again = client.post(f"/sessions/plan/{change.pk}/undo/", follow=True)
    assert "taken back already" in again.content.decode()
    assert "undo/" not in client.get("/sessions/plan/").content.decode()


def test_holidays_that_are_left_out_are_named(mondays, china, alice, client_of):
    page = client_of(alice).get(push_page(mondays(4)[2])).content.decode()
    assert "Monday, Oct. 2, 2023: National Day" in page
    assert "after free days" in page


def test_a_plan_that_is_no_longer_the_one_seen_comes_back_as_it_is_now(mondays, alice, client_of):
    there = mondays(3)
    client = client_of(alice)
    sent = sent_by(client.get(push_page(there[0])).content.decode())
    sessions.cancel_session(there[1], "Holiday", by=alice)
    response = client.post("/sessions/plan/push/apply/", sent)
    page = response.content.decode()
    assert (response.status_code, "changed meanwhile" in page, 'role="alert"' in page) == (409, True, True)
    assert dates() == ["09-11", "09-18", "09-25"]
    assert client.post("/sessions/plan/push/apply/", sent_by(page)).status_code == 303
    assert dates() == ["09-18", "09-18", "10-02"]


@pytest.mark.parametrize(
    "query", ["", "session=&weeks=1", "session=x&weeks=1", "session=999999&weeks=1", "weeks=0", "weeks=27", "weeks=x"]
)
def test_a_question_that_is_not_understood_comes_back(mondays, alice, client_of, query):
    mondays(1)
    response = client_of(alice).get(f"/sessions/plan/push/?{query}")
    assert (response.status_code, 'role="alert"' in response.content.decode()) == (422, True)
    assert client_of(alice).post("/sessions/plan/push/apply/", {}).status_code == 422


def test_claimed_papers_are_filled_in_with_one_confirmation(mondays, held, alice, bob, client_of):
    mondays(1)
    held(bob, "BERT")
    client = client_of(alice)
    page = client.get("/sessions/plan/fill/").content.decode()
    assert "1 claimed paper finds a session." in page
    assert "BERT" in page
    assert not Slot.objects.exists()
    response = client.post("/sessions/plan/fill/apply/", sent_by(page), follow=True)
    assert "1 paper has a session now." in response.content.decode()
    assert Slot.objects.get().paper.title == "BERT"
    assert Outgoing.objects.filter(kind="plan").count() == 1
    # Sent twice: the plan is another one by now.
    assert client.post("/sessions/plan/fill/apply/", sent_by(page)).status_code == 409
    assert "Nothing to fill in" in client.get("/sessions/plan/fill/").content.decode()


@pytest.mark.parametrize(("keep", "count"), [("end", 1), ("pace", 4)])
def test_both_paces_are_shown_and_one_is_chosen(mondays, a_paper, alice, client_of, group, keep, count):
    group.papers_per_week = 1
    group.save()
    mondays(1)
    for _paper in range(4):
        a_paper()
    client = client_of(alice)
    page = client.get("/sessions/plan/pace/").content.decode()
    assert "At most 4 papers a week" in page
    assert "3 sessions more" in page
    form = page[page.index(f'id="way-{keep}"') :]
    response = client.post("/sessions/plan/pace/apply/", sent_by(form), follow=True)
    assert "4 papers have a session now." in response.content.decode()
    assert (ReadingSession.objects.count(), Slot.objects.count()) == (count, 4)


def test_there_is_nothing_to_pace_without_sessions(a_paper, alice, client_of):
    a_paper()
    page = client_of(alice).get("/sessions/plan/pace/").content.decode()
    assert page.count("Make sessions first") == 2
    assert client_of(alice).post("/sessions/plan/pace/apply/", {"keep": "end", "seen": "x"}).status_code == 409


def test_others_are_refused_with_the_role_needed(mondays, alice, bob, rita, client_of):
    there = mondays(2)
    change = PlanChange.objects.create(kind="push", by=alice, before={}, after={})
    for member in (bob, rita):
        for address in (*PAGES, push_page(there[0])):
            response = client_of(member).get(address)
            assert (response.status_code, "Only organisers" in response.content.decode()) == (403, True), address
        for address in (*WRITES, f"/sessions/plan/{change.pk}/undo/"):
            response = client_of(member).post(address, {"session": there[0].pk, "weeks": 1, "seen": "x"})
            assert (response.status_code, "Only organisers" in response.content.decode()) == (403, True), address
    assert dates() == ["09-11", "09-18"]


def test_strangers_and_those_who_left_are_sent_to_sign_in(charlie, client_of):
    for client in (Client(), client_of(charlie)):
        for address in (*PAGES, "/sessions/plan/push/"):
            assert client.get(address).status_code == 302
        for address in WRITES:
            assert client.post(address).status_code == 302


def test_each_address_takes_its_own_methods(alice, client_of):
    client = client_of(alice)
    for address in (*WRITES, "/sessions/plan/1/undo/"):
        assert client.get(address).status_code == 405
    for address in (*PAGES, "/sessions/plan/push/"):
        assert client.post(address).status_code == 405
    assert client.post("/sessions/plan/999999/undo/").status_code == 404


def test_the_members_page_of_a_session_has_none_of_it(mondays, bob, client_of):
    page = client_of(bob).get(mondays(1)[0].get_absolute_url()).content.decode()
    assert "/sessions/plan/" not in page


@pytest.mark.parametrize("papers", [1, 3])
def test_a_preview_costs_the_same_for_one_and_for_three(
    mondays, held, alice, a_member, client_of, django_assert_num_queries, papers
):
    there = mondays(3)
    for at in range(papers):
        sessions.put_in_slot(there[at], held(a_member(f"M{at}"), f"Paper {at}"), by=alice)
    client = client_of(alice)
    # Who asks (2), the group (4), sessions to choose from, the first one, all of them, breaks (2); papers (2), who
    # presents, who leads, and the names of those who are told.
    with django_assert_num_queries(15):
        assert client.get(push_page(there[0])).status_code == 200
