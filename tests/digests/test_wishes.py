"""A digest that rests for four weeks, comes once a month or not at all; and what was missed, told afterwards."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from papers.digests import actions
from papers.digests.composing import unsubscribe_url
from papers.digests.models import Digest
from papers.discussion import actions as discussion
from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.members.rules import is_digest_day, next_digest
from papers.notes import actions as notes
from papers.notes.models import Note, Seen

# Friday, 3 March 2023, 8:00 in Berlin.
FRIDAY = dt.datetime(2023, 3, 3, 7, tzinfo=dt.UTC)
WEEK = dt.timedelta(weeks=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def weekly(alice, bob, a_paper):
    """Plan the digests of a number of Fridays, with a new note of Alice's before each; return how many were mailed."""
    Member.objects.update(joined_at=FRIDAY - 4 * WEEK, time_zone="Europe/Berlin")
    Member.objects.filter(pk=alice.pk).update(wants_digest=False)
    paper = a_paper()

    def act(fridays: int, begin: dt.datetime = FRIDAY) -> list[int]:
        mailed = []
        for number in range(fridays):
            now = begin + number * WEEK
            facts = {"paper": paper, "author": alice, "body": f"Note {number}", "html": "<p>", "renderer": 1}
            Note.objects.create(**facts, written_at=now - dt.timedelta(hours=1))
            mailed.append(actions.plan_digests(now))
        return mailed

    return act


@pytest.mark.parametrize(
    ("day", "monthly", "paused_until", "is_one"),
    [
        ((2023, 3, 3), False, None, True),
        ((2023, 3, 7), True, None, True),
        ((2023, 3, 8), True, None, False),
        ((2023, 3, 3), False, (2023, 3, 4), False),
        ((2023, 3, 4), False, (2023, 3, 4), True),
        ((2023, 3, 10), True, (2023, 3, 4), False),
    ],
)
def test_on_which_days_a_digest_comes(day, monthly, paused_until, is_one):
    until = dt.date(*paused_until) if paused_until else None
    assert is_digest_day(dt.date(*day), monthly=monthly, paused_until=until) is is_one


def test_the_next_one_is_told_with_the_pause():
    wishes = {"weekday": 5, "hour": 8, "zone": dt.UTC}
    assert next_digest(FRIDAY, **wishes).date() == dt.date(2023, 3, 3)
    assert next_digest(FRIDAY, **wishes, paused_until=dt.date(2023, 3, 4)).date() == dt.date(2023, 3, 10)
    assert next_digest(FRIDAY + WEEK, **wishes, monthly=True).date() == dt.date(2023, 4, 7)


def test_after_a_pause_of_four_weeks_the_next_one_has_what_was_new_meanwhile(weekly, bob):
    assert weekly(1) == [1]
    with time_machine.travel(FRIDAY + dt.timedelta(hours=1), tick=False):
        actions.pause_digest(bob)
    assert weekly(4, FRIDAY + WEEK) == [0, 0, 0, 1]
    last = Digest.objects.filter(member=bob).latest("until")
    assert (last.since, last.items) == (FRIDAY, 4)


def test_once_a_month_it_comes_in_the_first_week_and_leaves_nothing_out(weekly, bob):
    assert weekly(1) == [1]
    actions.make_digest_monthly(bob)
    assert weekly(5, FRIDAY + WEEK) == [0, 0, 0, 0, 1]
    assert Digest.objects.filter(member=bob).latest("until").items == 5


def test_a_skipped_week_costs_later_ticks_nothing(weekly, bob):
    actions.make_digest_monthly(bob)
    weekly(2)
    assert Digest.objects.filter(member=bob).count() == 1
    assert actions.plan_digests(FRIDAY + WEEK + dt.timedelta(minutes=1)) == 0


def test_they_choose_it_on_their_page(bob, client_of):
    client = client_of(bob)
    sent = {"wants_digest": "on", "digest_weekday": "5", "digest_hour": "8", "digest_every": "month"}
    with time_machine.travel(FRIDAY, tick=False):
        client.post("/me/notifications/", sent | {"digest_pause": "on"})
        bob.refresh_from_db()
        assert (bob.digest_every, bob.digest_paused_until) == ("month", dt.date(2023, 3, 31))
        assert "April 7, 2023" in client.get("/me/").content.decode()
    with time_machine.travel(FRIDAY + WEEK, tick=False):
        # Saved again, the pause goes on as it was; without the tick it ends.
        client.post("/me/notifications/", sent | {"digest_pause": "on"})
        bob.refresh_from_db()
        assert bob.digest_paused_until == dt.date(2023, 3, 31)
        client.post("/me/notifications/", {**sent, "digest_every": "week"})
        bob.refresh_from_db()
        assert (bob.digest_every, bob.digest_paused_until) == ("week", None)


def test_the_page_from_the_mail_offers_all_three_without_signing_in(bob, client):
    path = "/unsubscribe/" + unsubscribe_url(bob).rpartition("/unsubscribe/")[2]
    for wish, words in (
        ("pause", "No digest goes to bob@example.org before"),
        ("month", "once a month"),
        ("off", "No more digests go to"),
        ("on", "Once a month"),
    ):
        page = client.post(path, {"digest": wish}).content.decode()
        assert words.lower() in page.lower()
        bob.refresh_from_db()
        assert bob.wants_digest is (wish != "off")
        assert (bob.digest_paused_until is not None) is (wish == "pause")
    assert bob.digest_every == "month"


# --- What was missed


@pytest.fixture
def missed(alice, bob, a_paper, client_of):
    Member.objects.update(joined_at=timezone.now() - 30 * WEEK)
    for title in ("First", "Second"):
        notes.write_note(a_paper(title), f"About the {title}", by=alice)
    return client_of(bob)


def test_all_that_was_missed_counts_as_seen_at_one_press(missed, bob, alice, a_paper):
    page = missed.get("/missed/").content.decode()
    assert "About the First" in page
    assert "About the Second" in page
    until = page.split('name="until" value="')[1].split('"')[0]
    # What comes between looking and pressing stays new.
    notes.write_note(a_paper("Third"), "About the Third", by=alice)
    response = missed.post("/missed/", {"until": until})
    assert (response.status_code, response["Location"]) == (303, "/missed/")
    page = missed.get("/missed/").content.decode()
    assert "About the First" not in page
    assert "About the Third" in page
    assert Seen.objects.filter(member=bob).count() == 2
    assert "About the First" not in missed.get("/").content.decode()
    missed.post("/missed/", {"until": "nonsense"})
    assert "You have seen everything" in missed.get("/missed/").content.decode()


def test_nobody_marks_the_future_as_seen(missed, bob, alice, a_paper):
    missed.post("/missed/", {"until": "2999-01-01T00:00:00Z"})
    notes.write_note(a_paper("Third"), "About the Third", by=alice)
    assert "About the Third" in missed.get("/missed/").content.decode()


def test_what_was_missed_takes_as_many_queries_for_one_paper_as_for_three(
    missed, alice, a_paper, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as before:
        missed.get("/missed/")
    notes.write_note(a_paper("Third"), "About the Third", by=alice)
    with django_assert_num_queries(len(before)):
        missed.get("/missed/")


# --- Looked at first


def test_an_organiser_looks_at_a_members_digest_and_sends_it_to_themselves(missed, alice, bob, client_of):
    client = client_of(alice)
    page = client.get(f"/organise/digest/?member={bob.pk}").content.decode()
    assert "About the First" in page
    assert "Hello Bob" in page
    assert not Outgoing.objects.exists()
    client.post("/organise/digest/", {"member": bob.pk})
    mail = Outgoing.objects.get()
    assert (mail.address, mail.kind) == ("alice@example.org", "test")
    assert mail.subject.startswith("Test: ")
    assert "About the First" in mail.text
    # It changes nothing of Bob's: neither his marker nor what its addresses do.
    assert not Digest.objects.exists()
    assert actions.unsubscribe_headers(alice)["List-Unsubscribe"][1:-1] in mail.text
    assert actions.unsubscribe_headers(bob)["List-Unsubscribe"][1:-1] not in mail.text
    assert "Nothing is new to this member" in client.get(f"/organise/digest/?member={alice.pk}").content.decode()
    assert client.get("/organise/digest/?member=nobody").status_code == 200


def test_what_was_written_without_a_name_is_in_nobodys_preview(missed, alice, bob, a_member, a_paper, client_of):
    """It would be missing from its author's only."""
    dora = a_member("Dora")
    thread = discussion.start_thread(a_paper("Third"), "Dare I ask?", "question", "I do.", by=dora, byline="alias")
    notes.write_note(thread.paper, "Mine.", by=bob)
    assert "Dare I ask?" in missed.get("/missed/").content.decode()
    client = client_of(alice)
    for member in (bob, dora):
        assert "Dare I ask?" not in client.get(f"/organise/digest/?member={member.pk}").content.decode()
        client.post("/organise/digest/", {"member": member.pk})
    assert all("Dare I ask?" not in mail.text for mail in Outgoing.objects.filter(kind="test"))


def test_others_do_not(missed, bob, client):
    assert missed.get("/organise/digest/").status_code == 403
    assert missed.post("/organise/digest/", {"member": bob.pk}).status_code == 403
    assert client.get("/organise/digest/").status_code == 302
