"""What holds for all templates, styles and scripts: the content security policy and the budgets."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "papers" / "static" / "papers"
# What is a mail has no policy; its styles are written into its elements before it is sent.
MAIL = settings.BASE_DIR / "templates" / "mail" / "layout.html"
TEMPLATES = sorted(set((settings.BASE_DIR / "templates").rglob("*.html")) - {MAIL})
BUDGET = 12_000


def compressed(files: list[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)


def styles_in(html: str) -> list[Path]:
    return [STATIC.parent / name for name in re.findall(r"{% static '(papers/css/[a-z]+\.css)' %}", html)]


def scripts_in(html: str) -> list[Path]:
    return [STATIC.parent / name for name in re.findall(r"{% static '(papers/js/[a-z]+\.js)' %}", html)]


def style_block(html: str) -> str:
    return "".join(re.findall(r"{% block style %}(.*?){% endblock %}", html, re.DOTALL))


def test_the_styles_of_every_page_stay_within_the_budget():
    """A page that needs a sheet of its own puts it in place of the formulas' one, which it then does not need."""
    base = (settings.BASE_DIR / "templates" / "base.html").read_text()
    everywhere = [file for file in styles_in(base) if file not in styles_in(style_block(base))]
    assert len(everywhere) == 3
    blocks = {str(path): style_block(path.read_text()) for path in TEMPLATES}
    for name, block in blocks.items():
        assert compressed([*everywhere, *styles_in(block)]) <= BUDGET, name
    assert {file for block in blocks.values() for file in styles_in(block)} == set(STATIC.rglob("*.css")) - set(
        everywhere
    )


def test_the_scripts_of_every_page_stay_within_the_budget():
    """Beside htmx. What base.html has in its head every page loads; the rest is in the block of its page.

    What helps to write comes when somebody begins to.
    """
    html = (settings.BASE_DIR / "templates" / "base.html").read_text()
    writing = scripts_in(re.search(r'data-writing="(.*?)"', html)[1])
    base = [script for script in scripts_in(html) if script not in writing]
    pages = {str(path): scripts_in(path.read_text()) for path in TEMPLATES if path.name != "base.html"}
    for name, scripts in pages.items():
        assert compressed([*base, *scripts]) <= BUDGET, name
    assert compressed(writing) <= BUDGET / 3
    assert {file for scripts in (base, writing, *pages.values()) for file in scripts} == set(STATIC.rglob("*.js"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_what_the_policy_forbids(template):
    html = template.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


def test_every_colour_has_a_light_and_a_dark_value():
    css = (STATIC / "css" / "base.css").read_text()
    colours = re.findall(r"^    --[a-z-]+: ([^;]*#[0-9a-f]{3,6}[^;]*);", css, re.MULTILINE)
    assert len(colours) > 15
    assert [value for value in colours if "light-dark(" not in value] == []


def test_pages_name_no_colour_beside_the_tokens():
    for name in ("components.css", "pages.css"):
        lines = (STATIC / "css" / name).read_text().splitlines()
        bare = [line for line in lines if re.search(r"#[0-9a-f]{3,6}\b", line) and "light-dark(" not in line]
        assert bare == [], name
