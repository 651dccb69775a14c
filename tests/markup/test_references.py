"""References to papers, members and preprints become links; nothing else does."""

import pytest

from papers import markup

PEOPLE = {"Bob": 2, "Bob Miller": 3, "王小明": 4, "Zoë": 5}


def rendered(source: str) -> tuple[str, markup.References]:
    references = markup.References(papers={1, 17}, people=PEOPLE)
    html = markup.render(source, references=references).replace(' rel="nofollow noopener ugc"', "")
    return html, references


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("See #17.", '<a href="/papers/17/" class="ref">#17</a>'),
        ("见#17的证明", '<a href="/papers/17/" class="ref">#17</a>'),
        ("(#1)", '<a href="/papers/1/" class="ref">#1</a>'),
        ("**#17**", '<a href="/papers/17/" class="ref">#17</a>'),
        ("Thanks @Bob!", '<a href="/members/2/" class="ref">@Bob</a>'),
        ("Thanks @bob miller.", '<a href="/members/3/" class="ref">@bob miller</a>'),
        ("请@王小明看看", '<a href="/members/4/" class="ref">@王小明</a>'),
        ("@Zoë", '<a href="/members/5/" class="ref">@Zoë</a>'),
        ("arXiv:2203.02155v2", '<a href="https://arxiv.org/abs/2203.02155v2" class="ref">arXiv:2203.02155v2</a>'),
        ("arxiv: cs/0112017", '<a href="https://arxiv.org/abs/cs/0112017" class="ref">arxiv: cs/0112017</a>'),
    ],
)
def test_a_reference_is_a_link(source, link):
    assert link in rendered(source)[0]


@pytest.mark.parametrize(
    "source",
    [
        *("`#17`", "$#17$", "[#17](https://example.org/)", "```\n#17 @Bob\n```", "a#17", "#17a", "/#17", "#0", "#99"),
        *("bob@Bob", "x.@Bob", "@Bobby", "@Nobody", "`@Bob`", "arXiv:99", "&#35;x", "https://example.org/#17"),
    ],
)
def test_what_only_looks_like_one_is_none(source):
    html, references = rendered(source)
    assert 'class="ref"' not in html
    assert (references.found_papers, references.found_people) == (set(), set())


def test_the_text_says_whom_and_what_it_named():
    _html, references = rendered("#17, #1, #17 and #99, @Bob, @王小明; not `@Zoë`.")
    assert (references.found_papers, references.found_people) == ({1, 17}, {2, 4})
    assert markup.numbers_in("#17, a#4, #99 `#5`") == {17, 99, 5}


@pytest.mark.parametrize("mark", ["@", "#", "@Bob ", "#17 ", "#1#", "@@Bob", "arXiv:", "arXiv:2203.02155 "])
def test_a_text_full_of_them_is_set_or_shown_as_it_was_written_in_time(mark):
    references = markup.References(papers={1, 17}, people={f"Name{at}": at for at in range(500)} | PEOPLE)
    html = markup.render(mark * (100_000 // len(mark)), references=references)
    assert len(html) <= 1_100_000
