"""How the author of a post is called. Whatever shows an author of a post or thread asks here: pages, search, digests,
mails, the inbox, the archive's pages.

Who writes without their name has one alias in a thread, and another one in the next. Nobody sees who it is but the
author, and organisers who looked it up for a reason, which the author is told.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.discussion.models import Alias, Post, Thread, Unmasking
from papers.members.models import Member
from papers.members.queries import BYLINE_FIELDS, Byline, byline

# Birds: none is flattering or insulting in either language.
BIRDS = (
    *(gettext_lazy("heron"), gettext_lazy("crane"), gettext_lazy("swift"), gettext_lazy("finch")),
    *(gettext_lazy("plover"), gettext_lazy("kingfisher"), gettext_lazy("oriole"), gettext_lazy("wagtail")),
    *(gettext_lazy("curlew"), gettext_lazy("egret"), gettext_lazy("lark"), gettext_lazy("martin")),
    *(gettext_lazy("thrush"), gettext_lazy("wren"), gettext_lazy("siskin"), gettext_lazy("avocet")),
    *(gettext_lazy("redstart"), gettext_lazy("nuthatch"), gettext_lazy("pipit"), gettext_lazy("tern")),
    *(gettext_lazy("bunting"), gettext_lazy("dunlin"), gettext_lazy("hoopoe"), gettext_lazy("ibis")),
)

# What a row of a post needs so that its author can be called.
AUTHOR_FIELDS = (*BYLINE_FIELDS, "alias", "is_unmasked")


def name_of(alias: int | None, name: str) -> str:
    """Return how readers call an author: by name, or by the alias in the present language."""
    if alias is None:
        return name
    more, bird = divmod(alias, len(BIRDS))
    words = {"bird": BIRDS[bird], "number": more + 1}
    return _("anonymous %(bird)s %(number)s") % words if more else _("anonymous %(bird)s") % words


def with_unmasked(posts: QuerySet[Post], member: Member) -> QuerySet[Any]:
    """Add to each post whether this organiser has looked up who wrote it, as `is_unmasked`."""
    if not member.is_organiser:
        return posts.annotate(is_unmasked=Value(False))
    known = Unmasking.objects.filter(alias__thread=OuterRef("thread"), alias__number=OuterRef("alias"), by=member)
    return posts.annotate(is_unmasked=Exists(known))


def byline_of(row: Mapping[str, Any], member: Member) -> Byline:
    """Return the byline of a row of AUTHOR_FIELDS as this member sees it: of an alias nothing leads to its author."""
    line = byline(row, member)
    if row["alias"] is None:
        return line
    known = line.name if row["is_unmasked"] else ""
    return replace(
        line,
        author_id=line.author_id if row["is_unmasked"] else None,
        name=name_of(row["alias"], ""),
        initial="?",
        has_left=False,
        known_as=known,
    )


def alias_in(thread: Thread, member: Member) -> int:
    """Return the number of the member's alias in the thread, chosen when they first need one there.

    The caller holds the thread. Which number it is says nothing of who or when.
    """
    alias = Alias.objects.filter(thread=thread, member=member).first()
    if alias is None:
        taken = set(Alias.objects.filter(thread=thread).values_list("number", flat=True))
        free = [number for number in range(len(BIRDS) * (len(taken) // len(BIRDS) + 1)) if number not in taken]
        alias = Alias.objects.create(thread=thread, member=member, number=secrets.choice(free))
    return alias.number
