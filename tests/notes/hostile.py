"""What people and programs send to break a page, and how to see that it did not break."""

from html.parser import HTMLParser

TEXTS = {
    "NUL": "before\x00after",
    "right-to-left override": "user\u202egnp.exe and \u2066isolated",
    "emoji": "\U0001f469\u200d\U0001f52c read \U0001f4dc " * 3,
    "lone surrogate as bytes": "\ufffd\ufffd",
    "controls": "a\x01\x02\x08\x0b\x1f\x7fb",
    "1 MB": "long " * 200_000,
    "one long word": "x" * 90_000,
    "broken Markdown": "[[[[](((\n```\n**_~~`$$\n| a |\n|--\n> > > >\n[^1]: \n![",
    "deep quotes": ">" * 5_000 + " a",
    "deep brackets": "[" * 20_000,
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": '"><svg onload=alert(1)><a href="javascript:alert(1)">x</a>',
    "links": "[a](javascript:alert(1)) [b](data:text/html,x) <javascript:alert(1)> ![c](https://evil.example/x.png)",
    "LaTeX link": r"$\href{javascript:alert(1)}{x}$ $\url{javascript:alert(1)}$",
    "LaTeX html": r"$\htmlData{onclick=alert(1)}{x} \text{<script>alert(1)</script>}$",
    "LaTeX loop": r"$\def\a{\a\a}\a$ $$\frac{1}{$$ $\undefined$",
    "htmx": '<div hx-get="/organise/" hx-trigger="load" data-hx-post="/x">x</div>',
    "template": "{{ request.user.password }} {% load static %} %(name)s {0}",
    "end of textarea": "</textarea></form><script>alert(1)</script>",
}


class Danger(HTMLParser):
    """Collects what could run or load in a page that is not the page's own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        src = values.get("src") or ""
        if tag == "script" and not src.startswith("/static/"):
            self.found.append(f"<script src={src!r}>")
        if tag in {"iframe", "object", "embed", "base", "style"}:
            self.found.append(f"<{tag}>")
        if src.startswith(("http:", "https:", "//")):
            self.found.append(f"<{tag} src={src!r}>")
        for name, value in attributes:
            if name.startswith("on") or name == "style":
                self.found.append(f"<{tag} {name}>")
            if (value or "").strip().lower().startswith(("javascript:", "vbscript:", "data:text")):
                self.found.append(f"<{tag} {name}={value!r}>")
            if name in {"hx-get", "data-hx-post"} and (value == "/organise/" or value == "/x"):
                self.found.append(f"<{tag} {name}>")


def dangers(page: str) -> list[str]:
    """Return what is dangerous in the page's HTML; an empty list is good."""
    parser = Danger()
    parser.feed(page)
    return parser.found
