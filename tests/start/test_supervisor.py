"""The supervisor with small programs of its own: what dies is named and started again, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

SUPERVISE = """
import asyncio, sys
from pathlib import Path
from readinggroup.supervisor import Program, Supervisor
programs = [Program(f"child {number}", [sys.executable, "-c", code]) for number, code in enumerate(sys.argv[1:], 1)]
async def main():
    return await Supervisor(programs, folder=Path.cwd()).run()
sys.exit(asyncio.run(main()))
"""
# Says its process number, then sleeps.
SLEEPER = "import os, time; print('here is', os.getpid()); time.sleep(60)"
# Has a child of its own, and does not listen to SIGTERM.
STUBBORN = f"""
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.run([sys.executable, "-c", {SLEEPER!r}])
"""
BROKEN = "import sys; sys.exit('the engine is missing')"


@pytest.fixture
def supervise() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a supervisor over the given programs; none survives the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*codes: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SUPERVISE, *codes]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def read_pid(process: subprocess.Popen[str]) -> int:
    """Return the number that the next SLEEPER says."""
    for line in process.stdout:
        if "here is" in line:
            return int(line.split()[-1])
    pytest.fail("The supervisor ended before its child spoke.")


def is_gone(pid: int, *, within: float = 5) -> bool:
    """Return whether the process ends in time; a zombie has ended."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                time.sleep(0.02)
                continue
        return True
    return False


def test_a_killed_child_is_named_and_started_again(supervise):
    process = supervise(SLEEPER)
    first = read_pid(process)
    os.kill(first, signal.SIGKILL)
    said = [process.stdout.readline() for _ in range(3)]
    assert said[0] == "child 1 was ended by SIGKILL. Its last words:\n"
    assert said[1].strip() == f"here is {first}"
    assert said[2] == "Starting child 1 again.\n"
    assert read_pid(process) != first


def test_three_deaths_within_a_minute_stop_everything(supervise):
    process = supervise(SLEEPER, BROKEN)
    sleeper = read_pid(process)
    said = process.communicate(timeout=10)[0]
    assert process.returncode == 1
    assert said.count("child 2 ended with code 1. Its last words:\n    the engine is missing\n") == 3
    assert "child 2 ended 3 times within a minute, so everything stops." in said
    assert is_gone(sleeper)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_peace(supervise, number):
    process = supervise(SLEEPER, SLEEPER)
    children = [read_pid(process), read_pid(process)]
    process.send_signal(number)
    assert process.wait(10) == 0
    assert all(is_gone(child) for child in children)


def test_a_second_signal_kills_what_does_not_listen(supervise):
    process = supervise(STUBBORN)
    grandchild = read_pid(process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert is_gone(grandchild)


def test_the_children_end_when_the_supervisor_is_killed(supervise):
    process = supervise(SLEEPER)
    child = read_pid(process)
    process.kill()
    assert is_gone(child)


def test_what_a_dead_child_leaves_behind_is_killed(supervise):
    process = supervise(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}])")
    grandchild = read_pid(process)
    os.kill(int(Path(f"/proc/{grandchild}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)
    assert is_gone(grandchild)


def test_a_line_without_end_does_not_block_the_child(supervise):
    process = supervise("print('x' * 3_000_000); " + SLEEPER)
    assert read_pid(process)
