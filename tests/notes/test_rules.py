import pytest

from papers.notes import rules


def test_members_write_and_readers_are_told_who_can_change_that():
    assert rules.why_role_may_not_write(may_write=True) is None
    assert "reader" in rules.why_role_may_not_write(may_write=False)


@pytest.mark.parametrize("body", ["", " ", "\n\t ", "\u3000"])
def test_blank_text_is_empty(body):
    assert "no text" in rules.why_text_is_empty(body)


def test_one_character_is_a_text():
    assert rules.why_text_is_empty("懂") is None


@pytest.mark.parametrize(
    ("body", "taken"),
    [("a" * 100_000, True), ("a" * 100_001, False), ("懂" * 33_333, True), ("懂" * 33_334, False)],
)
def test_length_is_counted_in_bytes(body, taken):
    assert (rules.why_text_is_too_long(body, limit=100_000) is None) is taken


def test_too_long_names_the_size_and_the_limit():
    sentence = rules.why_text_is_too_long("a" * 1_000_000, limit=100_000)
    assert "1000 kB" in sentence
    assert "100 kB" in sentence


def test_a_text_one_byte_too_long_is_not_said_to_have_just_the_limit():
    assert "101 kB" in rules.why_text_is_too_long("a" * 100_001, limit=100_000)


def test_only_the_author_changes_a_text():
    assert rules.why_not_yours(is_mine=True) is None
    assert "Only the person who wrote" in rules.why_not_yours(is_mine=False)


def test_an_edit_is_saved_over_the_version_it_began_with_and_over_no_other():
    assert rules.why_not_saved_over(seen=2, current=2, gone=False) is None
    assert "another window" in rules.why_not_saved_over(seen=1, current=2, gone=False)
    assert "deleted" in rules.why_not_saved_over(seen=2, current=2, gone=True)
