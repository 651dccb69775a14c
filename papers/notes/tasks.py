from celery import shared_task
from django.conf import settings

from papers.notes.refinding import find_again


@shared_task(name="papers.find_quotes", ignore_result=True)
def find_quotes() -> None:
    """Look for quoted passages in newer versions of some papers."""
    if settings.CHECK_LINKS:
        find_again()
