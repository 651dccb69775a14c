from papers.claims import rules
from papers.claims.queries import CLAIMED, DONE, FREE, SCHEDULED, state_of


def test_members_may_claim_and_readers_are_told_who_can_change_that():
    assert rules.why_role_may_not_claim(may_write=True) is None
    assert "an organiser can make you a member" in rules.why_role_may_not_claim(may_write=False)


def test_a_free_paper_can_be_claimed():
    assert rules.why_paper_is_not_free(holder_name=None, is_mine=False, is_done=False) is None


def test_who_was_slower_reads_who_was_faster():
    assert "Bob" in rules.why_paper_is_not_free(holder_name="Bob", is_mine=False, is_done=False)


def test_my_own_paper_and_a_read_one_are_not_free():
    assert rules.why_paper_is_not_free(holder_name="Bob", is_mine=True, is_done=False)
    assert rules.why_paper_is_not_free(holder_name=None, is_mine=False, is_done=True)


def test_the_cap_names_the_papers_that_are_held():
    assert rules.why_no_more(held=["#3"], cap=2) is None
    sentence = rules.why_no_more(held=["#3", "#17"], cap=2)
    assert "#3, #17" in sentence
    assert "2" in sentence


def test_a_paper_is_released_by_its_holder_or_an_organiser_until_it_was_presented():
    facts = {"holds": True, "is_mine": True, "is_organiser": False, "is_done": False}
    assert rules.why_not_release(**facts) is None
    assert rules.why_not_release(**facts | {"is_mine": False, "is_organiser": True}) is None
    assert rules.why_not_release(**facts | {"is_mine": False})
    assert rules.why_not_release(**facts | {"is_done": True})
    assert rules.why_not_release(**facts | {"holds": False})


def test_only_organisers_say_that_a_paper_was_read():
    assert rules.why_not_mark_read(is_organiser=True) is None
    assert rules.why_not_mark_read(is_organiser=False)


def test_a_paper_has_one_state_and_the_latest_one_wins():
    assert state_of(is_done=False, holder_id=None, session_id=None) == FREE
    assert state_of(is_done=False, holder_id=1, session_id=None) == CLAIMED
    assert state_of(is_done=False, holder_id=None, session_id=1) == SCHEDULED
    assert state_of(is_done=False, holder_id=1, session_id=1) == SCHEDULED
    assert state_of(is_done=True, holder_id=1, session_id=1) == DONE
