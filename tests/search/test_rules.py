"""What a line in the search box says."""

import pytest

from papers.search import rules


def said(line: str) -> tuple[str, list[str]]:
    question = rules.read(line)
    assert question.problems == []
    return question.text, [str(qualifier) for qualifier in question.qualifiers]


@pytest.mark.parametrize(
    ("line", "text", "qualifiers"),
    [
        ("attention", "attention", []),
        ("part:3 attention is:free", "attention", ["part:3", "is:free"]),
        ('by:"Jason Wei" cot', "cot", ['by:"Jason Wei"']),
        ("作者：杨植麟 部分:2 是：问题", "", ["by:杨植麟", "part:2", "is:question"]),
        ("year:2019-2021 Year:>2020", "", ["year:2019-2021", "year:>2020"]),
        ("has:math has:代码 是:已读", "", ["has:maths", "has:code", "is:read"]),
        ("http://x.org ratio 3:2", "http://x.org ratio 3:2", []),
        ("  two   spaces ", "two spaces", []),
    ],
)
def test_a_line_is_words_and_qualifiers(line, text, qualifiers):
    assert said(line) == (text, qualifiers)


@pytest.mark.parametrize(
    ("line", "words"),
    [("part:three", "part:3"), ("year:last", "year:2021"), ("is:funny x", "is:free"), ("has:legs", "has:notes")],
)
def test_what_is_not_understood_is_said_and_left_out(line, words):
    question = rules.read(line)
    assert question.qualifiers == []
    assert len(question.problems) == 1
    assert words in question.problems[0]


@pytest.mark.parametrize(
    ("value", "span"),
    [("2021", (2021, 2021)), ("2019-2021", (2019, 2021)), (">2020", (2021, 9999)), ("<2018", (0, 2017))],
)
def test_years(value, span):
    assert rules.years(value) == span


def test_a_question_can_be_written_again():
    question = rules.read('attention by:"Noam Shazeer" part:2')
    assert question.written() == 'attention by:"Noam Shazeer" part:2'
    assert question.without(question.qualifiers[1]).written() == 'attention by:"Noam Shazeer"'


@pytest.mark.parametrize("line", ["", " ", "\0", "%", "💥", "(((((", "is:", "by: x"])
def test_every_line_can_be_read(line):
    rules.read(line)


def test_a_question_is_a_line_and_no_text():
    question = rules.read("词" * 100_000 + " x" * 10_000)
    assert len(question.text) <= rules.MOST_LETTERS
    assert len(question.terms) <= rules.MOST_TERMS
