"""Code in colours; whatever it says, it stays code."""

import re

import pytest
from django.utils.html import escape

from papers import markup
from papers.markup.code import LANGUAGES, LONGEST


def test_known_languages_have_colours():
    html = markup.render("```python\ndef f(x):\n    return 'a' # why\n```")
    assert '<span class="hl-k">def</span>' in html
    assert '<span class="hl-nf">f</span>' in html
    assert '<span class="hl-c1"># why</span>' in html


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_code_itself_is_not_changed_and_does_nothing(language):
    code = (
        '<script>alert(1)</script>\n  x = "a" & \'b\' \t# 学习 \\end{x}\n\nclass="hl-k" $\\alpha$ </code></pre><b>\n'
    )
    html = markup.render(f"```{language}\n{code}```")
    assert re.sub(
        r"</?span[^>]*>", "", html
    ) == f'<pre><code class="language-{language}">{escape(code)}</code></pre>\n'.replace("&#x27;", "'").replace(
        "&quot;", '"'
    )
    assert set(re.findall(r"<(\w+)", html)) <= {"pre", "code", "span"}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("piece", ["(", "'", '"', "/*", "<", "\\", "{", "a.", "$", "`", "#!", "%%", "-- ", "\t"])
def test_no_code_takes_long(language, piece):
    code = (piece * LONGEST)[: LONGEST - 1]
    html = markup.render(f"````{language}\n{code}\n````")
    assert len(html) <= 1_100_000


def test_long_code_has_none():
    assert "<span" not in markup.render("```python\n" + "x = 1\n" * LONGEST + "```")
