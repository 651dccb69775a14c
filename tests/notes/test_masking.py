"""First thoughts first: what others wrote opens with something of one's own, by one's wish, or with the session."""

import datetime as dt

import pytest
from django.test import Client

from papers.digests.queries import gather, issue_for
from papers.discussion import actions as discussion
from papers.discussion.inbox import inbox_of
from papers.discussion.letters import plan_replies
from papers.discussion.queries import open_questions, posts_visible_to
from papers.discussion.queries import visible_to as threads_visible_to
from papers.mail.models import Outgoing
from papers.notes import actions, rules
from papers.notes.masking import masked_from, open_paper
from papers.notes.models import Note
from papers.notes.queries import visible_to
from papers.sessions.actions import cancel_session, make_session, put_in_slot

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)
SECRET, TITLE, REPLY = "zirconium is the idea of it", "Why is the zirkon so", "Because of the zirkonia"
ENOUGH = "I think that the attention of all these heads is what makes the model so strong, and nothing else in it."


@pytest.fixture(autouse=True)
def _asks(time_machine, group) -> None:
    time_machine.move_to(NOW, tick=False)
    group.first_thoughts = True
    group.save()


@pytest.fixture
def dora(a_member):
    return a_member("Dora")


@pytest.fixture
def paper(a_paper, alice, bob, dora):
    """A paper about which Dora has written a note, a thread and a reply."""
    paper = a_paper()
    note = actions.write_note(paper, SECRET, by=dora)
    thread = discussion.start_thread(paper, TITLE, "question", "Zirkonium?", by=dora)
    post = discussion.reply(thread, f"{REPLY}, @Bob", by=dora)
    Note.objects.filter(pk=note.pk).update(written_at=NOW)
    thread.posts.update(written_at=NOW)
    type(thread).objects.filter(pk=thread.pk).update(started_at=NOW)
    assert post
    return paper


def readable(member) -> tuple[int, int, int]:
    return (
        visible_to(member).count(),
        threads_visible_to(member).count(),
        posts_visible_to(member).count(),
    )


def test_others_texts_are_masked_from_members_and_their_own_never(paper, bob, alice, rita, dora):
    assert readable(bob) == readable(alice) == (0, 0, 0)
    assert readable(dora) == (1, 1, 2)
    # Who reads along cannot write, so nothing is asked of them.
    assert readable(rita) == (1, 1, 2)


def test_nothing_of_it_is_said_on_any_page(paper, bob, alice, client_of, dora):
    note, thread = Note.objects.get(), threads_visible_to(dora).get()
    post = thread.posts.last()
    session = make_session(dt.date(2023, 7, 20), dt.time(19), "UTC", by=alice)
    put_in_slot(session, paper, by=alice)
    for member in (bob, alice):
        client = client_of(member)
        for path in (
            *(
                "/",
                "/papers/",
                "/papers/1/",
                f"/papers/1/?x={SECRET}",
                "/digest/",
                "/me/inbox/",
                "/members/",
                "/sessions/",
            ),
            *(f"/sessions/{session.pk}/", f"/members/{dora.pk}/", "/search/?q=zirconium", "/search/?q=zirkonium"),
            *("/search/?q=has:notes", f"/notes/{note.pk}/", f"/threads/{thread.pk}/", f"/posts/{post.pk}/"),
        ):
            text = client.get(path, follow=True).content.decode().replace(f"q={SECRET}", "").replace(f"x={SECRET}", "")
            text = text.replace('value="zirconium"', "").replace('value="zirkonium"', "")
            for said in (SECRET, TITLE, REPLY, "zirkonia"):
                assert said not in text, (path, said)
        assert client.get(f"/notes/{note.pk}/").headers["Location"] == "/papers/1/#notes-heading"
        assert client.get(f"/threads/{thread.pk}/").headers["Location"] == "/papers/1/#notes-heading"
        assert client.get(f"/notes/{note.pk}/history/").status_code == 404
        assert client.post(f"/posts/{post.pk}/thanks/").status_code == 404
        assert client.post(f"/threads/{thread.pk}/posts/", {"body": "x"}).status_code == 404
    page = client_of(bob).get("/papers/1/").content.decode()
    assert "1 note opens when you have written yours." in page
    assert "Show me anyway" in page
    assert open_questions([paper.pk], bob) == {}


def test_a_note_that_is_long_enough_opens_and_one_that_is_not_does_not(paper, bob, client_of):
    client = client_of(bob)
    assert client.post("/papers/1/notes/", {"body": "Too short."}).status_code == 303
    assert readable(bob)[0] == 1
    opened = client.post("/papers/1/notes/", {"body": ENOUGH}, headers={"HX-Request": "true"})
    assert (opened.status_code, opened.headers["HX-Refresh"]) == (200, "true")
    assert readable(bob) == (3, 1, 2)
    assert SECRET in client.get("/papers/1/").content.decode()


def test_editing_ones_note_until_it_is_long_enough_opens_too_and_deleting_it_masks_nothing(paper, bob):
    note = actions.write_note(paper, "Short.", by=bob, visibility="private")
    actions.edit_note(note, ENOUGH, 1, by=bob)
    assert readable(bob)[1] == 1
    actions.delete_note(note, by=bob)
    assert readable(bob)[1] == 1


@pytest.mark.parametrize(
    ("body", "enough"),
    [
        ("字" * 20, True),
        ("字" * 19, False),
        ("a" * 80, True),
        ("a" * 79, False),
        ("字" * 10 + "a" * 40, True),
        ("1" * 500, False),
    ],
)
def test_twenty_characters_or_eighty_letters(body, enough):
    assert rules.is_first_thought(body) is enough


def test_at_ones_own_wish(paper, bob, rita, client_of):
    client = client_of(bob)
    assert client.get("/papers/1/open/").status_code == 405
    assert Client().post("/papers/1/open/").status_code == 302
    assert client.post("/papers/9/open/").status_code == 404
    assert client.post("/papers/1/open/").status_code == 303
    assert client.post("/papers/1/open/").status_code == 303
    assert readable(bob) == (1, 1, 2)


def test_when_the_session_starts_but_not_a_cancelled_one(paper, bob, alice, time_machine):
    session = make_session(dt.date(2023, 7, 20), dt.time(19), "UTC", by=alice)
    put_in_slot(session, paper, by=alice)
    time_machine.move_to(session.starts_at - dt.timedelta(seconds=1), tick=False)
    assert readable(bob) == (0, 0, 0)
    time_machine.move_to(session.starts_at, tick=False)
    assert readable(bob) == (1, 1, 2)
    time_machine.move_to(NOW, tick=False)
    cancel_session(session, "Holiday", by=alice)
    time_machine.move_to(session.ends_at, tick=False)
    assert readable(bob) == (0, 0, 0)


def test_when_it_counts_as_read_or_the_group_or_the_paper_asks_for_nothing(paper, bob, alice, group, client_of):
    assert client_of(bob).post("/papers/1/first-thoughts/", {"_method": "delete"}).status_code == 403
    assert client_of(alice).post("/papers/1/first-thoughts/", {"_method": "delete"}).status_code == 303
    assert readable(bob) == (1, 1, 2)
    assert client_of(alice).post("/papers/1/first-thoughts/").status_code == 303
    group.first_thoughts = False
    group.save()
    assert readable(bob) == (0, 0, 0)
    paper.refresh_from_db()
    paper.first_thoughts = None
    paper.save()
    assert readable(bob) == (1, 1, 2)
    group.first_thoughts = True
    group.save()
    paper.done_at = NOW
    paper.save()
    assert readable(bob) == (1, 1, 2)


def test_digests_and_the_inbox_say_nothing_of_it_until_it_opens(paper, bob, rita, group):
    later = NOW + dt.timedelta(days=2)
    gathered = gather([bob, rita], group, since=NOW - dt.timedelta(days=1), until=later)
    issues = {
        member: issue_for(member, gathered, since=NOW - dt.timedelta(days=1), until=later) for member in (bob, rita)
    }
    assert (issues[bob].items, issues[rita].items) == (0, 3)
    assert not inbox_of(bob).exists()
    open_paper(paper, by=bob)
    gathered = gather([bob], group, since=NOW - dt.timedelta(days=1), until=later)
    assert issue_for(bob, gathered, since=NOW - dt.timedelta(days=1), until=later).items == 3
    assert inbox_of(bob).count() == 1


def test_who_is_mentioned_hears_of_it_but_not_what_was_said(paper, bob, alice):
    assert plan_replies(NOW + dt.timedelta(minutes=11)) == 1
    mail = Outgoing.objects.get(kind="reply")
    assert mail.member == bob
    for said in (mail.subject, mail.text, mail.html):
        assert TITLE not in said
        assert REPLY not in said
    assert "Dora mentions you" in mail.text.replace("\u2068", "").replace("\u2069", "")


def test_answers_to_ones_own_question_are_not_masked(a_paper, bob, dora):
    paper = a_paper()
    thread = discussion.start_thread(paper, "Mine", "question", "Why?", by=bob)
    open_paper(paper, by=dora)
    discussion.reply(thread, "So.", by=dora)
    assert masked_from(bob).filter(pk=paper.pk).exists()
    assert posts_visible_to(bob).count() == 2
