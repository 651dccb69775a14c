"""Django's SMTP backend, which besides tells when a mail may have arrived although the server never said so."""

import smtplib
import socket
from collections.abc import Callable
from typing import Any

from django.core.mail.backends import smtp

GO_AHEAD = 354
DOT = b".\r\n"
END = b"\r\n" + DOT


class Unanswered(smtplib.SMTPException):
    """The connection was lost, or the reply unreadable, after the text was on its way: it may have arrived."""


class KnowsGoAhead(smtplib.SMTP):
    """Remembers whether the server had asked for the text when something broke."""

    go_ahead = False
    # Called when all of a mail but its last dot is on its way; what it raises keeps the mail from being sent.
    before_end: Callable[[], None] | None = None

    def getreply(self) -> tuple[int, bytes]:
        # A reply that never comes leaves the last one standing.
        code, words = super().getreply()
        self.go_ahead = code == GO_AHEAD
        return code, words

    def _get_socket(self, *args: Any) -> socket.socket:
        line: socket.socket = super()._get_socket(*args)  # type: ignore[misc]
        # The last dot is a packet of its own: it must not wait until the one before it is acknowledged (40 ms).
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def send(self, s: Any) -> None:
        if not (self.go_ahead and self.before_end and isinstance(s, bytes) and s.endswith(END)):
            super().send(s)
            return
        super().send(s.removesuffix(DOT))
        try:
            self.before_end()
        except BaseException:
            # Hung up without the dot, the server throws away what it has (RFC 5321, 4.1.1.4).
            self.close()
            raise
        super().send(DOT)

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            code, words = super().data(msg)
        except smtplib.SMTPDataError:
            raise
        except OSError as error:  # of which smtplib's own errors are a kind
            if self.go_ahead:
                raise Unanswered(str(error) or type(error).__name__) from error
            raise
        if code != 250 and not 400 <= code < 600:
            raise Unanswered(f"{code} {words.decode(errors='replace')}")
        return code, words


class Plain(KnowsGoAhead):
    """SMTP, perhaps with STARTTLS."""


class OverTLS(KnowsGoAhead, smtplib.SMTP_SSL):
    """SMTP inside TLS."""


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> type[KnowsGoAhead]:
        return OverTLS if self.use_ssl else Plain

    def call_before_end(self, act: Callable[[], None]) -> None:
        """Call this right before the end of each mail leaves. The connection must be open."""
        if isinstance(self.connection, KnowsGoAhead):
            self.connection.before_end = act
