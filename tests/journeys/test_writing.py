"""Writing, and never losing a word: no network, no session, two windows, an input method."""

import re
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from papers.members.actions import sign_in_link
from papers.notes import actions, drafts
from papers.notes.models import Draft, Note
from papers.notes.sharing import address_of
from papers.refusals import Refused
from tests.notes.test_naughty import STRINGS

pytestmark = pytest.mark.django_db(transaction=True)
sizes = pytest.mark.parametrize("size", ["desktop", "phone"])
scripts = pytest.mark.parametrize("java_script_enabled", [True, False], ids=["script", "no-script"])
SAVED = re.compile(r"^Draft saved \d\d:\d\d$")


@pytest.fixture
def paper(a_paper):
    return a_paper()


def is_within_the_window(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def the_note(page):
    return page.locator("#note-body")


def sign_in_again(page, member) -> None:
    page.goto(urlsplit(sign_in_link(member)).path)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(member.name)


# --- Drafts


def test_a_draft_goes_to_the_server_and_another_browser_goes_on_with_it(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    the_note(page).press_sequentially("Half a thought")
    state = page.locator("#note-form .draft-state")
    expect(state).to_have_count(0)
    expect(state).to_have_text(SAVED)
    assert Draft.objects.get().body == "Half a thought"

    # What is typed since then is not called saved.
    the_note(page).press_sequentially(" more")
    assert state.text_content() == ""
    expect(state).to_have_text(SAVED)

    other = browse(bob, size="phone")
    other.goto("/papers/1/")
    expect(the_note(other)).to_have_value("Half a thought more")
    expect(other.locator(".draft")).to_contain_text("not saved yet")
    assert is_within_the_window(other)
    the_note(other).press("End")
    the_note(other).press_sequentially(", and the rest.")
    expect(other.locator("#note-form .draft-state")).to_have_text(SAVED)
    other.get_by_role("button", name="Save note").click()
    expect(other.locator("article.note")).to_contain_text("and the rest.")
    assert not Draft.objects.exists()

    # The first window had no newer words: the text is saved, and nothing is left over.
    page.reload()
    expect(the_note(page)).to_have_value("")
    expect(page.locator("article.note")).to_have_count(1)


def test_without_a_network_the_text_stays_on_the_device_and_is_sent_when_it_is_back(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    the_note(page).press_sequentially("Before the tunnel.")
    expect(page.locator("#note-form .draft-state")).to_have_text(SAVED)
    page.context.set_offline(True)
    the_note(page).press_sequentially(" In the tunnel.")
    expect(page.locator("#note-form .draft-state")).to_have_text("Not on the server yet; kept on this device.")
    assert Draft.objects.get().body == "Before the tunnel."

    page.context.set_offline(False)
    expect(page.locator("#note-form .draft-state")).to_have_text(SAVED)
    assert Draft.objects.get().body == "Before the tunnel. In the tunnel."


def test_a_page_closed_without_a_network_has_the_text_when_it_is_opened_again(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    the_note(page).press_sequentially("Before.")
    expect(page.locator("#note-form .draft-state")).to_have_text(SAVED)
    context = page.context
    context.set_offline(True)
    the_note(page).press_sequentially(" After.")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/papers/1/")
    expect(the_note(page)).to_have_value("Before. After.")
    # What it grew from is no other text.
    expect(page.locator(".other")).to_have_count(0)
    expect(page.locator("#note-form .draft-state")).to_have_text(SAVED)
    assert Draft.objects.get().body == "Before. After."


@sizes
def test_a_session_that_ends_while_typing_loses_nothing(browse, bob, paper, size):
    page = browse(bob, size=size)
    page.goto("/papers/1/")
    the_note(page).press_sequentially("Signed in.")
    expect(page.locator("#note-form .draft-state")).to_have_text(SAVED)
    Session.objects.all().delete()
    the_note(page).press_sequentially(" Signed out.")
    expect(page.locator("#note-form .draft-state")).to_contain_text("kept on this device")
    sign_in_again(page, bob)
    page.goto("/papers/1/")
    expect(the_note(page)).to_have_value("Signed in. Signed out.")
    expect(page.locator("#note-form .draft")).to_contain_text("not saved yet")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("article.note")).to_contain_text("Signed out.")
    page.reload()
    expect(the_note(page)).to_have_value("")
    assert not Draft.objects.exists()


def test_what_was_not_sent_is_sent_from_any_page(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    Session.objects.all().delete()
    the_note(page).press_sequentially("On the device only.")
    expect(page.locator("#note-form .draft-state")).to_contain_text("kept on this device")
    with page.expect_response("**/drafts/"):
        sign_in_again(page, bob)
    assert Draft.objects.get().body == "On the device only."


def test_a_page_that_is_left_sends_what_it_has(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    with page.expect_response("**/drafts/"):
        the_note(page).press_sequentially("Left at once")
        page.goto("/papers/")
    page.goto("/papers/1/")
    expect(the_note(page)).to_have_value("Left at once")
    expect(page.locator("#note-form .other")).to_have_count(0)


@pytest.mark.parametrize("wait", [0, 1990, 2010])
def test_no_draft_comes_after_the_save(browse, bob, paper, wait):
    page = browse(bob)
    page.goto("/papers/1/")
    the_note(page).press_sequentially("Saved at once.")
    page.wait_for_timeout(wait)
    the_note(page).press("Control+Enter")
    expect(page.locator("article.note")).to_contain_text("Saved at once.")
    expect(the_note(page)).to_have_value("")
    page.goto("/papers/")
    page.goto("/papers/1/")
    expect(the_note(page)).to_have_value("")
    assert not Draft.objects.exists()


def test_of_two_texts_the_newer_stands_there_and_the_other_is_offered(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    page.context.set_offline(True)
    the_note(page).press_sequentially("From the phone.")
    expect(page.locator("#note-form .draft-state")).to_contain_text("Not on the server")
    drafts.keep("note:paper:1", "From the desk.", by=bob, writer="desk")
    page.context.set_offline(False)
    # The server's word: it has another one, and writes nothing over.
    expect(page.locator("#note-form .draft-state")).to_contain_text("Another window has a draft")
    page.reload()
    expect(the_note(page)).to_have_value("From the desk.")
    page.get_by_role("button", name="Show that one").click()
    expect(the_note(page)).to_have_value("From the phone.")
    page.get_by_role("button", name="Show that one").click()
    expect(the_note(page)).to_have_value("From the desk.")

    # The one that is not chosen outlives the save of the other.
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("article.note")).to_contain_text("From the desk.")
    page.reload()
    expect(the_note(page)).to_have_value("From the phone.")


def test_five_fields_come_back_from_the_device(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    page.get_by_role("button", name="Use the template").click()
    expect(page.get_by_label("Problem")).to_be_focused()
    context = page.context
    context.set_offline(True)
    page.get_by_label("Idea").press_sequentially("Attention.")
    page.get_by_label("Doubt").press_sequentially("All of it?")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/papers/1/")
    expect(page.get_by_label("Idea")).to_have_value("Attention.")
    expect(page.get_by_label("Doubt")).to_have_value("All of it?")
    expect(page.locator("#note-form .draft-state")).to_have_text(SAVED)
    assert Draft.objects.get().body == "## Idea\n\nAttention.\n\n## Doubt\n\nAll of it?"


def test_two_windows_without_a_network_keep_both_texts(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    context = page.context
    other = context.new_page()
    other.goto("/papers/1/")
    context.set_offline(True)
    the_note(page).press_sequentially("From one window.")
    the_note(other).press_sequentially("From the other.")
    page.close()
    other.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/papers/1/")
    expect(the_note(page)).to_have_value("From the other.")
    page.get_by_role("button", name="Show that one").click()
    expect(the_note(page)).to_have_value("From one window.")


@scripts
def test_a_draft_is_discarded(browse, bob, paper, java_script_enabled):
    drafts.keep("note:paper:1", "Rubbish", by=bob)
    page = browse(bob, java_script_enabled=java_script_enabled)
    page.goto("/papers/1/")
    expect(the_note(page)).to_have_value("Rubbish")
    with page.expect_request_finished(lambda request: request.url.endswith(("/drafts/", "/drafts/discard/"))):
        page.get_by_role("button", name="Discard it").click()
    expect(the_note(page)).to_have_value("")
    expect(page.locator(".draft")).to_have_count(0)
    if java_script_enabled:
        expect(the_note(page)).to_be_focused()
    page.goto("/papers/1/")
    expect(the_note(page)).to_have_value("")
    assert not Draft.objects.exists()


def test_a_draft_discarded_without_a_network_does_not_come_back(browse, bob, paper):
    drafts.keep("note:paper:1", "Rubbish", by=bob)
    page = browse(bob)
    page.goto("/papers/1/")
    page.route("**/drafts/", lambda route: route.abort())
    page.get_by_role("button", name="Discard it").click()
    page.reload()
    expect(the_note(page)).to_have_value("")
    expect(page.locator(".draft")).to_have_count(0)
    assert Draft.objects.exists()
    page.unroute_all()
    with page.expect_request_finished(lambda request: request.url.endswith("/drafts/")):
        page.reload()
    assert not Draft.objects.exists()
    # What is written after that is a draft again.
    the_note(page).press_sequentially("Better")
    expect(page.locator("#note-form .draft-state")).to_have_text(SAVED)
    page.reload()
    expect(the_note(page)).to_have_value("Better")


def test_a_changed_note_and_an_answer_have_drafts_too(browse, bob, paper):
    note = actions.write_note(paper, "As it was.", by=bob)
    page = browse(bob)
    page.goto("/papers/1/")
    page.locator("article.note").get_by_role("link", name="Edit").click()
    page.get_by_label("Your note").fill("As it will be.")
    expect(page.locator("article.note .draft-state")).to_have_text(SAVED)
    page.goto(f"/notes/{note.pk}/edit/")
    expect(page.get_by_label("Your note")).to_have_value("As it will be.")
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_label("Your note")).to_have_value("As it was.")
    page.get_by_label("Your note").fill("As it is.")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("article.note")).to_contain_text("As it is.")
    page.goto("/papers/1/")
    page.get_by_text("Start a thread").click()
    page.get_by_label("Title").fill("Why?")
    page.locator("#thread-body").fill("And how?")
    expect(page.locator("#thread-form .draft-state")).to_have_text(SAVED)
    page.goto("/papers/1/")
    expect(page.get_by_label("Title")).to_have_value("Why?")
    expect(page.locator("#thread-body")).to_have_value("And how?")
    page.get_by_role("button", name="Start the thread").click()
    expect(page.locator(".thread").first).to_contain_text("And how?")
    assert not Draft.objects.exists()


# --- The template, who reads it, versions, two windows


@sizes
@scripts
def test_a_structured_note_is_written_changed_shared_and_restored(browse, bob, paper, size, java_script_enabled):
    page = browse(bob, size=size, java_script_enabled=java_script_enabled)
    page.goto("/papers/1/")
    the_note(page).fill("Only attention.")
    page.get_by_role("button", name="Use the template").click()
    expect(page.get_by_label("Idea")).to_have_value("Only attention.")
    # Nobody types within the 20 ms after which htmx listens to what it has brought.
    expect(page.locator(".htmx-added, .htmx-settling, .htmx-request")).to_have_count(0)
    page.get_by_label("Doubt").fill("Is $x^2$ all?")
    if java_script_enabled:
        expect(page.locator("#note-body-preview math")).to_be_visible()
    page.get_by_label("Who can read it").select_option("private")
    assert is_within_the_window(page)
    page.get_by_role("button", name="Save note").click()
    note = page.locator("article.note").first
    expect(note).to_contain_text("only you see it")
    expect(note.locator("h2, h3, h4, h5")).to_have_text(["Idea", "Doubt"])
    assert Note.objects.get().visibility == "private"

    page.goto("/papers/1/")
    page.locator("article.note").get_by_role("link", name="Edit").click()
    root = page.locator(f"#note-{Note.objects.get().pk}")
    expect(root.get_by_label("Idea")).to_have_value("Only attention.")
    root.get_by_label("Problem").fill("Recurrence is slow.")
    root.get_by_label("Who can read it").select_option("link")
    root.get_by_role("button", name="Save note").click()
    expect(page.locator("article.note").first).to_contain_text("readable by link")
    page.goto(f"/notes/{Note.objects.get().pk}/")
    expect(page.locator("#link")).to_have_value(address_of(Note.objects.get()))
    assert is_within_the_window(page)

    page.get_by_role("link", name="Versions").click()
    expect(page.locator(".difference ins")).to_contain_text("Recurrence is slow.")
    assert is_within_the_window(page)
    page.get_by_role("button", name="Let it stand again").click()
    expect(page).to_have_url(re.compile(r"/papers/1/#note-"))
    expect(page.locator("article.note").first).not_to_contain_text("Recurrence")
    assert Note.objects.get().version == 3


def test_whoever_has_the_link_reads_it_signed_out(browse, bob, paper):
    note = actions.write_note(paper, "For **everybody**.", visibility="link", by=bob)
    page = browse(size="phone")
    page.goto(urlsplit(address_of(note)).path)
    expect(page.locator("article.note strong")).to_have_text("everybody")
    assert is_within_the_window(page)


@sizes
@scripts
def test_the_second_of_two_windows_sees_both_texts(browse, bob, paper, size, java_script_enabled):
    note = actions.write_note(paper, "One.\n\nTwo.\n\nThree.", by=bob)
    page = browse(bob, size=size, java_script_enabled=java_script_enabled)
    page.goto(f"/notes/{note.pk}/edit/")
    page.get_by_label("Your note").fill("One.\n\nTwo.\n\nTre.")
    actions.edit_note(note, "Uno.\n\nTwo.\n\nThree.", 1, by=bob)
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_label("Both texts as one")).to_have_value("Uno.\n\nTwo.\n\nTre.")
    if java_script_enabled:
        expect(page.get_by_label("Both texts as one")).to_be_focused()
    page.get_by_text("Your text, as you sent it").first.click()
    expect(page.locator("textarea[readonly]")).to_have_value("One.\n\nTwo.\n\nTre.")
    assert is_within_the_window(page)
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("article.note .prose")).to_have_count(1)
    expect(page.locator("textarea[readonly]")).to_have_count(0)
    expect(page.locator("article.note")).to_contain_text("Tre.")
    assert Note.objects.get().body == "Uno.\n\nTwo.\n\nTre."
    assert not Draft.objects.exists()


# --- Keys


def test_enter_never_sends_and_ctrl_enter_does(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    the_note(page).press_sequentially("One")
    the_note(page).press("Enter")
    the_note(page).press_sequentially("two")
    expect(page.locator("#note-body-preview")).to_contain_text("two")
    assert not Note.objects.exists()
    the_note(page).press("Control+Enter")
    expect(page.locator("article.note")).to_contain_text("two")
    assert Note.objects.get().body == "One\ntwo"
    the_note(page).fill("Three")
    the_note(page).press("Meta+Enter")
    expect(page.locator("article.note")).to_have_count(2)


def test_nothing_is_sent_or_shown_while_a_word_is_composed(browse, bob, paper):
    page = browse(bob)
    page.goto("/papers/1/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/preview/" in request.url else None)
    the_note(page).focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "zhu", "selectionStart": 3, "selectionEnd": 3})
    expect(the_note(page)).to_have_value("zhu")
    # The key that ends a composition is the input method's own, with and without Ctrl.
    for modifiers in (0, 2):
        keyboard.send(
            "Input.dispatchKeyEvent",
            {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229, "modifiers": modifiers},
        )
    # Longer than the pause after which a preview is asked for.
    page.wait_for_timeout(600)
    assert asked == []
    assert not Note.objects.exists()
    keyboard.send("Input.insertText", {"text": "注意"})
    expect(page.locator("#note-body-preview")).to_contain_text("注意")
    assert not Note.objects.exists()


# --- First thoughts first


@sizes
@scripts
def test_what_others_wrote_unfolds_with_ones_own_note(browse, alice, bob, group, paper, size, java_script_enabled):
    group.first_thoughts = True
    group.save()
    actions.write_note(paper, "The secret of Alice.", by=alice)
    page = browse(bob, size=size, java_script_enabled=java_script_enabled)
    page.goto("/papers/1/")
    expect(page.locator("main")).to_contain_text("1 note opens when you have written yours.")
    expect(page.locator("main")).not_to_contain_text("The secret of Alice.")
    assert is_within_the_window(page)

    # Twenty Chinese characters are enough.
    page.get_by_label("Write a note").fill("注意力机制本身并不新，新的是完全不用循环和卷积。")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("main")).to_contain_text("The secret of Alice.")
    expect(page.locator("article.note")).to_have_count(2)
    expect(page.get_by_label("Write a note")).to_have_value("")
    assert not Draft.objects.exists()


@sizes
def test_or_at_ones_own_wish(browse, alice, bob, group, paper, size):
    group.first_thoughts = True
    group.save()
    actions.write_note(paper, "The secret of Alice.", by=alice)
    page = browse(bob, size=size)
    page.goto("/papers/1/")
    page.get_by_role("button", name="Show me anyway").click()
    expect(page.locator("main")).to_contain_text("The secret of Alice.")
    expect(page.get_by_role("button", name="Show me anyway")).to_have_count(0)


# --- Hostile texts


def test_none_of_the_naughty_strings_does_anything_in_a_real_browser(browse, bob, paper):
    for text in STRINGS:
        with suppress(Refused):
            actions.write_note(paper, text, by=bob)
    assert Note.objects.count() > 450
    page, dialogs = browse(bob), []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto("/papers/1/")
    expect(page.locator("article.note")).to_have_count(Note.objects.count())
    for element in page.locator("article.note a").all()[:50]:
        element.hover()
    assert dialogs == []
    assert (
        page.locator("article.note :is(script, iframe, object, embed, form, style, link, meta, svg, img)").count() == 0
    )
    assert is_within_the_window(page)
