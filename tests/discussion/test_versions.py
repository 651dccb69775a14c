"""What a post said before, and what is new to whom."""

import datetime as dt

import pytest
from django.utils import timezone

from papers.discussion import actions, queries
from papers.discussion.differences import Part, differences
from papers.discussion.models import PostVersion
from papers.notes.actions import mark_seen
from papers.refusals import Refused


@pytest.fixture
def thread(a_paper, bob):
    return actions.start_thread(a_paper(number=17), "Why scale?", "question", "Why by the root?", by=bob)


@pytest.fixture
def post(thread, bob):
    post = actions.reply(thread, "First words.", by=bob)
    return actions.edit_post(post, "Second words.", 1, by=bob)


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("the same", "the same", [("same", "the same")]),
        ("one two three", "one 2 three", [("same", "one "), ("gone", "two"), ("new", "2"), ("same", " three")]),
        (
            "注意力机制很好",
            "注意力方法很好",
            [("same", "注意力"), ("gone", "机制"), ("new", "方法"), ("same", "很好")],
        ),
        ("", "new", [("new", "new")]),
        ("gone", "", [("gone", "gone")]),
        ("", "", []),
    ],
)
def test_differences_are_words_and_chinese_characters(before, after, parts):
    assert differences(before, after) == [Part(*part) for part in parts]


def test_both_texts_can_be_read_from_the_differences():
    before, after = "a b\nc $x_1$ 好", "a c\n\nb $x_2$ 很好"
    parts = differences(before, after)
    assert "".join(text for kind, text in parts if kind != "new") == before
    assert "".join(text for kind, text in parts if kind != "gone") == after


def test_very_long_texts_are_compared_as_a_whole():
    before, after = "x " * 20_000, "y " * 20_000
    assert [part.kind for part in differences(before, after)] == ["gone", "new", "same"]


def test_an_edit_keeps_the_words_before(post, bob):
    (kept,) = queries.versions_of(post, bob)
    assert (kept.version, kept.body) == (1, "First words.")
    post = actions.edit_post(post, "Third words.", 2, by=bob)
    assert [(each.version, each.body) for each in queries.versions_of(post, bob)] == [
        (2, "Second words."),
        (1, "First words."),
    ]


def test_a_refused_edit_keeps_nothing(post, bob):
    with pytest.raises(Refused):
        actions.edit_post(post, "Late.", 1, by=bob)
    assert PostVersion.objects.count() == 1


def test_the_author_brings_a_version_back_and_nobody_else(post, alice, bob, client_of):
    page = client_of(alice).get(f"/posts/{post.pk}/versions/").content.decode()
    assert "<del>First</del>" in page
    assert "<ins>Second</ins>" in page
    assert "Bring this version back" not in page
    assert client_of(alice).post(f"/posts/{post.pk}/versions/", {"version": "1"}).status_code == 403
    answer = client_of(bob).post(f"/posts/{post.pk}/versions/", {"version": "1"})
    assert (answer.status_code, answer["Location"]) == (303, f"/papers/17/#post-{post.pk}")
    post.refresh_from_db()
    assert (post.body, post.version) == ("First words.", 3)
    assert client_of(bob).post(f"/posts/{post.pk}/versions/", {"version": "9"}).status_code == 409


def test_others_do_not_see_what_a_post_said(post, rita, a_member, client_of):
    assert client_of(rita).get(f"/posts/{post.pk}/versions/").status_code == 403
    assert f"/posts/{post.pk}/versions/" not in client_of(rita).get("/papers/17/").content.decode()


def test_what_is_deleted_has_no_versions(post, bob, client_of):
    actions.delete_post(post, by=bob)
    assert not PostVersion.objects.exists()
    assert client_of(bob).get(f"/posts/{post.pk}/versions/").status_code == 404


@pytest.mark.parametrize("version", ["x", "0", "-1", "9" * 40, "7"])
def test_a_version_that_is_none_is_an_answer(post, bob, client_of, version):
    assert client_of(bob).get(f"/posts/{post.pk}/versions/?version={version}").status_code in (200, 404)


def test_posts_since_my_last_look_are_new_but_not_my_own(thread, alice, bob, client_of):
    mark_seen(thread.paper, by=bob, at=timezone.now())
    new = actions.reply(thread, "So.", by=alice)
    actions.reply(thread, "Thanks!", by=bob)
    row = queries.thread_row(thread, bob)
    assert [post.id for post in (*row.opening, *row.replies) if post.is_new] == [new.pk]
    page = client_of(bob).get("/papers/17/").content.decode()
    assert f'id="next-new" href="#post-{new.pk}"' in page
    assert page.count("data-new") == 1
    mark_seen(thread.paper, by=bob, at=timezone.now() + dt.timedelta(seconds=1))
    assert "next-new" not in client_of(bob).get("/papers/17/").content.decode()
