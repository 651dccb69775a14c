"""The seed files of the reading list: their shape, and a few facts that must never drift."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
KINDS = {"paper", "report", "survey", "library", "blog", "list", "topic"}
LINK_KINDS = {"blog", "video", "code", "slides", "data", "project", "pdf", "other"}
FACTS = {
    "key",
    "title_seed",
    "title",
    "aliases",
    "kind",
    "authors",
    "authors_complete",
    "year",
    "month",
    "arxiv_id",
    "doi",
    "url",
    "links",
}
REMARKS = {"remark_zh", "remark_en", "correction_zh", "correction_en", "correction_source"}
CHINESE = re.compile("[\u4e00-\u9fff]")
# Titles counted by hand in the curator's list; the counts in its headings are not all right.
ENTRIES = {1: 10, 2: 39, 3: 7, 4: 11, 5: 21, 6: 3, 7: 11}
# Where the curator names a work again: (part, position) and the work's first place.
REPEATS = {
    (2, 30): (2, 10),
    (2, 39): (2, 35),
    (4, 10): (1, 2),
    (4, 11): (1, 1),
    (6, 2): (1, 4),
}
# Published elsewhere before they came to arXiv.
OLDER_THAN_ARXIV_ID = {"clip": (2021, 1), "dall-e": (2021, 1)}
NOT_A_PAPER = {
    "gpt-1": "report",
    "gpt-2": "report",
    "gpt-4": "report",
    "icl-paperlist": "list",
    "efficient-sequence-modeling": "topic",
    "llm-kg-roadmap": "survey",
    "alpaca": "blog",
    "sam-survey": "survey",
    "pfm-survey": "survey",
    "prompt-survey": "survey",
    "harnessing-llms": "survey",
}
# key: (part and position), title, first author, number of authors, (year, month), arXiv id
WELL_KNOWN = {
    "gpt-1": (
        (1, 1),
        "Improving Language Understanding by Generative Pre-Training",
        "Alec Radford",
        4,
        (2018, 6),
        None,
    ),
    "t5": (
        (1, 4),
        "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
        "Colin Raffel",
        9,
        (2019, 10),
        "1910.10683",
    ),
    "palm": (
        (1, 7),
        "PaLM: Scaling Language Modeling with Pathways",
        "Aakanksha Chowdhery",
        67,
        (2022, 4),
        "2204.02311",
    ),
    "transformer": ((2, 1), "Attention Is All You Need", "Ashish Vaswani", 8, (2017, 6), "1706.03762"),
    "cot": (
        (2, 9),
        "Chain-of-Thought Prompting Elicits Reasoning in Large Language Models",
        "Jason Wei",
        9,
        (2022, 1),
        "2201.11903",
    ),
    "trpo": ((2, 13), "Trust Region Policy Optimization", "John Schulman", 5, (2015, 2), "1502.05477"),
    "ppo": ((2, 14), "Proximal Policy Optimization Algorithms", "John Schulman", 5, (2017, 7), "1707.06347"),
    "lora": (
        (2, 19),
        "LoRA: Low-Rank Adaptation of Large Language Models",
        "Edward J. Hu",
        8,
        (2021, 6),
        "2106.09685",
    ),
    "llama": (
        (3, 1),
        "LLaMA: Open and Efficient Foundation Language Models",
        "Hugo Touvron",
        14,
        (2023, 2),
        "2302.13971",
    ),
    "vit": (
        (5, 2),
        "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale",
        "Alexey Dosovitskiy",
        12,
        (2020, 10),
        "2010.11929",
    ),
    "vae": ((5, 5), "Auto-Encoding Variational Bayes", "Diederik P. Kingma", 2, (2013, 12), "1312.6114"),
    "ddpm": ((5, 6), "Denoising Diffusion Probabilistic Models", "Jonathan Ho", 3, (2020, 6), "2006.11239"),
    "resnet": (
        (7, 5),
        "Deep Residual Learning for Image Recognition",
        "Kaiming He",
        4,
        (2015, 12),
        "1512.03385",
    ),
    "chinchilla": (
        (7, 8),
        "Training Compute-Optimal Large Language Models",
        "Jordan Hoffmann",
        22,
        (2022, 3),
        "2203.15556",
    ),
}


def load(name):
    with (SEEDS / name).open("rb") as file:
        return tomllib.load(file)


PARTS = {number: load(f"list/part-{number}.toml") for number in ENTRIES}
PLACES = [
    ((number, position), entry)
    for number, part in PARTS.items()
    for position, entry in enumerate(part["entry"], start=1)
]
WORKS = {entry["key"]: entry for _, entry in PLACES if "key" in entry}
FIRST = {entry["key"]: place for place, entry in PLACES if "key" in entry}

MENTIONED = load("list/mentioned.toml")["entry"]
each_work = pytest.mark.parametrize("work", WORKS.values(), ids=WORKS.keys())


def test_no_other_files():
    parts = {f"part-{number}.toml" for number in ENTRIES}
    files = parts | {"mentioned.toml", "lineage.toml", "timeline.toml"}
    assert {path.name for path in (SEEDS / "list").iterdir()} == files


@pytest.mark.parametrize("number", ENTRIES)
def test_parts(number):
    part = PARTS[number]
    assert set(part) == {"number", "title_zh", "title_en", "entry"}
    assert part["number"] == number
    assert not part["title_zh"].startswith("第"), "the number says it"
    assert "篇" not in part["title_zh"]
    assert part["title_en"].isascii()
    assert len(part["entry"]) == ENTRIES[number]


def test_each_entry_has_facts_or_points_back():
    earlier = set()
    for place, entry in PLACES:
        assert entry["title_seed"] == " ".join(entry["title_seed"].split()) != "", place
        if "again" in entry:
            assert set(entry) - REMARKS - {"links"} == {"title_seed", "again"}, place
            assert entry["again"] in earlier, place
        else:
            assert set(entry) <= FACTS | REMARKS, place
            assert {"key", "title", "kind"} <= set(entry), place
            assert entry["key"] not in earlier, place
            earlier.add(entry["key"])
    assert len(earlier) == sum(ENTRIES.values()) - len(REPEATS) == 97


def test_repeats():
    assert {place: FIRST[entry["again"]] for place, entry in PLACES if "again" in entry} == REPEATS


@each_work
def test_facts(work):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", work["key"])
    assert work["kind"] in KINDS
    texts = [work["title"], *work.get("aliases", []), *work.get("authors", [])]
    assert all(text and text == " ".join(text.split()) for text in texts)
    # Absence says that something is unknown; an empty value says nothing.
    assert all(value not in ("", [], None) for value in work.values())
    assert work.get("authors_complete", False) is False
    for field in ("aliases", "authors"):
        assert len(set(work.get(field, []))) == len(work.get(field, []))


@each_work
def test_authors(work):
    authors = work.get("authors", [])
    if work["kind"] not in ("list", "topic"):
        assert authors
    for name in authors:
        assert not re.search(r"\bet al\b|\bothers\b|[,;:()*\d]", name)


@each_work
def test_dates(work):
    if "month" in work:
        assert "year" in work
        assert 1 <= work["month"] <= 12
    if "year" in work:
        assert 2013 <= work["year"] <= 2023
    if work["kind"] not in ("list", "topic"):
        assert "month" in work


@each_work
def test_ids(work):
    if "arxiv_id" in work:
        match = re.fullmatch(r"(\d\d)(0[1-9]|1[0-2])\.(\d{4,5})", work["arxiv_id"])
        assert match
        # Five digits after the point since January 2015.
        assert len(match[3]) == (5 if int(match[1]) >= 15 else 4)
        assert work["url"] == f"https://arxiv.org/abs/{work['arxiv_id']}"
        of_the_id = (2000 + int(match[1]), int(match[2]))
        published = (work["year"], work["month"])
        assert published == OLDER_THAN_ARXIV_ID.get(work["key"], of_the_id)
        assert published <= of_the_id
    if "doi" in work:
        assert re.fullmatch(r"10\.\d{4,9}/\S+", work["doi"])
    if work["kind"] == "topic":
        assert not {"arxiv_id", "doi", "url"} & set(work)
    else:
        assert work["url"].startswith("https://")


@each_work
def test_links(work):
    links = work.get("links", [])
    # A lost address is left out; then the title tells the links apart.
    addresses = [link.get("url", link["title"]) for link in links]
    assert len({work.get("url"), *addresses}) == 1 + len(addresses)
    for link in links:
        assert set(link) | {"url"} == {"kind", "url", "language", "title"}
        assert link["kind"] in LINK_KINDS
        assert re.fullmatch(r"https://\S+", link.get("url", "https://lost"))
        assert link["language"] in ("en", "zh")
        assert link["title"]


@pytest.mark.parametrize("field", ["arxiv_id", "doi", "url", "title"])
def test_no_two_works_share_an_id(field):
    values = [work[field].casefold() for work in WORKS.values() if field in work]
    assert len(set(values)) == len(values)


def test_what_is_not_a_paper():
    assert {key: work["kind"] for key, work in WORKS.items() if work["kind"] != "paper"} == NOT_A_PAPER


@pytest.mark.parametrize("key", WELL_KNOWN)
def test_well_known_facts(key):
    place, title, first_author, authors, published, arxiv_id = WELL_KNOWN[key]
    work = WORKS[key]
    assert FIRST[key] == place
    assert work["title"] == title
    assert work["authors"][0] == first_author
    assert len(work["authors"]) == authors
    assert (work["year"], work["month"]) == published
    assert work.get("arxiv_id") == arxiv_id


def test_remarks_stand_in_both_languages():
    for place, entry in PLACES:
        for name in ("remark", "correction"):
            zh, en = entry.get(f"{name}_zh", ""), entry.get(f"{name}_en", "")
            assert bool(zh) == bool(en), place
            assert not zh or CHINESE.search(zh), place
            assert not CHINESE.search(en), place
        assert bool(entry.get("correction_zh")) == bool(entry.get("correction_source")), place


def test_what_is_only_mentioned_is_no_work_of_the_list():
    assert len(MENTIONED) == 56
    assert not {work["key"] for work in MENTIONED} & set(WORKS)
    for work in MENTIONED:
        assert set(work) <= FACTS - {"title_seed"}, work["key"]
        assert work["kind"] in KINDS
        assert not any(re.search(r"\bet al\b", name) for name in work.get("authors", []))


def test_the_lineage_names_works_and_says_why():
    keys = {*WORKS, *(work["key"] for work in MENTIONED)}
    edges = load("list/lineage.toml")["edge"]
    assert len(edges) == len({(edge["from"], edge["to"], edge["kind"]) for edge in edges}) >= 117
    for edge in edges:
        assert {edge["from"], edge["to"]} <= keys, edge
        assert edge["source"] in ("stated", "implied", "background")
        assert edge["evidence_zh"].endswith(("。", "。）")), edge
        assert edge["evidence_en"].endswith((".", ".)")), edge
        assert not CHINESE.search(edge["evidence_en"]), edge


def test_the_timeline_is_that_of_the_vision_models():
    timeline = load("list/timeline.toml")
    events = [
        (event["said"], key) for stage in timeline["stage"] for event in stage["events"] for key in event["papers"]
    ]
    assert timeline["entry"] == "detr"
    assert (events[0], events[-1]) == (("2014", "r-cnn"), ("2023-03", "gpt-4"))
    assert len(events) == 25


def test_group():
    assert load("group.toml") == {
        "name_zh": "ChatGPT之100篇论文阅读组",
        "name_en": "ChatGPT paper reading group",
        "starts_on": date(2023, 2, 27),
        "first_goal": 100,
        "goal": 150,
        "weeks": 26,
        "papers_per_week": 6,
        "time_zone": "Asia/Shanghai",
        "language": "zh-hans",
    }
