"""After every swap the focus is on what was changed, and a live region says what happened."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from papers.discussion import actions as discussion
from papers.minutes import actions as minutes
from papers.sessions import actions as sessions
from papers.sessions.models import ReadingSession

pytestmark = pytest.mark.django_db(transaction=True)


def press(page: Page, name: str, *, within: str = "main", role: str = "button") -> None:
    """Press a button or follow a link by the keyboard, with nothing said that was said of something before."""
    page.evaluate("() => { document.querySelector('#announcer').textContent = ''; }")
    found = page.locator(within).get_by_role(role, name=name).first
    found.focus()
    found.press("Enter")
    expect(page.locator(".htmx-added, .htmx-settling, .htmx-request")).to_have_count(0)


def is_told(page: Page, words: str, at: str) -> None:
    """The live region says this, and the focus is on or in what was changed."""
    expect(page.locator("#announcer")).to_contain_text(words)
    is_at(page, at)


def is_at(page: Page, at: str) -> None:
    """The focus is on this element or in it."""
    expect(page.locator(f"{at}:focus, {at} :focus")).to_have_count(1)


@pytest.fixture
def about(a_paper, alice):
    """A paper with a thread of Alice's."""
    paper = a_paper("Scaling Laws")
    discussion.start_thread(paper, "Why a power law?", "question", "Is it one?", by=alice)
    return paper


def test_on_a_papers_page(browse, about, bob):
    page = browse(bob)
    page.goto(about.get_absolute_url())
    press(page, "Claim")
    is_told(page, "yours", "main")
    press(page, "Release")
    is_told(page, "free", "main")
    field = page.locator("#note-form textarea").first
    field.fill("A first thought.")
    press(page, "Save note")
    is_told(page, "saved", "article.note")
    note = page.locator("article.note").first
    at = f"#{note.get_attribute('id')}"
    press(page, "Edit", within=at, role="link")
    is_at(page, at)
    press(page, "Cancel", within=at, role="link")
    is_at(page, at)
    press(page, "Edit", within=at, role="link")
    page.locator(f"{at} textarea").first.fill("A second thought.")
    press(page, "Save note", within=at)
    is_told(page, "saved", at)
    press(page, "I ask this too")
    is_told(page, "You count among those who ask this now", "#threads")
    page.on("dialog", lambda dialog: dialog.accept())
    press(page, "Delete", within=at, role="link")
    is_told(page, "deleted", "main")


def test_what_is_seen_live_waits_until_a_swap_has_settled(browse, about, bob):
    """A page seen live brings the member's own new words too: not between their coming and the focus on them."""
    page = browse(bob)
    page.goto(about.get_absolute_url())
    page.evaluate("() => { htmx.config.defaultSettleDelay = 1500; }")
    page.locator("#note-form textarea").first.fill("A first thought.")
    press(page, "Save note")
    is_told(page, "saved", "article.note")
    at = f"#{page.locator('article.note').get_attribute('id')}"
    press(page, "Edit", within=at, role="link")
    page.locator(f"{at} textarea").first.fill("A second thought.")
    with page.expect_response(lambda answer: "since" in answer.url):
        press(page, "Save note", within=at)
    is_told(page, "saved", at)


def test_in_a_thread(browse, about, bob):
    thread = about.threads.get()
    page = browse(bob)
    page.goto(f"/threads/{thread.pk}/")
    page.locator("summary", has_text="Answer").click()
    page.locator(f"#reply-{thread.pk} textarea").fill("It is.")
    press(page, "Send answer")
    is_told(page, "saved", ".post:last-of-type")
    reply = thread.posts.latest("pk")
    at = f"#post-{reply.pk}"
    press(page, "Edit", within=at, role="link")
    is_at(page, at)
    page.locator(f"{at} textarea").first.fill("It is one.")
    press(page, "Save post", within=at)
    is_told(page, "saved", at)
    opening = thread.posts.earliest("pk")
    press(page, "Thanks", within=f"#post-{opening.pk}")
    is_told(page, "thanked", f"#post-{opening.pk}")


def test_on_a_sessions_page_and_in_its_minutes(browse, about, alice):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    session = sessions.make_session(tomorrow, dt.time(19), "Asia/Shanghai", by=alice)
    sessions.put_in_slot(session, about, by=alice)
    page = browse(alice)
    page.goto(session.get_absolute_url())
    press(page, "Maybe")
    is_told(page, "You may come", "#session")
    press(page, "I’ll do it Host")
    is_told(page, "this is yours", "#session")
    press(page, "Take out #1")
    is_told(page, "out of this session", "#session")
    ReadingSession.objects.filter(pk=session.pk).update(starts_at=timezone.now())
    part = minutes.begin(session, by=alice)[0]
    page.goto(f"{session.get_absolute_url()}minutes/")
    at = f"#part-{part.pk}"
    press(page, "Write", within=at, role="link")
    is_at(page, at)
    page.locator(f"{at} textarea").fill("- [ ] @Alice mends it")
    press(page, "Save", within=at)
    is_told(page, "saved", at)
    page.goto("/")
    press(page, "Done mends it")
    is_told(page, "ticked in the minutes", "#to-do")


def test_what_others_write_meanwhile_comes_into_the_minutes_and_takes_no_focus(browse, about, alice, bob):
    session = sessions.make_session(
        timezone.localdate() + dt.timedelta(days=1), dt.time(19), "Asia/Shanghai", by=alice
    )
    ReadingSession.objects.filter(pk=session.pk).update(starts_at=timezone.now())
    mine, other = minutes.begin(session, by=alice)
    page = browse(bob)
    page.goto(f"{session.get_absolute_url()}minutes/")
    press(page, "Write", within=f"#part-{mine.pk}", role="link")
    page.locator(f"#part-{mine.pk} textarea").fill("I am writing.")
    minutes.add_line(other, "New from Alice", by=alice)
    minutes.add_line(mine, "Faster than Bob", by=alice)
    # The page asks every ten seconds; nobody waits so long here.
    asked = page.locator("#asking").get_attribute("hx-get")
    page.evaluate("(url) => htmx.ajax('GET', url, { target: '#asking', swap: 'none' })", asked)
    expect(page.locator(f"#part-{other.pk}")).to_contain_text("New from Alice")
    is_at(page, f"#part-{mine.pk}")
    expect(page.locator(f"#part-{mine.pk} textarea")).to_have_value("I am writing.")
    press(page, "Save", within=f"#part-{mine.pk}")
    expect(page.locator(f"#part-{mine.pk}")).to_contain_text("nothing was overwritten")
    expect(page.locator(f"#part-{mine.pk}")).to_contain_text("Faster than Bob")
    is_at(page, f"#part-{mine.pk}")
