"""RIS and CSV: read as others write them, written so that they can be read again, and never a formula."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.formats import ris, table
from papers.formats.records import Place, Record

FULL = Record(
    "Attention Is All You Need",
    number=11,
    aliases=("Transformer",),
    kind="paper",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    year=2017,
    month=6,
    arxiv_id="1706.03762",
    doi="10.1000/xyz",
    url="https://arxiv.org/abs/1706.03762",
    abstract="We propose; it is, however, “new”.",
)


def facts(record: Record) -> tuple:
    return (
        record.title,
        record.aliases,
        record.kind,
        record.authors,
        record.year,
        record.month,
        record.arxiv_id,
        record.doi,
        record.url,
        record.abstract,
    )


def test_ris_is_read_again():
    assert facts(ris.read(ris.write([FULL])).records[0]) == facts(FULL)


def test_ris_of_others():
    first = "TY  - CPAPER\nA1  - Müller, Jörg\nT1  - A title\nY1  - 2019/05/12/\nUR  - https://arxiv.org/abs/1905.00001v2\n"
    text = f"{first}ER  - \n\nTY  - RPRT\nER  - \n\nTY - JOUR\nAU - Lee, Ann\nTI - Another\nPY - 2020\nER - \n"
    text = text.replace("\n", "\r\n")
    parsed = ris.read(text)
    assert [record.title for record in parsed.records] == ["A title", "Another"]
    first = parsed.records[0]
    assert (first.authors, first.year, first.month, first.arxiv_id) == (("Jörg Müller",), 2019, 5, "1905.00001")
    assert [unread.line for unread in parsed.unread] == [8]


def test_ris_says_what_stands_outside_of_its_records():
    parsed = ris.read(f"Provider: A\nContent: text\n\n{ris.write([FULL])}\n---\nA lost title\n{ris.write([FULL])}")
    assert [record.title for record in parsed.records] == [FULL.title, FULL.title]
    (unread,) = parsed.unread
    assert (unread.line, unread.text) == (1, "Provider: A")
    assert unread.reason == "3 lines outside the entries were not read."


def test_ris_goes_on_in_the_next_line():
    text = "TY  - JOUR\nTI  - A title\n that goes on\nKW  - one\ntwo\nAB  - First.\nSecond.\nER  - \n"
    (record,) = ris.read(text).records
    assert (record.title, record.aliases) == ("A title that goes on", ("one", "two"))
    assert record.abstract == "First. Second."


def test_a_text_that_is_no_ris_is_said():
    assert len(ris.read("hello").unread) == 1


def test_csv_is_read_again_with_its_places():
    placed = Record("Two places", number=3, places=(Place(1, "", 4, "说明", "Remark"), Place(2, "", 9)))
    full, again = table.read(table.write([FULL, placed])).records
    assert facts(full) == facts(FULL)
    assert again.places == placed.places


@pytest.mark.parametrize(
    "text",
    [
        "Title;Authors;Year\nA title;Ann Lee and Bo Wu;2020\n",
        "title\tauthors\tyear\nA title\tAnn Lee; Bo Wu\t2020\n",
        '\ufeff标题,作者,年份\r\n"A title","Ann Lee, Bo Wu",2020\r\n',
        "number,YEAR,Paper Title,author\n1,2020-05,A title,Ann Lee；Bo Wu\n",
    ],
)
def test_csv_of_others(text):
    (record,) = table.read(text).records
    assert (record.title, record.authors, record.year) == ("A title", ("Ann Lee", "Bo Wu"), 2020)


def test_rows_that_cannot_be_read_are_said_by_line():
    parsed = table.read("title,year\nGood,2020\n,2021\nOdd,soon\n\nLast,\n")
    assert [record.title for record in parsed.records] == ["Good", "Last"]
    assert [unread.line for unread in parsed.unread] == [3, 4]


def test_a_table_without_titles_is_refused_whole():
    assert "title" in table.read("name of it,year\nx,2020\n").unread[0].reason


@pytest.mark.parametrize("start", ["\r1", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'quoted"])
def test_no_cell_is_a_formula_and_it_comes_back(start):
    record = Record(f"{start} title")
    cells = list(csv.reader(io.StringIO(table.write([record]).lstrip("\ufeff"))))[1]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)
    assert table.read(table.write([record])).records[0].title == " ".join(f"{start} title".split())


PIECES = [
    "{",
    "}",
    "\\",
    "$",
    "~",
    '"',
    "--",
    ";",
    "; ",
    ":",
    "TY  - ",
    "ER  - ",
    "\n",
    "AU  - x",
    "论文",
    "🙂",
    "é",
    "a b",
]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map(lambda pieces: "".join(pieces).replace("\0", ""))
RECORDS = st.builds(
    Record,
    title=HOSTILE.filter(str.strip),
    aliases=st.lists(HOSTILE, max_size=2).map(tuple),
    authors=st.lists(HOSTILE.map(lambda name: name.replace(",", "")).filter(str.strip), max_size=3).map(tuple),
    year=st.integers(1900, 2030),
    month=st.none() | st.integers(1, 12),
    doi=st.none() | st.just("10.1016/0022-2836(81)90087-5"),
    arxiv_id=st.none() | st.just("2203.02155"),
    url=st.just("") | st.just("https://example.org/a_b;c=%20d;e#f"),
    abstract=HOSTILE,
)


def one_line(text: str) -> str:
    return " ".join(text.split())


@settings(max_examples=200, deadline=None)
@given(st.lists(RECORDS, max_size=3))
def test_hostile_texts_come_back_from_ris(records):
    parsed = ris.read(ris.write(records))
    assert parsed.unread == []
    for record, again in zip(records, parsed.records, strict=True):
        assert (again.title, again.abstract) == (one_line(record.title), one_line(record.abstract))
        assert again.aliases == tuple(filter(None, map(one_line, record.aliases)))
        assert again.authors == tuple(map(one_line, record.authors))
        assert facts(again)[4:9] == facts(record)[4:9]


@settings(max_examples=200, deadline=None)
@given(st.lists(RECORDS, max_size=3))
def test_hostile_texts_come_back_from_a_table(records):
    parsed = table.read(table.write(records))
    assert parsed.unread == []
    for record, again in zip(records, parsed.records, strict=True):
        assert again.title == one_line(record.title)
        assert (again.year, again.month, again.doi, again.url) == (record.year, record.month, record.doi, record.url)


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Brown, Tom, Jr.", "Tom Brown Jr."),
        ("OpenAI,", "OpenAI"),
        ("van der Maaten, L.", "L. van der Maaten"),
        ("A {B} \\x", "A {B} \\x"),
    ],
)
def test_names_in_ris_are_no_tex(name, spoken):
    assert ris.read(f"TY  - JOUR\nTI  - A\nAU  - {name}\nER  - \n").records[0].authors == (spoken,)


@pytest.mark.parametrize(
    "urls", ["UR  - https://a.example/x;y\nUR  - https://b.example", "UR  - https://a.example/x;y;https://b.example"]
)
def test_an_address_may_hold_a_semicolon(urls):
    assert ris.read(f"TY  - JOUR\nTI  - A\n{urls}\nER  - \n").records[0].url == "https://a.example/x;y"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    ris.read(text)
    ris.read(f"TY  - JOUR\n{text}\nER  - \n")
    table.read(text)
    table.read(f"title,year\n{text}")
