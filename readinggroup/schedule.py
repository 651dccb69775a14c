"""Every recurring job, in one readable list.

All intervals are fixed and in UTC. Due times live in the database: a job only asks what is due, so that a beat which
was down, or runs twice, costs time and never a mail.
"""

from typing import Any

from celery.beat import ScheduleEntry
from celery.beat import Scheduler as InMemoryScheduler
from django.core.cache import cache

from readinggroup.celery import ALIVE_SECONDS, app

MINUTE = 60.0

EVERY: dict[str, dict[str, Any]] = {
    "plan what is due and send it": {
        "task": "papers.tick",
        "schedule": MINUTE,
        # Ticks that nobody took while the worker was away say nothing that the next one does not say.
        "options": {"expires": MINUTE},
    },
    "ask for links, each once a week": {
        "task": "papers.check_links",
        "schedule": 10 * MINUTE,
        "options": {"expires": 10 * MINUTE},
    },
    "look for quoted passages in newer versions, each paper once a week": {
        "task": "papers.find_quotes",
        "schedule": 10 * MINUTE,
        "options": {"expires": 10 * MINUTE},
    },
    "fill in what is known of papers": {
        "task": "papers.fill",
        "schedule": MINUTE,
        "options": {"expires": MINUTE},
    },
}


class Scheduler(InMemoryScheduler):
    """Celery's scheduler without a file of due times: every job runs once at the start and then by its interval."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            # Logs it when the broker is away; the schedule goes on.
            self.apply_entry(entry, producer=self.producer)

    def tick(self, *args: Any, **options: Any) -> float:
        cache.set("alive:beat", "yes", ALIVE_SECONDS)
        return super().tick(*args, **options)


app.conf.beat_schedule = EVERY
__all__ = ["EVERY", "ScheduleEntry", "Scheduler"]
