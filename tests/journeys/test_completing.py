"""Naming a member or a paper while writing: offered by pinyin, chosen with the keys or a finger."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SIZES


@pytest.fixture
def open_paper(browse, a_paper, a_member, bob):
    a_member("朱志远")
    a_member("朱元璋")
    paper = a_paper()
    a_paper("Proximal Policy Optimization Algorithms", number=33, aliases=["PPO"])

    def open_it(size: str):
        page = browse(bob, size=size)
        page.goto(f"/papers/{paper.number}/")
        return page

    return open_it


@pytest.mark.parametrize("size", SIZES)
def test_a_member_and_a_paper(open_paper, size):
    window = open_paper(size)
    field, offers = window.locator("#note-form textarea").first, window.locator("#completions")
    field.click()
    field.press_sequentially("我同意@zyz")
    expect(offers).to_have_count(1)
    expect(offers.get_by_role("option")).to_have_text(["朱元璋"])
    expect(window.locator("#announcer")).to_contain_text("1 suggestion")
    field.press("Backspace")
    expect(offers.get_by_role("option")).to_have_count(2)
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_be_focused()
    chosen = field.input_value()
    assert chosen in ("我同意@朱志远 ", "我同意@朱元璋 ")
    expect(offers).to_have_count(0)
    field.press_sequentially("see #ppo")
    expect(offers).to_have_count(1)
    box = offers.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= SIZES[size]["width"]
    offers.get_by_role("option").first.click()
    expect(field).to_have_value(chosen + "see #33 ")
    expect(field).to_be_focused()
    # It can be taken back as what is typed can.
    field.press("Control+z")
    expect(field).to_have_value(chosen + "see #ppo")


def test_who_types_before_it_is_loaded_is_offered_the_same(open_paper):
    window = open_paper("desktop")
    field, offers = window.locator("#note-form textarea").first, window.locator("#completions")
    held = []
    window.route("**/complete*.js", lambda route: held.append(route))  # noqa: PLW0108 - it takes no builtin
    field.click()
    field.press_sequentially("@zyz")
    expect(offers).to_have_count(0)
    held[0].continue_()
    expect(offers.get_by_role("option")).to_have_text(["朱元璋"])


def test_it_takes_no_key_that_was_not_meant_for_it(open_paper):
    window = open_paper("desktop")
    field, offers = window.locator("#note-form textarea").first, window.locator("#completions")
    field.click()
    field.press_sequentially("Mail bob@zhu.example and 5 #")
    expect(offers.get_by_role("option")).to_have_count(2)
    field.press("Escape")
    expect(offers).to_have_count(0)
    field.press("Enter")
    field.press_sequentially("@nobody")
    field.press("Enter")
    expect(field).to_have_value("Mail bob@zhu.example and 5 #\n@nobody\n")
    field.press_sequentially("@zhu")
    expect(offers).to_have_count(1)
    window.locator("h1").click()
    expect(offers).to_have_count(0)


def test_half_typed_pinyin_is_no_word_yet(open_paper):
    window = open_paper("desktop")
    field, offers = window.locator("#note-form textarea").first, window.locator("#completions")
    field.click()
    field.press_sequentially("@")
    expect(offers.get_by_role("option")).to_have_count(2)
    ime = window.context.new_cdp_session(window)
    ime.send("Input.imeSetComposition", {"text": "zhu", "selectionStart": 3, "selectionEnd": 3})
    expect(offers).to_have_count(0)
    window.wait_for_timeout(400)
    expect(offers).to_have_count(0)
    ime.send("Input.insertText", {"text": "朱"})
    expect(offers.get_by_role("option")).to_have_count(2)
