"""Taking lists in: new papers once, what is here already untouched, nothing half done, and the same counts again."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from papers.catalogue.exporting import as_json
from papers.catalogue.importing import import_records, matched
from papers.catalogue.models import Entry, Lineage, Link, Paper, Part, ReadingList
from papers.catalogue.seeding import load_list
from papers.formats.reading import read_text
from papers.formats.records import Parsed, Place, Record
from papers.members.models import Act

pytestmark = pytest.mark.django_db

LIST = """
# Our list

## Basics (2 papers)
- [Attention Is All You Need](https://arxiv.org/abs/1706.03762)
The first Transformer.
- 《BERT: Pre-training》 -
GPT Understands, Too
第一次提出 P-tuning。

## More
1. not a paper
- ATTENTION IS ALL YOU NEED!
"""


def run(path, *arguments: str) -> list[str]:
    out = StringIO()
    call_command("import_list", str(path), *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def list_file(tmp_path, group):
    path = tmp_path / "list.md"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_a_messy_list_becomes_papers_in_parts_with_remarks(list_file):
    assert run(list_file) == [
        "Done, read as markdown: imported 3, existing 1, attached 3, skipped 4, refused 0",
    ]
    places = Entry.objects.order_by("part__number", "position").values_list(
        "part__title_en", "paper__title", "remark_en"
    )
    assert list(places) == [
        ("Basics", "Attention Is All You Need", "The first Transformer."),
        ("Basics", "BERT: Pre-training", ""),
        ("Basics", "GPT Understands, Too", ""),
        ("More", "Attention Is All You Need", ""),
    ]
    assert Paper.objects.get(title="Attention Is All You Need").arxiv_id == "1706.03762"
    assert Entry.objects.get(remark_zh="第一次提出 P-tuning。").html["remark_zh"]
    assert Act.objects.get(verb="import list").after["imported"] == 3


def test_importing_again_changes_nothing(list_file):
    run(list_file)
    before = [list(model.objects.order_by("pk").values()) for model in (Paper, Entry, Part)]
    assert run(list_file)[0].startswith("Done, read as markdown: imported 0, existing 4,")
    assert [list(model.objects.order_by("pk").values()) for model in (Paper, Entry, Part)] == before


def test_a_dry_run_changes_nothing(list_file):
    assert run(list_file, "--dry-run")[0].startswith("Would be done, read as markdown: imported 3")
    assert not Paper.objects.exists()
    assert not Part.objects.exists()
    assert not Act.objects.exists()


def test_what_is_here_already_is_found_by_id_or_folded_title(group):
    load_list()
    records = [
        Record("Some other title", arxiv_id="1706.03762"),
        Record("attention is ALL you need!!"),
        Record("Another", doi="10.1109/TKDE.2024.3352100"),
        Record("Really new"),
        Record("really  NEW."),
    ]
    found = matched(records)
    assert [match.paper and match.paper.key for match in found] == [
        "transformer",
        "transformer",
        "llm-kg-roadmap",
        None,
        None,
    ]
    assert found[4].twin == 3


def test_a_merged_paper_is_the_one_it_was_merged_into(a_paper):
    kept, gone = a_paper("Attention", arxiv_id="1706.03762"), a_paper("Attention again")
    Paper.objects.filter(pk=gone.pk).update(folded="attentionagain", merged_into=kept)
    assert matched([Record("Attention Again")])[0].paper == kept


def test_a_second_place_is_added_to_a_paper_that_is_here(a_paper, part):
    paper = a_paper("Attention", arxiv_id="1706.03762")
    parsed = Parsed([Record("Attention", arxiv_id="1706.03762", places=(Place(part_title="Others"),))])
    outcome = import_records(parsed, by=None, note="test")
    assert outcome.counts() == {"imported": 0, "existing": 1, "attached": 1, "skipped": 0, "refused": 0}
    assert [entry.part.title_en for entry in paper.entries.order_by("part__number")] == [
        "Base language models",
        "Others",
    ]


def test_a_record_that_cannot_be_held_is_refused_by_itself(part):
    records = [Record("Good"), Record("x" * 501, line=7), Record("Bad address", url="https://" + "x" * 2000)]
    outcome = import_records(Parsed(records), by=None, note="test")
    assert outcome.counts() == {"imported": 1, "existing": 0, "attached": 0, "skipped": 0, "refused": 2}
    assert outcome.refused[0].line == 7
    assert list(Paper.objects.values_list("title", flat=True)) == ["Good"]


def test_an_exported_list_comes_back_the_same_on_an_empty_site(group):
    load_list()
    said = as_json()
    for model in (Lineage, Link, Entry, Paper, Part, ReadingList):
        model.objects.all().delete()
    source = read_text(json.dumps(said))
    outcome = import_records(source.parsed, by=None, note="test")
    assert outcome.counts()["refused"] == 0
    assert as_json() == said


def test_bibtex_with_a_broken_entry_in_the_middle(tmp_path, group):
    path = tmp_path / "papers.bib"
    good = "@misc{{k{0}, title={{Title {0}}}, year={{2020}}}}\n"
    path.write_text(good.format(1) + "@misc{broken, title = {never closed,\n" + good.format(2), encoding="utf-8")
    lines = run(path)
    assert lines[0] == "Done, read as bibtex: imported 2, existing 0, attached 0, skipped 0, refused 1"
    assert lines[1].startswith("line 2: This entry is broken")


def test_lines_outside_of_the_entries_are_said_and_the_entries_imported(tmp_path, group):
    path = tmp_path / "papers.bib"
    path.write_text("% a comment\nA lost title\n@misc{k, title={Title}}\n", encoding="utf-8")
    lines = run(path)
    assert lines[0] == "Done, read as bibtex: imported 1, existing 0, attached 0, skipped 0, refused 1"
    assert lines[1] == "line 2: 1 line outside the entries was not read. (A lost title)"


def test_a_file_of_which_nothing_can_be_read_fails(tmp_path, group):
    path = tmp_path / "papers.ris"
    path.write_text("hello", encoding="utf-8")
    with pytest.raises(CommandError, match="Nothing of the file could be read"):
        run(path, "--format", "ris")
    with pytest.raises(CommandError, match="was not read"):
        run(tmp_path / "missing.bib")


@pytest.mark.parametrize(("encoding", "first"), [("gb18030", "注意力"), ("utf-16", "注意力"), ("utf-8-sig", "注意力")])
def test_files_in_the_usual_encodings_are_read(tmp_path, group, encoding, first):
    path = tmp_path / "list.csv"
    path.write_bytes("标题,年份\n注意力就是一切,2017\n".encode(encoding))
    run(path)
    assert Paper.objects.get().title.startswith(first)


def test_two_thousand_records_take_few_queries(group, django_assert_max_num_queries):
    records = [Record(f"Title {number}") for number in range(60)]
    with django_assert_max_num_queries(60 * 4 + 20):
        import_records(Parsed(records), by=None, note="test")
