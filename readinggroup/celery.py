"""The Celery application. Tasks are doorbells: the database row is the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readinggroup.settings")

app = Celery("readinggroup")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["papers"])
