"""Claims in which nothing happens: a nudge, a warning, and the paper is free again."""

import datetime as dt

import pytest

from papers.claims import actions, rules, stale, standing_in, waiting
from papers.claims.models import Claim, Offer
from papers.mail.models import Outgoing
from papers.members.models import Act
from papers.notes.models import Note
from papers.sessions import actions as sessions

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 31, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def held(bob, a_paper, time_machine) -> Claim:
    """A claim made now, whenever the test says now is."""
    time_machine.move_to(NOW, tick=False)
    claim = actions.claim(a_paper(), by=bob)
    Claim.objects.update(claimed_at=NOW)
    return claim


def mails() -> list[str]:
    return list(Outgoing.objects.filter(kind="stale").order_by("pk").values_list("key", flat=True))


def tend(time_machine, days: float) -> int:
    time_machine.move_to(NOW + days * DAY, tick=False)
    count = stale.tend(NOW + days * DAY)
    # The database's own clock stamped the mails.
    Outgoing.objects.filter(made_at__gt=NOW + 1000 * DAY).update(made_at=NOW + days * DAY)
    return count


@pytest.mark.parametrize(
    ("age", "since_warning", "due"),
    [
        (13.9, None, None),
        (14, None, "nudge"),
        (17.9, None, "nudge"),
        (18, None, "warning"),
        (18, 0, None),
        (20.9, 2.9, None),
        (21, 3, "release"),
        (21, 2.9, None),
        (40, None, "warning"),
        (43, 3, "release"),
    ],
)
def test_when_what_is_due(age, since_warning, due):
    since = None if since_warning is None else since_warning * DAY
    assert rules.due_for_stale(age=age * DAY, since_warning=since) == due


def test_a_claim_is_nudged_warned_of_and_taken_back_each_once(held, alice, time_machine):
    waiting.join(held.paper, by=alice)
    assert [tend(time_machine, days) for days in (13, 14, 14.5, 17)] == [0, 1, 0, 0]
    assert [tend(time_machine, days) for days in (18, 18.5, 20)] == [1, 0, 0]
    assert [tend(time_machine, days) for days in (21, 21, 22)] == [1, 0, 0]
    assert [key.split(":")[0] for key in mails()] == ["stale-nudge", "stale-warning", "stale-release"]
    held.refresh_from_db()
    assert (held.released_at, held.released_by) == (NOW + 21 * DAY, None)
    assert Offer.objects.get().member == alice
    assert Act.objects.filter(verb="expire claim", by=None).count() == 1


def test_after_a_long_silence_of_the_site_there_is_still_a_warning_first(held, time_machine):
    assert (tend(time_machine, 60), tend(time_machine, 62), tend(time_machine, 63)) == (1, 0, 1)
    assert [key.split(":")[0] for key in mails()] == ["stale-warning", "stale-release"]


def test_a_note_begins_the_time_anew(held, bob, alice, time_machine):
    Note.objects.create(paper=held.paper, author=bob, body="x", html="", renderer=1, written_at=NOW + 10 * DAY)
    Note.objects.create(paper=held.paper, author=alice, body="x", html="", renderer=1, written_at=NOW + 22 * DAY)
    assert (tend(time_machine, 20), tend(time_machine, 24)) == (0, 1)


def test_what_has_a_date_is_looked_for_or_was_read_is_left_alone(held, alice, bob, a_paper, time_machine):
    session = sessions.make_session(dt.date(2023, 12, 4), dt.time(19), "UTC", by=alice)
    sessions.put_in_slot(session, held.paper, by=alice)
    looking = actions.claim(a_paper("Looking"), by=bob)
    standing_in.look(looking.paper, by=bob)
    Claim.objects.create(paper=a_paper("Read", done_at=NOW), holder=alice)
    Claim.objects.update(claimed_at=NOW)
    assert tend(time_machine, 40) == 0
    assert mails() == []
