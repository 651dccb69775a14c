"""Who is told of a post, when, and once."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from papers.discussion import actions, answering, inbox, letters, rules, watching
from papers.discussion.mentions import mentioned_in
from papers.discussion.models import InboxItem, Post, Watch
from papers.mail.models import Outgoing
from papers.notes.actions import mark_seen

MINUTES = dt.timedelta(minutes=1)


@pytest.fixture
def paper(a_paper):
    return a_paper(number=17)


@pytest.fixture
def thread(paper, bob, alice, now):
    """Bob asked, and nobody is to be told of that any more."""
    thread = actions.start_thread(paper, "Why scale?", "question", "Why by the root?", by=bob)
    Post.objects.update(told_at=now)
    return thread


@pytest.fixture
def now(alice, bob):
    return timezone.now()


def mails() -> list[tuple[str, str]]:
    return list(Outgoing.objects.filter(kind="reply").order_by("pk").values_list("member__name", "state"))


@pytest.mark.parametrize(
    ("chosen", "usual", "is_involved", "may_write", "level"),
    [
        (None, "", False, True, "mentions"),
        (None, "", False, False, "digest"),
        (None, "", True, True, "all"),
        (None, "off", True, True, "off"),
        ("digest", "all", True, True, "digest"),
        (None, "all", False, False, "all"),
    ],
)
def test_the_level_is_what_was_chosen_else_what_is_usual(chosen, usual, is_involved, may_write, level):
    assert rules.level_of(chosen=chosen, usual=usual, is_involved=is_involved, may_write=may_write) == level


@pytest.mark.parametrize(
    ("level", "takes_part", "is_mentioned", "mailed", "told"),
    [
        ("all", False, False, True, True),
        ("mentions", False, False, False, False),
        ("mentions", True, False, True, True),
        ("mentions", False, True, True, True),
        ("digest", True, False, False, True),
        ("digest", False, True, False, True),
        ("off", True, False, False, False),
        ("off", True, True, False, True),
    ],
)
def test_whom_a_post_reaches(level, takes_part, is_mentioned, mailed, told):
    assert rules.is_mailed(level, takes_part=takes_part, is_mentioned=is_mentioned) == mailed
    assert rules.is_in_inbox(level, takes_part=takes_part, is_mentioned=is_mentioned) == told


def test_a_name_with_an_at_is_a_mention_and_the_longer_name_is_meant(alice, bob, charlie, a_member):
    long, chinese = a_member("Bob Smith"), a_member("王小明")
    assert mentioned_in("Nothing, bob") == []
    assert mentioned_in("What do you think, @bob?") == [bob.pk]
    assert mentioned_in("@Bob Smith knows") == [long.pk]
    assert set(mentioned_in("@Bob Smith and @Bob，@王小明怎么看")) == {long.pk, bob.pk, chinese.pk}
    assert mentioned_in("@Charlie has left") == []


def test_a_reply_is_mailed_after_ten_minutes_to_whom_it_concerns(thread, alice, bob, rita, a_member, now):
    dora = a_member("Dora")
    actions.reply(thread, "Because of @Dora.", by=alice)
    written = thread.posts.last().written_at
    assert letters.plan_replies(written + 9 * MINUTES) == 0
    assert letters.plan_replies(written + 10 * MINUTES) == 2
    assert letters.plan_replies(written + 11 * MINUTES) == 0
    assert {name for name, _ in mails()} == {"Bob", "Dora"}
    key = f"post:{thread.posts.last().pk}:{dora.pk}"
    mail = Outgoing.objects.get(key=key)
    assert "Because of @Dora." in mail.text
    assert "/papers/17/mute/" in mail.headers["List-Unsubscribe"]


def test_the_posts_of_those_minutes_are_one_mail(thread, alice, bob, now):
    first = actions.reply(thread, "One.", by=alice)
    actions.reply(thread, "Two.", by=alice)
    Post.objects.filter(body="Two.").update(written_at=first.written_at + 9 * MINUTES)
    assert letters.plan_replies(first.written_at + 10 * MINUTES) == 1
    (mail,) = Outgoing.objects.filter(kind="reply")
    assert "One." in mail.text
    assert "Two." in mail.text


def test_nobody_is_mailed_what_they_saw_or_wrote_or_do_not_want(thread, alice, bob, a_member, now):
    dora, emil = a_member("Dora"), a_member("Emil")
    watching.watch(thread.paper, "all", by=dora)
    watching.watch(thread.paper, "all", by=emil)
    post = actions.reply(thread, "So.", by=alice)
    mark_seen(thread.paper, by=dora, at=post.written_at + MINUTES)
    watching.watch(thread.paper, "off", by=bob)
    assert letters.plan_replies(post.written_at + 10 * MINUTES) == 1
    assert mails() == [("Emil", "waiting")]


def test_a_deleted_post_is_mailed_to_nobody(thread, alice, bob):
    one = actions.reply(thread, "One, wrong.", by=alice)
    two = actions.reply(thread, "Two.", by=alice)
    letters.plan_replies(two.written_at + 10 * MINUTES)
    actions.delete_post(one, by=alice)
    (void, left) = Outgoing.objects.filter(kind="reply").order_by("pk")
    assert (void.state, left.state) == ("void", "waiting")
    assert "wrong" not in left.text
    actions.delete_post(two, by=alice)
    assert not Outgoing.objects.filter(kind="reply", state="waiting").exists()


def test_who_mutes_the_paper_gets_not_even_what_waits(thread, alice, bob):
    post = actions.reply(thread, "So.", by=alice)
    letters.plan_replies(post.written_at + 10 * MINUTES)
    letters.follow(thread.paper, "off", by=bob)
    assert mails() == [("Bob", "void")]


def test_old_posts_are_mailed_to_nobody(thread, alice, bob):
    post = actions.reply(thread, "So.", by=alice)
    assert letters.plan_replies(post.written_at + dt.timedelta(days=2)) == 0


def test_one_click_mutes_the_paper_and_looking_does_not(thread, alice, bob, client):
    post = actions.reply(thread, "So.", by=alice)
    letters.plan_replies(post.written_at + 10 * MINUTES)
    header = Outgoing.objects.get(kind="reply").headers["List-Unsubscribe"]
    path = re.search(r"/papers/.*/", header)[0]
    assert client.get(path).status_code == 200
    assert not Watch.objects.exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Watch.objects.get().level == "off"
    assert client.post(path, {"level": "usual"}).status_code == 200
    assert not Watch.objects.exists()


def test_a_made_up_address_mutes_nothing(thread, bob, a_paper, client):
    a_paper(number=18)
    token = letters.mute_url(bob, thread.paper).split("/")[-2]
    for path in (f"/papers/18/mute/{token}/", f"/papers/99/mute/{token}/", "/papers/17/mute/x/"):
        assert client.post(path).status_code == 404
    assert not Watch.objects.exists()


def test_the_level_is_chosen_on_the_papers_page(paper, bob, client_of):
    client = client_of(bob)
    assert (
        "You follow this paper: A mail when I take part or am mentioned" in client.get("/papers/17/").content.decode()
    )
    assert client.post("/papers/17/watch/", {"level": "all"})["Location"] == "/papers/17/#watching"
    page = client.post("/papers/17/watch/", {"level": "digest"}, headers={"HX-Request": "true"}).content.decode()
    assert '<option value="digest" selected>' in page
    assert client.post("/papers/17/watch/", {"level": "loud"}).status_code == 422
    assert Watch.objects.get().level == "digest"
    assert client.post("/papers/17/watch/", {"level": ""}).status_code == 303
    assert not Watch.objects.exists()
    assert client.post("/papers/99/watch/", {"level": "all"}).status_code == 404
    assert client.get("/papers/17/watch/").status_code == 405


def test_the_usual_level_is_chosen_on_ones_own_page(bob, client_of):
    sent = {"wants_digest": "on", "digest_weekday": "5", "digest_hour": "8", "digest_every": "week"}
    sent |= {"watches_usually": "off"}
    assert client_of(bob).post("/me/notifications/", sent).status_code == 303
    bob.refresh_from_db()
    assert bob.watches_usually == "off"


def test_a_name_that_comes_in_by_an_edit_is_told_once(thread, alice, a_member):
    dora, emil = a_member("Dora"), a_member("Emil")
    post = actions.reply(thread, "Ask @Dora.", by=alice)
    actions.edit_post(post, "Ask @Dora or @Emil.", 1, by=alice)
    actions.edit_post(post, "Ask @Emil or @Dora!", 2, by=alice)
    told = InboxItem.objects.filter(post=post, kind="mention").values_list("member", flat=True)
    assert sorted(told) == sorted([dora.pk, emil.pk])


def test_the_inbox_has_replies_mentions_answers_and_thanks(thread, alice, bob, a_member, client_of):
    dora = a_member("Dora")
    reply = actions.reply(thread, "Ask @Dora.", by=alice)
    answering.mark_answer(reply, by=bob)
    answering.thank(reply, by=bob)
    assert list(InboxItem.objects.filter(member=bob).values_list("kind", flat=True)) == ["reply"]
    assert [row.sentence for row in inbox.page_of(alice)[0]] == [
        "Bob thanks you for your post in “Why scale?”.",
        "Bob says that your post answers “Why scale?”.",
    ]
    assert [row.sentence for row in inbox.page_of(dora)[0]] == ["Alice mentions you in “Why scale?”."]
    client = client_of(dora)
    page = client.get("/me/inbox/").content.decode()
    assert "Alice mentions you" in page
    assert page.count('<span class="tag strong">new</span>') == 1
    assert client.post("/me/inbox/")["Location"] == "/me/inbox/"
    assert '<span class="tag strong">' not in client.get("/me/inbox/").content.decode()


def test_what_was_seen_on_the_papers_page_is_not_unread(thread, alice, bob):
    reply = actions.reply(thread, "So.", by=alice)
    assert [row.is_unread for row in inbox.page_of(bob)[0]] == [True]
    mark_seen(thread.paper, by=bob, at=timezone.now() + MINUTES)
    assert [row.is_unread for row in inbox.page_of(bob)[0]] == [False]
    actions.delete_post(reply, by=alice)
    assert inbox.page_of(bob)[0] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_is_one_query_and_goes_on_page_by_page(
    thread, alice, bob, monkeypatch, django_assert_num_queries, count
):
    monkeypatch.setattr(inbox, "A_PAGE", 2)
    for n in range(count):
        actions.reply(thread, f"{n}", by=alice)
    with django_assert_num_queries(1):
        rows, more = inbox.page_of(bob)
    assert len(rows) == min(count, 2)
    assert (more is not None) == (count > 2)
    if more:
        assert len(inbox.page_of(bob, before=more)[0]) == 1


def test_strangers_see_no_inbox(client, thread):
    assert client.get("/me/inbox/")["Location"].startswith("/accounts/login/")
