"""Thousands of attempts to run a script, through the pages on which people write and read: none runs.

Each page is opened without the content security policy too: what the policy would stop must not be there at all.
"""

import datetime as dt
import re
from collections import deque
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import timezone
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, expect

from papers.catalogue.models import Paper
from papers.digests.actions import plan_digests
from papers.discussion import letters
from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.minutes.models import Section
from papers.notes.models import Note
from tests.admin.test_admin import records  # noqa: F401 - one record of every model
from tests.journeys.infested import infest, said, texts
from tests.journeys.watched import Watched, watched
from tests.live import LiveSite, visitor
from tests.markup.vectors import storable

pytestmark = pytest.mark.django_db(transaction=True)

# Of each kind of page so many are looked at.
EACH = 2
# What leads away from the site, ends the session or is no page; of the admin's views all but lists and records.
NOT_OPENED = re.compile(
    r"/accounts/logout/|/static/|\.csv|\.ics|/organise/export/.|/complete/|/healthz|/admin/.*(jsi18n|/r/|/history/|/add/|\?)"
)
# Kinds of pages that show what somebody wrote: the walk comes by each of them.
SHOWN = """
    home paper_list paper thread note edit_note note_history post_versions moderate inbox digest search
    member_list member session_list session outbox outgoing_mail audit invites macros lineage group_settings
    proposals edit_paper paper_history edit_remark to_fill arrange me minutes minutes_versions room plan
    breaks admin:papers_note_change admin:papers_paper_change admin:papers_member_change
    admin:papers_thread_change
"""
# Where most of it is shown, a page a kind of text.
MOST_TEXT = (
    "/",
    "/papers/",
    "/papers/1/",
    "/papers/3/",
    "/sessions/",
    "/members/",
    "/search/?q=alert",
    "/organise/audit/",
)
# What says again what stands in its address.
REFLECTING = ("/search/?q=", "/papers/?q=", "/accounts/login/?next=", "/admin/papers/paper/?q=")


@pytest.fixture
def watch(chromium: Browser, site: LiveSite) -> Iterator[Callable[..., Watched]]:
    """Open a window that notes what runs, with the policy or without it."""
    contexts = []

    def open_window(member: Member | None, *, with_policy: bool = False) -> Watched:
        context = chromium.new_context(base_url=site.url, locale="en-GB", bypass_csp=not with_policy)
        contexts.append(context)
        if member is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": visitor(member).session, "url": site.url}]
            )
        return watched(context, site.url)

    yield open_window
    for context in contexts:
        context.close()


def kind_of(path: str) -> str | None:
    """Return the kind of page at this address of the site, None for what is not opened."""
    if NOT_OPENED.search(path):
        return None
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def walk(window: Watched, begin: list[str], *, seen: dict[str, int]) -> list[str]:
    """Open what the pages link to, of each kind of page some; return what was found on them."""
    ahead, met, found = deque(begin), set(begin), []
    while ahead:
        path = ahead.popleft()
        kind = kind_of(path)
        if kind is None or seen.get(kind, 0) >= (1 if kind.startswith("admin:") else EACH):
            continue
        seen[kind] = seen.get(kind, 0) + 1
        found += window.opens(path)
        for link in window.links():
            if link not in met:
                met.add(link)
                ahead.append(link)
    return found


@pytest.mark.usefixtures("records")
def test_nothing_runs_on_any_page_or_mail(watch, alice, bob, a_paper):
    infest(Paper.objects.get(number=1), a_paper("Other", number=3), alice=alice, bob=bob)
    seen: dict[str, int] = {}
    section, note = Section.objects.get(), Note.objects.filter(author=bob).latest("pk")
    unlinked = [f"/minutes/{section.pk}/versions/", f"/sessions/{section.session_id}/room/"]
    for member, begin in (
        (alice, ["/", "/papers/1/", "/papers/3/", "/admin/", *unlinked]),
        (bob, ["/papers/1/", "/me/", f"/notes/{note.pk}/edit/"]),
    ):
        window = watch(member)
        found = walk(window, begin, seen=seen)
        assert (found, window.faults) == ([], [])
    assert set(SHOWN.split()) - seen.keys() == set()
    # What was written is there, as text.
    window.page.goto("/papers/3/")
    assert window.page.locator("main").inner_text().count("alert(") > 1000

    strict = watch(alice, with_policy=True)
    assert [each for path in MOST_TEXT for each in strict.opens(path)] == []
    assert strict.faults == []

    letters.plan_replies(timezone.now() + dt.timedelta(minutes=20))
    plan_digests(timezone.now() + dt.timedelta(days=7))
    mails = Outgoing.objects.exclude(html="").filter(kind__in=("reply", "digest"))
    assert {mail.kind for mail in mails} == {"reply", "digest"}
    anybody = watch(None)
    assert [each for mail in mails[:12] for each in anybody.opens_text(mail.html)] == []
    assert anybody.faults == []


def test_nothing_runs_from_what_stands_in_an_address(watch, alice):
    window = watch(alice)
    addresses = [path + quote(text) for path in REFLECTING for text in said(150)[::15]]
    assert [each for address in addresses for each in window.opens(address)] == []
    assert window.faults == []


def test_nothing_runs_from_a_note_that_is_written_on_the_page(watch, bob, a_paper):
    a_paper()
    window = watch(bob)
    page = window.page
    for number, text in enumerate(texts(60_000), 1):
        page.goto("/papers/1/")
        # As a whole, as from the clipboard: letter by letter it would take minutes.
        paste = "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); }"
        page.locator("#note-body").evaluate(paste, f"{text}\n\nThe end of text {number}.")
        expect(page.locator("#note-body-preview")).to_contain_text(f"The end of text {number}.")
        assert window.look() == []
        page.get_by_role("button", name="Save note").click()
        expect(page.locator("article.note").nth(number - 1)).to_contain_text(f"The end of text {number}.")
        assert window.look() == []
    assert window.opens("/papers/1/") == []
    expect(page.locator("article.note")).to_have_count(number)
    assert (page.get_by_text("so it is shown as it was written").count(), window.faults) == (0, [])


def test_vectors_do_run_on_a_page_that_lets_them(watch):
    """The tests above can fail: on unclean pages hundreds of vectors run, and the policy has much to refuse."""
    assert len(storable()) >= 849
    unclean = MarkdownIt("commonmark", {"html": True})
    unclean.validateLink = lambda url: True  # type: ignore[method-assign]
    vectors = [each.text for each in storable() if not re.search("plaintext|http-equiv|<base|<!--", each.text)][:900]
    windows = []
    for with_policy in (False, True):
        window = watch(None, with_policy=with_policy)
        window.page.route("**/evil.example/**", lambda route: route.abort())
        found = []
        for begin in range(0, len(vectors), 150):
            body = "".join(f'<div class="prose">{unclean.render(each)}</div>' for each in vectors[begin : begin + 150])
            found += window.opens_text(body, policy="script-src 'self'")
        assert len(found) > 500
        windows.append(window)
    free, held = windows
    ran = {number for said in free.ran for number in re.findall(r"[0-9]+", said)}
    assert len(ran) > 300
    assert len(free.asked) > 50
    assert held.ran == []
    assert len(held.refused) > 300
