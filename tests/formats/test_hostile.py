"""Texts that only a stubborn pattern would look at again and again: they come back, and nothing was made up from them.

No time is measured: a pattern that is not done after one look takes minutes for these, and the suite would hang.
"""

import re

import pytest

from papers.formats import bibtex, exported, markdown, reading, ris, table
from papers.formats.ids import arxiv_id_in, doi_in

SIZE = 150_000
PIECES = [
    *(" ", "\t", "\u3000", "\n", " \n", "[", "]", "(", "（", "{", "}", "<", "*", "- ", "-\t", "* ", "#", "# ", "$"),
    *("\\", "\\(", "\\'{", '"', "1", "1 ", "（1", "A ", "é", "a ", " and ", "[a](", "[a](b ", "http://", "arxiv: "),
    *("10.1000/", "@article{", "@article{\n", "@comment{", "@string{a=", "ER  - \n", "第1 ", ",", "|", "x\n"),
    *("TI  - x\n", "\\emph{"),
]
PARAMETERS = pytest.mark.parametrize("text", [piece * (SIZE // len(piece)) for piece in PIECES], ids=map(repr, PIECES))


@PARAMETERS
@pytest.mark.parametrize("read", [bibtex.read, ris.read, table.read, exported.read])
def test_no_record_is_made_up(read, text):
    parsed = read(text)
    assert parsed.records == []
    assert parsed.unread or not re.search(r"\w", text)


@PARAMETERS
def test_no_line_of_a_list_is_lost(text):
    for source in (text, f"# Part {text} (x\n- A title {text} x\nremark {text} -\n- B [b]({text}"):
        lines = markdown.lines_of(source)
        assert {line.number for line in lines} == set(range(1, len(source.splitlines()) + 1))
        markdown.records_of(lines)


@PARAMETERS
def test_the_values_of_an_entry_come_back(text):
    inside = "" if set(text) & set('{}"\\') or "@" in text else text
    authors = f"B and{inside} C and family=D{inside} D"
    values = f"title = {{A{inside}}}, author = {{{authors}}}, url = {{{inside}}}, note = {{x {inside} y}}"
    (record,) = bibtex.read(f"@misc{{x, {values}}}").records
    assert (record.title[0], record.authors[0][0]) == ("A", "B")
    (record,) = ris.read(f"TY  - JOUR\nTI  - A\nUR  - {text}\nAB  - {text}\n{text}").records
    assert record.title[0] == "A"
    assert len(table.read(f"title,authors,part,year\nA,{inside[:100_000]},{inside[:100_000]},\n").records) > 0


@PARAMETERS
def test_no_id_is_made_up_and_the_format_is_seen(text):
    assert (arxiv_id_in(text), arxiv_id_in(f"arxiv {text}")) == (None, None)
    assert (doi_in(text) is None) == (not text.startswith("10."))
    seen = "bibtex" if text.startswith(("@article", "@comment", "@string")) else "markdown"
    assert reading.format_of(text) == seen
    assert reading.format_of(f"x\n{text}") in (seen, "bibtex")
