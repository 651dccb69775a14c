"""Writing down how jobs went."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from papers.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a job: how much it did, or the error that ended it."""

    name: str
    count: int = 0
    error: Exception | None = None


def note(runs: Iterable[Ran], now: dt.datetime) -> None:
    """Write down runs that ended at `now`, in two queries however many they are."""
    failures = dict(Job.objects.values_list("name", "failures"))
    rows = [
        Job(
            name=ran.name,
            ran_at=now,
            count=ran.count,
            failures=failures.get(ran.name, 0) + 1 if ran.error else 0,
            error=words_of(ran.error) if ran.error else "",
        )
        for ran in runs
    ]
    Job.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["ran_at", "count", "failures", "error"],
    )


def words_of(error: Exception) -> str:
    """Return an error as organisers can pass it on: its kind and its words, without what PostgreSQL can't store."""
    return f"{type(error).__name__}: {error}".replace("\x00", " ")[:2000]
