"""What is known of the jobs."""

import datetime as dt

from papers.jobs import rules
from papers.jobs.models import Job


def jobs() -> dict[str, Job]:
    """Return how each job went last, by name; one that never ran is not there."""
    return {job.name: job for job in Job.objects.all()}


def troubles(now: dt.datetime, *, since: dt.datetime | None) -> tuple[bool, list[str]]:
    """Return whether nothing has ticked for too long, and the names of the jobs that failed last, in one query.

    `since` is when the site began, for one on which nothing has ever ticked.
    """
    known = jobs()
    tick = known.pop(rules.TICK, None)
    silent = rules.is_silent(now=now, last=tick.ran_at if tick else None, since=since)
    return silent, [name for name, job in known.items() if job.failures]
