from celery import shared_task
from django.conf import settings

from papers.catalogue.checking import check_links
from papers.catalogue.filling import fill_what_waits


@shared_task(name="papers.fill", ignore_result=True)
def fill() -> None:
    """Ask arXiv and Crossref for the papers that wait for their facts."""
    fill_what_waits()


@shared_task(name="papers.check_links", ignore_result=True)
def check() -> None:
    """Ask for some of the links that were not asked for in a week."""
    if settings.CHECK_LINKS:
        check_links()
