"""`export_list` as other programs read it. The format is a contract: nothing here may change by the way."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from papers.catalogue.exporting import as_json
from papers.catalogue.models import Lineage, Link, Paper
from papers.catalogue.seeding import load_list
from papers.formats import bibtex, markdown, ris, table
from papers.formats import exported as exporting_json
from tests.catalogue.conftest import AGAIN, ATTENTION, GPT, TOPIC

pytestmark = pytest.mark.django_db

PAPER = {
    "number",
    "title",
    "title_seed",
    "aliases",
    "kind",
    "authors",
    "year",
    "month",
    "arxiv_id",
    "doi",
    "url",
    "abstract",
    "on_list",
    "entries",
    "links",
}
EDGE = {"from", "to", "kind", "evidence_zh", "evidence_en", "evidence_source"}
# Where titles that the curator wrote twice stand, counted by hand: the paper and all of its places.
TWICE = {
    "Improving Language Understanding by Generative Pre-Training": [(1, 1), (4, 11)],
    "Language Models are Unsupervised Multitask Learners": [(1, 2), (4, 10)],
    "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer": [(1, 4), (6, 2)],
    "Large Language Models are Zero-Shot Reasoners": [(2, 10), (2, 30)],
    "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness": [(2, 35), (2, 39)],
}


def exported(*arguments: str) -> dict:
    out = StringIO()
    call_command("export_list", *arguments, stdout=out)
    return json.loads(out.getvalue())


def place(part: int, position: int) -> dict:
    nothing = dict.fromkeys(["remark_zh", "remark_en", "correction_zh", "correction_en"])
    return {"part": part, "position": position, **nothing}


def test_a_small_list_in_full(files):
    load_list(files(ATTENTION, TOPIC + AGAIN))
    attention = Paper.objects.get(key="transformer")
    attention.abstract = "We propose…"
    attention.save()
    Link.objects.create(paper=attention, kind="blog", language="zh-hans", url=None, title="解读")
    assert exported("--format", "json") == {
        "parts": [
            {"number": 1, "title_zh": "第1部分", "title_en": "Part 1"},
            {"number": 2, "title_zh": "第2部分", "title_en": "Part 2"},
        ],
        "papers": [
            {
                "number": 1,
                "title": "Attention Is All You Need",
                "title_seed": "Attention is all you need!",
                "aliases": ["Transformer"],
                "kind": "paper",
                "authors": ["Ashish Vaswani", "Noam Shazeer"],
                "year": 2017,
                "month": 6,
                "arxiv_id": "1706.03762",
                "doi": None,
                "url": "https://arxiv.org/abs/1706.03762",
                "abstract": "We propose…",
                "on_list": True,
                "entries": [place(1, 1), place(2, 2)],
                "links": [
                    {"kind": "code", "language": "en", "url": "https://example.org/t2t", "title": "The code"},
                    {"kind": "blog", "language": "zh-hans", "url": None, "title": "解读"},
                ],
            },
            {
                "number": 2,
                "title": "Efficient sequence modelling",
                "title_seed": "Efficient sequences",
                "aliases": [],
                "kind": "topic",
                "authors": [],
                "year": None,
                "month": None,
                "arxiv_id": None,
                "doi": None,
                "url": None,
                "abstract": None,
                "on_list": True,
                "entries": [place(2, 1)],
                "links": [],
            },
        ],
        "lineage": [],
    }


def test_a_paper_that_is_only_mentioned_has_no_place(files):
    load_list(files(GPT))
    Paper.objects.create(number=2, title="BERT", on_list=False)
    mentioned = exported()["papers"][1]
    assert (mentioned["on_list"], mentioned["entries"], mentioned["title_seed"]) == (False, [], None)


def test_the_whole_list(db):
    load_list()
    said = exported()
    assert said.keys() == {"parts", "papers", "lineage"}
    mentioned = [paper for paper in said["papers"] if not paper["on_list"]]
    assert [paper["number"] for paper in mentioned] == list(range(98, 98 + 56))
    assert not any(paper["entries"] for paper in mentioned)
    assert all(edge.keys() == EDGE for edge in said["lineage"])
    assert {edge["kind"] for edge in said["lineage"]} == set(Lineage.Kind.values)
    said["papers"] = [paper for paper in said["papers"] if paper["on_list"]]
    assert [part["number"] for part in said["parts"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [paper["number"] for paper in said["papers"]] == list(range(1, 98))
    assert all(paper.keys() == PAPER for paper in said["papers"])
    at = {(entry["part"], entry["position"]): paper for paper in said["papers"] for entry in paper["entries"]}
    assert len(at) == 102
    # Places are counted from 1 without a gap.
    assert at.keys() == {
        (part, position)
        for part, last in enumerate([10, 39, 7, 11, 21, 3, 11], start=1)
        for position in range(1, last + 1)
    }
    places = {
        paper["title"]: [(entry["part"], entry["position"]) for entry in paper["entries"]] for paper in said["papers"]
    }
    assert {title: where for title, where in places.items() if len(where) > 1} == TWICE
    # Papers are numbered by their first places.
    first = [(paper["entries"][0]["part"], paper["entries"][0]["position"]) for paper in said["papers"]]
    assert first == sorted(first)


def test_what_is_unknown_is_null_and_never_empty(db):
    load_list()
    for paper in exported()["papers"]:
        for name in ("title", "title_seed", "year", "month", "arxiv_id", "doi", "url", "abstract"):
            assert paper[name] is None or paper[name], (paper["number"], name)
        assert all([*paper["authors"], *paper["aliases"]])
        assert not any("et al" in name for name in paper["authors"])


def test_the_export_takes_the_same_queries_for_one_paper_and_three(files, django_assert_num_queries):
    load_list(files(ATTENTION))
    with django_assert_num_queries(5):
        assert len(as_json()["papers"]) == 1
    load_list(files(ATTENTION + GPT, TOPIC + AGAIN))
    with django_assert_num_queries(5):
        assert len(as_json()["papers"]) == 3


def test_a_file_gets_what_the_terminal_would(files, tmp_path):
    load_list(files(ATTENTION))
    out = tmp_path / "list.json"
    call_command("export_list", "--output", str(out))
    assert json.loads(out.read_text(encoding="utf-8")) == exported()
    assert "Attention" in out.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(CommandError, match="was not written") as refused:
        call_command("export_list", "--output", str(tmp_path / "missing" / "list.json"))
    assert refused.value.returncode == 1


READERS = {"csv": table.read, "bibtex": bibtex.read, "ris": ris.read, "json": exporting_json.read}


@pytest.mark.parametrize("format", READERS)
def test_every_format_holds_the_whole_list(group, format):
    load_list()
    out = StringIO()
    call_command("export_list", "--format", format, stdout=out)
    parsed = READERS[format](out.getvalue())
    assert parsed.unread == []
    read = {record.title: record for record in parsed.records if record.on_list}
    papers = Paper.objects.filter(on_list=True)
    assert len(read) == len(papers) == 97
    for paper in papers:
        record = read[paper.title]
        assert (record.year, record.arxiv_id, list(record.authors)) == (paper.year, paper.arxiv_id, paper.authors)


def test_the_markdown_holds_every_place(group):
    load_list()
    out = StringIO()
    call_command("export_list", "--format", "markdown", stdout=out)
    rows = markdown.rows_of(markdown.lines_of(out.getvalue()))
    assert len(rows) == 102
    assert rows[0].part == "OpenAI/Google的基础语言大模型"
    assert "Improving Language Understanding" in rows[0].text


def test_another_format_is_wrong_usage():
    with pytest.raises(CommandError) as refused:
        call_command("export_list", "--format", "word")
    assert refused.value.returncode == 2 or "invalid choice" in str(refused.value)
