"""The one box: what is found, what may not be, and in how many queries."""

from io import StringIO

import pytest
from django.core.management import call_command

from papers.catalogue.indexing import index
from papers.catalogue.models import Entry, Paper
from papers.claims import actions as claims
from papers.discussion import actions as discussion
from papers.notes import actions as notes

pytestmark = pytest.mark.django_db
# The session, the member, the group, the search; when nothing was found also the vocabulary and the search anew.
QUERIES, QUERIES_AT_MOST = 4, 6


@pytest.fixture
def whole_list(group) -> None:
    call_command("seed", stdout=StringIO())


@pytest.fixture
def find(client_of, bob):
    """Return the search page's groups for a question, each a list of addresses."""

    def ask(question: str, **more: str) -> dict[str, list[str]]:
        response = client_of(bob).get("/search/", {"q": question, **more})
        assert response.status_code == 200
        return {group["name"]: [hit.url for hit in group["hits"]] for group in response.context.get("groups", [])}

    return ask


@pytest.fixture
def a_found_paper(a_paper):
    """Make a paper that can be found."""

    def make(title: str, *, remark: str = "", **facts) -> Paper:
        paper = a_paper(title, **facts)
        Entry.objects.filter(paper=paper).update(remark_zh=remark)
        index([paper.pk])
        return paper

    return make


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("PPO", "Proximal Policy Optimization Algorithms"),
        ("ｐｐｏ", "Proximal Policy Optimization Algorithms"),
        ("transformer", "Attention Is All You Need"),
        ("attention is all you need!", "Attention Is All You Need"),
        ("Vaswani", "Attention Is All You Need"),
        ("2203.02155", "Training language models to follow instructions with human feedback"),
        ("instrucgpt", "Training language models to follow instructions with human feedback"),
        ("DALL-E", "Zero-Shot Text-to-Image Generation"),
        ("#17", None),
        ("flash attention", "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness"),
        ("by:vaswani", "Attention Is All You Need"),
        ("chain of thought year:2022", "Chain-of-Thought Prompting Elicits Reasoning in Large Language Models"),
        ("prompt survey is:survey", None),
    ],
)
def test_the_wanted_paper_is_among_the_first_three(whole_list, find, question, title):
    first = find(question)["papers"][:3]
    if title is not None:
        assert Paper.objects.get(title=title).get_absolute_url() in first


def test_a_remark_is_searched_in_chinese(a_found_paper, find):
    paper = a_found_paper("RoFormer", remark="旋转位置嵌入，解决价值对齐问题之外的事，用PPO训练。")
    for question in ("对齐", "旋转位置", "PPO", "ＰＰＯ训练", "位"):
        assert find(question) == {"papers": [paper.get_absolute_url()]}, question
    assert find("价齐") == {}


def test_notes_threads_and_posts_are_found_in_their_groups(a_found_paper, bob, alice, find):
    paper = a_found_paper("RoFormer")
    note = notes.write_note(paper, "The rotary trick, **explained**.", by=bob)
    thread = discussion.start_thread(paper, "Rotary or absolute?", "question", "Why?", by=bob)
    post = discussion.reply(thread, "Rotary keeps distances.", by=alice)
    assert find("rotary") == {
        "notes": [f"/notes/{note.pk}/"],
        "threads": [f"/threads/{thread.pk}/", f"/posts/{post.pk}/"],
    }
    assert find("rotary by:alice") == {"threads": [f"/posts/{post.pk}/"]}
    assert find("rotary is:erratum") == {}
    assert find("rotary", only="notes") == {"notes": [f"/notes/{note.pk}/"]}


def test_what_was_deleted_or_rewritten_is_not_found_any_more(a_found_paper, bob, find):
    paper = a_found_paper("RoFormer")
    note = notes.write_note(paper, "secretword", by=bob)
    notes.edit_note(note, "otherword", note.version, by=bob)
    assert find("secretword") == {}
    assert "notes" in find("otherword")
    notes.delete_note(note, by=bob)
    thread = discussion.start_thread(paper, "A", "question", "thirdword", by=bob)
    post = thread.posts.get()
    discussion.reply(thread, "stays", by=bob)
    discussion.delete_post(post, by=bob)
    assert find("otherword") == find("thirdword") == {}


def test_a_merged_paper_is_not_found(a_found_paper, find):
    kept, gone = a_found_paper("Attention"), a_found_paper("Attention twice")
    Paper.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert find("attention") == {"papers": [kept.get_absolute_url()]}


def test_qualifiers_narrow(a_found_paper, bob, alice, find):
    old = a_found_paper("Old attention", year=2014, kind="survey", authors=["Jane Doe"])
    new = a_found_paper("New attention", year=2022)
    claims.claim(new, by=bob)
    claims.mark_read(old, by=alice)
    notes.write_note(new, "$x^2$ attention", by=bob)
    urls = {"old": [old.get_absolute_url()], "new": [new.get_absolute_url()]}
    for question, which in {
        "attention year:2014": "old",
        "attention year:>2020": "new",
        "is:survey": "old",
        "is:read": "old",
        "is:claimed": "new",
        "by:doe": "old",
        "has:notes": "new",
        "has:maths": "new",
    }.items():
        assert find(question)["papers"] == urls[which], question
    assert "papers" not in find("is:free")
    assert find("attention part:9") == {}


def test_percent_and_underscore_are_no_wildcards(a_found_paper, find):
    a_found_paper("Growth of 100 layers")
    assert find("%") == find("_") == {}
    assert find("gr_wth") == {}


def test_an_empty_result_offers_what_to_leave_out(a_found_paper, client_of, bob):
    a_found_paper("Attention", year=2017)
    page = client_of(bob).get("/search/", {"q": "attention year:2020"})
    assert [other for _name, other in page.context["relaxed"]] == ["attention"]
    assert 'href="/search/?q=attention"' in page.content.decode()


def test_a_typing_error_is_mended_and_said(a_found_paper, client_of, bob):
    a_found_paper("Transformers for everybody")
    page = client_of(bob).get("/search/", {"q": "trnasformers"}).content.decode()
    assert "These are the hits for <strong>transformers</strong>" in page


def test_hits_are_highlighted_and_escaped(a_found_paper, bob, client_of):
    paper = a_found_paper("Attention <script>alert(1)</script>")
    notes.write_note(paper, "attention <img src=x onerror=alert(1)>", by=bob)
    page = client_of(bob).get("/search/", {"q": "attention script img"}).content.decode()
    assert "<mark>Attention</mark> &lt;<mark>script</mark>&gt;" in page
    assert "<img" not in page


@pytest.mark.parametrize(
    "question",
    [
        "& | ! ( ) : *",
        "(" * 5000,
        "a " * 20_000,
        "'",
        "\\",
        "\u202e",
        "é́́",
        "💥",
        "by:'",
        "year:9999-0000",
        "part:9999",
        "x" * 9000,
    ],
)
def test_no_question_is_an_error(a_found_paper, client_of, bob, question):
    a_found_paper("Attention")
    assert client_of(bob).get("/search/", {"q": question}).status_code == 200


def test_htmx_gets_the_results_alone(a_found_paper, client_of, bob):
    a_found_paper("Attention")
    response = client_of(bob).get("/search/", {"q": "attention"}, headers={"HX-Request": "true"})
    assert response.content.decode().lstrip().startswith('<div id="results">')


def test_outsiders_are_sent_to_sign_in_and_it_is_only_for_reading(client, client_of, charlie, bob):
    assert client.get("/search/", {"q": "x"}).status_code == 302
    assert client_of(bob).post("/search/", {"q": "x"}).status_code == 405


def test_the_same_queries_for_one_hit_and_for_three(a_found_paper, bob, client_of, django_assert_num_queries):
    client = client_of(bob)
    for number in range(3):
        paper = a_found_paper(f"Attention {number}")
        notes.write_note(paper, f"attention {number}", by=bob)
        if number in (0, 2):
            with django_assert_num_queries(QUERIES):
                client.get("/search/", {"q": "attention"})


def test_no_question_takes_more_queries_than_this(a_found_paper, bob, client_of, django_assert_max_num_queries):
    a_found_paper("Attention", year=2017)
    client = client_of(bob)
    for question in ("nothinglikethis atention part:7 year:2020 is:question", "atention nowhere year:2020 part:9"):
        with django_assert_max_num_queries(QUERIES_AT_MOST):
            client.get("/search/", {"q": question})
