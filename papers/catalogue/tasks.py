from celery import shared_task

from papers.catalogue.filling import fill_what_waits


@shared_task(name="papers.fill", ignore_result=True)
def fill() -> None:
    """Ask arXiv and Crossref for the papers that wait for their facts."""
    fill_what_waits()
