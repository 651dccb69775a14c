"""BibTeX of other programs is read, and what we write is read again."""

import re
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.formats import bibtex
from papers.formats.ids import doi_in
from papers.formats.records import Record
from tests.formats import samples


def only(text: str) -> Record:
    parsed = bibtex.read(text)
    assert parsed.unread == []
    (record,) = parsed.records
    return record


def test_zotero():
    record = only(samples.ZOTERO)
    assert record.title == "Attention Is All You Need"
    assert record.authors == ("Ashish Vaswani", "Noam Shazeer", "Niki Parmar", "Aidan N. Gomez")
    assert (record.year, record.month, record.arxiv_id) == (2017, 6, "1706.03762")
    assert record.abstract == "The dominant models & more: 95% of $x_{i}$."


def test_scholar_and_others():
    record = only(samples.SCHOLAR)
    assert (record.authors, record.authors_complete) == (("Tom Brown", "Benjamin Mann", "Nick Ryder"), False)
    assert (record.year, record.month, record.arxiv_id) == (2020, None, None)


def test_acl():
    record = only(samples.ACL)
    assert record.title.startswith("BERT: Pre-training")
    assert record.authors == ("Jacob Devlin", "Ming-Wei Chang", "Kristina Toutanova")
    assert (record.month, record.doi, record.url) == (6, "10.18653/v1/n19-1423", "https://aclanthology.org/N19-1423/")


def test_arxiv():
    record = only(samples.ARXIV)
    assert (record.arxiv_id, record.authors[0]) == ("2203.02155", "Long Ouyang")


def test_dblp():
    record = only(samples.DBLP)
    assert (record.title, record.arxiv_id) == ("Auto-Encoding Variational Bayes", "1312.6114")


def test_accents_strings_missing_keys_and_corporate_names():
    record = only(samples.ACCENTS)
    assert record.title == "Gödel, Études & Škoda: the 100% case"
    assert record.authors == (
        "Jörg Müller",
        "Łukasz Kaiser",
        "The BigScience Workshop",
        "José García-López",
        "Laurens van der Maaten",
    )
    assert (record.year, record.month, record.url) == (2021, 10, "https://example.org/a_b")


def test_a_broken_entry_in_the_middle_is_said_and_the_others_are_read():
    parsed = bibtex.read(samples.ACL + samples.BROKEN + samples.ARXIV + samples.DBLP)
    assert [record.arxiv_id for record in parsed.records] == [None, "2203.02155", "1312.6114"]
    (unread,) = parsed.unread
    assert unread.line == samples.ACL.count("\n") + 1
    assert "brace" in unread.reason


def test_lines_outside_of_the_entries_are_said():
    before = "% a comment\n\nMy papers\n@comment{not counted}\n@comment nor this\n@preamble{ {x} }\n-----\n"
    parsed = bibtex.read(f"{before}{samples.ARXIV},\n  Title of a lost one, 2020\n%\n{samples.DBLP}and an end")
    assert [record.arxiv_id for record in parsed.records] == ["2203.02155", "1312.6114"]
    (unread,) = parsed.unread
    assert (unread.line, unread.text, unread.reason) == (
        3,
        "My papers",
        "3 lines outside the entries were not read.",
    )
    (one,) = bibtex.read("\r\n\r\nhello\r\n").unread
    assert (one.line, one.reason) == (3, "1 line outside the entries was not read.")


def test_no_comment_of_a_program_is_said():
    assert bibtex.read(f"% Encoding: UTF-8\n\n{samples.ARXIV}\n@Comment{{jabref-meta: x:y;}}\n").unread == []


def test_two_entries_of_one_key_are_both_read():
    assert len(bibtex.read(samples.ARXIV + samples.ARXIV.replace("2203.02155", "2203.02156")).records) == 2


def test_an_entry_without_a_title_is_said():
    parsed = bibtex.read("@misc{x, author={A B}, year=2020}")
    assert (parsed.records, len(parsed.unread)) == ([], 1)


@pytest.mark.parametrize(
    ("entry", "kind"),
    [("techreport", "report"), ("online", "blog"), ("software", "library"), ("article", "paper"), ("misc", "paper")],
)
def test_the_kind_follows_the_type(entry, kind):
    assert only(f"@{entry}{{x, title={{A survey}}}}").kind == kind


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ('"A" # " B"', "A B"),
        ('"A" # { B} # " C"', "A B C"),
        ('acl # " in " # YEAR # {: C# and "F#"}', 'Annual ACL in 2020: C# and "F#"'),
        ('"C# and {\\"u}ber {"}so{"}" # acl', 'C# and über "so"Annual ACL'),
        ("nobody", "nobody"),
        ("2001", "2001"),
        ("{a} # ", "a"),
        ('"a \\# b"', "a # b"),
    ],
)
def test_what_is_joined_is_one_text(value, title):
    strings = '@string{year = 2020}\n@STRING(a = "Annual")\n@string{ACL = a # " ACL"}\n'
    assert only(f"{strings}@misc{{x, title = {value}, year = 2020}}").title == title


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ('1 # "~" # jan', 1),
        ('jul # "~12"', 7),
        ('"12~" # oct', 10),
        ("{6}", 6),
        ('"06"', 6),
        ("{Sept.}", 9),
        ("{June/July}", 6),
        ("{13}", None),
        ("{2020}", None),
    ],
)
def test_months(month, number):
    assert only(f"@misc{{x, title = {{A}}, year = 2020, month = {month}}}").month == number


def test_a_small_file_cannot_say_an_endless_text():
    doubled = "".join(f"@string{{s{n} = s{n - 1} # s{n - 1}}}\n" for n in range(1, 60))
    record = only(f'@string{{s0 = "word "}}\n{doubled}@misc{{x, title = s59 # s59}}')
    assert 500 < len(record.title) <= 20_000


def test_two_thousand_entries_are_read():
    text = "".join(
        samples.ARXIV.replace("ouyang2022training", f"key{n}").replace("2203.", f"{n % 12 + 1:02}")
        for n in range(2000)
    )
    assert len(bibtex.read(text).records) == 2000


@pytest.mark.parametrize(
    "text", ["", "{" * 50_000, "@" * 5000, "@misc{" * 2000, "@misc{a, title = {" + "{" * 3000, "\0", "no bibtex"]
)
def test_no_text_breaks_the_reader(text):
    bibtex.read(text)


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30).map(
    lambda text: " ".join(unicodedata.normalize("NFC", text).split())
)
NAMES = st.lists(st.text("abcdefghijklmnopqrstuvwxyzäöéłÉ", min_size=2, max_size=9), min_size=2, max_size=3).map(
    " ".join
)
RECORDS = st.builds(
    Record,
    title=WORDS.filter(bool),
    authors=st.lists(NAMES, max_size=4, unique=True).map(tuple),
    year=st.none() | st.integers(1900, 2030),
    arxiv_id=st.none() | st.just("2203.02155") | st.just("hep-th/9901001"),
    doi=st.none() | st.just("10.1016/0022-2836(81)90087-5"),
    url=st.just("") | st.just("https://example.org/a_b?c=%20d&e#f"),
    kind=st.sampled_from(["paper", "report", "blog", "library"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(RECORDS, max_size=4))
def test_what_is_written_is_read_again(records):
    parsed = bibtex.read(bibtex.write(records))
    assert parsed.unread == []
    facts = [(one.title, one.authors, one.year, one.arxiv_id, one.doi, one.url, one.kind) for one in records]
    assert [
        (one.title, one.authors, one.year, one.arxiv_id, one.doi, one.url, one.kind) for one in parsed.records
    ] == facts


PIECES = [
    "{",
    "}",
    "\\",
    "%",
    "#",
    "$",
    "&",
    "~",
    "^",
    "_",
    '"',
    "--",
    "``",
    "''",
    "?`",
    ",",
    ";",
    "=",
    "@misc{",
    "\n",
]
HOSTILE = st.lists(
    st.sampled_from([*PIECES, " ", "and", "others", "论文", "🙂", "é", "A b"]) | st.text(max_size=3)
).map(lambda pieces: unicodedata.normalize("NFC", "".join(pieces).replace("\0", "")))
HOSTILE_RECORDS = st.builds(
    Record,
    title=HOSTILE.filter(str.strip),
    aliases=st.lists(HOSTILE, max_size=2).map(tuple),
    authors=st.lists(HOSTILE.filter(str.strip), max_size=3).map(tuple),
    authors_complete=st.booleans(),
    year=st.integers(1900, 2030),
    month=st.none() | st.integers(1, 12),
    arxiv_id=st.none() | st.just("2203.02155"),
    doi=st.none()
    | st.text("ab1_(){}%#&$~^\\;.", max_size=12).map("10.1000/{}x".format).filter(lambda x: doi_in(x) == x),
    url=st.just("") | st.text("ab1_(){}%#&$~^\\;., é", max_size=12).map("https://example.org/{}".format),
    abstract=HOSTILE,
)


def one_line(text: str) -> str:
    return " ".join(text.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(HOSTILE_RECORDS, max_size=3))
def test_hostile_texts_come_back(records):
    parsed = bibtex.read(bibtex.write(records))
    assert parsed.unread == []
    for record, again in zip(records, parsed.records, strict=True):
        assert (again.title, again.abstract) == (one_line(record.title), one_line(record.abstract))
        assert again.aliases == tuple(filter(None, map(one_line, record.aliases)))
        assert again.authors == tuple(map(one_line, record.authors))
        assert again.authors_complete or record.authors
        assert not record.authors or again.authors_complete == record.authors_complete
        assert (again.year, again.month) == (record.year, record.month)
        assert (again.arxiv_id, again.doi) == (record.arxiv_id, record.doi)
        assert again.url == re.sub(r"[{}\\\s]", lambda match: quote(match[0]), record.url)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["@article{", "x,", "title", "=", "{", "}", '"', "#", "\\", "$", "and", "\n", "é"]),
        max_size=40,
    ).map("".join)
)
def test_any_pieces_can_be_read(text):
    bibtex.read(text)


def test_incomplete_authors_months_and_keys_survive():
    record = Record("A Survey of Things", authors=("Ann Lee",), authors_complete=False, year=2020, month=3)
    text = bibtex.write([record, record])
    assert "@misc{lee2020survey,\n" in text
    assert "@misc{lee2020survey-2,\n" in text
    assert "  month = mar,\n" in text
    again = bibtex.read(text).records[0]
    assert (again.authors_complete, again.month) == (False, 3)
