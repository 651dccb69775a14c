"""This reply answers the question, I ask it too, thanks."""

import pytest

from papers.discussion import actions, answering, queries
from papers.discussion.models import Asking, InboxItem, Post, Thanks
from papers.refusals import Refused

HTMX = {"HX-Request": "true"}


@pytest.fixture
def paper(a_paper):
    return a_paper(number=17)


@pytest.fixture
def thread(paper, bob):
    return actions.start_thread(paper, "Why scale?", "question", "Why by the root?", by=bob)


@pytest.fixture
def reply(thread, alice):
    return actions.reply(thread, "Because of the variance.", by=alice)


def row(thread, member):
    return queries.thread_row(thread, member)


def test_the_asker_marks_one_reply_and_the_next_takes_its_place(thread, reply, bob, alice):
    other = actions.reply(thread, "Look at page 4.", by=alice)
    assert answering.mark_answer(reply, by=bob) is None
    assert row(thread, bob).answer == reply.pk
    assert answering.mark_answer(other, by=bob) == reply
    assert row(thread, bob).answer == other.pk
    answering.unmark_answer(other, by=bob)
    assert row(thread, bob).answer is None


def test_an_organiser_marks_it_too_and_nobody_else(thread, reply, alice, a_member):
    with pytest.raises(Refused) as refused:
        answering.mark_answer(reply, by=a_member("Dora"))
    assert refused.value.status == 403
    answering.mark_answer(reply, by=alice)
    assert row(thread, alice).answer == reply.pk


def test_what_cannot_answer_is_refused(thread, reply, paper, bob, alice):
    opening = thread.posts.order_by("pk")[0]
    remark = actions.start_thread(paper, "A remark", "remark", "Hm.", by=bob)
    said = actions.reply(remark, "Indeed.", by=alice)
    actions.delete_post(reply, by=alice)
    for post in (opening, said, reply):
        with pytest.raises(Refused) as refused:
            answering.mark_answer(post, by=bob)
        assert refused.value.status == 409
    assert not Post.objects.filter(is_answer=True).exists()


def test_a_deleted_answer_answers_nothing(thread, reply, bob, alice):
    answering.mark_answer(reply, by=bob)
    actions.delete_post(reply, by=alice)
    assert row(thread, bob).answer is None


def test_members_ask_too_once_each_and_the_asker_counts_without(thread, bob, alice, rita):
    assert (row(thread, bob).asked, row(thread, bob).can_ask) == (1, False)
    answering.ask_too(thread, by=alice)
    answering.ask_too(thread, by=alice)
    assert (row(thread, alice).asked, row(thread, alice).is_asked) == (2, True)
    for who, status in ((bob, 409), (rita, 403)):
        with pytest.raises(Refused) as refused:
            answering.ask_too(thread, by=who)
        assert refused.value.status == status
    answering.ask_no_more(thread, by=alice)
    assert row(thread, alice).asked == 1


def test_an_answered_question_takes_no_more_votes(thread, reply, bob, a_member):
    answering.mark_answer(reply, by=bob)
    with pytest.raises(Refused, match="answered meanwhile"):
        answering.ask_too(thread, by=a_member("Dora"))
    assert not Asking.objects.exists()


def test_thanks_are_given_once_taken_back_and_never_to_oneself(thread, reply, bob, alice):
    answering.thank(reply, by=bob)
    answering.thank(reply, by=bob)
    seen = queries.post_row(reply, bob)
    assert (seen.thanks, seen.thanked_by, seen.is_thanked) == (1, "Bob", True)
    assert queries.post_row(reply, alice).can_thank is False
    with pytest.raises(Refused) as refused:
        answering.thank(reply, by=alice)
    assert refused.value.status == 409
    answering.thank_no_more(reply, by=bob)
    assert not Thanks.objects.exists()
    assert not InboxItem.objects.filter(kind="thanks").exists()


@pytest.mark.parametrize("threads", [1, 3])
def test_the_most_asked_open_questions_of_a_session_are_one_query(
    paper, a_paper, bob, alice, rita, a_member, django_assert_num_queries, threads
):
    other = a_paper()
    for n in range(threads):
        actions.start_thread(other, f"Other {n}", "question", "?", by=bob)
    started = [actions.start_thread(paper, f"Q{n}", "question", "?", by=bob) for n in range(8)]
    answering.ask_too(started[6], by=alice)
    answering.mark_answer(actions.reply(started[0], "So.", by=alice), by=bob)
    actions.start_thread(paper, "No question", "remark", "!", by=bob)
    with django_assert_num_queries(1):
        found = queries.open_questions([paper.pk, other.pk], bob)
    assert [(each.title, each.asked) for each in found[paper.pk]] == [
        ("Q6", 2),
        ("Q1", 1),
        ("Q2", 1),
        ("Q3", 1),
        ("Q4", 1),
    ]
    assert len(found[other.pk]) == threads


def test_marking_by_htmx_and_by_form(thread, reply, bob, client_of):
    client = client_of(bob)
    answer = client.post(f"/posts/{reply.pk}/answer/", headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.startswith(f'<article class="post" id="post-{reply.pk}" tabindex="-1" data-focus')
    assert f'id="standing-{thread.pk}" hx-swap-oob="true"' in page
    assert f'href="#post-{reply.pk}"' in page
    answer = client.post(f"/posts/{reply.pk}/answer/", {"_method": "delete"})
    assert (answer.status_code, answer["Location"]) == (303, f"/papers/17/#post-{reply.pk}")
    assert row(thread, bob).answer is None


def test_asking_and_thanking_by_htmx_and_by_form(thread, reply, bob, a_member, client_of):
    client = client_of(a_member("Dora"))
    page = client.post(f"/threads/{thread.pk}/asking/", headers=HTMX).content.decode()
    assert "2 members ask this" in page
    assert 'aria-pressed="true"' in page
    assert client.delete(f"/threads/{thread.pk}/asking/", headers=HTMX).status_code == 200
    assert client.post(f"/threads/{thread.pk}/asking/")["Location"] == f"/papers/17/#thread-{thread.pk}"
    page = client.post(f"/posts/{reply.pk}/thanks/", headers=HTMX).content.decode()
    assert 'title="Dora"' in page
    assert client.post(f"/posts/{reply.pk}/thanks/", {"_method": "delete"}).status_code == 303
    assert not Thanks.objects.exists()


def test_each_address_takes_its_methods_and_lets_in_whom_it_should(thread, reply, rita, client_of, client):
    for address in (f"/posts/{reply.pk}/answer/", f"/posts/{reply.pk}/thanks/", f"/threads/{thread.pk}/asking/"):
        assert client_of(rita).get(address).status_code == 405
        assert client_of(rita).post(address).status_code == 403
        assert client.post(address)["Location"].startswith("/accounts/login/")
        assert client_of(rita).post(address.replace(str(reply.pk), "99999")).status_code in (403, 404)


def test_the_sessions_page_shows_the_open_questions(thread, paper, alice, bob, client_of):
    import datetime as dt

    from papers.sessions import actions as sessions

    session = sessions.make_session(dt.date(2093, 7, 10), dt.time(19), "UTC", by=alice)
    sessions.put_in_slot(session, paper, by=alice)
    page = client_of(bob).get(session.get_absolute_url()).content.decode()
    assert f'<a href="/threads/{thread.pk}/"><bdi>Why scale?</bdi></a>' in page
    assert "1 member asks this" in page
