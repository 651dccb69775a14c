import pytest

from papers.discussion import rules


@pytest.mark.parametrize("title", ["", "  \u3000"])
def test_a_thread_needs_a_title(title):
    assert "no title" in rules.why_title_is_not_taken(title)


def test_a_title_may_have_200_characters_of_any_script():
    assert rules.why_title_is_not_taken("题" * 200) is None
    assert "201" in rules.why_title_is_not_taken("题" * 201)


def test_a_lost_thread_tells_where_the_text_is():
    assert "still in the form" in rules.why_thread_is_gone()
