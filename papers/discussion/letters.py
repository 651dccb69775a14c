"""Mails about new posts: one a thread and member, ten minutes after, with the posts of those minutes.

Which posts were told of stands with them: those of one mail share `told_at`, so a mail can be made again without a
post that was deleted meanwhile.
"""

import datetime as dt
import logging
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from papers import markup
from papers.catalogue.models import Paper
from papers.discussion import rules
from papers.discussion.inbox import excerpts
from papers.discussion.mentions import mentioned_in
from papers.discussion.models import Post, Thread
from papers.discussion.naming import name_of
from papers.discussion.watching import followers_of, watch
from papers.lines import isolated
from papers.mail import actions as mail
from papers.mail.composing import in_their_words, write, zone_of
from papers.mail.models import Outgoing
from papers.mail.sending import host
from papers.members import tokens
from papers.members.models import Group, Member
from papers.members.queries import the_group
from papers.notes.masking import masked_pairs
from papers.notes.models import Seen

log = logging.getLogger(__name__)

KIND = "reply"
WAITS = dt.timedelta(minutes=10)
# What is older when a planner comes by at last is in the inbox and in the digest.
TOO_OLD = dt.timedelta(days=1)
# A mail with more says how many there are.
POSTS_IN_A_MAIL = 10


def plan_replies(now: dt.datetime) -> int:
    """Put the mails about posts that are ten minutes old at `now` into the outbox; return how many. Twice is once."""
    due = Post.objects.filter(
        told_at=None, deleted_at=None, hidden_at=None, written_at__gt=now - TOO_OLD, written_at__lte=now - WAITS
    )
    threads = due.order_by("thread").values_list("thread", flat=True).distinct()
    return sum(tell_of(thread, now) for thread in list(threads))


@transaction.atomic
def tell_of(thread_id: int, now: dt.datetime) -> int:
    """Queue the mails about what is new in one thread, also what was written within the ten minutes."""
    found = Thread.objects.select_for_update(no_key=True, of=("self",)).select_related("paper")
    thread = found.filter(pk=thread_id).first()
    if thread is None:
        return 0
    new = thread.posts.filter(
        told_at=None, deleted_at=None, hidden_at=None, written_at__gt=now - TOO_OLD, written_at__lte=now
    )
    posts = list(new.select_related("author").order_by("written_at", "pk"))
    Post.objects.filter(pk__in=[post.pk for post in posts]).update(told_at=now)
    return queue(thread, posts, about=about(posts[0].pk), now=now) if posts else 0


def count_posts_as_told(now: dt.datetime) -> int:
    """Count the posts that stand at `now` as told of, without any mail; returns how many there were."""
    return Post.objects.filter(told_at=None).update(told_at=now)


def about(post: int) -> str:
    """Return how the outbox names the mails about the posts of which this is the first."""
    return f"posts:{post}"


def queue(
    thread: Thread, posts: Sequence[Post], *, about: str, now: dt.datetime, only: Collection[int] | None = None
) -> int:
    """Queue a mail about the posts to each member who is to get one; return how many were new.

    `only` are the members to whom it may go at all.
    """
    mentioned = {post.pk: set(mentioned_in(post.body)) for post in posts}
    seen = dict(Seen.objects.filter(paper=thread.paper_id).values_list("member", "seen_at"))
    followers = followers_of(thread)
    masked = masked_pairs([follower.member for follower in followers], [thread.paper_id], now)
    group, rows = the_group(), []
    # Who follows a thread may be who writes in it without their name.
    discreet = thread.aliases.exists()
    for follower in followers:
        member = follower.member
        new = [post for post in posts if post.author_id != member.pk and is_unseen(post, seen.get(member.pk))]
        is_mentioned = any(member.pk in mentioned[post.pk] for post in new)
        wanted = rules.is_mailed(follower.level, takes_part=follower.takes_part, is_mentioned=is_mentioned)
        takes_part = follower.takes_part or thread.author_id == member.pk
        is_masked = (member.pk, thread.paper_id) in masked and not takes_part
        # Of what is masked only who is called by name is told, and not what was said.
        if new and wanted and (is_mentioned or not is_masked) and (only is None or member.pk in only):
            rows.append(
                row_for(member, thread, new, group, about=about, now=now, is_masked=is_masked, discreet=discreet)
            )
    return sum(row.state == Outgoing.State.WAITING for row in mail.queue_all(rows))


def is_unseen(post: Post, seen_at: dt.datetime | None) -> bool:
    return seen_at is None or post.written_at > seen_at


def row_for(
    member: Member,
    thread: Thread,
    posts: Sequence[Post],
    group: Group,
    *,
    about: str,
    now: dt.datetime,
    is_masked: bool,
    discreet: bool,
) -> Outgoing:
    """Return the outbox row of one mail; one that cannot be composed is shown to organisers there as failed."""
    about_what = thread.paper.title if is_masked else markup.title(thread.title)
    facts: dict[str, Any] = {
        "kind": KIND,
        "key": f"post:{posts[0].pk}:{member.pk}",
        "about": about,
        "member": member,
        "address": member.email,
        "subject": f"#{thread.paper.number} {isolated(about_what)}",
        "due_at": now,
        "discreet": discreet,
    }
    try:
        with in_their_words(member.language, zone_of(member.time_zone, group.time_zone)):
            context = shown(member, thread, [] if is_masked else posts, group, facts["subject"])
            letter = write("discussion/mail", {**context, "callers": names_of(posts) if is_masked else ""})
    except Exception as error:
        log.exception("The mail to member %s about thread %s could not be composed", member.pk, thread.pk)
        return mail.make_failed(error=error, **facts)
    return mail.make(text=letter.text, html=letter.html, headers=headers(member, thread), **facts)


def names_of(posts: Sequence[Post]) -> str:
    return ", ".join(dict.fromkeys(isolated(name_of(post.alias, post.author.name)) for post in posts))


def shown(member: Member, thread: Thread, posts: Sequence[Post], group: Group, subject: str) -> dict[str, Any]:
    """Return what the template of the mail shows."""
    return {
        "subject": subject,
        "group": group,
        "member": member,
        "thread": thread,
        "title": markup.title(thread.title),
        "paper": thread.paper,
        "posts": excerpts(posts[:POSTS_IN_A_MAIL]),
        "more": max(0, len(posts) - POSTS_IN_A_MAIL),
        "mute": mute_url(member, thread.paper),
    }


def headers(member: Member, thread: Thread) -> dict[str, str]:
    """Return the headers by which a mail program mutes the paper in one click, and shows a thread as one."""
    return {
        "List-Unsubscribe": f"<{mute_url(member, thread.paper)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "References": f"<thread-{thread.pk}@{host()}>",
    }


# --- Muting a paper from its mail


def mute_url(member: Member, paper: Paper) -> str:
    token = tokens.make(mute_kind(paper), member.pk, member.mail_generation)
    return f"{settings.BASE_URL}/papers/{paper.number}/mute/{token}/"


def mute_kind(paper: Paper) -> str:
    """Return the kind of the token: it mutes this paper and no other."""
    return f"mute.{paper.pk}"


def member_of(token: str, paper: Paper) -> Member | None:
    """Return who mutes the paper by this address; None when it was not made here or is no longer good."""
    said = tokens.read(mute_kind(paper), token)
    return said and Member.objects.filter(pk=said.id, mail_generation=said.generation, left_at=None).first()


@transaction.atomic
def follow(paper: Paper, level: str, *, by: Member) -> None:
    """Let the member follow the paper at this level, and take back what waits and is no longer wanted.

    Raises Refused (422) for a level there is none of; empty is as usual.
    """
    watch(paper, level, by=by)
    waiting = Outgoing.objects.filter(kind=KIND, member=by, state=Outgoing.State.WAITING)
    for name in list(waiting.values_list("about", flat=True)):
        first = Post.objects.select_related("thread__paper").filter(pk=int(name.removeprefix("posts:"))).first()
        if first is not None and first.thread.paper_id == paper.pk:
            mail.void(about=name, kind=KIND, member=by)
            again(first.thread, first.told_at, name, [by.pk])


def take_back(post: Post) -> None:
    """Make the mails anew that wait and speak of a post which was just deleted or hidden."""
    # Read again: a planner may have told of it since the page was loaded.
    told_at = Post.objects.values_list("told_at", flat=True).get(pk=post.pk)
    if told_at is None:
        return
    first = post.thread.posts.filter(told_at=told_at).order_by("written_at", "pk").values_list("pk", flat=True)[0]
    waiting = Outgoing.objects.filter(kind=KIND, about=about(first), state=Outgoing.State.WAITING)
    members = [pk for pk in waiting.values_list("member", flat=True) if pk is not None]
    if members:
        mail.void(about=about(first), kind=KIND)
        again(post.thread, told_at, about(first), members)


def again(thread: Thread, told_at: dt.datetime | None, name: str, members: Collection[int]) -> None:
    """Queue the mail about the posts that were told of at this instant once more, to these members."""
    left = (
        thread.posts.filter(told_at=told_at, deleted_at=None, hidden_at=None)
        .select_related("author")
        .order_by("written_at", "pk")
    )
    if told_at is not None and (posts := list(left)):
        queue(thread, posts, about=name, now=told_at, only=members)
