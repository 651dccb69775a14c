"""Mails as files in the data folder, for a site without a mail server."""

import os
import re
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Write each mail as one .eml file. Only the site's own account can read them: they hold sign-in codes."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Return how many were written. Raises OSError where that is impossible."""
        for message in email_messages:
            write(message)
        return len(email_messages)


def write(message: EmailMessage) -> Path:
    """Write the mail under a name that begins with its date; the file is whole or not there."""
    mail = message.message()
    date = parsedate_to_datetime(mail["Date"])
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", mail["Message-ID"].strip("<>"))[:150]
    folder = Path(settings.MAIL_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{date:%Y%m%d-%H%M%S}-{name}.eml"
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(mail.as_bytes())
    unfinished.replace(path)
    return path
