import datetime as dt

import pytest
from django.utils import timezone

from papers.discussion import actions, queries
from papers.discussion.models import Post


@pytest.fixture
def paper(a_paper):
    return a_paper()


@pytest.fixture
def thread(paper, alice):
    return actions.start_thread(paper, "Why scale?", "question", "Why?", by=alice)


def fill(thread, author, count: int) -> list[Post]:
    """Write that many answers, a second apart, the oldest first."""
    now = timezone.now()
    return Post.objects.bulk_create(
        Post(
            thread=thread,
            author=author,
            body=str(n),
            html=f"<p>{n}</p>",
            renderer=1,
            written_at=now + dt.timedelta(seconds=n + 1),
        )
        for n in range(count)
    )


@pytest.mark.parametrize(("threads", "posts"), [(1, 1), (3, 3), (1, 1000)])
def test_a_papers_threads_are_two_queries(paper, a_member, django_assert_num_queries, threads, posts):
    for n in range(threads):
        author = a_member(f"Member{n}")
        fill(actions.start_thread(paper, f"Title {n}", "remark", "Text.", by=author), author, posts)
    with django_assert_num_queries(2):
        rows = queries.threads_of(paper, author)
    assert [row.title for row in rows] == [f"Title {n}" for n in range(threads)]
    assert {len(row.replies) for row in rows} == {min(posts, queries.POSTS_SHOWN)}


def test_a_thread_tells_its_kind_its_opening_and_whose_posts_they_are(paper, thread, alice, bob):
    actions.reply(thread, "Because.", by=bob)
    (row,) = queries.threads_of(paper, bob)
    assert (row.kind, row.kind_label, row.earlier) == ("question", "Question", None)
    assert [(post.by.name, post.by.is_mine) for post in (*row.opening, *row.replies)] == [
        ("Alice", False),
        ("Bob", True),
    ]


def test_a_deleted_post_is_marked_and_says_nothing(paper, thread, bob, alice):
    actions.delete_post(actions.reply(thread, "Nonsense.", by=bob), by=bob)
    (row,) = queries.threads_of(paper, alice)
    assert [(post.is_deleted, post.html) for post in row.replies] == [(True, "")]


def test_a_very_long_thread_is_read_page_by_page_and_no_post_is_lost(thread, bob):
    written = fill(thread, bob, 2 * queries.POSTS_SHOWN + 5)
    read: list[int] = []
    before = None
    for _ in range(3):
        row = queries.thread_row(thread, bob, before=before)
        read = [post.id for post in row.replies] + read
        assert len(row.opening) == 1
        before = Post.objects.get(pk=row.earlier) if row.earlier else None
    assert before is None
    assert read == [post.pk for post in written]


def test_posts_of_the_same_instant_are_neither_lost_nor_repeated_between_pages(thread, bob):
    written = fill(thread, bob, queries.POSTS_SHOWN + 3)
    Post.objects.filter(thread=thread).update(written_at=timezone.now())
    newest = queries.thread_row(thread, bob)
    older = queries.thread_row(thread, bob, before=Post.objects.get(pk=newest.earlier))
    assert [post.id for post in (*older.replies, *newest.replies)] == [post.pk for post in written]


@pytest.mark.parametrize("replies", [queries.POSTS_SHOWN - 1, queries.POSTS_SHOWN])
def test_the_opening_alone_makes_no_earlier_page(thread, bob, replies):
    fill(thread, bob, replies)
    assert queries.thread_row(thread, bob).earlier is None


def test_every_post_has_an_address_where_it_is_shown(thread, bob):
    written = fill(thread, bob, queries.POSTS_SHOWN + 2)
    opening = thread.posts.order_by("pk").first()
    paper = thread.paper.get_absolute_url()
    assert queries.address_of(opening) == f"{paper}#post-{opening.pk}"
    assert queries.address_of(written[-1]) == f"{paper}#post-{written[-1].pk}"
    assert queries.address_of(written[2]) == f"{paper}#post-{written[2].pk}"
    hidden = written[1]
    assert queries.address_of(hidden) == f"/threads/{thread.pk}/?before={written[2].pk}#post-{hidden.pk}"
    row = queries.thread_row(thread, bob, before=written[2])
    assert hidden.pk in [post.id for post in row.replies]
    assert written[2].pk not in [post.id for post in row.replies]
