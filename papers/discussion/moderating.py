"""Organisers hide a post, lock a thread or move it: the author is told why, it is logged, and it can be undone."""

from http import HTTPStatus

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from papers.catalogue.models import Paper
from papers.discussion import inbox, letters, rules
from papers.discussion.models import Alias, InboxItem, Post, Thread, Unmasking
from papers.members import actions as members
from papers.members.letters import Letter, send_letter
from papers.members.letters import Post as Posted
from papers.members.models import Member
from papers.notes.actions import words_of
from papers.refusals import Refused, refuse_if

# What the columns hold.
REASON_LENGTH = 500

LETTERS = {
    "hidden": Letter(
        subject=gettext_noop("An organiser hid your post"),
        lines=(
            gettext_noop("%(name)s hid your post in “%(thread)s”. Only you and the organisers can still read it."),
            gettext_noop("The reason: %(because)s"),
        ),
        button=gettext_noop("Look at the post"),
        path="/posts/%(post)s/",
    ),
    "locked": Letter(
        subject=gettext_noop("An organiser locked your thread"),
        lines=(
            gettext_noop("%(name)s locked your thread “%(thread)s”: nobody can answer in it any more."),
            gettext_noop("The reason: %(because)s"),
        ),
        button=gettext_noop("Look at the thread"),
        path="/posts/%(post)s/",
    ),
    "unmasked": Letter(
        subject=gettext_noop("An organiser looked up who wrote your anonymous post"),
        lines=(
            gettext_noop("%(name)s now knows that you wrote without your name in “%(thread)s”. Nobody else does."),
            gettext_noop("The reason: %(because)s"),
        ),
        button=gettext_noop("Look at the post"),
        path="/posts/%(post)s/",
    ),
    "moved": Letter(
        subject=gettext_noop("An organiser moved your thread"),
        lines=(
            gettext_noop("%(name)s moved your thread “%(thread)s” to #%(number)s."),
            gettext_noop("The reason: %(because)s"),
        ),
        button=gettext_noop("Look at the thread"),
        path="/posts/%(post)s/",
    ),
}


@transaction.atomic
def hide(post: Post, because: str, *, by: Member) -> None:
    """Hide the post from all but its author and organisers. Twice is once.

    Raises Refused: 403 for a role, 422 for no reason.
    """
    may(by, because)
    Thread.objects.select_for_update(no_key=True).filter(pk=post.thread_id).first()
    changed = Post.objects.filter(pk=post.pk, deleted_at=None, hidden_at=None).update(
        hidden_at=timezone.now(), hidden_because=because, words=None
    )
    if changed:
        letters.take_back(post)
        members.log("hide post", f"post {post.pk}", by=by, after={"because": because})
        tell("hidden", post.author, post, because, by=by)


@transaction.atomic
def show_again(post: Post, *, by: Member) -> None:
    """Let everybody read a hidden post again. Twice is once. Raises Refused (403)."""
    refuse_if(rules.why_not_moderate(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    found = Post.objects.select_for_update(no_key=True).filter(pk=post.pk, deleted_at=None).exclude(hidden_at=None)
    hidden = found.first()
    if hidden is None:
        return
    Post.objects.filter(pk=post.pk).update(hidden_at=None, hidden_because="", words=words_of(hidden.body))
    members.log("show post", f"post {post.pk}", by=by, before={"because": hidden.hidden_because})
    inbox.tell(hidden.author_id, InboxItem.Kind.SHOWN, hidden, by=by)


@transaction.atomic
def lock(thread: Thread, because: str, *, by: Member) -> None:
    """Let nobody answer in the thread. Twice is once. Raises Refused: 403, 422 for no reason."""
    may(by, because)
    if Thread.objects.filter(pk=thread.pk, locked_at=None).update(locked_at=timezone.now(), locked_because=because):
        members.log("lock thread", f"thread {thread.pk}", by=by, after={"because": because})
        tell("locked", thread.author, opening_of(thread), because, by=by)


@transaction.atomic
def unlock(thread: Thread, *, by: Member) -> None:
    """Let members answer in the thread again. Twice is once. Raises Refused (403)."""
    refuse_if(rules.why_not_moderate(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    if Thread.objects.filter(pk=thread.pk).exclude(locked_at=None).update(locked_at=None, locked_because=""):
        members.log("unlock thread", f"thread {thread.pk}", by=by, before={"because": thread.locked_because})
        inbox.tell(thread.author_id, InboxItem.Kind.OPENED, opening_of(thread), by=by)


@transaction.atomic
def move(thread: Thread, to: Paper, because: str, *, by: Member) -> None:
    """Put the thread under another paper; moving it back undoes it. Raises Refused: 403, 422 for no reason."""
    may(by, because)
    if thread.paper_id == to.pk or not Thread.objects.filter(pk=thread.pk).update(paper=to):
        return
    # Pages that its texts name are those of the other paper now: the tick sets them again.
    Post.objects.filter(thread=thread).update(renderer=0)
    was = {"paper": thread.paper.number}
    members.log(
        "move thread", f"thread {thread.pk}", by=by, before=was, after={"paper": to.number, "because": because}
    )
    thread.paper = to
    tell("moved", thread.author, opening_of(thread), because, by=by)


@transaction.atomic
def unmask(post: Post, because: str, *, by: Member) -> None:
    """Let this organiser, and nobody else, see who wrote an anonymous post. Twice is once; it cannot be undone.

    Raises Refused: 403 for a role, 422 for no reason, 409 for a post that bears its author's name.
    """
    may(by, because)
    if post.alias is None:
        raise Refused(rules.why_not_unmask())
    alias = Alias.objects.select_for_update(no_key=True).get(thread=post.thread_id, number=post.alias)
    _unmasking, is_new = Unmasking.objects.get_or_create(alias=alias, by=by, defaults={"because": because})
    if is_new:
        members.log("unmask author", f"post {post.pk}", by=by, after={"because": because})
        tell("unmasked", alias.member, post, because, by=by)


def may(by: Member, because: str) -> None:
    """Raise Refused unless the member may do such things (403) and gives a reason (422)."""
    refuse_if(rules.why_not_moderate(is_organiser=by.is_organiser), status=HTTPStatus.FORBIDDEN)
    refuse_if(rules.why_no_reason(because, limit=REASON_LENGTH), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def opening_of(thread: Thread) -> Post:
    """Return the post that opens the thread. Raises Refused (409) when the thread was deleted meanwhile."""
    opening = thread.posts.order_by("written_at", "pk").first()
    if opening is None:
        raise Refused(rules.why_thread_is_gone())
    return opening


def tell(which: str, author: Member, post: Post, because: str, *, by: Member) -> None:
    """Tell the author what was done and why, in the inbox and by mail; nothing to who did it themselves."""
    if author.pk == by.pk:
        return
    inbox.tell(author.pk, InboxItem.Kind(which), post, by=by, because=because)
    if not author.is_active or author.left_at is not None:
        return
    facts = {
        "name": by.name,
        "thread": post.thread.title,
        "post": post.pk,
        "number": post.thread.paper.number,
        "because": because,
    }
    key = f"{which}:{post.pk}:{timezone.now().timestamp()}"
    posted = Posted("moderation", key, discreet=post.alias is not None)
    send_letter(LETTERS[which], author.email, facts, post=posted, member=author)
