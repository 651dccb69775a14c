"""The door Celery looks through for tasks. They are defined in the folder of their capability."""

from papers.catalogue.tasks import check, fill
from papers.due.tasks import tick
from papers.mail.tasks import send
from papers.notes.tasks import find_quotes

__all__ = ["check", "fill", "find_quotes", "send", "tick"]
