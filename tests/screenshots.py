"""Takes a picture of each page of a believable group: in both languages, wide and narrow, light and dark.

make screenshots        the pictures are put into screenshots/
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.provide_chromium import find

PROJECT = Path(__file__).resolve().parent.parent
PICTURES = PROJECT / "screenshots"
PORT = 8137
PAGES = {
    "home": "/",
    "papers": "/papers/",
    "lineage": "/lineage/",
    "search": "/search/?q=transformer",
    "paper": "/papers/17/",
    "note": "/notes/1/",
    "sessions": "/sessions/",
    "progress": "/progress/",
    "minutes": "/sessions/1/minutes/",
    "room": "/sessions/1/room/",
    "breaks": "/sessions/breaks/",
    "plan": "/sessions/plan/",
    "plan-fill": "/sessions/plan/fill/",
    "plan-pace": "/sessions/plan/pace/",
    "digest": "/digest/",
    "missed": "/missed/",
    "digest-preview": "/organise/digest/",
    "jobs": "/organise/jobs/",
    "members": "/members/",
    "points": "/members/points/",
    "bids": "/papers/bids/",
    "arrange": "/papers/arrange/",
    "assign": "/organise/assign/",
    "me": "/me/",
    "inbox": "/me/inbox/",
    "calendar": "/me/calendar/",
    "organise": "/organise/",
    "settings": "/organise/settings/",
    "invites": "/organise/invites/",
    "mail": "/organise/mail/",
    "audit": "/organise/audit/",
    "help": "/help/",
    "style": "/help/style/",
    "nowhere": "/nowhere/",
}
SIGNED_OUT = {"sign-in": "/accounts/login/", "join": "/join/"}
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
ORGANISER = "zhiyuan@example.org"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="readinggroup-pictures-") as home:
        environment = os.environ | {"READINGGROUP_HOME": home, "PORT": str(PORT), "CHECK_LINKS": "off"}
        manage = [sys.executable, "-W", "ignore:No directory at", "manage.py"]
        site = subprocess.Popen([*manage, "serve"], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert site.stdout is not None
            for line in site.stdout:
                if re.search(r"There is no organiser", line):
                    break
            run = {"cwd": PROJECT, "env": environment, "check": True, "text": True, "stdout": subprocess.PIPE}
            subprocess.run([*manage, "seed", "--stage", "mid-term"], **run)
            link = subprocess.run([*manage, "sign_in_link", ORGANISER], **run).stdout.strip()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
                take_all(browser, link)
                browser.close()
        finally:
            site.terminate()
            site.communicate()


def take_all(browser: Browser, link: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    context = browser.new_context(base_url=f"http://127.0.0.1:{PORT}")
    page = context.new_page()
    for signed_in, pages in ((False, SIGNED_OUT), (True, PAGES)):
        if signed_in:
            page.goto(link)
            page.locator("main form button").click()
        for language in ("中文", "English"):
            page.goto("/accounts/login/" if not signed_in else "/")
            if page.get_by_role("button", name=language, exact=True).count():
                page.get_by_role("button", name=language, exact=True).click()
            for name, path in pages.items():
                page.goto(path)
                for size, (width, height) in SIZES.items():
                    page.set_viewport_size({"width": width, "height": height})
                    for scheme in ("light", "dark"):
                        page.emulate_media(color_scheme=scheme)
                        tongue = "zh" if language == "中文" else "en"
                        page.screenshot(path=PICTURES / f"{name}-{tongue}-{size}-{scheme}.png")
            print(f"{language}: {', '.join(pages)}", flush=True)


if __name__ == "__main__":
    main()
