import pytest

from papers import lines


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u200b", "\u200d\u2060", "\ufeff", "\u3164", "\u2800", "\u202e"])
def test_what_shows_nothing_cannot_be_seen(text):
    assert not lines.can_be_seen(text)


def test_a_line_stands_alone_and_turns_no_other_words():
    assert lines.tidy("  Room\n\t301  ") == "Room 301"
    assert lines.tidy("\u202eRoom\u202c \u2067301\u2069\x07") == "Room 301"


def test_what_was_written_before_lines_were_tidied_is_isolated_without_its_marks():
    assert lines.isolated("Room 301") == "Room 301"
    assert lines.isolated("يوسف") == "\u2068يوسف\u2069"
    # An unmatched end of an isolate would let what follows turn the sentence.
    assert lines.isolated("\u2069\u202eيوسف") == "\u2068  يوسف\u2069"


@pytest.mark.parametrize("url", ["https://example.org/a", "HTTP://example.org", "https://x.org/'><script>"])
def test_an_address_of_a_page_is_one(url):
    assert lines.web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [None, "", "javascript:alert(1)//https://x.org/", " https://x.org", "data:text/html,x", "//x.org", "ftp://x.org"],
)
def test_what_could_run_is_no_address(url):
    assert lines.web_address(url) == ""
