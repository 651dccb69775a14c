"""One server per data folder, shared by every process that needs it.

Three files that are locked with flock carry all the knowledge. The kernel lets go of a lock when its holder ends,
however it ends, so nothing has to be cleaned up after kill -9:

    NAME.start.lock  held alone while somebody starts or stops the server
    NAME.users.lock  held together by all who use it; who can have it alone was the last, and stops the server
    NAME.alive.lock  held by the server's own processes, which inherit it: free means that none of them is left
"""

import fcntl
import os
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from readinggroup.embedded.places import socket_folder

STEP = 0.02
# Crash recovery of a large database may take a while; a server that is still alive then is given up on.
READY_WITHIN = 120.0
GONE_WITHIN = 30.0
QUIET_FOR = 1.0
LOG_KEPT = 1_000_000


class CannotStart(Exception):
    """A server cannot be started; the message says what happened, why, and what to do next."""


@dataclass(frozen=True)
class Launch:
    """How a server process is started: the command, and what `subprocess` is to be told besides."""

    command: list[str]
    options: dict[str, Any] = field(default_factory=dict)


class SharedServer(ABC):
    """A server with its data in a data folder, used by any number of processes at once."""

    name: str
    key: str

    def __init__(self, home: Path) -> None:
        self.home = home
        self.sockets = socket_folder(home)
        self.log = home / f"{self.key}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def answers(self) -> bool:
        """Return whether the server takes requests now."""

    @abstractmethod
    def prepare(self) -> Launch:
        """Make what the server needs before its first start; raises CannotStart."""

    @abstractmethod
    def ask_to_stop(self) -> None:
        """Tell the running server to write everything down and end."""

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Run the server, or share the running one; the last to leave stops it. Entering raises CannotStart."""
        with self._alone():
            users = _open(self._lock_file("users"))
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self._run()
            except BaseException:
                self._leave(users)
                raise
        try:
            yield
        finally:
            with self._alone():
                self._leave(users)

    def alive(self) -> bool:
        """Return whether any process of the server exists, even one that does not answer."""
        if not self._lock_file("alive").exists():
            return False
        with _open(self._lock_file("alive")) as lock:
            return not _locked(lock, fcntl.LOCK_SH)

    def revive(self) -> None:
        """Start the server again after it died under its users; raises CannotStart."""
        with self._alone():
            self._run()

    def last_words(self) -> str:
        """Return the last lines of the server's log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"  {line}" for line in lines[-5:])

    def _run(self) -> None:
        """Leave with a server that answers; the caller holds the start lock."""
        if not self.alive():
            self._process = self._launch()
        if _wait_until(lambda: self.answers() or not self.alive(), READY_WITHIN) and self.answers():
            return
        what = "does not answer" if self.alive() else "ended while it was starting"
        raise CannotStart(
            f"{self.name} {what}. Its last words, from {self.log}:\n{self.last_words()}\n"
            "Mend what they name and start again; the data has not been touched."
        )

    def _launch(self) -> subprocess.Popen[bytes]:
        """Start the server process with the alive lock in its hands."""
        self._reap()
        with self._file_errors_named():
            launch = self.prepare()
        with _open(self._lock_file("alive")) as alive, self._open_log() as log:
            # Whoever asks alive() holds it for a moment.
            _wait_until(lambda: _locked(alive, fcntl.LOCK_EX), GONE_WITHIN)
            return subprocess.Popen(
                launch.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                pass_fds=[alive.fileno()],
                # In a session of its own, so that Ctrl-C on the terminal reaches the web before the database.
                start_new_session=True,
                **launch.options,
            )

    def _leave(self, users: IO[bytes]) -> None:
        """Give up the users lock, and stop the server if that was the last; the caller holds the start lock."""
        with users:
            if _locked(users, fcntl.LOCK_EX):
                self._stop()

    def _stop(self) -> None:
        """Leave with no process of the server."""
        if self.alive():
            self.ask_to_stop()
        if not _wait_until(lambda: not self.alive(), GONE_WITHIN):
            sys.stderr.write(f"{self.name} in {self.home} is still stopping; the next start waits for it.\n")
            return
        self._reap()

    def _reap(self) -> None:
        """Let the kernel forget the process this object started, once it has ended."""
        if self._process is not None:
            self._process.wait()
            self._process = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the start lock, saying so when that takes a while."""
        self._make_folders()
        with _open(self._lock_file("start")) as lock:
            if not _wait_until(lambda: _locked(lock, fcntl.LOCK_EX), QUIET_FOR):
                sys.stderr.write(f"Waiting for another process that starts or stops {self.name} in {self.home} ...\n")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_folders(self) -> None:
        with self._file_errors_named():
            self.home.mkdir(parents=True, exist_ok=True)
            private_folder(self.home / "run")
            private_folder(self.sockets)

    @contextmanager
    def _file_errors_named(self) -> Iterator[None]:
        """Turn a full disk or a folder nobody may write to into CannotStart."""
        try:
            yield
        except OSError as error:
            raise CannotStart(
                f"{self.name} cannot use the data folder {self.home}: {error}. "
                "Make it writable, or name another with READINGGROUP_HOME."
            ) from error

    def _lock_file(self, purpose: str) -> Path:
        return self.home / "run" / f"{self.key}.{purpose}.lock"

    def _open_log(self) -> IO[bytes]:
        too_long = self.log.exists() and self.log.stat().st_size > LOG_KEPT
        return self.log.open("wb" if too_long else "ab")


def private_folder(path: Path) -> None:
    """Make a folder that only this account may enter; raises CannotStart where somebody else made it before us."""
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or not path.is_dir() or path.stat().st_uid != os.geteuid():
        raise CannotStart(
            f"{path} belongs to somebody else, so no socket is put there. "
            "Remove it, or name another data folder with READINGGROUP_HOME."
        )
    path.chmod(0o700)


def _open(path: Path) -> IO[bytes]:
    return path.open("ab")


def _locked(file: IO[bytes], kind: int) -> bool:
    """Return whether the lock could be had without waiting."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether the condition came true within that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(STEP)
    return True
