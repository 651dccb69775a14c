"""The sender's doorbell."""

from celery import shared_task
from django.utils import timezone

from papers.mail.actions import wake_a_sender
from papers.mail.sending import is_anything_waiting, send_waiting


@shared_task(name="papers.send", ignore_result=True)
def send() -> None:
    """Send for some seconds and ring again if more is waiting."""
    outcome = send_waiting()
    # Nothing was done though something waits: the mail server is away, and the tick tries again.
    if outcome["sent"] and is_anything_waiting(timezone.now()):
        wake_a_sender()
