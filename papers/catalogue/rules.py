"""What may be said of works and how they descend from each other. Pure: facts in, a sentence or None out."""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Work = TypeVar("Work", bound=Hashable)

# By how a paper is read: the minutes it gets in a session and the points that presenting it counts (the group's
# defaults in the product paper). A paper that is read by notes only is in no session.
MINUTES = {"deep": 30, "brief": 10, "notes": 0}
POINTS = {"deep": 3, "brief": 1, "notes": 0}

# For so long a part that begins takes bids and no claims, where the group wants that (`product.md`, part E).
BIDS_FIRST = dt.timedelta(hours=48)

# What an edit of the record may change.
RECORD = (
    *("title", "aliases", "kind", "authors", "authors_complete", "year", "month"),
    *("arxiv_id", "doi", "url", "abstract", "mode"),
)


LONGEST_REMARK = 10_000


def why_not_edit(*, may_write: bool, members_may_edit: bool) -> str | None:
    """Return why somebody who is no organiser may not change the list, or None."""
    if may_write and members_may_edit:
        return None
    if may_write:
        return _("The list is changed by organisers here. Ask one of them, or write your remark in a thread.")
    return _("Changing the list is for members. You are a reader; an organiser can make you a member.")


def mode_in_words(mode: str) -> str:
    """Return how much time and how many points a way of reading stands for: “30 minutes, 3 points”; "" for none."""
    if not MINUTES[mode]:
        return ""
    minutes = ngettext("%(count)d minute", "%(count)d minutes", MINUTES[mode]) % {"count": MINUTES[mode]}
    points = ngettext("%(count)d point", "%(count)d points", POINTS[mode]) % {"count": POINTS[mode]}
    return _("%(minutes)s, %(points)s") % {"minutes": minutes, "points": points}


def merged(mine: Mapping[str, Any], then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form says that was opened at an older version: fields nobody touched in it are as they stand now.

    `then` are the values at that version of the fields changed since.
    """
    return {name: now[name] if name in then and value == then[name] else value for name, value in mine.items()}


def why_not_over(*, seen: int, current: int) -> str | None:
    """Return why an edit that began at version `seen` is not saved over version `current`, or None."""
    if seen == current:
        return None
    return _(
        "Somebody has changed this meanwhile, so yours was not saved over it. What stands there now is shown below; "
        "your text is still in the form. Save again to replace it."
    )


def why_not_again(*, number: int, title: str) -> str:
    """Return what somebody reads who adds a paper that is here."""
    return _("This is already #%(number)d, “%(title)s”. You can give that paper another place on the list.") % {
        "number": number,
        "title": title,
    }


def why_once_more() -> str:
    return _("Somebody changed the list at the same moment, so this was not added. Please try again.")


def why_no_paper(text: str) -> str | None:
    """Return why this text is no paper, or None."""
    if len(text) > 1000:
        return _(
            "This has more than 1,000 characters; a title or an address is shorter. To add many papers, import a list."
        )
    if any(letter.isalnum() for letter in text):
        return None
    return _("Please type a title, an arXiv id, a DOI or an address.")


def why_not_remark(said: Mapping[str, str]) -> str | None:
    """Return why these texts cannot stand beside an entry, or None."""
    if any(len(text) > LONGEST_REMARK for text in said.values()):
        return _(
            "A remark has at most 10,000 characters; longer texts belong into a note. Yours is still in the form."
        )
    if said["correction_source"] and not (said["correction_zh"] or said["correction_en"]):
        return _("There is a source but no correction. Write the correction, or leave the source out.")
    return None


def why_not_restored() -> str:
    return _("This change was a place, a link or a line of descent; it is undone where it stands, not here.")


def why_not_there(*, stands_there: bool, part: int) -> str | None:
    """Return why a paper is not put into a part, or None."""
    return _("This paper stands in part %(part)d already.") % {"part": part} if stands_there else None


def why_not_linked(*, is_there: bool) -> str | None:
    """Return why a link is not added, or None."""
    return _("This address is linked here already.") if is_there else None


def why_no_evidence(evidence: str, *, same: bool) -> str | None:
    """Return why a relation between two papers is not understood, or None."""
    if same:
        return _("A paper does not descend from itself. Please choose another one.")
    if not evidence.strip():
        return _("Please say in a sentence why it is so: a line of descent needs evidence.")
    return None


def why_not_related(*, is_there: bool) -> str | None:
    """Return why a relation is not added, or None."""
    return _("This is said here already.") if is_there else None


def why_not_shape(*, is_organiser: bool) -> str | None:
    """Return why somebody may not change parts and lists, or None."""
    return None if is_organiser else _("Parts and lists are for organisers. You can propose papers.")


def why_no_title(title: str) -> str | None:
    """Return why this is no title of a part or a list, or None."""
    if not any(letter.isalnum() for letter in title):
        return _("Please give it a title, in Chinese or in English.")
    return _("A title has at most 200 characters.") if len(title) > 200 else None


def why_not_propose(*, may_write: bool) -> str | None:
    """Return why somebody may not propose and vote, or None."""
    if may_write:
        return None
    return _("Proposing and voting is for members. You are a reader; an organiser can make you a member.")


def why_not_proposed_again(*, is_there: bool) -> str | None:
    """Return why a paper is not proposed once more, or None."""
    return _("This is proposed already. You can vote for it.") if is_there else None


def why_not_decide(*, is_organiser: bool) -> str | None:
    """Return why somebody may not decide on a proposal, or None."""
    return None if is_organiser else _("Organisers decide what comes onto the list. You can vote for it.")


def why_not_decided(*, is_open: bool) -> str | None:
    """Return why nothing more can be done about a proposal, or None."""
    return None if is_open else _("This proposal has been decided meanwhile.")


def why_no_answer(answer: str) -> str | None:
    """Return why a proposal is not declined like this, or None."""
    return None if answer.strip() else _("Please say why not: whoever proposed it is told.")


def why_not_a_list(*, records: int, unread: int) -> str | None:
    """Return why nothing of a source can be imported, or None."""
    if records:
        return None
    if unread:
        return _(
            "Nothing of this could be read. Choose its format if it was guessed wrongly, or look at its first line."
        )
    return _("There is no paper in this text. Paste a list with one paper a line, or choose a file.")


def why_not_import_again(*, is_applied: bool) -> str | None:
    """Return why a list is not imported once more, or None."""
    return _("This list is imported already. To import it again, bring it along again.") if is_applied else None


def why_not_fate(fates: Iterable[str], *, known: Iterable[str]) -> str | None:
    """Return why the lines cannot become this, or None."""
    if set(fates) <= set(known):
        return None
    return _("One of the lines should become something that is not known. Please load the page again.")


def why_not_ancestry(source: int, target: int, edges: Iterable[tuple[int, int]], names: dict[int, str]) -> str | None:
    """Return why `source` cannot build on `target`, naming the path that leads back, or None.

    `edges` are the pairs (from, to) of what builds on what so far; `names` gives each work of a path its name.
    """
    path = path_between(target, source, edges)
    if path is None:
        return None
    return _(
        "%(source)s cannot build on %(target)s: with %(path)s it would go in a circle. Take one of those away first."
    ) % {
        "source": names[source],
        "target": names[target],
        "path": " → ".join(names[work] for work in path),
    }


def path_between(start: Work, end: Work, edges: Iterable[tuple[Work, Work]]) -> Sequence[Work] | None:
    """Return a shortest path of works from `start` to `end` along the edges, both included, or None."""
    following: dict[Work, list[Work]] = defaultdict(list)
    for source, target in edges:
        following[source].append(target)
    came_from: dict[Work, Work | None] = {start: None}
    reached = [start]
    for work in reached:
        if work == end:
            path: list[Work] = []
            at: Work | None = work
            while at is not None:
                path.append(at)
                at = came_from[at]
            return path[::-1]
        for target in following[work]:
            if target not in came_from:
                came_from[target] = work
                reached.append(target)
    return None
