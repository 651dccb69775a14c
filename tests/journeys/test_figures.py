"""A figure in a note: pasted, dropped or chosen, with what it shows said once."""

import base64

import pytest
from playwright.sync_api import Page, expect

from papers.figures.models import Figure
from papers.notes.models import Note
from tests.figures.conftest import made
from tests.journeys.conftest import SIZES


def bring(page: Page, how: str, file: bytes, kind: str = "image/png") -> None:
    """Paste or drop a file on the note's field, as a browser does."""
    field = page.locator("#note-form textarea").first
    field.focus()
    expect(page.locator("[data-writing]")).to_have_count(0)
    page.evaluate(
        """([how, data, type]) => {
            const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "x.png", { type }));
            const event = how === "paste"
                ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
                : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
            document.querySelector("#note-form textarea").dispatchEvent(event);
        }""",
        [how, base64.b64encode(file).decode(), kind],
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("how", ["paste", "drop", "choose"])
def test_a_figure_comes_into_a_note(browse, a_paper, bob, size, how, tmp_path):
    page = browse(bob, size=size)
    page.goto(f"/papers/{a_paper().number}/")
    field = page.locator("#note-form textarea").first
    field.fill("The loss falls.")
    picture = made(size=(900, 300))
    if how == "choose":
        (tmp_path / "loss.png").write_bytes(picture)
        with page.expect_file_chooser() as chooser:
            page.locator("#note-form").get_by_role("link", name="Add a figure").click()
        chooser.value.set_files(tmp_path / "loss.png")
    else:
        bring(page, how, picture)
    panel = page.get_by_role("group", name="Figure")
    expect(panel.get_by_role("status")).to_contain_text("The picture is here.")
    expect(panel.get_by_role("textbox")).to_be_focused()
    panel.get_by_role("textbox").fill("The loss over [time]")
    panel.get_by_role("textbox").press("Enter")
    figure = Figure.objects.get()
    expect(field).to_have_value(f"The loss falls.\n\n![The loss over &#91;time&#93;]({figure.get_absolute_url()})\n")
    expect(field).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("The figure stands in the text.")
    page.get_by_role("button", name="Save note").click()
    shown = page.locator(".note img")
    expect(shown).to_have_attribute("alt", "The loss over [time]")
    assert Note.objects.count() == 1
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 900)
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


def test_what_is_refused_says_why_and_the_text_stays(browse, a_paper, bob):
    page = browse(bob)
    page.goto(f"/papers/{a_paper().number}/")
    field = page.locator("#note-form textarea").first
    field.fill("The loss falls.")
    bring(page, "paste", b"\0" * 2_000_001)
    panel = page.get_by_role("group", name="Figure")
    expect(panel.get_by_role("status")).to_contain_text("at most 2 MB are taken")
    expect(panel.get_by_role("button", name="Put it into the text")).to_be_disabled()
    panel.get_by_role("textbox").press("Escape")
    expect(panel).to_have_count(0)
    expect(field).to_have_value("The loss falls.")
    expect(field).to_be_focused()
    page.context.set_offline(True)
    bring_offline = "The server could not be reached"
    bring(page, "drop", made())
    expect(panel.get_by_role("status")).to_contain_text(bring_offline)
    page.context.set_offline(False)


def test_a_copied_table_is_words_and_not_a_picture(browse, a_paper, bob):
    page = browse(bob)
    page.goto(f"/papers/{a_paper().number}/")
    page.locator("#note-form textarea").first.focus()
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.setData("text/plain", "a table");
            transfer.items.add(new File(["x"], "x.png", { type: "image/png" }));
            const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
            document.querySelector("#note-form textarea").dispatchEvent(event);
        }"""
    )
    expect(page.get_by_role("group", name="Figure")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_without_scripts(browse, bob, size, tmp_path):
    page = browse(bob, size=size, java_script_enabled=False)
    (tmp_path / "box.png").write_bytes(made())
    page.goto("/figures/")
    page.get_by_label("Picture").set_input_files(tmp_path / "box.png")
    page.get_by_label("What does it show?").fill("A red box")
    page.get_by_role("button", name="Add the figure").click()
    expect(page.get_by_label("The line")).to_have_value(f"![A red box]({Figure.objects.get().get_absolute_url()})")
