"""What an open page asks when it was told of a change."""

import datetime as dt

import pytest
from django.utils import timezone

from papers.catalogue.models import Paper
from papers.claims.actions import claim
from papers.discussion.actions import delete_post, reply, start_thread
from papers.discussion.models import Thread
from papers.notes.actions import write_note
from papers.notes.models import Note

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(a_paper) -> Paper:
    return a_paper()


@pytest.fixture
def ago() -> str:
    """When the page was loaded."""
    return (timezone.now() - dt.timedelta(minutes=1)).isoformat()


def ask(client, paper, since, **more):
    return client.get(f"/papers/{paper.number}/news/", {"since": since, **more}, HTTP_HX_REQUEST="true")


def test_others_texts_and_claims_come(paper, alice, bob, client_of, ago):
    thread = start_thread(paper, "Why scale?", "question", "By the square root.", by=alice)
    note = write_note(paper, "The decoder is masked.", by=alice)
    claim(paper, by=alice)
    html = ask(client_of(bob), paper, ago).content.decode()
    assert f'id="thread-{thread.pk}"' in html
    assert f'id="note-{note.pk}"' in html
    assert '<span class="chip claimed">' in html
    assert "2 new texts appeared on this page." in html
    assert "data-since=" in html


def test_ones_own_texts_are_not_news(paper, bob, client_of, ago):
    start_thread(paper, "Why scale?", "question", "By the square root.", by=bob)
    assert 'data-say=""' in ask(client_of(bob), paper, ago).content.decode()


def test_nothing_new_is_no_content(paper, bob, client_of, ago):
    assert ask(client_of(bob), paper, ago).status_code == 204


def test_the_page_of_a_thread_hears_of_that_thread_only(paper, alice, bob, client_of, ago):
    one = start_thread(paper, "Why scale?", "question", "By the square root.", by=alice)
    two = start_thread(paper, "Why heads?", "question", "Eight of them.", by=alice)
    first, second = reply(one, "For the softmax.", by=alice), reply(two, "To look twice.", by=alice)
    claim(paper, by=alice)
    html = ask(client_of(bob), paper, ago, thread=one.pk).content.decode()
    assert f'id="post-{first.pk}"' in html
    assert f'id="post-{second.pk}"' not in html
    assert "chip claimed" not in html


def test_what_is_gone_is_named(paper, alice, bob, client_of, ago):
    thread = start_thread(paper, "Why scale?", "question", "By the square root.", by=alice)
    delete_post(thread.posts.get(), by=alice)
    assert f'data-gone="thread-{thread.pk}"' in ask(client_of(bob), paper, ago).content.decode()
    assert not Thread.objects.exists()


def test_what_one_may_not_see_does_not_come(paper, group, alice, bob, client_of, ago):
    write_note(paper, "Kept to myself.", by=alice, visibility=Note.Visibility.PRIVATE)
    assert "Kept to myself" not in ask(client_of(bob), paper, ago).content.decode()
    group.first_thoughts = True
    group.save()
    start_thread(paper, "A masked thread", "question", "With masked words.", by=alice)
    html = ask(client_of(bob), paper, ago).content.decode()
    assert "masked thread" not in html
    assert "masked words" not in html
    assert 'data-say=""' in html


@pytest.mark.parametrize(
    "since", ["", "yesterday", "2023-03-03T00:00:00", "2023-03-03T00:00:00Z", "2023-02-30T00:00:00Z"]
)
def test_a_page_too_old_is_told_so(since, paper, bob, client_of):
    assert "load it again" in ask(client_of(bob), paper, since).content.decode()


def test_only_members_and_only_reading(paper, bob, charlie, client, client_of, ago):
    assert ask(client, paper, ago)["HX-Redirect"].startswith("/accounts/login/")
    assert client.get(f"/papers/{paper.number}/news/").status_code == 302
    assert client_of(bob).post(f"/papers/{paper.number}/news/").status_code == 405
    paper.number = 99
    assert ask(client_of(bob), paper, ago).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_one_thing_and_three_take_the_same_queries(
    count, paper, alice, bob, client_of, ago, django_assert_max_num_queries
):
    for number in range(count):
        thread = start_thread(paper, f"Question {number}", "question", f"Words {number}", by=alice)
        reply(thread, f"Answer {number}", by=alice)
        write_note(paper, f"Note {number}", by=alice)
    claim(paper, by=alice)
    client = client_of(bob)
    with django_assert_max_num_queries(10):
        assert ask(client, paper, ago).status_code == 200
