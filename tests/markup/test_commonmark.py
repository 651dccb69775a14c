"""All examples of the CommonMark specification, through the renderer that the site uses.

What differs on purpose is named here, each kind with its reason; whatever else differs is a fault.
"""

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from papers import markup

EXAMPLES = json.loads((Path(__file__).parent / "commonmark" / "examples.json").read_text())
# HTML that is written into a text is text here: members write Markdown, and nothing of theirs may act.
HTML_IS_TEXT = {"HTML blocks", "Raw HTML"}
TAG = re.compile(r"<(?:[a-zA-Z/!?])")
# Whose spelling of a link must not lend it the site's reputation.
REL = ' rel="nofollow noopener ugc"'
# An address in a text is a link here (the extension "linkify"); in the specification only in angle brackets.
LINKIFIED = {
    608: '<p>&lt; <a href="https://foo.bar">https://foo.bar</a> &gt;</p>',
    611: '<p><a href="https://example.com">https://example.com</a></p>',
}
# Here these delimit a formula; the first example of the escapes has both in a row.
MATHS = {12}
# Letters, digits and a few signs are enough for the name of a language.
LANGUAGE_LEFT_OUT = {144: "<pre><code></code></pre>"}
# The parser takes this address, whose colon is escaped, for one of an unknown scheme, which are no links here.
UNKNOWN_SCHEME = {500: "<p>[link](foo):)</p>\n"}


class Tree(HTMLParser):
    """What HTML says, however it is spelt: tags with sorted attributes, and text without space between blocks."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.said.append((tag, sorted(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        self.said.append(f"/{tag}")

    def handle_data(self, data):
        if self.said and isinstance(self.said[-1], str) and not self.said[-1].startswith("/"):
            self.said[-1] += data
        elif data.strip("\n"):
            self.said.append(" " + data)


def meant(expected: str) -> str:
    """Return what the specification's HTML becomes here."""
    # The page has the first three levels of headings.
    expected = re.sub(r"<(/?)h([1-6])>", lambda tag: f"<{tag[1]}h{min(int(tag[2]) + 3, 6)}>", expected)
    return re.sub(r"<img [^>]*>", link_of_image, expected)


def link_of_image(image: re.Match) -> str:
    """An image is a link to it: a page loads nothing from other hosts."""
    said = dict(re.findall(r'(\w+)="([^"]*)"', image[0]))
    text = said["alt"] or said["src"]
    return f'<a href="{said["src"]}">{text}</a>' if said["src"] else text


def has_html(example: dict) -> bool:
    """Return whether the specification lets HTML of the text through, or would, in this example."""
    return example["section"] in HTML_IS_TEXT or (
        TAG.search(example["markdown"]) is not None and "&lt;" in markup.render(example["markdown"])
    )


SAME = [example for example in EXAMPLES if not has_html(example) and example["example"] not in MATHS]
WITH_HTML = [example for example in EXAMPLES if has_html(example)]


def test_all_of_them_are_there():
    assert (len(EXAMPLES), len(SAME) + len(WITH_HTML) + len(MATHS)) == (652, 652)
    assert len(SAME) > 540


@pytest.mark.parametrize("example", SAME, ids=lambda example: str(example["example"]))
def test_it_is_rendered_as_specified(example):
    found = markup.render(example["markdown"]).replace(REL, "")
    known = LINKIFIED | LANGUAGE_LEFT_OUT | UNKNOWN_SCHEME
    wanted = known.get(example["example"]) or meant(example["html"])
    if "<img " in example["html"] and "<a " in re.sub(r"<img [^>]*>", "", example["html"]):
        # A link cannot stand in a link: within one, an image is its words.
        wanted = re.sub(r"<img [^>]*>", lambda image: re.search(r'alt="([^"]*)"', image[0])[1], example["html"])
    assert Tree(found).said == Tree(wanted).said


@pytest.mark.parametrize("example", WITH_HTML, ids=lambda example: str(example["example"]))
def test_html_in_a_text_is_shown_and_does_nothing(example):
    found = markup.render(example["markdown"])
    words = set(
        re.findall(
            r"[a-zA-Z]{3,}", re.sub(r"[*_`]|\]\[\w+\]|^\[\w+\]:", " ", html.unescape(example["markdown"]), flags=re.M)
        )
    )
    shown = html.unescape(re.sub(r"<[^>]*>", " ", found)) + " ".join(re.findall(r'(?:href|title)="([^"]*)"', found))
    # Nothing that was written is lost, but for what defines a link or names a language.
    lost = {word for word in words if word not in shown}
    assert not lost
    allowed = {
        *("p", "em", "strong", "code", "pre", "a", "ul", "ol", "li", "blockquote", "br", "hr", "s", "del"),
        *("h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "span"),
    }
    assert set(re.findall(r"<(\w+)", found)) <= allowed
