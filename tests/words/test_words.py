"""Text to search words: what is stored and what is asked go through the same door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers import words


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("价值对齐问题", {"价值", "对齐", "题"}),
        ("用PPO训练", {"ppo", "用", "训练"}),
        ("ＰＰＯ　Ｔｒａｎｓｆｏｒｍｅｒｓ", {"ppo", "transformers", "transform"}),
        ("InstructGPT", {"instructgpt", "instruct", "gpt"}),
        ("GPT-3 and GPT3", {"gpt3", "gpt", "3"}),
        ("DALL·E 2", {"dalle", "dall", "e", "2"}),
        ("Léon Bottou", {"leon", "bottou"}),
        ("arXiv:2203.02155", {"220302155", "2203", "02155"}),
        ("1,836 tasks", {"1836", "task"}),
    ],
)
def test_a_text_gives_these_words(text, some):
    assert some <= set(words.tokens(text))


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "'", "\\", "& | ! ( ) : *", "💥"])
def test_what_is_no_word_gives_none(text):
    assert list(words.tokens(text)) == []
    assert words.vector({"A": [text]}) == ""
    assert words.terms(text) == []


def test_a_word_keeps_its_heaviest_weight():
    assert words.vector({"A": ["ppo"], "C": ["PPO 训练"]}) == "'ppo':1A '训练':1C '练':1C '^ppo':1A"


def test_a_vector_ends_somewhere():
    assert words.vector({"A": [" ".join(f"w{number}" for number in range(30_000))]}).count(":1A") == 2 * words.MOST


def test_empty_words_are_left_out_unless_there_is_nothing_else():
    assert [term.word for term in words.terms("how to train the model")] == ["train", "model"]
    assert [term.word for term in words.terms("to be or")] == ["to", "be", "or"]


def test_only_the_last_word_may_go_on():
    assert [term.query for term in words.terms("flash atten")] == ["'flash'", "'atten':*"]
    assert [term.query for term in words.terms("图")] == ["'图':*"]


def test_a_compound_is_one_term_found_in_two_ways():
    assert [term.query for term in words.terms("GPT-3 训练")] == ["('gpt3' | ('gpt' & '3'))", "'训练'"]


def test_a_term_can_ask_for_titles_alone():
    (term,) = words.terms("transformers")
    assert term.titled() == "('^transformers':* | '^transform')"
    assert words.Term("x", "'it''s'").titled() == "'^it''s'"


def test_a_term_can_ask_for_one_weight():
    (term,) = words.terms("transformers")
    assert term.weighing("A") == "('transformers':*A | 'transform':A)"
    assert words.Term("x", "'it''s'").weighing("B") == "'it''s':B"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Attention Is All You Need", "attention is all you need!"),
        ("ＢＥＲＴ：预训练", "BERT: 预训练"),
        ("Léon", "leon"),
    ],
)
def test_titles_are_the_same_but_for_capitals_width_and_punctuation(one, other):
    assert words.folded(one) == words.folded(other)


def marked(text: str, *found: str) -> list[str]:
    return [text[start:end] for start, end in words.marks(text, found)]


def test_marks_stand_where_the_words_are():
    assert marked("关于 FlashAttention：ＰＰＯ 的价值对齐问题", "flash", "ppo", "对齐") == ["Flash", "ＰＰＯ", "对齐"]
    assert marked("旋转位置编码", "旋转", "转位", "位置") == ["旋转位置"]
    assert marked("a script describes", "cri") == []
    assert marked("Ünïcode ﬁne", "unicode", "fine") == ["Ünïcode", "ﬁne"]


@given(st.text(max_size=300), st.text(min_size=1, max_size=5))
def test_any_text_has_words_and_marks(text, word):
    list(words.tokens(text))
    words.vector({"A": [text]})
    ranges = words.marks(text, [words.plain(word)])
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert ranges == sorted(ranges)
    assert all(first[1] < second[0] for first, second in zip(ranges, ranges[1:], strict=False))
