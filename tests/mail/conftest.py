"""A real mail server on loopback, which accepts, refuses or hangs up as the test wants."""

import asyncio
import email
import email.policy
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from papers.mail.actions import queue
from papers.mail.models import Outgoing


class MailServer:
    """Accepts everything, unless told otherwise for a recipient: a reply such as "550 no such user", or "hang up"."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, EmailMessage]] = []
        self.at_recipient: dict[str, str] = {}
        self.at_text: dict[str, str] = {}
        self.connections = 0
        # How long it lets a sender wait for its answer.
        self.seconds = 0.0
        self.port = 0

    @property
    def recipients(self) -> list[str]:
        return [address for address, _mail in self.accepted]

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, host: str, replies: list) -> list:
        self.connections += 1
        session.host_name = host
        return replies

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if address in self.at_recipient:
            return self.reply(server, self.at_recipient[address])
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        if address in self.at_text:
            return self.reply(server, self.at_text[address])
        content: Any = envelope.content
        # With its end a server has the mail and delivers it, whether or not somebody hears the answer.
        self.accepted.append((address, email.message_from_bytes(content, policy=email.policy.default)))
        await asyncio.sleep(self.seconds)
        return "250 OK"

    def reply(self, server: SMTP, words: str) -> str:
        if words == "hang up":
            server.transport.abort()
        return words


class OnAnyPort(Controller):
    """Takes a port that the system chooses. aiosmtpd checks by a connection whether it has started."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    server = MailServer()
    controller = OnAnyPort(server, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "papers.mail.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port = controller.port
    settings.EMAIL_TIMEOUT = 5
    yield server
    controller.stop()


@pytest.fixture
def queued() -> Callable[..., Outgoing]:
    """Queue a mail to an address and return its row."""

    def make(address: str = "bob@example.org", **facts: Any) -> Outgoing:
        row = queue(
            **{
                "kind": "note",
                "key": f"note:{address}",
                "address": address,
                "subject": "论文 & papers",
                "text": "Hello.\n",
                **facts,
            }
        )
        assert row is not None
        return row

    return make
