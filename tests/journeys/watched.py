"""A browser's window that notes whatever ran, was refused by the policy or was asked for elsewhere."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Dialog, Page, Request

from papers.markup.safety import ATTRIBUTES
from tests.markup.vectors import ACTED

# What a script that runs would call; and what the policy refuses to run.
SPY = """(() => {
  for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
    window[name] = (...said) => { spy("ran", `${name} ${said}`); };
  }
  document.addEventListener("securitypolicyviolation", (event) =>
    spy("refused", `${event.violatedDirective} ${event.blockedURI} ${event.sample} ${location.pathname}`));
})()"""
INSPECT = (Path(__file__).parent / "inspect_page.js").read_text(encoding="utf-8")
ALLOWED = {tag: sorted({*names, *(["rel"] if tag == "a" else [])}) for tag, names in ATTRIBUTES.items()}
# These have paragraphs of their own.
OWN_PROSE = ("/help/", "/me/calendar/")
LINKS = """[...new Set([...document.querySelectorAll("a[href]")]
  .filter((link) => link.origin === location.origin).map((link) => link.pathname + link.search))]"""
SETTLED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))"


@dataclass
class Watched:
    page: Page
    home: str
    ran: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return [*self.ran, *self.refused, *self.asked]

    def opens(self, path: str) -> list[str]:
        """Open a page and return what stands on it that must not."""
        response = self.page.goto(path)
        assert response is not None, path
        assert response.status < 500, path
        is_page = response.headers.get("content-type", "").startswith("text/html")
        return self.look() if is_page and not path.startswith(OWN_PROSE) else []

    def opens_text(self, html: str, *, policy: str = "") -> list[str]:
        """Open this HTML as a page of the site, with this policy."""
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            **({"Content-Security-Policy": policy} if policy else {}),
        }
        self.page.unroute("**/a-text")
        self.page.route("**/a-text", lambda route: route.fulfill(body=html, headers=headers))
        return self.opens("/a-text")

    def look(self) -> list[str]:
        """Return what stands on the page that must not, after it had time to run."""
        found = self.page.evaluate(INSPECT, ALLOWED)
        self.page.evaluate(SETTLED)
        return [f"{self.page.url}: {each}" for each in found]

    def links(self) -> list[str]:
        """Return the addresses within the site to which the page links."""
        return self.page.evaluate(LINKS)

    def see(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:")) or ACTED in urlsplit(request.url).path:
            self.asked.append(request.url)

    def talk(self, dialog: Dialog) -> None:
        self.ran.append(f"dialog {dialog.message}")
        dialog.dismiss()


def watched(context: BrowserContext, home: str) -> Watched:
    """Return a new window of this browser context, which opens pages of the site at `home`."""
    page = context.new_page()
    window = Watched(page, home)
    lists = {"ran": window.ran, "refused": window.refused}
    context.expose_binding("spy", lambda source, kind, said: lists[kind].append(said))
    context.add_init_script(SPY)
    page.on("request", window.see)
    page.on("dialog", window.talk)
    page.set_default_timeout(20_000)
    return window
