"""A sender that is killed with SIGKILL after it took a mail and before the mail was accepted."""

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection

from papers.mail import rules, sending
from papers.mail.models import Outgoing

SENDER = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from papers.mail.sending import send_waiting
send_waiting()
"""
PATIENCE = 30


@pytest.fixture
def tarpit() -> Iterator[int]:
    """A port where somebody answers the telephone and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def sender(port: int) -> subprocess.Popen:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "readinggroup.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    name = connection.settings_dict["NAME"]
    return subprocess.Popen([sys.executable, "-c", SENDER, name], env=environment, cwd=settings.BASE_DIR)


def wait_until(what, process: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert process.poll() is None, "the sender ended by itself"
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_killed_senders_mail_is_unconfirmed_and_goes_to_nobody_again(queued, tarpit, mail_server):
    row = queued(due_at=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
    process = sender(tarpit)
    try:
        wait_until(lambda: Outgoing.objects.filter(pk=row.pk, state="sending").exists(), process)
        later = dt.datetime.now(dt.UTC) + rules.SENDING_TAKES_AT_MOST
        # While it lives, it is only slow.
        assert sending.mark_unconfirmed(later) == 0
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL
    until = time.monotonic() + PATIENCE
    while not (marked := sending.mark_unconfirmed(later)):
        # PostgreSQL needs a moment to see that the sender's connection is gone.
        assert time.monotonic() < until
        time.sleep(0.02)
    assert marked == 1
    row.refresh_from_db()
    assert (row.state, row.error) == ("unconfirmed", rules.SENDER_DIED)
    assert sending.send_waiting(later + dt.timedelta(days=1)) == {}
    assert not mail_server.accepted
