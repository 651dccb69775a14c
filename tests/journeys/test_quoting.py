"""Quoting a passage of the paper with its page."""

import pytest
from playwright.sync_api import expect

from papers.notes.models import Note
from tests.journeys.conftest import SIZES


@pytest.mark.parametrize("size", SIZES)
def test_a_passage_is_quoted_with_its_page(browse, a_paper, bob, size):
    paper = a_paper(arxiv_id="2001.08361", arxiv_version=2)
    page = browse(bob, size=size)
    page.goto(f"/papers/{paper.number}/")
    field = page.locator("#note-form textarea").first
    field.fill("They say:")
    quote = page.locator("#note-form").get_by_role("link", name="Quote a passage")
    quote.click()
    expect(field).to_be_focused()
    expect(field).to_have_value("They say:\n\n>  (p. …)\n")
    page.keyboard.insert_text("The loss falls.")
    expect(field).to_have_value("They say:\n\n> The loss falls. (p. …)\n")
    # Words that are there already become the quote, and the page is what is missing.
    field.fill("One line\nand another")
    field.select_text()
    quote.click()
    page.keyboard.type("7")
    expect(field).to_have_value("> One line\n> and another (p. 7)\n")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator(".note blockquote a")).to_have_attribute("href", "https://arxiv.org/pdf/2001.08361#page=7")
    assert Note.objects.get().anchors == [{"quote": "One line and another", "page": 7, "version": 2}]


def test_without_scripts_the_help_says_how(browse, a_paper, bob):
    page = browse(bob, java_script_enabled=False)
    page.goto(f"/papers/{a_paper().number}/")
    with page.context.expect_page() as opened:
        page.locator("#note-form").get_by_role("link", name="Quote a passage").click()
    expect(opened.value.locator("#quotes")).to_contain_text("(v2 p. 7)")
