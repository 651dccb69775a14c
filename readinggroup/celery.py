"""The Celery application. Tasks are doorbells: the database row is the truth."""

import os
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent
from django.core.cache import cache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readinggroup.settings")

app = Celery("readinggroup")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["papers"])

# How long after its last word a process counts as alive.
ALIVE_SECONDS = 15


@heartbeat_sent.connect
def say_that_the_worker_is_alive(**_details: Any) -> None:
    """Celery's worker does this every two seconds."""
    cache.set("alive:worker", "yes", ALIVE_SECONDS)
