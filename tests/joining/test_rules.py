import datetime as dt

import pytest

from papers.joining import rules

NOW = dt.datetime(2023, 3, 1, 12, 0, tzinfo=dt.UTC)
GOOD = {
    "signup": "invite",
    "is_revoked": False,
    "uses_left": 1,
    "expires_at": NOW + dt.timedelta(seconds=1),
    "now": NOW,
}


@pytest.mark.parametrize("signup", ["invite", "open", "apply"])
def test_a_good_invite_lets_in_whatever_else_the_group_allows(signup):
    assert rules.why_not_use(**{**GOOD, "signup": signup}) is None


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"is_revoked": True}, "taken back"),
        ({"uses_left": 0}, "As many people"),
        ({"expires_at": NOW}, "too old"),
        ({"signup": "closed"}, "takes in nobody"),
        ({"is_revoked": True, "uses_left": 0, "signup": "closed"}, "taken back"),
    ],
)
def test_an_invite_that_is_over_says_why_and_whom_to_ask(facts, says):
    sentence = rules.why_not_use(**{**GOOD, **facts})
    assert sentence is not None
    assert says in sentence
    assert "Ask" in sentence


@pytest.mark.parametrize(("uses", "days", "is_fine"), [(1, 1, True), (500, 365, True), (0, 1, False), (1, 366, False)])
def test_an_invite_is_for_some_people_and_some_days(uses, days, is_fine):
    assert (rules.why_not_invite(uses=uses, days=days) is None) is is_fine


def test_only_an_open_group_is_joined_without_more():
    assert rules.why_not_join(signup="open") is None
    sentences = {rules.why_not_join(signup=mode) for mode in ("apply", "invite", "closed")}
    assert None not in sentences
    assert len(sentences) == 3


def test_one_asks_to_join_only_where_that_is_the_way_in():
    assert [rules.why_not_apply(signup=mode) is None for mode in ("apply", "open", "invite", "closed")] == [
        *(True, False, False, False)
    ]
