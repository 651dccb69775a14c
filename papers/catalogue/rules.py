"""What may be said of works and how they descend from each other. Pure: facts in, a sentence or None out."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

Work = TypeVar("Work", bound=Hashable)


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
