"""What came and went between two texts, and one text of three."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.differences import ADDED, KEPT, REMOVED, Piece, difference, merge

# Few letters, so that texts have much in common; blanks of several kinds, and characters that are words by themselves.
texts = st.text(st.sampled_from("ab ,\n\u2028注意力$"), max_size=60)
lines = st.lists(st.sampled_from(["a", "b", "c", "", "注意"]), max_size=8).map("\n".join)


@given(texts, texts)
def test_without_what_came_it_is_the_old_text_and_without_what_went_the_new_one(old, new):
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == new
    assert all(piece.text for piece in pieces)


@given(texts)
def test_a_text_does_not_differ_from_itself(text):
    assert [piece.kind for piece in difference(text, text)] == ([KEPT] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        (
            "The old cat sat.",
            "The new cat sat.",
            [(KEPT, "The "), (REMOVED, "old"), (ADDED, "new"), (KEPT, " cat sat.")],
        ),
        ("注意力机制", "注意力很机制", [(KEPT, "注意力"), (ADDED, "很"), (KEPT, "机制")]),
        ("cats", "dogs", [(REMOVED, "cats"), (ADDED, "dogs")]),
        (
            "one two three end",
            "vier fünf sechs end",
            [(REMOVED, "one two three"), (ADDED, "vier fünf sechs"), (KEPT, " end")],
        ),
        ("", "new", [(ADDED, "new")]),
    ],
)
def test_words_and_chinese_characters_are_what_changes(old, new, pieces):
    assert difference(old, new) == [Piece(*piece) for piece in pieces]


@given(lines, lines, lines)
def test_no_line_that_somebody_wrote_is_left_out(base, mine, theirs):
    merged = Counter(merge(base, mine, theirs).text.split("\n"))
    for text in (mine, theirs):
        new = Counter(text.split("\n")) - Counter(base.split("\n"))
        assert not new - merged


@given(lines, lines)
def test_without_a_base_every_line_of_both_is_there(mine, theirs):
    merged = Counter(merge(None, mine, theirs).text.split("\n"))
    for text in (mine, theirs):
        assert not Counter(text.split("\n")) - merged


@given(lines, lines)
def test_where_one_changed_nothing_the_other_has_it_his_way(base, changed):
    for merged in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert (merged.text, merged.conflicts) == (changed, 0)


def test_both_changed_another_place():
    merged = merge("one\ntwo\nthree\nfour", "1\ntwo\nthree\nfour", "one\ntwo\nthree\nfour\nfive")
    assert (merged.text, merged.conflicts) == ("1\ntwo\nthree\nfour\nfive", 0)


def test_both_changed_the_same_place():
    merged = merge("one\ntwo\nthree", "one\nzwei\nthree", "one\n二\nthree")
    assert (merged.text, merged.conflicts) == ("one\n二\nzwei\nthree", 1)


@pytest.mark.parametrize("letters", ["a\n", "\n", "ab ", "注意", "a b\n"])
def test_the_longest_texts_are_compared_in_a_moment(letters):
    old = (letters * 50_000)[:33_000]
    new = (letters[::-1] * 50_000)[:33_000] + "x"
    began = time.process_time()
    difference(old, new)
    merge(old[:100], old, new)
    assert time.process_time() - began < 1
