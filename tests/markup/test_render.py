import re
import subprocess
import sys

import pytest
from django.conf import settings

from papers import markup

LINK = 'rel="nofollow noopener ugc"'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("One *two* **three** `four`", "<p>One <em>two</em> <strong>three</strong> <code>four</code></p>\n"),
        ("~~old~~", "<p><s>old</s></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("```nim\necho(1 < 2)\n```", '<pre><code class="language-nim">echo(1 &lt; 2)\n</code></pre>\n'),
        ("a  \nb", "<p>a<br>\nb</p>\n"),
        ("", ""),
    ],
)
def test_what_people_write_becomes_plain_html(source, html):
    assert markup.render(source) == html


def test_headings_stand_below_those_of_the_page():
    html = markup.render("# One\n\n## Two\n\n### Three\n\n###### Six")
    assert re.findall(r"<(h\d)>(\w+)</\1>", html) == [("h4", "One"), ("h5", "Two"), ("h6", "Three"), ("h6", "Six")]


def test_tables_are_aligned_by_classes_for_the_policy_forbids_styles():
    html = markup.render("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    assert '<th>a</th>\n<th class="center">b</th>\n<th class="right">c</th>' in html
    assert '<td>1</td>\n<td class="center">2</td>\n<td class="right">3</td>' in html
    assert "style" not in html


def test_tasks_are_boxes_that_cannot_be_ticked():
    html = markup.render("- [ ] read\n- [x] claim\n- no task")
    assert html.count('<li class="task-list-item"><label><input type="checkbox" disabled=""') == 2
    assert html.count("checked") == 1
    assert "<li>no task</li>" in html


def test_footnotes_of_two_texts_on_one_page_have_ids_of_their_own():
    source = "Said before[^a] and again.[^a] More.[^b]\n\n[^a]: By others.\n[^b]: By us."
    first, second = (markup.render(source, id_prefix=prefix) for prefix in ("t1-", "t2-"))
    ids = re.findall(r'id="([^"]+)"', first)
    assert ids == ["t1-fnref-1", "t1-fnref-1-2", "t1-fnref-2", "t1-fn-1", "t1-fn-2"]
    assert not set(ids) & set(re.findall(r'id="([^"]+)"', second))
    assert set(re.findall(r'href="#([^"]+)"', first)) == set(ids)


def test_links_lend_nobody_the_reputation_of_the_site():
    assert markup.render("[a](https://example.org/)") == f'<p><a href="https://example.org/" {LINK}>a</a></p>\n'
    assert markup.render("<https://example.org/>").count(LINK) == 1
    assert markup.render("[17](/papers/17/)") == f'<p><a href="/papers/17/" {LINK}>17</a></p>\n'


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("见https://arxiv.org/abs/1706.03762，很好", "https://arxiv.org/abs/1706.03762"),
        ("见https://arxiv.org/abs/1706.03762这篇论文", "https://arxiv.org/abs/1706.03762"),
        ("（https://arxiv.org/abs/1706.03762）。", "https://arxiv.org/abs/1706.03762"),
        ("(https://en.wikipedia.org/wiki/A_(b)).", "https://en.wikipedia.org/wiki/A_(b)"),
        ("**https://example.org/a_b_c**", "https://example.org/a_b_c"),
        ("https://example.org/?a=1&copy=2", "https://example.org/?a=1&amp;copy=2"),
        ("https://zh.wikipedia.org/wiki/注意力", "https://zh.wikipedia.org/wiki/%E6%B3%A8%E6%84%8F%E5%8A%9B"),
    ],
)
def test_an_address_in_the_text_is_a_link_that_ends_where_it_ends(source, url):
    assert re.findall(r'href="([^"]+)"', markup.render(source)) == [url]


@pytest.mark.parametrize("source", ["see main.py", "e.g. a.b", "bob@example.org", "https://", "`https://a.b`"])
def test_what_is_no_address_is_no_link(source):
    assert "<a" not in markup.render(source)


def test_an_address_in_a_link_is_one_link():
    assert markup.render("[https://a.org](https://b.org)").count("<a ") == 1


def test_images_of_other_hosts_are_links_and_load_nothing():
    assert markup.render("![Figure 1](https://example.org/1.png)") == (
        f'<p><a href="https://example.org/1.png" {LINK}>Figure 1</a></p>\n'
    )
    assert markup.render("![](https://example.org/1.png)").count(">https://example.org/1.png</a>") == 1
    within = markup.render("[![Figure](https://example.org/1.png)](https://example.org/)")
    assert within == f'<p><a href="https://example.org/" {LINK}>Figure</a></p>\n'


@pytest.mark.parametrize(
    ("source", "bold"),
    [
        ("**“引号”**后面", "“引号”"),
        ("这是**重要（注意）。**后面", "重要（注意）。"),
        ("他说：**「注意力」**是一切", "「注意力」"),
        ("**中文**后面", "中文"),
    ],
)
def test_emphasis_needs_no_spaces_beside_chinese(source, bold):
    assert f"<strong>{bold}</strong>" in markup.render(source)


def test_english_emphasis_is_that_of_commonmark():
    assert "<strong>" not in markup.render('a**"b"**c')
    assert markup.render("snake_case_name 2 * 3 * 4") == "<p>snake_case_name 2 * 3 * 4</p>\n"


def test_right_to_left_letters_turn_their_own_paragraph_only():
    assert markup.render("שלום") == '<p dir="auto">שלום</p>\n'
    assert markup.render("Peace") == "<p>Peace</p>\n"


def test_plain_text_has_no_marks():
    source = (
        "# Title\n\nText with *stress*, $d_k$ and [a link](https://example.org)\nin two lines.[^1]\n\n"
        "- [x] done\n- ![a figure](https://example.org/1.png)\n\n$$\nE = mc^2\n$$\n\n```\ncode\n```\n\n[^1]: Aside."
    )
    assert markup.plain(source).splitlines() == [
        "Title",
        "Text with stress, dₖ and a link in two lines.",
        "done",
        "a figure",
        "E = mc²",
        "code",
        "Aside.",
    ]


def test_plain_text_of_html_is_that_html_as_text():
    assert markup.plain("<b>a</b> &lt;") == "<b>a</b> <"


def test_the_command_prints_what_a_note_would_get():
    ran = subprocess.run(
        [sys.executable, "manage.py", "render_markup"],
        input="Why $x$? **“引号”**后面".encode(),
        capture_output=True,
        cwd=settings.BASE_DIR,
        check=True,
    )
    assert ran.stdout.decode() == markup.render("Why $x$? **“引号”**后面")
