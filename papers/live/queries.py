"""What changed on a paper's page since it was loaded."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from papers.catalogue.models import Paper
from papers.live.models import Change

# Longer than this nothing is kept: an older page is to be loaded anew.
KEPT_FOR = dt.timedelta(days=1)
# A row is stamped when it is written and seen when its transaction commits; what took longer is seen on the next load.
COMMITTED_WITHIN = dt.timedelta(seconds=10)


@dataclass(frozen=True)
class Changed:
    """Which parts of a paper's page are not as they were, by primary key."""

    place: bool
    notes: set[int]
    threads: set[int]
    posts: set[int]

    def __bool__(self) -> bool:
        return bool(self.place or self.notes or self.threads or self.posts)


def changed_since(paper: Paper, since: dt.datetime) -> Changed:
    """Return what changed on the paper's page since an instant, in one query; a little more than that, never less."""
    rows = Change.objects.filter(paper=paper, at__gt=since - COMMITTED_WITHIN).values_list("kind", "target").distinct()
    targets: dict[str, set[int]] = defaultdict(set)
    for kind, target in rows:
        targets[kind].add(target or 0)
    return Changed(
        place=Change.Kind.PLACE in targets,
        notes=targets[Change.Kind.NOTE],
        threads=targets[Change.Kind.THREAD],
        posts=targets[Change.Kind.POST],
    )


def is_too_old(since: dt.datetime, now: dt.datetime) -> bool:
    """Return whether a page loaded then cannot be brought up to date any more."""
    return since - COMMITTED_WITHIN < now - KEPT_FOR
