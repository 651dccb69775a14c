"""A real Chromium in front of the site on a real web server. Without a browser the journeys fail; they never skip."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from papers.members.models import Member
from tests.live import LiveSite, serving, visitor
from tests.provide_chromium import find

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find()
    assert path, "There is no Chromium for the journeys: run tests/provide_chromium.py, which says what is missing."
    # Playwright's loop runs in this thread, and the tests look into the database between two clicks.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(transactional_db, group) -> Iterator[LiveSite]:
    with serving() as site:
        yield site


@dataclass
class Faults:
    """What must not happen on any page: errors and refusals of the policy in the console, and requests elsewhere."""

    console: list[str]
    elsewhere: list[str]


@pytest.fixture
def browse(chromium: Browser, site: LiveSite) -> Iterator[Callable[..., Page]]:
    """Open a browser window, signed in as a member if one is given."""
    contexts, faults = [], Faults([], [])

    def hear(message: ConsoleMessage) -> None:
        # Chromium names each answer of 400 and more, and htmx what was asked for without a network; the journeys look
        # at those themselves.
        known = message.text.startswith(("Failed to load resource", "htmx:sendError", "htmx:afterRequest"))
        if message.type in ("error", "warning") and not known:
            faults.console.append(message.text)

    def see(request: Request) -> None:
        if not request.url.startswith((site.url, "data:")):
            faults.elsewhere.append(request.url)

    def open_window(member: Member | None = None, *, size: str = "desktop", **options) -> Page:
        context = chromium.new_context(
            base_url=site.url, viewport=SIZES[size], locale="en-GB", has_touch=size == "phone", **options
        )
        contexts.append(context)
        if member is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": visitor(member).session, "url": site.url}]
            )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", hear)
        page.on("pageerror", lambda error: faults.console.append(str(error)))
        page.on("request", see)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert faults == Faults([], [])
