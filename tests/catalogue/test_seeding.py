"""Loading the list again and again: nothing twice, corrections arrive, and what people changed stays."""

import pytest
from django.core.management import CommandError, call_command

from papers.catalogue import seeding
from papers.catalogue.models import Entry, Link, Paper, Part
from papers.catalogue.seeding import BrokenSeed, Counts, load_list
from tests.catalogue.conftest import AGAIN, ATTENTION, GPT, TOPIC

pytestmark = pytest.mark.django_db


def places() -> list[tuple[int, int, str]]:
    return list(
        Entry.objects.order_by("part__number", "position").values_list("part__number", "position", "paper__key")
    )


def everything() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Part, Paper, Entry, Link)]


def test_a_paper_that_stands_twice_is_stored_once(files):
    assert load_list(files(ATTENTION + GPT, TOPIC + AGAIN)) == Counts(parts=2, papers=3, entries=4)
    assert places() == [(1, 1, "transformer"), (1, 2, "gpt-1"), (2, 1, "sequences"), (2, 2, "transformer")]
    assert list(Paper.objects.values_list("number", "key")) == [(1, "transformer"), (2, "gpt-1"), (3, "sequences")]
    assert list(Entry.objects.filter(paper__key="transformer").values_list("title_seed", flat=True)) == [
        "Attention is all you need!",
        "Attention, once more",
    ]


def test_what_is_not_known_stays_unknown(files):
    load_list(files(TOPIC))
    paper = Paper.objects.get()
    assert (paper.year, paper.month, paper.arxiv_id, paper.doi, paper.url) == (None, None, None, None, "")
    assert paper.authors == paper.aliases == []


def test_loading_again_changes_nothing(files):
    folder = files(ATTENTION + GPT, TOPIC + AGAIN)
    load_list(folder)
    before = everything()
    assert load_list(folder) == Counts()
    assert everything() == before


def test_the_whole_list_loads_twice_as_once(db):
    first = load_list()
    before = everything()
    assert first == Counts(parts=7, papers=97, entries=102)
    assert load_list() == Counts()
    assert everything() == before


def test_what_a_member_edited_stays_and_the_rest_is_corrected(files):
    load_list(files(ATTENTION))
    Paper.objects.update(title="Attention!", month=7)
    Part.objects.update(title_zh="基础")
    Entry.objects.update(title_seed="As I read it")
    corrected = ATTENTION.replace("Attention Is All You Need", "Attention Is All We Need").replace("2017", "2018")
    load_list(files(corrected.replace("need!", "need").replace("Noam", "N.")))
    paper = Paper.objects.get()
    assert (paper.title, paper.month) == ("Attention!", 7)
    assert (paper.year, paper.authors) == (2018, ["Ashish Vaswani", "N. Shazeer"])
    assert Part.objects.get().title_zh == "基础"
    assert Entry.objects.get().title_seed == "As I read it"


def test_an_edit_also_survives_loadings_that_change_nothing(files):
    folder = files(ATTENTION + GPT)
    load_list(folder)
    Paper.objects.filter(key="gpt-1").update(title="GPT", year=2018)
    Link.objects.all().delete()
    Entry.objects.filter(position=1).update(title_seed="As I read it")
    before = everything()
    load_list(folder)
    load_list(folder)
    assert everything() == before


def test_a_corrected_title_of_the_curator_arrives(files):
    load_list(files(ATTENTION))
    load_list(files(ATTENTION.replace("need!", "need")))
    assert Entry.objects.get().title_seed == "Attention is all you need"


def test_entries_follow_the_files_while_nobody_moved_them(files):
    load_list(files(ATTENTION + GPT))
    first = Entry.objects.get(paper__key="gpt-1").pk
    assert load_list(files(TOPIC + GPT + ATTENTION)) == Counts(papers=1, entries=1)
    assert places() == [(1, 1, "sequences"), (1, 2, "gpt-1"), (1, 3, "transformer")]
    assert Entry.objects.get(paper__key="gpt-1").pk == first
    # Numbers are people's bookmarks: they stay, and the new paper gets the next one.
    assert dict(Paper.objects.values_list("key", "number")) == {"transformer": 1, "gpt-1": 2, "sequences": 3}


def test_an_entry_may_move_to_another_part(files):
    load_list(files(ATTENTION + GPT, TOPIC))
    load_list(files(ATTENTION, TOPIC + GPT))
    assert places() == [(1, 1, "transformer"), (2, 1, "sequences"), (2, 2, "gpt-1")]
    assert Paper.objects.count() == 3


def test_an_entry_that_is_taken_out_of_the_files_leaves_its_place_but_the_paper_stays(files):
    load_list(files(ATTENTION + GPT))
    load_list(files(GPT))
    assert places() == [(1, 1, "gpt-1")]
    assert Paper.objects.filter(key="transformer").exists()


def test_entries_that_organisers_moved_stay_where_they_are(files):
    folder = files(ATTENTION + GPT)
    load_list(folder)
    Entry.objects.filter(paper__key="transformer").update(position=3)
    load_list(folder)
    assert places() == [(1, 2, "gpt-1"), (1, 3, "transformer")]
    load_list(files(TOPIC + ATTENTION + GPT))
    assert places() == [(1, 2, "gpt-1"), (1, 3, "transformer"), (1, 4, "sequences")]


def test_an_entry_that_organisers_took_out_does_not_come_back(files):
    folder = files(ATTENTION + GPT)
    load_list(folder)
    Entry.objects.filter(paper__key="transformer").delete()
    assert load_list(folder) == Counts()
    assert places() == [(1, 2, "gpt-1")]


def test_a_corrected_link_arrives_and_an_edited_one_stays(files):
    load_list(files(ATTENTION))
    load_list(files(ATTENTION.replace("org/t2t", "org/tensor2tensor")))
    assert Link.objects.get().url == "https://example.org/tensor2tensor"
    Link.objects.update(title="My words")
    load_list(files(ATTENTION.replace("org/t2t", "org/tensor2tensor").replace("The code", "Their code")))
    assert Link.objects.get().title == "My words"


def test_a_link_that_a_member_took_away_does_not_come_back(files):
    load_list(files(ATTENTION))
    Link.objects.all().delete()
    load_list(files(ATTENTION.replace("The code", "Their code")))
    assert not Link.objects.exists()


def test_a_paper_that_somebody_added_keeps_its_number(files, a_paper):
    a_paper("Adam")
    load_list(files(ATTENTION))
    assert dict(Paper.objects.values_list("title", "number")) == {"Adam": 1, "Attention Is All You Need": 2}


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        (["[[entry]\n"], ["part-1.toml", "TOML"]),
        ([TOPIC.replace('kind = "topic"', "")], ["part-1.toml", "entry 1 (“sequences”)", "“kind” is missing"]),
        ([TOPIC.replace('"topic"', '"novel"')], ["entry 1 (“sequences”)", "novel"]),
        ([GPT, TOPIC + "arxivid = '1'"], ["part-2.toml", "“sequences”", "arxivid"]),
        ([TOPIC + "year = '2017'"], ["“sequences”", "“year”"]),
        ([TOPIC + "authors = 'Ann'"], ["“sequences”", "“authors”"]),
        ([TOPIC + "authors = [1]"], ["“sequences”", "“authors”"]),
        ([TOPIC + "month = 6"], ["“sequences”", "“month”"]),
        ([TOPIC + "year = 2017\nmonth = 13"], ["“sequences”", "“month”"]),
        ([TOPIC + "url = 'arxiv'"], ["“sequences”", "“url”"]),
        ([TOPIC + "links = [{ title = 'x' }]"], ["“sequences”", "a link has"]),
        ([TOPIC + f"doi = '{'1' * 300}'"], ["“sequences”", "“doi”"]),
        ([AGAIN + ATTENTION], ["entry 1 (“Attention, once more”)", "“transformer”"]),
        ([GPT + GPT], ["entry 2 (“gpt-1”)", "same key"]),
        ([ATTENTION + TOPIC + 'arxiv_id = "1706.03762"'], ["entry 2 (“sequences”)", "arXiv id or DOI"]),
        (["entry = [1]"], ["part-1.toml", "entry 1"]),
        (["entry = 1"], ["part-1.toml", "“entry”"]),
        ([], ["no files"]),
    ],
)
def test_a_broken_file_is_refused_whole_naming_the_entry(files, parts, names):
    with pytest.raises(BrokenSeed) as refused:
        load_list(files(*parts))
    sentence = str(refused.value)
    assert all(name in sentence for name in names), sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert not Part.objects.exists()
    assert not Paper.objects.exists()


def test_the_command_exits_with_the_sentence(files, monkeypatch):
    folder = files(TOPIC.replace('"topic"', '"novel"'))
    folder.joinpath("list").mkdir()
    folder.joinpath("part-1.toml").rename(folder / "list" / "part-1.toml")
    monkeypatch.setattr(seeding, "SEEDS", folder)
    with pytest.raises(CommandError, match=r"part-1\.toml, entry 1 \(“sequences”\)") as refused:
        call_command("seed")
    assert refused.value.returncode == 1
    assert not Part.objects.exists()
