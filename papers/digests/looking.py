"""One text of a digest, for who follows its address from the mail without being signed in.

The address is good for two weeks, for that text only, and shows what the member who got it may see by now: nothing
that was deleted, hidden or masked since, and nothing once they have left or made the addresses of older mails invalid.
"""

import datetime as dt
from dataclasses import dataclass

from django.core import signing
from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from papers.digests.queries import Item
from papers.discussion.models import Post
from papers.discussion.naming import name_of
from papers.discussion.queries import posts_visible_to
from papers.members.models import Member
from papers.members.queries import current_members
from papers.notes.models import Note
from papers.notes.queries import visible_to

GOOD_FOR = dt.timedelta(days=14)
SALT = "papers.look"
NOTE, POST = "note", "post"


@dataclass(frozen=True, slots=True)
class Text:
    """A note or a post as it is shown alone. `path` is where members read it."""

    number: int
    title: str
    thread: str
    author: str
    written_at: dt.datetime
    html: SafeString
    path: str


def address_for(member: Member, item: Item) -> str:
    """Return the path that opens this text of the digest to the member; other things have only their page's."""
    if not item.is_text or item.text_id is None:
        return item.path
    said = [member.pk, member.mail_generation, NOTE if item.kind == NOTE else POST, item.text_id]
    return f"/look/{signing.dumps(said, salt=SALT)}/"


def text_at(token: str) -> tuple[Member, Text] | None:
    """Return the text that an address opens, and who got it; None when it is not, or no longer, to be seen."""
    try:
        id, generation, kind, text = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    member = current_members().filter(pk=id, mail_generation=generation).first()
    found = member and (note_as(member, text) if kind == NOTE else post_as(member, text))
    return (member, found) if member and found else None


def note_as(member: Member, pk: int) -> Text | None:
    rows: QuerySet[Note] = visible_to(member).select_related("paper", "author")
    note = rows.filter(pk=pk).first()
    if note is None:
        return None
    return Text(
        number=note.paper.number,
        title=note.paper.title,
        thread="",
        author=note.author.name,
        written_at=note.written_at,
        html=mark_safe(note.html),  # noqa: S308 - written only by papers.markup
        path=f"/papers/{note.paper.number}/#note-{note.pk}",
    )


def post_as(member: Member, pk: int) -> Text | None:
    rows: QuerySet[Post] = posts_visible_to(member).select_related("thread__paper", "author")
    post = rows.filter(pk=pk, deleted_at=None, hidden_at=None).first()
    if post is None:
        return None
    return Text(
        number=post.thread.paper.number,
        title=post.thread.paper.title,
        thread=post.thread.title,
        author=name_of(post.alias, post.author.name),
        written_at=post.written_at,
        html=mark_safe(post.html),  # noqa: S308 - written only by papers.markup
        path=f"/posts/{post.pk}/",
    )
