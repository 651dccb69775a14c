"""A list as people really write it: bullets in the wrong places, glued titles, a table of contents, prose.

The list is our own, with the quirks of the one this product was made for; `make check-seed FILE=…` reads the real one.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.formats import markdown
from papers.formats.records import Place, Record

# The fate and the text of each piece, in order.
PIECES = [
    ("skipped", "目录"),
    ("skipped", "第一部分 基础模型(2篇,总2篇)"),
    ("skipped", "第二部分 关键技术(3篇,总5篇)"),
    ("skipped", "前言"),
    ("skipped", "- 这一行在清单开始之前,不是论文"),
    ("part", "第一部分 基础模型(2篇,总2篇)"),
    ("row", "- Improving Language Understanding by Generative Pre-Training"),
    ("attached", "GPT原始论文 -"),
    ("row", "Language Models are Unsupervised Multitask Learners"),
    ("attached", "GPT2原始论文"),
    ("row", "Training language models to follow instructions with human feedback"),
    ("attached", "InstructGPT原始论文"),
    ("part", "第二部分 关键技术(4篇,总6篇)"),
    ("skipped", "-"),
    ("row", "Attention Is All You Need"),
    ("attached", "Transformer原始论文 -"),
    ("row", "Noisy Channel Prompting ~ https://arxiv.org/pdf/2108.04106.pdf"),
    ("skipped", "-"),
    ("row", "https://github.com/dqxiu/ICL_PaperList"),
    ("attached", "研究梳理 -"),
    ("row", "TRPO论文"),
    ("row", "- Proximal Policy Optimization Algorithms"),
    ("attached", "2017年发布,细节很好"),
    ("row", "RLHF原始论文"),
    ("row", "- 《The Natural Language Decathlon:Multitask Learning as Question Answering》"),
    ("attached", "从palm - flan palm(微调) - instruction prompt-tuned,是一条路线"),
    ("attached", "提出了GLM框架"),
    ("row", "GLM-130B: AN OPEN BILINGUAL PRE-TRAINED MODEL"),
    ("attached", "1) sending and receiving images"),
    ("attached", "2014 R-CNN"),
    ("skipped", ""),
    ("row", "- Large language models are zero-shot reasoners. arXiv preprint arXiv:2205.11916, 2022"),
]
# Pieces that stand in one line, by the place of the first: the bullet of the second is in the middle of the line.
GLUED = {9: " - ", 22: " - ", 26: "- "}


def text() -> str:
    lines, glue = [], None
    for at, (_fate, piece) in enumerate(PIECES):
        if glue is None:
            lines.append(piece)
        else:
            lines[-1] += glue + piece
        glue = GLUED.get(at)
    return "\n".join(lines)


def test_every_piece_gets_its_fate():
    found = [(line.fate, line.text.strip()) for line in markdown.lines_of(text())]
    assert found == [(fate, piece.strip()) for fate, piece in PIECES]


def test_no_line_is_lost():
    source = text()
    numbers = {line.number for line in markdown.lines_of(source)}
    assert numbers == set(range(1, len(source.splitlines()) + 1))


def test_the_rows_become_records_in_their_parts():
    records = markdown.records_of(markdown.lines_of(text()))
    assert [(record.places[0].part_title, record.places[0].position) for record in records][:4] == [
        ("基础模型", 1),
        ("基础模型", 2),
        ("基础模型", 3),
        ("关键技术", 1),
    ]
    by_title = {record.title: record for record in records}
    assert by_title["Noisy Channel Prompting"].arxiv_id == "2108.04106"
    assert by_title["Noisy Channel Prompting"].url == "https://arxiv.org/pdf/2108.04106.pdf"
    assert "The Natural Language Decathlon:Multitask Learning as Question Answering" in by_title
    assert by_title["Improving Language Understanding by Generative Pre-Training"].places[0].remark_zh == "GPT原始论文"
    assert by_title["Proximal Policy Optimization Algorithms"].places[0].remark_zh == "2017年发布,细节很好"


def test_markdown_links_headings_and_numbers():
    records = markdown.records_of(
        markdown.lines_of(
            "# Ours\n## Part one\n1. [A title](https://example.org/a)\n2. **Another**\n\n## Two\n3. Third\n"
        )
    )
    assert [(record.title, record.url, record.places[0].part_title) for record in records] == [
        ("A title", "https://example.org/a", "Part one"),
        ("Another", "", "Part one"),
        ("Third", "", "Two"),
    ]


@pytest.mark.parametrize("behind", [",这是解读之一", "(论文地址)", ",发表于21年3月"])
def test_what_is_said_behind_a_title_is_no_part_of_it(behind):
    (record,) = markdown.records_of(markdown.lines_of(f"- Swin Transformer: Hierarchical Vision{behind}"))
    assert record.title == "Swin Transformer: Hierarchical Vision"
    assert record.places[0].remark_zh == behind.strip(",()")


def test_plain_lines_are_a_list_too():
    records = markdown.records_of(markdown.lines_of("First title\nSecond title\n\nThird title\n"))
    assert [record.title for record in records] == ["First title", "Second title", "Third title"]


def test_other_fates_make_other_rows():
    lines = markdown.lines_of("- One\nremark\nTwo\n")
    changed = markdown.with_fates(lines, ["row", "attached", "row"])
    assert [record.title for record in markdown.records_of(changed)] == ["One", "Two"]
    with pytest.raises(ValueError, match="fate"):
        markdown.with_fates(lines, ["row", "eaten", "row"])
    with pytest.raises(ValueError, match="argument"):
        markdown.with_fates(lines, ["row"])


def test_what_is_written_is_a_list_again():
    records = [
        Record(
            "One [with brackets]", number=1, authors=("Ann Lee",), year=2020, places=(Place(1, "Part", 1, "评语。"),)
        ),
        Record("Two", number=2, url="https://example.org", places=(Place(1, "Part", 2),)),
    ]
    rows = markdown.rows_of(markdown.lines_of(markdown.write(records)))
    assert [row.part for row in rows] == ["Part", "Part"]
    assert "One (with brackets)" in rows[0].text
    assert rows[0].attached == ("Ann Lee; 2020", "评语。")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "- A title here",
                "-",
                "x -",
                "第一部分 x",
                "# H",
                "",
                "说明 - A Long Title Here",
                "1. y",
                "\t",
                "- [ ] z",
            ]
        ),
        max_size=30,
    )
)
def test_any_lines_can_be_read_and_none_is_lost(lines):
    source = "\n".join(lines)
    found = markdown.lines_of(source)
    assert {line.number for line in found} == set(range(1, len(source.splitlines()) + 1))
    assert all(line.fate in markdown.FATES for line in found)
    markdown.records_of(found)
