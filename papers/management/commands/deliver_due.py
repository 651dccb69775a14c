import argparse
import datetime as dt
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from papers.due.actions import deliver_due
from papers.management.site_command import SiteCommand


class Command(SiteCommand):
    help = (
        "Do one tick as of an instant: plan the reminders and digests that are due, then send what waits. Prints how "
        "many of each kind were planned, and how many mails came to each state. "
        "Example: deliver_due --now 2023-03-03T08:00:00+08:00"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now", type=instant, help="the instant, in ISO 8601; without an offset it is UTC; without it, now"
        )

    def handle(self, *args: Any, now: dt.datetime | None, **options: Any) -> None:
        try:
            counts = deliver_due(now or timezone.now(), seconds=None, patient=True)
        except Exception as error:
            raise CommandError(f"Not everything was delivered: {type(error).__name__}: {error}") from error
        for kind, count in counts.items():
            self.stdout.write(f"{kind}: {count}")


def instant(text: str) -> dt.datetime:
    """Return the instant that the text names, aware."""
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an instant such as 2023-03-03T08:00:00+08:00") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
