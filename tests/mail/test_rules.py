import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.mail import rules

NOW = dt.datetime(2023, 3, 3, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
FINE = {"now": NOW, "not_after": None, "has_left": False, "still_wanted": True}


def test_a_mail_that_is_still_true_goes_out():
    assert rules.why_not_send(**FINE) is None
    assert rules.why_not_send(**FINE | {"not_after": NOW + MINUTE}) is None


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"not_after": NOW}, rules.TOO_LATE),
        ({"has_left": True}, rules.HAS_LEFT),
        ({"still_wanted": False}, rules.NOT_WANTED),
    ],
)
def test_a_mail_that_is_no_longer_true_stays(fact, reason):
    assert rules.why_not_send(**FINE | fact) == reason


def test_the_wait_doubles_from_a_minute_to_an_hour():
    waits = [rules.wait_before_try(attempts, chance=lambda: 0.5) for attempts in range(1, 10)]
    assert waits == [dt.timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 60, 60, 60)]


def test_a_server_that_is_away_is_asked_again_within_minutes():
    waits = [rules.wait_before_try(attempts, server_reached=False, chance=lambda: 0.5) for attempts in (1, 4, 9)]
    assert waits == [MINUTE, 8 * MINUTE, 8 * MINUTE]


@given(attempts=st.integers(0, 32767), chance=st.floats(0, 1))
def test_chance_spreads_the_tries_and_never_beyond_the_longest(attempts, chance):
    wait = rules.wait_before_try(attempts, chance=lambda: chance)
    assert 0.8 * MINUTE <= wait <= dt.timedelta(hours=1)


@pytest.mark.parametrize(("code", "for_good"), [(550, True), (554, True), (450, False), (421, False), (535, False)])
def test_only_a_5xx_about_this_mail_is_for_good(code, for_good):
    assert rules.is_for_good(code) is for_good


def test_an_organiser_sends_again_what_failed_or_is_unconfirmed():
    facts = {"secret": False, "has_text": True, "now": NOW, "not_after": None, "done_before": False}
    assert rules.why_not_again(state="failed", **facts) is None
    assert rules.why_not_again(state="unconfirmed", **facts) is None
    for state in ("waiting", "sending", "sent", "void"):
        assert rules.why_not_again(state=state, **facts)
    for fact in ({"secret": True}, {"has_text": False}, {"not_after": NOW}, {"done_before": True}):
        assert rules.why_not_again(state="failed", **facts | fact)
