"""Threads as people use them: with a mouse, with keys only, and without scripts."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from papers.discussion import actions
from papers.discussion.models import Asking, Post, Thanks
from papers.notes.actions import mark_seen

pytestmark = pytest.mark.django_db(transaction=True)
sizes = pytest.mark.parametrize("size", ["desktop", "phone"])
scripts = pytest.mark.parametrize("java_script_enabled", [True, False], ids=["script", "no-script"])


@pytest.fixture
def paper(a_paper):
    return a_paper()


@sizes
@scripts
def test_a_question_is_asked_too_answered_and_thanked_for(
    browse, paper, alice, bob, a_member, size, java_script_enabled
):
    thread = actions.start_thread(paper, "Why scale?", "question", "Why?", by=bob)
    reply = actions.reply(thread, "Because.", by=a_member("Dora"))
    page = browse(a_member("Emil"), size=size, java_script_enabled=java_script_enabled)
    page.goto("/papers/1/")
    page.get_by_role("button", name="I ask this too").click()
    expect(page.locator(f"#standing-{thread.pk}")).to_contain_text("2 members ask this")
    if java_script_enabled:
        expect(page.locator(f"#ask-{thread.pk}")).to_be_focused()
        expect(page.locator("#announcer")).to_contain_text("You count among those who ask this now.")
    assert Asking.objects.count() == 1
    page = browse(bob, size=size, java_script_enabled=java_script_enabled)
    page.goto("/papers/1/")
    there = page.locator(f"#post-{reply.pk}")
    there.get_by_role("button", name="Thanks").click()
    expect(there.get_by_role("button", name="Thanks")).to_have_attribute("title", "Bob")
    there.get_by_role("button", name="This answers it").click()
    expect(there.locator(".tag.strong")).to_have_text("Answer")
    if java_script_enabled:
        expect(there).to_be_focused()
    page.get_by_role("link", name="Answered: go to the answer").click()
    expect(page).to_have_url(re.compile(f"#post-{reply.pk}$"))
    assert Thanks.objects.count() == 1
    assert Post.objects.get(is_answer=True) == reply


def test_the_key_n_goes_through_what_is_new_and_never_while_typing(browse, paper, alice, bob):
    thread = actions.start_thread(paper, "Why scale?", "question", "Why?", by=bob)
    mark_seen(paper, by=bob, at=timezone.now())
    new = [actions.reply(thread, f"Reply {n}", by=alice) for n in range(2)]
    page = browse(bob)
    page.goto("/papers/1/")
    for post in (new[0], new[1], new[0]):
        page.keyboard.press("n")
        expect(page.locator(f"#post-{post.pk}")).to_be_focused()
    page.get_by_role("link", name="Next new post").click()
    expect(page.locator(f"#post-{new[1].pk}")).to_be_focused()
    box = page.get_by_label("Write a note")
    box.click()
    page.keyboard.type("none")
    expect(box).to_have_value("none")
    expect(box).to_be_focused()


def test_without_scripts_a_link_leads_to_the_first_new_post(browse, paper, alice, bob):
    thread = actions.start_thread(paper, "Why scale?", "question", "Why?", by=bob)
    mark_seen(paper, by=bob, at=timezone.now())
    new = actions.reply(thread, "Reply", by=alice)
    page = browse(bob, java_script_enabled=False)
    page.goto("/papers/1/")
    page.get_by_role("link", name="Next new post").click()
    expect(page).to_have_url(re.compile(f"#post-{new.pk}$"))


@sizes
@scripts
def test_a_member_chooses_what_to_be_told_and_reads_the_inbox(browse, paper, alice, bob, size, java_script_enabled):
    thread = actions.start_thread(paper, "Why scale?", "question", "Why?", by=bob)
    actions.reply(thread, "Because.", by=alice)
    page = browse(bob, size=size, java_script_enabled=java_script_enabled)
    page.goto("/papers/1/")
    page.locator("#watching summary").click()
    page.get_by_label("What to tell me of this discussion").select_option("digest")
    page.locator("#watching").get_by_role("button", name="Save").click()
    expect(page.locator("#watching summary")).to_contain_text("Only in the weekly digest")
    page.goto("/")
    page.get_by_role("link", name="Inbox").locator("visible=true").click()
    expect(page.locator("main li")).to_contain_text("Alice wrote in")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
