"""Days away: nothing is given then, nobody is nudged, and what falls on them is said."""

import datetime as dt

import pytest

from papers.claims import actions, handing_out, stale
from papers.claims.ledger import least_loaded
from papers.claims.models import Claim
from papers.mail.models import Outgoing
from papers.members import away, rules
from papers.members.models import Away, Member
from papers.refusals import Refused
from papers.sessions import actions as sessions

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)
TODAY, DAY = NOW.date(), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def session(alice):
    """On Monday in Shanghai, five days from now."""
    return sessions.make_session(dt.date(2023, 7, 10), dt.time(19), "Asia/Shanghai", by=alice)


# --- Rules, without a database


@pytest.mark.parametrize(
    ("first", "last", "others", "word"),
    [
        (0, 0, 0, None),
        (-5, 0, 0, None),
        (1, 0, 0, "before the first"),
        (-5, -1, 0, "are over"),
        (0, 365, 0, None),
        (0, 366, 0, "a year"),
        (0, 1, 20, "20 times"),
    ],
)
def test_what_can_be_a_time_away(first, last, others, word):
    why = rules.why_not_away(first=TODAY + first * DAY, last=TODAY + last * DAY, today=TODAY, others=others)
    assert why is None if word is None else word in (why or "")


# --- Keeping


def test_times_that_overlap_become_one(bob):
    away.go_away(bob, TODAY, TODAY + 2 * DAY)
    away.go_away(bob, TODAY + 10 * DAY, TODAY + 12 * DAY)
    away.go_away(bob, TODAY + 2 * DAY, TODAY + 10 * DAY)
    assert list(Away.objects.values_list("first", "last")) == [(TODAY, TODAY + 12 * DAY)]
    with pytest.raises(Refused):
        away.go_away(bob, TODAY + DAY, TODAY)


def test_a_day_is_one_of_the_members_own_clock(bob):
    Member.objects.filter(pk=bob.pk).update(time_zone="Pacific/Kiritimati")
    bob.refresh_from_db()
    assert away.today_of(bob) == TODAY + DAY
    away.go_away(bob, TODAY + DAY, TODAY + DAY)
    # Fourteen hours ahead of UTC the day begins at ten in the morning of the one before.
    assert away.on(bob, dt.datetime(2023, 7, 5, 9, 59, tzinfo=dt.UTC)) is None
    assert away.on(bob, dt.datetime(2023, 7, 5, 10, tzinfo=dt.UTC)) is not None
    assert away.on(bob, dt.datetime(2023, 7, 6, 10, tzinfo=dt.UTC)) is None


# --- What follows


def test_the_conflict_is_shown_when_a_paper_is_claimed(session, a_paper, alice, bob, client_of):
    paper = a_paper()
    sessions.put_in_slot(session, paper, by=alice)
    away.go_away(bob, dt.date(2023, 7, 10), dt.date(2023, 7, 10))
    page = client_of(bob).post("/papers/1/claim/", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "while" not in page.content.decode()
    assert "on a day on which you are away" in page.content.decode()


def test_nothing_is_handed_out_for_a_day_away_or_to_who_is_away_now(session, a_paper, alice, bob, a_member):
    sessions.put_in_slot(session, a_paper(), by=alice)
    a_paper("Without a date")
    for member in (alice, bob):
        away.go_away(member, dt.date(2023, 7, 10), dt.date(2023, 7, 10))
    given = {line.paper.number: line.member for line in handing_out.plan(None, 1, by=alice).lines}
    assert given[1] is None
    assert given[2] in (alice, bob)
    away.go_away(alice, TODAY, TODAY)
    assert handing_out.plan(None, 1, by=alice).lines[1].member == bob


def test_who_is_away_is_neither_nudged_nor_asked_to_stand_in(alice, bob, a_paper):
    actions.claim(a_paper(), by=bob)
    Claim.objects.update(claimed_at=NOW - 15 * DAY)
    away.go_away(bob, TODAY, TODAY)
    assert bob not in least_loaded(but=alice)
    assert stale.tend(NOW) == 0
    Away.objects.all().delete()
    assert stale.tend(NOW) == 1
    assert Outgoing.objects.filter(kind="stale").count() == 1


# --- Pages


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_a_member_goes_away_and_comes_back(session, a_paper, alice, bob, client, client_of, headers):
    paper = a_paper()
    sessions.put_in_slot(session, paper, by=alice)
    actions.claim(paper, by=bob)
    assert client.post("/me/away/").status_code == 302
    mine, said = client_of(bob), {"first": "2023-07-08", "last": "2023-07-12"}
    response = mine.post("/me/away/", said, headers=headers)
    assert response.status_code == (200 if headers else 303)
    assert not headers or "You hold papers whose sessions are on these days" in response.content.decode()
    assert "July 12, 2023" in mine.get("/me/").content.decode()
    refused = mine.post("/me/away/", {"first": "2023-07-08", "last": "2023-07-01"}, headers=headers)
    assert refused.status_code == 422
    assert mine.post("/me/away/", {"first": "soon"}, headers=headers).status_code == 422
    kept = Away.objects.get()
    client_of(alice).delete(f"/me/away/{kept.pk}/")
    assert Away.objects.count() == 1
    assert mine.post(f"/me/away/{kept.pk}/", headers=headers).status_code == (200 if headers else 303)
    assert not Away.objects.exists()
    assert mine.get("/me/away/").status_code == 405


@pytest.mark.parametrize("members", [1, 3])
def test_others_see_until_when_for_the_price_of_one_query(
    a_member, bob, client_of, django_assert_num_queries, members
):
    for number in range(members):
        away.go_away(a_member(f"Member{number}"), TODAY, TODAY + 3 * DAY)
    client = client_of(bob)
    with django_assert_num_queries(6):
        page = client.get("/members/").content.decode()
    assert page.count("away until July 8, 2023") == members
