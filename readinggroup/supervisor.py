"""Runs the site's processes: names one that ends, starts it again, and ends all of them together.

Rules: each child has a session of its own, so Ctrl-C reaches only this process, which then ends the children in order.
A child gets SIGTERM when this process dies, even by kill -9. Whatever a dead child leaves behind in its session is
killed before it is started again. What dies three times in a minute is broken, and stops everything.
"""

import asyncio
import ctypes
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from readinggroup.embedded import CannotStart, SharedServer

DEATHS = 3
WITHIN = 60.0
PATIENCE = 20.0
LOOK_EVERY = 0.5
LAST_WORDS = 5
LONGEST_LINE = 2**20
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Program:
    """A process to keep running: its name in the output, its command, and the open files it inherits."""

    name: str
    command: list[str]
    files: tuple[int, ...] = ()


class Deaths:
    """Counts how often one thing died lately."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=DEATHS)

    def too_many(self) -> bool:
        """Record a death now; return whether it was the third within a minute."""
        self._times.append(time.monotonic())
        return len(self._times) == DEATHS and self._times[-1] - self._times[0] < WITHIN


class Supervisor:
    """Keeps programs and embedded servers alive until a signal comes or one of them proves broken."""

    def __init__(self, programs: Iterable[Program], servers: Iterable[SharedServer] = (), *, folder: Path) -> None:
        self._programs = list(programs)
        self._servers = list(servers)
        self._folder = folder
        self._children: set[Process] = set()
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()
        self._code = 0

    async def run(self, alongside: Callable[[], Awaitable[None]] | None = None) -> int:
        """Run everything; return 0 after a signal, 1 after the third death. No process of a program is left.

        `alongside` is started with the programs and given up when they stop.
        """
        self._listen_to_signals()
        keepers = [asyncio.create_task(self._keep(program)) for program in self._programs]
        watchers = [asyncio.create_task(self._watch(server)) for server in self._servers]
        if alongside is not None:
            watchers.append(asyncio.ensure_future(alongside()))
        await self._stopping.wait()
        for watcher in watchers:
            watcher.cancel()
        await self._end(keepers)
        return self._code

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop_asked)

    def _stop_asked(self) -> None:
        """Stop in order on the first signal, at once on the second."""
        if self._stopping.is_set():
            self._hurry.set()
        self._stopping.set()

    async def _end(self, keepers: list[asyncio.Task[None]]) -> None:
        """Ask every child to end, and kill after twenty seconds, or at a second signal, those that did not."""
        for child in self._children:
            _send(child, signal.SIGTERM)
        hurry = asyncio.create_task(self._hurry.wait())
        ended = asyncio.gather(*keepers)
        await asyncio.wait((ended, hurry), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        for child in self._children:
            _kill_session(child)
        await ended

    async def _keep(self, program: Program) -> None:
        """Run one program again and again, until everything stops."""
        deaths = Deaths()
        while not self._stopping.is_set():
            child = await self._start(program)
            words: deque[str] = deque(maxlen=LAST_WORDS)
            reading = asyncio.create_task(_print_lines(program.name, child, words))
            code = await _end_of(child)
            _kill_session(child)
            self._children.discard(child)
            # With nobody left to write, the output ends; unless somebody took it into a session of their own.
            await asyncio.wait((reading,), timeout=1)
            reading.cancel()
            if not self._stopping.is_set():
                self._mourn(program.name, _how(code), list(words), deaths)

    async def _start(self, program: Program) -> Process:
        supervisor = os.getpid()

        def die_with_supervisor() -> None:
            if sys.platform == "linux":
                LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != supervisor:
                os.kill(os.getpid(), signal.SIGTERM)

        child = await asyncio.create_subprocess_exec(
            *program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            limit=LONGEST_LINE,
            cwd=self._folder,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            pass_fds=program.files,
            start_new_session=True,
            preexec_fn=die_with_supervisor,
        )
        self._children.add(child)
        if self._stopping.is_set():
            _send(child, signal.SIGTERM)
        return child

    async def _watch(self, server: SharedServer) -> None:
        """Start an embedded server again whenever it has died under the site."""
        deaths = Deaths()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if server.alive():
                continue
            self._mourn(server.name, "ended", server.last_words().splitlines(), deaths)
            if self._stopping.is_set():
                return
            try:
                await asyncio.to_thread(server.revive)
            except CannotStart as error:
                say(str(error))

    def _mourn(self, name: str, how: str, words: list[str], deaths: Deaths) -> None:
        """Say what died and how, and stop everything if that was once too often."""
        say(f"{name} {how}. Its last words:" if words else f"{name} {how} without a word.")
        for line in words:
            say(f"    {line.strip()}")
        if not deaths.too_many():
            say(f"Starting {name} again.")
            return
        say(f"{name} ended {DEATHS} times within a minute, so everything stops. Mend what it names and start again.")
        self._code = 1
        self._stopping.set()


def say(line: str) -> None:
    """Print a line; a terminal that has gone away must not stop the site."""
    with suppress(OSError):
        print(line, flush=True)


async def _end_of(child: Process) -> int:
    """Return the child's exit code once it has ended.

    Not `child.wait()`: before Python 3.11.10 that also waits for the end of the output, which what the child leaves
    behind may hold open for ever.
    """
    while child.returncode is None:
        await asyncio.sleep(0.05)
    return child.returncode


async def _print_lines(name: str, child: Process, words: deque[str]) -> None:
    assert child.stdout is not None
    while True:
        try:
            line = await child.stdout.readline()
        except ValueError:
            line = b"(a line too long to show)\n"
        if not line:
            return
        if text := line.decode(errors="replace").rstrip():
            words.append(text)
            say(f"{name:<7}| {text}")


def _how(code: int) -> str:
    """Return how a process ended, as the end of a sentence."""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def _send(child: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        child.send_signal(number)


def _kill_session(child: Process) -> None:
    """Kill whatever is left of a child and of its own children; its session's number is its process number."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
