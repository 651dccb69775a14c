"""The catalogue as people use it: finding, following the lineage, marking, mending the list, importing."""

import pytest
from playwright.sync_api import Page, expect

from papers.catalogue.indexing import index
from papers.catalogue.models import Entry, Lineage, Paper
from papers.notes.models import Reading

pytestmark = pytest.mark.django_db(transaction=True)
sizes = pytest.mark.parametrize("size", ["desktop", "phone"])
scripts = pytest.mark.parametrize("java_script_enabled", [True, False], ids=["script", "no-script"])


@pytest.fixture
def shelf(a_paper) -> list[Paper]:
    papers = [
        a_paper("Attention Is All You Need", aliases=["Transformer"], year=2017),
        a_paper("Improving Language Understanding", aliases=["GPT"], year=2018),
        a_paper("Pre-training of Deep Bidirectional Transformers", aliases=["BERT"], year=2018),
    ]
    Entry.objects.filter(paper=papers[0]).update(remark_zh="价值对齐问题之前，先有注意力。")
    for source in papers[1:]:
        Lineage.objects.create(source=source, target=papers[0], kind="builds_on", evidence_en="It is its encoder.")
    index(paper.pk for paper in papers)
    return papers


def is_within_the_window(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@sizes
@scripts
def test_a_member_finds_follows_and_marks(browse, shelf, bob, size, java_script_enabled):
    page = browse(bob, size=size, java_script_enabled=java_script_enabled)

    # Two characters within a word; with scripts as they are typed.
    page.goto("/search/")
    page.get_by_role("searchbox").fill("对齐")
    if not java_script_enabled:
        page.get_by_role("button", name="Search").click()
    expect(page.locator("#results mark").first).to_have_text("对齐")
    assert "q=" in page.url or java_script_enabled
    page.get_by_role("link", name="Attention Is All You Need").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Attention Is All You Need")

    # The picture dims what is no relative, and an address keeps that.
    page.goto("/lineage/")
    page.locator("svg.picture a", has_text="2 GPT").click()
    expect(page.locator("svg.picture a.dim")).to_have_count(1)
    expect(page.locator("svg.picture a.dim")).to_contain_text("BERT")
    assert page.url.endswith("/lineage/?at=2")
    page.reload()
    expect(page.locator("svg.picture a.chosen")).to_contain_text("GPT")
    assert is_within_the_window(page)

    # One tap says that I have read it; the list can be narrowed to that.
    page.goto("/papers/")
    page.get_by_role("button", name="Read by me #1").click()
    expect(page.locator("#reading-1")).to_have_text("Read")
    assert Reading.objects.get().state == "read"
    page.get_by_text("Filter and sort").click()
    page.locator("select[name=mine]").select_option("read")
    if not java_script_enabled:
        page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#papers h3")).to_have_count(1)
    assert "mine=read" in page.url
    assert is_within_the_window(page)


@sizes
@scripts
def test_an_organiser_mends_the_list_and_imports_another(browse, shelf, alice, size, java_script_enabled):
    page = browse(alice, size=size, java_script_enabled=java_script_enabled)

    page.goto("/papers/1/")
    page.get_by_role("link", name="Edit the remark").or_(page.get_by_role("link", name="Write a remark")).first.click()
    page.get_by_label("Remark in English").fill("The **first** Transformer.")
    page.locator("main form").get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".remark strong").first).to_have_text("first")
    if java_script_enabled:
        expect(page.locator(".remark:focus")).to_have_count(1)

    page.goto("/papers/1/edit/")
    page.get_by_label("Year").fill("2018")
    page.locator("form[action$='/1/edit/']").get_by_role("button", name="Save").click()
    page.goto("/papers/1/history/")
    expect(page.locator("ins").first).to_contain_text("2018")
    page.get_by_role("button", name="Restore what was before").first.click()
    assert Paper.objects.get(number=1).year == 2017

    page.goto("/organise/import/")
    page.get_by_label("The list").fill("## More\n- A new paper\nA remark.\nAnother new paper\n")
    page.get_by_role("button", name="Look at it").click()
    if java_script_enabled:
        # The keys are there as soon as the first line has the focus.
        expect(page.locator("select[name=f0]")).to_be_focused()
        page.locator("select[name=f3]").focus()
        page.keyboard.press("a")
        expect(page.locator("#rows .rows > li")).to_have_count(2)
    else:
        page.locator("select[name=f3]").select_option("row")
    assert is_within_the_window(page)
    page.locator("button[name=import]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported")
    assert Paper.objects.filter(title__in=("A new paper", "Another new paper")).count() == 2


@sizes
@scripts
def test_an_organiser_arranges_the_list(browse, shelf, alice, size, java_script_enabled):
    page = browse(alice, size=size, java_script_enabled=java_script_enabled)
    page.goto("/papers/arrange/")
    titles = page.locator(".places bdi")

    # With the keyboard, and the focus stays where it was.
    page.get_by_role("button", name="Move up #3").focus()
    page.keyboard.press("Enter")
    expect(titles.nth(1)).to_contain_text("Bidirectional")
    if java_script_enabled:
        expect(page.get_by_role("button", name="Move up #3")).to_be_focused()

    # By dragging, where there is a mouse.
    if java_script_enabled and size == "desktop":
        place = page.locator(".places > li")
        place.nth(2).locator(".handle").drag_to(place.nth(0), target_position={"x": 200, "y": 3})
        expect(titles.nth(0)).to_contain_text("Improving")
        assert Entry.objects.get(position=1).paper == shelf[1]

    # Two at once: looked at, done, and taken back.
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_label("Read it").select_option("brief")
    page.get_by_role("button", name="Look at the changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What would be changed")
    assert set(Paper.objects.values_list("mode", flat=True)) == {"deep"}
    page.get_by_role("button", name="Change 2 papers").click()
    expect(page.locator("#toasts")).to_contain_text("2 papers are changed.")
    assert Paper.objects.filter(mode="brief").count() == 2
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#toasts")).to_contain_text("taken back")
    assert set(Paper.objects.values_list("mode", flat=True)) == {"deep"}
    assert is_within_the_window(page)
