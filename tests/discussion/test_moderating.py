"""Organisers hide, lock and move: told to the author, logged, and undone."""

import datetime as dt

import pytest

from papers.discussion import actions, inbox, letters, moderating, queries
from papers.discussion.models import InboxItem, Thread
from papers.mail.models import Outgoing
from papers.members.acts import acts
from papers.members.models import Act
from papers.refusals import Refused


@pytest.fixture
def paper(a_paper):
    return a_paper(number=17)


@pytest.fixture
def thread(paper, bob):
    return actions.start_thread(paper, "Why scale?", "question", "Why by the root?", by=bob)


@pytest.fixture
def reply(thread, bob):
    return actions.reply(thread, "Rude zebra words.", by=bob)


def test_a_hidden_post_says_why_and_only_author_and_organisers_read_it(reply, alice, bob, rita, client_of):
    moderating.hide(reply, "It is rude.", by=alice)
    for member, reads in ((alice, True), (bob, True), (rita, False)):
        page = client_of(member).get("/papers/17/").content.decode()
        assert "It is rude." in page
        assert ("zebra" in page) == reads
        assert f"/posts/{reply.pk}/" not in client_of(member).get("/search/?q=zebra").content.decode()
    moderating.show_again(reply, by=alice)
    assert f"/posts/{reply.pk}/" in client_of(rita).get("/search/?q=zebra").content.decode()
    assert "zebra" in client_of(rita).get("/papers/17/").content.decode()


def test_the_author_is_told_by_mail_and_inbox_and_it_is_logged(reply, alice, bob):
    moderating.hide(reply, "It is rude.", by=alice)
    moderating.hide(reply, "It is rude.", by=alice)
    mail = Outgoing.objects.get(kind="moderation")
    assert (mail.member, "It is rude." in mail.text) == (bob, True)
    (row,) = inbox.page_of(bob)[0]
    assert (row.sentence, row.excerpt) == ("Alice hid your post in “Why scale?”. The reason:", "It is rude.")
    assert acts()[0][0].sentence == f"Alice hid post {reply.pk}. The reason: It is rude."
    moderating.show_again(reply, by=alice)
    moderating.hide(reply, "Again.", by=alice)
    assert InboxItem.objects.filter(member=bob, kind="hidden").count() == 2


def test_what_is_hidden_is_mailed_to_nobody_and_stays_unfound_when_edited(thread, alice, bob, a_member):
    reply = actions.reply(thread, "Rude.", by=a_member("Dora"))
    moderating.hide(reply, "It is rude.", by=alice)
    letters.plan_replies(reply.written_at + dt.timedelta(minutes=10))
    assert not Outgoing.objects.filter(kind="reply", text__contains="Rude").exists()
    actions.edit_post(reply, "Still rude.", 1, by=reply.author)
    reply.refresh_from_db()
    assert reply.words is None


def test_nobody_answers_in_a_locked_thread(thread, alice, bob, client_of):
    moderating.lock(thread, "It goes in circles.", by=alice)
    with pytest.raises(Refused, match="circles") as refused:
        actions.reply(thread, "But!", by=bob)
    assert refused.value.status == 409
    page = client_of(bob).get("/papers/17/").content.decode()
    assert "It goes in circles." in page
    assert f'id="reply-{thread.pk}"' not in page
    thread.refresh_from_db()
    moderating.unlock(thread, by=alice)
    assert actions.reply(thread, "But!", by=bob).pk
    assert list(Act.objects.order_by("pk").values_list("verb", flat=True)) == ["lock thread", "unlock thread"]


def test_a_moved_thread_stands_under_the_other_paper_and_goes_back(thread, alice, bob, a_paper):
    other = a_paper(number=18)
    moderating.move(thread, other, "It is about BERT.", by=alice)
    assert [row.id for row in queries.threads_of(other, bob)] == [thread.pk]
    assert "#18" in Outgoing.objects.get(kind="moderation").text
    thread = Thread.objects.select_related("paper").get(pk=thread.pk)
    moderating.move(thread, other, "Again.", by=alice)
    assert Act.objects.count() == 1


@pytest.mark.parametrize("act", ["hide", "lock", "move"])
@pytest.mark.parametrize("because", ["", "\u200b", "x" * 501])
def test_there_is_always_a_reason(reply, alice, client_of, act, because):
    answer = client_of(alice).post(f"/posts/{reply.pk}/moderate/", {"act": act, "because": because, "number": "17"})
    assert answer.status_code == 422
    assert not Act.objects.exists()


def test_the_page_does_it_all_and_undoes_it(reply, thread, alice, a_paper, client_of):
    a_paper(number=18)
    client, page = client_of(alice), f"/posts/{reply.pk}/moderate/"
    assert f'href="{page}"' in client.get("/papers/17/").content.decode()
    assert client.get(page).status_code == 200
    for act, number in (("hide", 17), ("show", 17), ("lock", 17), ("unlock", 17), ("move", 18)):
        answer = client.post(page, {"act": act, "because": "Because.", "number": "18"})
        assert (answer.status_code, answer["Location"]) == (303, f"/papers/{number}/#post-{reply.pk}")
    reply.refresh_from_db()
    thread.refresh_from_db()
    assert (reply.hidden_at, thread.locked_at, thread.paper.number) == (None, None, 18)
    assert client.post(page, {"act": "move", "because": "No.", "number": "99"}).status_code == 404
    assert client.post(page, {"act": "burn", "because": "No."}).status_code == 422


def test_it_is_for_organisers(reply, thread, bob, a_paper, client_of, client):
    page = f"/posts/{reply.pk}/moderate/"
    assert client_of(bob).get(page).status_code == 403
    assert client_of(bob).post(page, {"act": "hide", "because": "x"}).status_code == 403
    assert client.get(page)["Location"].startswith("/accounts/login/")
    assert page not in client_of(bob).get("/papers/17/").content.decode()
    for act in (
        lambda: moderating.hide(reply, "x", by=bob),
        lambda: moderating.show_again(reply, by=bob),
        lambda: moderating.lock(thread, "x", by=bob),
        lambda: moderating.unlock(thread, by=bob),
        lambda: moderating.move(thread, a_paper(number=18), "x", by=bob),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403
