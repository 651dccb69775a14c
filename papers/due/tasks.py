"""The doorbell that beat rings each minute."""

from celery import shared_task
from django.utils import timezone

from papers.due.actions import deliver_due
from papers.mail.actions import wake_a_sender
from papers.mail.sending import is_anything_waiting


@shared_task(name="papers.tick", ignore_result=True)
def tick() -> None:
    """Plan and send what is due, and ring for a sender if there is more than this tick could send."""
    if deliver_due()["sent"] and is_anything_waiting(timezone.now()):
        wake_a_sender()
