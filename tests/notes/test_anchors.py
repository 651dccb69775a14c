"""Passages that notes quote: which they are, and where they stand in a newer version."""

import datetime as dt

import pytest

from papers import markup
from papers.notes import actions, refinding
from papers.notes.anchors import anchors_of, moved, page_with
from papers.notes.models import Note
from papers.sources import asking, pdf
from papers.sources.asking import Unreadable
from tests.sources.answers import ENTRY, FEED
from tests.sources.conftest import source as source_of_facts  # noqa: F401 - arXiv on this machine
from tests.sources.pdfs import a_pdf

NOW = dt.datetime(2023, 3, 2, 12, tzinfo=dt.UTC)
QUOTE = "> We find that the loss falls smoothly with compute. (v1 p. 2)\n\nIs that so?"
PAGES = [
    "Scaling laws. An abstract.",
    "Nothing. 训练语言模型以遵循指令",
    "The loss falls smooth-\nly with com-\npute as a power law.",
]


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ("> Words. (v2 p. 7)", [("Words.", 7, 2)]),
        ("> Words\n> of two lines (v2, pp. 7-8).", [("Words of two lines", 7, 2)]),
        ("> 训练语言模型（v3，第 12 页）", [("训练语言模型", 12, 3)]),
        ("> Words (page 7)", [("Words", 7, None)]),
        ("> One (p. 1)\n\nand\n\n> > Two (p. 2)", [("One", 1, None), ("Two", 2, None)]),
        ("> With $x^2$ and **marks** (p. 3)", [("With x² and marks", 3, None)]),
        ("> Words alone", []),
        ("> (p. 7)", []),
        ("No quote (p. 7)", []),
        ("```\n> code (p. 7)\n```", []),
        ("> Words (p. 0)", []),
        ("> (p. 7) comes first", []),
    ],
)
def test_a_passage_is_a_quote_that_ends_in_its_place(text, passages):
    assert [(one.quote, one.page, one.version) for one in markup.passages_in(text)] == passages


def test_a_passage_is_no_copy_of_the_paper():
    long = markup.passages_in(f"> {'word ' * 200}(p. 7)")
    assert [len(one.quote) for one in long] == [300]
    assert len(markup.passages_in("> Words (p. 7)\n\ntext\n\n" * 60)) == 50


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("(v2 p. 7)", "https://arxiv.org/pdf/2001.08361v2#page=7"),
        ("(p. 7)", "https://arxiv.org/pdf/2001.08361#page=7"),
        ("（v2，第 7 页）", "https://arxiv.org/pdf/2001.08361v2#page=7"),
    ],
)
def test_a_place_opens_the_source_at_its_page(a_paper, bob, place, url):
    note = actions.write_note(a_paper(arxiv_id="2001.08361"), f"As they say {place}.", by=bob)
    assert f'href="{url}"' in note.html
    assert f"{place}</a>" in note.html


def test_a_paper_elsewhere_is_opened_at_its_own_address_if_that_is_a_pdf(a_paper, bob):
    there = a_paper(url="https://example.org/paper.pdf")
    assert 'href="https://example.org/paper.pdf#page=7"' in actions.write_note(there, "See (p. 7).", by=bob).html
    page = a_paper(url="https://example.org/paper")
    assert "<a" not in actions.write_note(page, "See (p. 7).", by=bob).html


# --- Finding a passage


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        ("The loss falls smoothly with compute", 3),
        ("THE LOSS  falls\nsmoothly", 3),
        ("训练语言模型", 2),
        # A word has changed.
        ("The loss drops smoothly with compute as a power law", 3),
        ("The reward model is trained on comparisons", None),
        ("a power law", 3),
        ("a bower law", None),
        # It goes on over the end of the page.
        ("遵循指令 The loss falls", 2),
        (" \n", None),
    ],
)
def test_a_passage_is_found_again(quote, page):
    assert page_with(quote, PAGES, near=1) == page


def test_of_two_pages_the_nearer_one_is_meant():
    assert page_with("the same", ["the same", "x", "x", "The same"], near=3) == 4
    assert page_with("the same", [], near=3) is None


def test_what_was_found_stays_while_the_words_around_it_change():
    found = [{"quote": "Words.", "page": 7, "version": 1, "checked": 3, "found": None}]
    assert anchors_of("> Words. (v1 p. 7)\n\nMore.", 3, before=found) == found
    # The version that was the newest when it was written down goes on being meant.
    assert anchors_of("> Words. (p. 7)\n\nMore.", 3, before=found) == found
    assert anchors_of("> Words. (v1 p. 8)", 3, before=found) == [{"quote": "Words.", "page": 8, "version": 1}]
    assert anchors_of("> Words. (v1 p. 7)", 3, before=["?", {"quote": "Words."}]) == [
        {"quote": "Words.", "page": 7, "version": 1}
    ]


def test_only_what_moved_is_told():
    there = {"quote": "a", "page": 2, "version": 1, "checked": 3, "found": 2}
    anchors = [{"quote": "new", "page": 1, "version": 3}, there, there | {"found": 4}, there | {"found": None}]
    source = markup.Source("2001.08361")
    assert [(one.found, one.url) for one in moved(anchors, source)] == [
        (4, "https://arxiv.org/pdf/2001.08361v3#page=4"),
        (None, "https://arxiv.org/pdf/2001.08361v3#page=2"),
    ]


# --- PDFs


def test_the_words_of_a_pdf():
    assert pdf.pages_of(a_pdf([["First page."], ["The loss", "falls."]])) == ["First page.", "The loss\r\nfalls."]


@pytest.mark.parametrize("file", [b"", b"%PDF-1.4\nno more", b"<html>", a_pdf([["x"]])[:200]])
def test_what_is_no_pdf_is_refused(file):
    with pytest.raises(Unreadable):
        pdf.pages_of(file)


# --- Newer versions


@pytest.fixture
def arxiv(source_of_facts, settings, monkeypatch):  # noqa: F811
    """arXiv on this machine, with version 3 of a paper."""
    monkeypatch.setattr(asking, "PACE_SECONDS", 0)
    settings.ARXIV_PDF = settings.ARXIV_API.replace("/api/query", "/pdf")
    source_of_facts.bodies = {
        "/api/": FEED.format(entry=ENTRY.replace("1706.03762v7", "2001.08361v3")).encode(),
        "/pdf/": a_pdf([["Scaling laws"], ["Nothing"], ["We find that the loss falls smooth-", "ly with compute."]]),
    }
    return source_of_facts


@pytest.fixture
def note(a_paper, bob) -> Note:
    return actions.write_note(a_paper("Scaling Laws", arxiv_id="2001.08361", arxiv_version=1), QUOTE, by=bob)


def shown(client_of, member, note) -> str:
    return client_of(member).get(f"/papers/{note.paper.number}/").content.decode()


def test_a_passage_of_an_older_version_is_looked_for_in_the_newest(arxiv, note, alice, client_of):
    assert "in version 3" not in shown(client_of, alice, note)
    assert refinding.find_again(NOW) == 1
    assert [path.split("?")[0] for path, _headers in arxiv.asked] == ["/api/query", "/pdf/2001.08361v3"]
    html = shown(client_of, alice, note)
    assert '<a href="https://arxiv.org/pdf/2001.08361v3#page=3" rel="noopener">page 3</a> in version 3' in html
    note.paper.refresh_from_db()
    assert note.paper.arxiv_version == 3
    # Not again within a week; then its version is asked for, and nothing is read twice.
    assert refinding.find_again(NOW + dt.timedelta(days=6)) == 0
    assert refinding.find_again(NOW + dt.timedelta(days=7)) == 1
    assert len(arxiv.asked) == 3


def test_a_passage_that_is_gone_is_listed_as_not_found(arxiv, note, alice, client_of):
    arxiv.bodies["/pdf/"] = a_pdf([["Something else"]])
    refinding.find_again(NOW)
    assert "was not found in version 3" in shown(client_of, alice, note)


def test_what_was_written_meanwhile_is_not_overwritten(arxiv, note, bob, monkeypatch):
    read = pdf.pages_at

    def slow(*which):
        actions.edit_note(note, "> Others. (v1 p. 1)", 1, by=bob)
        return read(*which)

    monkeypatch.setattr(pdf, "pages_at", slow)
    refinding.find_again(NOW)
    note.refresh_from_db()
    assert note.anchors == [{"quote": "Others.", "page": 1, "version": 1}]


def test_a_source_that_is_busy_stops_nothing_and_is_asked_again_in_a_week(arxiv, note, caplog):
    arxiv.status = 503
    assert refinding.find_again(NOW) == 1
    assert "could not be looked for" in caplog.text
    note.refresh_from_db()
    assert "checked" not in note.anchors[0]
    arxiv.status = 200
    refinding.find_again(NOW + dt.timedelta(days=7))
    note.refresh_from_db()
    assert note.anchors[0]["found"] == 3


def test_nobody_asks_for_papers_that_no_note_quotes(arxiv, note, a_paper, bob):
    actions.write_note(a_paper(arxiv_id="1706.03762"), "> No place", by=bob)
    actions.delete_note(note, by=bob)
    assert (refinding.find_again(NOW), arxiv.asked) == (0, [])
