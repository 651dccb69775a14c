"""Loading the list again and again: nothing twice, corrections arrive, and what people changed stays."""

import pytest
from django.core.management import CommandError, call_command

from papers.catalogue import seeding
from papers.catalogue.models import Entry, Lineage, Link, Milestone, Paper, Part
from papers.catalogue.seed_files import BrokenSeed
from papers.catalogue.seeding import Counts, load_list
from tests.catalogue.conftest import AGAIN, ATTENTION, GPT, TOPIC

pytestmark = pytest.mark.django_db


def places() -> list[tuple[int, int, str]]:
    return list(
        Entry.objects.order_by("part__number", "position").values_list("part__number", "position", "paper__key")
    )


def everything() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Part, Paper, Entry, Link, Lineage, Milestone)]


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
    assert first == Counts(parts=7, papers=97, entries=102, mentioned=56, edges=Lineage.objects.count())
    assert first.edges >= 117
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
        ([TOPIC + "links = [{ language = 'zh' }]"], ["“sequences”", "a link has"]),
        ([TOPIC + "correction_source = 'arXiv'"], ["“sequences”", "correction in both languages"]),
        ([TOPIC + "remark_en = 1"], ["“sequences”", "“remark_en”"]),
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


REMARKED = TOPIC + 'remark_zh = "说明 $x^2$。"\nremark_en = "As he says."\n'


def test_remarks_are_rendered_once_and_follow_the_files_until_somebody_edits_them(files):
    load_list(files(REMARKED))
    entry = Entry.objects.get()
    assert "<math" in entry.html["remark_zh"]
    assert entry.html["remark_en"] == "<p>As he says.</p>\n"
    Entry.objects.update(remark_en="As I say.")
    load_list(files(REMARKED.replace("he says", "he said").replace("说明", "解释")))
    entry.refresh_from_db()
    assert (entry.remark_zh, entry.remark_en) == ("解释 $x^2$。", "As I say.")
    assert "解释" in entry.html["remark_zh"]


def test_a_remark_follows_the_files_also_where_organisers_changed_the_order(files):
    load_list(files(GPT + REMARKED))
    Entry.objects.filter(position=1).update(position=3)
    load_list(files(GPT + REMARKED.replace("he says", "he said")))
    assert list(Entry.objects.order_by("position").values_list("position", "remark_en")) == [
        (2, "As he said."),
        (3, ""),
    ]


def test_a_link_whose_address_was_lost_is_kept_without_one(files):
    lost = "links = [{ kind = 'blog', title = '解读一' }, { kind = 'blog', title = '解读二' }]"
    load_list(files(TOPIC + lost))
    assert list(Link.objects.values_list("url", "title")) == [(None, "解读一"), (None, "解读二")]
    Link.objects.filter(title="解读一").delete()
    load_list(files(TOPIC + lost.replace("解读二", "解读三")))
    assert list(Link.objects.values_list("title", flat=True)) == ["解读三"]


MENTIONED = """
[[entry]]
key = "bert"
title = "BERT"
kind = "paper"
year = 2018
"""
EDGE = """
[[edge]]
from = "gpt-1"
to = "transformer"
kind = "builds_on"
source = "stated"
evidence_zh = "GPT 用的是解码器。"
evidence_en = "GPT uses the decoder."
"""


@pytest.fixture
def lineage(files):
    """Write a list of two papers, one that is only mentioned, and these edges; return the folder."""

    def write(edges: str):
        folder = files(ATTENTION + GPT)
        folder.joinpath("mentioned.toml").write_text(MENTIONED, encoding="utf-8")
        folder.joinpath("lineage.toml").write_text(edges or "edge = []", encoding="utf-8")
        return folder

    return write


def test_what_is_only_mentioned_is_numbered_after_the_list_and_not_on_it(lineage):
    assert load_list(lineage(EDGE)) == Counts(parts=1, papers=2, entries=2, mentioned=1, edges=1)
    assert list(Paper.objects.values_list("number", "key", "on_list")) == [
        (1, "transformer", True),
        (2, "gpt-1", True),
        (3, "bert", False),
    ]


def test_what_was_only_mentioned_comes_onto_the_list_under_its_number(lineage, files):
    folder = lineage(EDGE)
    load_list(folder)
    folder.joinpath("mentioned.toml").unlink()
    load_list(files(ATTENTION + GPT + MENTIONED.replace("title =", 'title_seed = "BERT"\ntitle =')))
    assert Paper.objects.filter(key="bert", number=3, on_list=True, entries__position=3).exists()


def test_edges_follow_the_files_until_somebody_edits_or_takes_them_away(lineage):
    other = EDGE.replace("builds_on", "compares")
    load_list(lineage(EDGE + other))
    Lineage.objects.filter(kind="builds_on").update(evidence_en="Mine.")
    changed = EDGE.replace("uses the", "takes the")
    load_list(lineage(changed.replace("用的是", "采用")))
    edge = Lineage.objects.get()
    assert (edge.evidence_zh, edge.evidence_en) == ("GPT 采用解码器。", "Mine.")
    Lineage.objects.update(removed_at="2023-03-01T00:00Z")
    load_list(lineage(changed))
    assert Lineage.objects.get().removed_at is not None


def test_an_edge_that_a_member_added_is_never_touched(lineage, bob):
    load_list(lineage(""))
    gpt, attention = Paper.objects.get(key="gpt-1"), Paper.objects.get(key="transformer")
    Lineage.objects.create(source=gpt, target=attention, kind="builds_on", evidence_en="Mine.", added_by=bob)
    load_list(lineage(EDGE))
    load_list(lineage(""))
    assert Lineage.objects.get().evidence_en == "Mine."


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        (EDGE.replace('"transformer"', '"nobody"'), ["no entry has the key “nobody”"]),
        (EDGE.replace('"transformer"', '"gpt-1"'), ["cannot lead to itself"]),
        (EDGE.replace("builds_on", "likes"), ["“kind”"]),
        (EDGE.replace('evidence_en = "GPT uses the decoder."', ""), ["“evidence_en” is missing"]),
        (
            EDGE
            + EDGE.replace('"gpt-1"', '"bert"').replace('"transformer"', '"gpt-1"')
            + EDGE.replace('"gpt-1"', '"x"').replace('"transformer"', '"bert"').replace('"x"', '"transformer"'),
            ["“transformer” builds on “bert”, but bert → gpt-1 → transformer as well"],
        ),
    ],
)
def test_a_broken_edge_is_refused_whole(lineage, edges, words):
    with pytest.raises(BrokenSeed, match=r"lineage\.toml") as refused:
        load_list(lineage(edges))
    assert all(word in str(refused.value) for word in words), str(refused.value)
    assert not Paper.objects.exists()


def test_a_timeline_stands_under_the_first_place_of_its_work(lineage):
    folder = lineage("")
    said = """
entry = "gpt-1"
[[stage]]
title_zh = "早期"
title_en = "Early"
events = [{ said = "2017", papers = ["transformer", "bert"] }, { said = "2018-06", papers = ["gpt-1"] }]
"""
    folder.joinpath("timeline.toml").write_text(said, encoding="utf-8")
    load_list(folder)
    load_list(folder)
    assert list(Milestone.objects.values_list("entry__paper__key", "stage_en", "said", "paper__key")) == [
        ("gpt-1", "Early", "2017", "transformer"),
        ("gpt-1", "Early", "2017", "bert"),
        ("gpt-1", "Early", "2018-06", "gpt-1"),
    ]
    folder.joinpath("timeline.toml").write_text(said.replace("bert", "roberta"), encoding="utf-8")
    with pytest.raises(BrokenSeed, match="no entry has the key “roberta”"):
        load_list(folder)
