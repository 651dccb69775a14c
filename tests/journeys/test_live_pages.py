"""An open page shows what others do, without a hand on it."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from papers.claims.actions import claim
from papers.discussion.actions import delete_post, reply, start_thread
from papers.notes.actions import write_note
from tests.journeys.conftest import SIZES
from tests.live import serving, visitor


@pytest.mark.parametrize("size", SIZES)
def test_posts_notes_and_claims_appear_and_nothing_is_taken_from_the_hands(browse, size, a_paper, alice, bob):
    paper = a_paper()
    thread = start_thread(paper, "Why scale?", "question", "By the square root.", by=alice)
    page = browse(bob, size=size)
    page.goto(f"/papers/{paper.number}/")
    field = page.locator(f"#reply-{thread.pk} textarea")
    page.locator(f"#reply-{thread.pk} summary").click() if page.locator(
        f"#reply-{thread.pk} summary"
    ).count() else None
    field.fill("Half a thou")
    answer = reply(thread, "For the gradient of the softmax.", by=alice)
    expect(page.locator(f"#post-{answer.pk}")).to_contain_text("gradient of the softmax")
    expect(page.locator("#announcer")).to_have_text("1 new text appeared on this page.")
    expect(field).to_be_focused()
    expect(field).to_have_value("Half a thou")
    claim(paper, by=alice)
    expect(page.locator(f"#place-{paper.number}")).to_contain_text("Alice")
    note = write_note(paper, "The decoder is masked.", by=alice)
    expect(page.locator(f"#note-{note.pk}")).to_be_visible()
    expect(page.locator("#no-notes")).to_be_hidden()
    other = start_thread(paper, "Why heads?", "remark", "Eight of them.", by=alice)
    expect(page.locator(f"#thread-{other.pk}")).to_be_visible()
    # What came is new: the key leads there.
    expect(page.locator("#next-new")).to_be_visible()
    field.blur()
    page.keyboard.press("n")
    expect(page.locator("[data-new]").first).to_be_focused()
    delete_post(other.posts.get(), by=alice)
    expect(page.locator(f"#thread-{other.pk}")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


def test_ones_own_answer_stands_there_once(browse, a_paper, alice, bob):
    paper = a_paper()
    thread = start_thread(paper, "Why scale?", "question", "By the square root.", by=alice)
    page = browse(bob)
    page.goto(f"/threads/{thread.pk}/")
    page.locator(f"#reply-{thread.pk} summary").click()
    page.locator(f"#reply-{thread.pk} textarea").fill("For the softmax.")
    with page.expect_response(lambda response: "/news/" in response.url and response.status == 200):
        page.locator(f"#reply-{thread.pk} textarea").press("Control+Enter")
    mine = thread.posts.latest("pk")
    expect(page.locator(f"#replies-{thread.pk} .post")).to_have_count(1)
    expect(page.locator(f"#post-{mine.pk}")).to_have_count(1)


def test_a_page_goes_on_after_the_server_was_restarted(transactional_db, chromium, group, a_paper, alice, bob):
    paper = a_paper()
    context = chromium.new_context()
    page = context.new_page()
    with serving() as site:
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": visitor(bob).session, "url": site.url}
        context.add_cookies([cookie])
        page.goto(f"{site.url}/papers/{paper.number}/")
        note = write_note(paper, "Before the restart.", by=alice)
        expect(page.locator(f"#note-{note.pk}")).to_be_visible()
    missed = write_note(paper, "While nobody served.", by=alice)
    with serving(site.port):
        expect(page.locator(f"#note-{missed.pk}")).to_be_visible(timeout=30_000)
        after = write_note(paper, "After the restart.", by=alice)
        expect(page.locator(f"#note-{after.pk}")).to_be_visible()
        expect(page.locator("#toasts .toast")).to_have_count(0)
        context.close()


def test_without_streams_the_page_asks_by_itself(browse, a_paper, alice, bob):
    paper = a_paper()
    page = browse(bob)
    page.clock.install()
    page.route("**/live/**", lambda route: route.abort())
    page.goto(f"/papers/{paper.number}/")
    note = write_note(paper, "Nobody told the page.", by=alice)
    page.clock.run_for(90_000)
    expect(page.locator(f"#note-{note.pk}")).to_be_visible()
    # And quietly.
    expect(page.locator("#toasts .toast")).to_have_count(0)
