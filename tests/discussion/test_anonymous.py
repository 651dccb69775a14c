"""Writing without one's name: an alias in each thread, and nothing anywhere that leads to its author."""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone, translation

from papers.discussion import actions, moderating
from papers.discussion.letters import WAITS, plan_replies
from papers.discussion.models import Alias, InboxItem, Post, Thread, Unmasking
from papers.discussion.naming import BIRDS, alias_in, name_of
from papers.due.actions import deliver_due
from papers.mail.models import Outgoing
from papers.members.models import Act
from papers.refusals import Refused
from tests.members.test_access import addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(a_paper):
    return a_paper()


@pytest.fixture
def dora(a_member):
    """Who writes without her name. Nothing that anybody else sees may say it."""
    return a_member("Dorothea")


@pytest.fixture
def thread(paper, dora) -> Thread:
    return actions.start_thread(paper, "Is it a trick?", "question", "I dare not ask.", by=dora, byline="alias")


def leads_to(member, text: str) -> bool:
    return bool(re.search(rf"{member.name}|{re.escape(member.email)}|/members/{member.pk}/", text, re.IGNORECASE))


class TestAliases:
    def test_one_in_each_thread_and_another_in_the_next(self, paper, bob, dora, thread):
        first = actions.reply(thread, "More of it.", by=dora, byline="alias")
        assert first.alias == thread.alias == thread.posts.earliest("pk").alias
        assert Alias.objects.count() == 1
        other = actions.reply(thread, "I wonder too.", by=bob, byline="alias")
        assert other.alias != first.alias

    def test_numbers_are_of_no_order_and_never_run_out(self, paper, thread, a_member):
        numbers = [alias_in(thread, a_member(f"Member{number}")) for number in range(40)]
        assert len({thread.alias, *numbers}) == 41
        assert numbers != sorted(numbers)
        assert max(numbers) < 2 * len(BIRDS)

    def test_words_in_both_languages(self):
        assert name_of(None, "Bob") == "Bob"
        assert name_of(0, "Bob") == "anonymous heron"
        assert name_of(len(BIRDS), "Bob") == "anonymous heron 2"
        with translation.override("zh-hans"):
            names = {name_of(number, "Bob") for number in range(len(BIRDS))}
        assert len(names) == len(BIRDS)
        assert all(name.startswith("匿名") and not name.isascii() for name in names)

    def test_a_group_may_write_under_names_only(self, paper, group, bob):
        group.anonymous_posts = False
        group.save()
        with pytest.raises(Refused, match="bear the name") as refused:
            actions.start_thread(paper, "Why?", "question", "Why?", by=bob, byline="alias")
        assert refused.value.status == 422
        assert not Thread.objects.exists()


class TestNobodyElseSeesWhoItIs:
    @pytest.fixture
    def everything(self, thread, paper, alice, bob, dora):
        """All that can be done with it by others."""
        mine = actions.reply(thread, "See #1, and @Bob knows.", by=dora, byline="alias")
        answer = actions.reply(thread, "It is none.", by=bob)
        edited = actions.edit_post(mine, "See #1, and @Bob knows it.", mine.version, by=dora)
        moderating.hide(edited, "Too short.", by=alice)
        moderating.show_again(edited, by=alice)
        moderating.lock(thread, "Enough.", by=alice)
        moderating.unlock(thread, by=alice)
        return {"thread": thread.pk, "post": mine.pk, "answer": answer.pk}

    @pytest.mark.parametrize("who", ["bob", "alice", "rita"])
    def test_no_page_says_it(self, who, request, everything, client_of, dora, group):
        viewer = request.getfixturevalue(who)
        client = client_of(viewer)
        # What names her for other reasons, as one of the members.
        elsewhere = re.compile(r"^/(members/|admin/papers/member/|complete/|organise/members|admin/$)")
        walked = []
        for name, address in addresses():
            if name.startswith(("account_", "admin:")) and "paper" not in name:
                continue
            for pk in {everything["thread"], everything["post"], everything["answer"], 1}:
                path = address.replace("/1/", f"/{pk}/")
                if elsewhere.match(path):
                    continue
                response = client.get(path)
                if response.status_code != 200 or response.streaming:
                    continue
                walked.append(path)
                text = response.content.decode(errors="replace")
                if "anonymous" in text or "dare not" in text or "/posts/" in text:
                    assert not leads_to(dora, text), path
        assert {f"/threads/{everything['thread']}/", "/papers/1/"} <= set(walked)
        assert "anonymous" in client.get("/papers/1/").content.decode()

    def test_searching_by_her_name_finds_nothing(self, everything, bob, client_of, dora):
        html = client_of(bob).get("/search/", {"q": "by:dorothea dare"}, HTTP_HX_REQUEST="true").content.decode()
        assert "dare not ask" not in html
        found = client_of(bob).get("/search/", {"q": "dare"}, HTTP_HX_REQUEST="true").content.decode()
        assert "anonymous" in found
        assert not leads_to(dora, found)

    def test_no_mail_to_anybody_else_says_it(self, everything, alice, bob, dora, mailoutbox):
        now = timezone.now() + WAITS
        plan_replies(now)
        deliver_due(now)
        told = [mail for mail in mailoutbox if mail.to != [dora.email]]
        assert any("anonymous" in mail.body for mail in told)
        for mail in told:
            assert not leads_to(dora, mail.message().as_string() + mail.body)
            assert all(not leads_to(dora, part) for part, _kind in mail.alternatives)

    def test_the_outbox_says_to_nobody_whom_it_went(self, everything, alice, dora, client_of):
        plan_replies(timezone.now() + WAITS)
        hers = Outgoing.objects.filter(member=dora)
        assert hers.exists()
        assert set(hers.values_list("discreet", flat=True)) == {True}
        client = client_of(alice)
        assert not leads_to(dora, client.get("/organise/mail/").content.decode())
        for mail in hers:
            assert not leads_to(dora, client.get(f"/organise/mail/{mail.pk}/").content.decode())
            assert client.get(f"/admin/papers/outgoing/{mail.pk}/change/").status_code == 302

    def test_the_inbox_of_others_says_the_alias(self, everything, bob, dora, client_of):
        html = client_of(bob).get("/me/inbox/").content.decode()
        assert "anonymous" in html
        assert not leads_to(dora, html)

    def test_the_archive_for_people_says_the_alias(self, everything, dora):
        from papers.archive.pages import papers

        text = "\n".join(text for _name, text in papers())
        assert "dare not ask" in text
        assert "anonymous" in text
        assert not leads_to(dora, text)

    def test_she_herself_sees_which_are_hers_and_can_change_them(self, everything, thread, dora, client_of):
        client = client_of(dora)
        html = client.get("/papers/1/").content.decode()
        assert html.count('<span class="mine">you</span>') == 2
        assert f"/posts/{everything['post']}/edit/" in html
        # What she writes next in this thread is under the alias unless she chooses otherwise.
        assert '<option value="alias" selected>' in html


class TestLookingUp:
    def test_for_a_reason_logged_and_told(self, thread, alice, bob, dora, client_of):
        post = thread.posts.get()
        client = client_of(alice)
        client.post(f"/posts/{post.pk}/moderate/", {"act": "unmask", "because": "A threat."})
        assert leads_to(dora, client.get("/papers/1/").content.decode())
        act = Act.objects.get(verb="unmask author")
        assert (act.by, act.about, act.after) == (alice, f"post {post.pk}", {"because": "A threat."})
        item = InboxItem.objects.get(member=dora, kind="unmasked")
        assert (item.by, item.because) == (alice, "A threat.")
        mail = Outgoing.objects.get(member=dora)
        assert "Alice now knows that you wrote without your name" in mail.text
        assert "A threat." in mail.text
        assert mail.discreet
        # Nobody else sees it now, and the log does not say it either.
        assert not leads_to(dora, client_of(bob).get("/papers/1/").content.decode())

    def test_only_this_organiser(self, thread, alice, a_member, dora, client_of):
        other = a_member("Olga", role="organiser")
        moderating.unmask(thread.posts.get(), "A threat.", by=alice)
        assert not leads_to(dora, client_of(other).get("/papers/1/").content.decode())
        moderating.unmask(thread.posts.get(), "To help.", by=other)
        moderating.unmask(thread.posts.get(), "Twice is once.", by=other)
        assert Unmasking.objects.count() == InboxItem.objects.filter(kind="unmasked").count() == 2

    def test_not_without_a_reason_nor_for_a_named_post(self, thread, alice, bob):
        with pytest.raises(Refused) as refused:
            moderating.unmask(thread.posts.get(), "  ", by=alice)
        assert refused.value.status == 422
        opening, named = thread.posts.get(), actions.reply(thread, "By me.", by=bob)
        with pytest.raises(Refused) as refused:
            moderating.unmask(named, "A threat.", by=alice)
        assert refused.value.status == 409
        with pytest.raises(Refused) as refused:
            moderating.unmask(opening, "A threat.", by=bob)
        assert refused.value.status == 403
        assert not Unmasking.objects.exists()


def test_the_form_offers_it_and_a_refused_one_keeps_the_choice(paper, bob, client_of, group):
    client = client_of(bob)
    html = client.get("/papers/1/").content.decode()
    assert 'id="thread-byline"' in html
    again = client.post("/papers/1/threads/", {"title": "", "body": "Why?", "kind": "question", "byline": "alias"})
    assert again.status_code == 422
    assert '<option value="alias" selected>' in again.content.decode()
    client.post("/papers/1/threads/", {"title": "Why?", "body": "Why?", "kind": "question", "byline": "alias"})
    post = Post.objects.get()
    assert post.alias is not None
    client.post(f"/threads/{post.thread_id}/posts/", {"body": "Because.", "byline": "name"})
    assert Post.objects.latest("pk").alias is None
    group.anonymous_posts = False
    group.save()
    assert 'id="thread-byline"' not in client.get("/papers/1/").content.decode()


def test_a_draft_remembers_it(paper, bob, client_of):
    client = client_of(bob)
    facts = {"target": "thread:paper:1", "body": "I dare", "title": "Why?", "kind": "remark", "byline": "alias"}
    assert client.post("/drafts/", {**facts, "writer": "w", "draft": ""}).status_code == 200
    html = client.get("/papers/1/").content.decode()
    assert '<option value="alias" selected>' in html


@pytest.mark.django_db(transaction=True)
def test_going_back_does_not_put_names_on_it(thread):
    try:
        with pytest.raises(RuntimeError, match="without their author's name"):
            call_command("migrate", "papers", "0016", verbosity=0)
        assert "papers_alias" in connection.introspection.table_names()
    finally:  # what came after it has gone back all the same
        call_command("migrate", "papers", verbosity=0)
