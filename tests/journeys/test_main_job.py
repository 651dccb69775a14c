"""The main job, end to end, as people do it."""

import datetime as dt
import re
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from papers.attendance import actions as attendance
from papers.catalogue.models import Paper
from papers.claims import actions as claims
from papers.claims.models import Claim
from papers.discussion import actions as discussion
from papers.discussion import letters
from papers.discussion.models import Post, Thread
from papers.mail.models import Outgoing
from papers.members.actions import sign_in_link
from papers.members.models import Member
from papers.minutes import actions as minutes
from papers.notes import actions as notes
from papers.notes import drafts
from papers.notes.models import Note
from papers.notes.sharing import address_of
from papers.sessions import actions as sessions
from papers.sessions.models import ReadingSession, Slot

pytestmark = pytest.mark.django_db(transaction=True)
# Within the day before, when reminders go out.
SHORTLY_BEFORE = dt.timedelta(hours=23)
sizes = pytest.mark.parametrize("size", ["desktop", "phone"])
scripts = pytest.mark.parametrize("java_script_enabled", [True, False], ids=["script", "no-script"])


def is_within_the_window(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@sizes
@scripts
def test_a_member_claims_writes_and_discusses(browse, bob, a_paper, size, java_script_enabled):
    paper = a_paper()
    page = browse(size=size, java_script_enabled=java_script_enabled)

    # A link from the command line signs in.
    page.goto(urlsplit(sign_in_link(bob)).path)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bob")

    # One tap claims, one releases.
    page.get_by_role("link", name="Papers", exact=True).click()
    page.get_by_role("button", name="Claim #1").click()
    expect(page.locator("#place-1")).to_contain_text("Claimed")
    assert Claim.objects.get().holder == bob
    page.get_by_role("button", name="Release #1").click()
    expect(page.locator("#place-1")).to_contain_text("Free")
    page.get_by_role("button", name="Claim #1").click()
    expect(page.locator("#place-1")).to_contain_text("Claimed")

    # A note with a formula, looked at before it is saved.
    page.goto(paper.get_absolute_url())
    page.get_by_label("Write a note").fill("Scaling by $\\sqrt{d_k}$ keeps the *softmax* soft.")
    if java_script_enabled:
        expect(page.locator("#note-body-preview math")).to_be_visible()
    page.get_by_role("button", name="Save note").click()
    note = page.locator("article.note")
    expect(note.locator("math msqrt")).to_be_visible()
    expect(note).to_contain_text("softmax")
    assert Note.objects.get().author == bob

    # A thread, and an answer in it.
    page.get_by_text("Start a thread").click()
    page.get_by_label("Title").fill("Why the square root?")
    page.locator("#thread-body").fill("And not the dimension itself?")
    page.get_by_role("button", name="Start the thread").click()
    expect(page.get_by_role("heading", name="Why the square root?")).to_be_visible()
    page.locator(".replies summary").click()
    page.get_by_label("Your answer").fill("Because of the **variance**.")
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator(".replies strong")).to_have_text("variance")
    assert (Thread.objects.count(), Post.objects.count()) == (1, 2)
    assert is_within_the_window(page)

    # Bob changes his mind about a word, and takes the note away in the end.
    page.goto(paper.get_absolute_url())
    page.locator("article.note").get_by_role("link", name="Edit").click()
    page.get_by_label("Your note").fill("Scaling keeps it soft.")
    page.get_by_role("button", name="Save note").first.click()
    expect(page.locator("article.note")).to_contain_text("Scaling keeps it soft.")
    assert Note.objects.get().version == 2


@sizes
def test_what_is_being_written_outlives_the_session(browse, bob, a_paper, size):
    page = browse(bob, size=size)
    page.goto(a_paper().get_absolute_url())
    page.get_by_label("Write a note").fill("Before the session ended.")
    expect(page.locator("#note-body-preview")).to_contain_text("Before the session ended.")
    Session.objects.all().delete()

    # The preview says so and leads nobody away; saving does, and back.
    page.get_by_label("Write a note").press_sequentially(" And after.")
    expect(page.locator("#toasts")).to_contain_text("kept on this device")
    page.get_by_role("button", name="Save note").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=%2Fpapers%2F1%2F|/accounts/login/\?next=/papers/1/"))
    page.goto(urlsplit(sign_in_link(bob)).path)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/papers/1/")
    expect(page.get_by_label("Write a note")).to_have_value("Before the session ended. And after.")
    expect(page.locator(".draft")).to_be_visible()
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("article.note")).to_contain_text("And after.")

    # What is saved is no draft any more, and whoever signs out leaves none behind that the server has.
    page.reload()
    expect(page.get_by_label("Write a note")).to_have_value("")
    page.get_by_label("Write a note").fill("Half a thought")
    page.reload()
    expect(page.get_by_label("Write a note")).to_have_value("Half a thought")
    expect(page.locator("#note-form .draft, #note-form .draft-state").last).to_contain_text(
        re.compile("Draft (of|saved)")
    )
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_load_state()
    assert page.evaluate("localStorage.length") == 0


@sizes
def test_an_organiser_plans_and_everybody_is_reminded(browse, alice, bob, a_paper, size):
    a_paper()
    page = browse(alice, size=size)
    page.goto("/sessions/new/")
    page.get_by_label("Number of weeks").fill("2")
    page.get_by_role("button", name="Look at the dates").click()
    page.get_by_role("button", name="Make the sessions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")
    assert ReadingSession.objects.count() == 2
    session = ReadingSession.objects.earliest("starts_at")

    page.goto(session.get_absolute_url())
    page.locator("#put-paper").select_option("1")
    page.get_by_role("button", name="Put it in").click()
    expect(page.locator(".agenda")).to_contain_text("Attention Is All You Need")
    assert Slot.objects.get().session == session

    # Bob takes it from the session's page.
    his = browse(bob, size=size)
    his.goto(session.get_absolute_url())
    his.get_by_role("button", name="Claim #1").click()
    expect(his.locator("#place-1")).to_contain_text("you")
    assert is_within_the_window(his)

    said = StringIO()
    call_command("deliver_due", now=session.starts_at, stdout=said)
    assert Outgoing.objects.filter(kind="reminder").count() == 0
    call_command("deliver_due", now=session.starts_at.replace(minute=0) - SHORTLY_BEFORE, stdout=said)
    assert Outgoing.objects.filter(kind="reminder", state="sent").count() == 2
    page.goto("/organise/mail/")
    expect(page.get_by_role("link", name=re.compile("present")).first).to_be_visible()
    page.get_by_role("link", name=re.compile("present")).first.click()
    expect(page.locator("main")).to_contain_text("bob@example.org")
    assert is_within_the_window(page)


def held_now(paper: Paper, *, by: Member) -> ReadingSession:
    """Return a session that began a minute ago, with the paper, long minutes and slides at a long address."""
    session = sessions.make_session(timezone.localdate() + dt.timedelta(days=1), dt.time(19), "Asia/Shanghai", by=by)
    sessions.put_in_slot(session, paper, by=by)
    attendance.answer(session, "yes", by=by)
    minutes.add_material(session, "slides", f"https://example.org/{'x' * 200}", "", by=by)
    ReadingSession.objects.filter(pk=session.pk).update(starts_at=timezone.now() - dt.timedelta(minutes=1))
    parts = minutes.begin(session, by=by)
    minutes.write(parts[0], f"- [ ] @Alice {'long' * 60} by 6/12", 1, by=by)
    return session


@sizes
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_fits_and_keeps_the_policy(browse, alice, bob, a_paper, size, language):
    paper = a_paper("A title that is " + "very " * 20 + "long", aliases=["GPT"], authors=["A. Author"] * 40)
    alice.language = language
    alice.save()
    claims.claim(paper, by=bob)
    words = "## Idea\n\n" + "long" * 60
    note = notes.write_note(paper, words, visibility="link", by=alice)
    notes.edit_note(note, f"{words}\n\n## Doubt\n\nShort.", 1, by=alice)
    drafts.keep("note:paper:1", "## 疑问\n\n" + "long" * 60, by=alice)
    thread = discussion.start_thread(paper, "W" * 200, "question", "x" * 300, by=bob)
    post = discussion.reply(thread, "First @Alice " + "x" * 300, by=bob)
    discussion.edit_post(post, "Second @Alice " + "y" * 300, 1, by=bob)
    session = held_now(paper, by=alice)
    page = browse(alice, size=size)
    for path in (
        *("/", "/papers/", paper.get_absolute_url(), "/sessions/", "/sessions/new/", "/digest/", "/members/"),
        *(f"/members/{bob.pk}/", "/me/", "/me/leave/", "/help/", "/help/style/", "/organise/"),
        *("/organise/settings/", "/organise/members/", "/organise/invites/", "/organise/mail/", "/organise/audit/"),
        *(
            "/organise/macros/",
            "/organise/set-up/",
            "/organise/assign/",
            "/organise/export/",
            "/organise/import/",
            "/organise/list/",
        ),
        *("/missed/", "/organise/jobs/", f"/organise/digest/?member={bob.pk}"),
        *("/papers/new/", "/papers/to-fill/", "/papers/proposals/", "/papers/arrange/", "/papers/bids/", "/lineage/"),
        *(
            "/search/?q=very",
            "/progress/",
            "/members/points/",
            "/papers/1/edit/",
            "/papers/1/history/",
            "/papers/1/merge/",
        ),
        *("/papers/1/swap/", "/papers/1/waiting/", "/papers/1/partners/"),
        *(
            f"/notes/{note.pk}/",
            f"/notes/{note.pk}/edit/",
            f"/notes/{note.pk}/history/",
            urlsplit(address_of(note)).path,
        ),
        *("/me/inbox/", "/me/calendar/", f"/threads/{thread.pk}/"),
        *(session.get_absolute_url(), f"/sessions/{session.pk}/minutes/", f"/sessions/{session.pk}/room/"),
        *("/sessions/breaks/", "/sessions/plan/", "/sessions/plan/fill/", "/sessions/plan/pace/"),
        f"/posts/{post.pk}/moderate/",
        *(f"/posts/{post.pk}/versions/", f"/{letters.mute_url(alice, paper).split('/', 3)[3]}"),
    ):
        response = page.goto(path)
        assert response.status == 200, path
        assert is_within_the_window(page), path
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() >= 1, path


def test_a_stranger_is_led_to_sign_in_and_comes_back(browse, bob, a_paper):
    paper = a_paper()
    page = browse()
    page.goto(paper.get_absolute_url())
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/papers/1/"))
    page.get_by_label("E-mail address").fill(bob.email)
    page.get_by_role("button", name="Mail me a code instead").click()
    code = re.search(r"\b\d{6}\b", Outgoing.objects.get().text)[0]
    page.locator("input.code-input").fill(code)
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(paper.title)


@sizes
@scripts
def test_who_was_slower_waits_and_is_asked(browse, alice, bob, a_paper, size, java_script_enabled):
    paper = a_paper()
    claims.claim(paper, by=alice)
    page = browse(bob, size=size, java_script_enabled=java_script_enabled)

    # Bob waits in line, and stands there.
    page.goto(paper.get_absolute_url())
    page.get_by_role("button", name="Wait in line").click()
    expect(page.locator("#line-1 li")).to_contain_text("Bob")

    # Alice cannot make it: she looks for a stand-in, then gives the paper back.
    hers = browse(alice, size=size, java_script_enabled=java_script_enabled)
    hers.goto(paper.get_absolute_url())
    hers.get_by_role("button", name="I can’t make it").click()
    expect(hers.locator("#place-1")).to_contain_text("Looking for a stand-in")
    hers.get_by_role("button", name="I present it after all").click()
    expect(hers.locator("#place-1")).not_to_contain_text("Looking for a stand-in")
    hers.get_by_role("button", name="Release #1").click()
    expect(hers.locator("#place-1")).to_contain_text("Offered to Bob")

    # The first page asks Bob; one tap takes the paper.
    page.goto("/")
    page.get_by_role("link", name="Answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One question")
    assert is_within_the_window(page)
    page.get_by_role("button", name="Take it").click()
    expect(page.locator(".notice.good")).to_contain_text("#1 is yours")
    assert Claim.objects.get(released_at=None).holder == bob


@sizes
def test_papers_are_handed_out_and_accepted(browse, alice, bob, a_paper, size):
    for title in ("Attention", "BERT"):
        a_paper(title)
    page = browse(bob, size=size)
    page.goto("/papers/bids/")
    page.get_by_role("button", name="I want it #2").click()
    expect(page.get_by_role("button", name="I want it #2")).to_have_attribute("aria-pressed", "true")

    organiser = browse(alice, size=size)
    organiser.goto("/organise/assign/")
    organiser.get_by_role("button", name="Show a plan").click()
    expect(organiser.get_by_text("wanted it; has the fewest points")).to_be_visible()
    assert is_within_the_window(organiser)
    organiser.get_by_role("button", name="Hand out 2 papers").click()
    expect(organiser.locator("#toasts")).to_contain_text("2 papers are handed out.")

    page.goto("/papers/2/")
    page.get_by_role("button", name="I present it").click()
    expect(page.get_by_role("button", name="I can’t make it")).to_be_visible()
    assert Claim.objects.get(paper__number=2).accept_by is None
