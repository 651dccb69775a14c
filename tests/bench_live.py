"""Measures what 1,000 open pages cost the server: memory, other pages' speed, how soon all hear of a change.

    .venv/bin/python -m tests.bench_live        needs wrk (Debian: apt install wrk)

Times are of one machine; what counts are the ratios, with 1,000 open pages to none in the same run.
"""

import asyncio
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import MANAGE, MEMBER, PORT, PROJECT, get, measure, running, sign_in

PAGES, ROUNDS = 1000, 20
PATH = "/papers/17/"


def main() -> int:
    if not shutil.which("wrk"):
        print("The benchmark needs wrk to make the load. Install it (Debian: apt install wrk).", file=sys.stderr)
        return 1
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    with tempfile.TemporaryDirectory(prefix="readinggroup-bench-") as home:
        environment = os.environ | {
            "READINGGROUP_HOME": home,
            "PORT": str(PORT),
            "RATE_LIMITS": "off",
            "CHECK_LINKS": "off",
        }
        with running(environment):
            run = {"cwd": PROJECT, "env": environment, "check": True, "text": True, "stdout": subprocess.PIPE}
            subprocess.run([*MANAGE, "seed", "--stage", "mid-term"], **run)
            cookie = sign_in(subprocess.run([*MANAGE, "sign_in_link", MEMBER], **run).stdout.strip())
            asyncio.run(compare(cookie, environment))
    return 0


async def compare(cookie: str, environment: dict[str, str]) -> None:
    before, speed = memory(), measure(PORT, PATH, cookie)
    page = get(PATH, cookie).decode()
    stream = page.split('data-live="')[1].split('"')[0]
    streams = [await listen(stream) for _ in range(PAGES)]
    print(f"{PAGES} open pages: {(memory() - before) / PAGES:.0f} kB each in the web processes")
    busy = await asyncio.to_thread(measure, PORT, PATH, cookie)
    print(f"{PATH} beside them: {busy / speed:.2f} of its speed without")
    last, half = [], []
    for _ in range(ROUNDS):
        hearing = [asyncio.create_task(hear(reader)) for reader, _writer in streams]
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await asyncio.to_thread(change, environment)
        took = sorted(at - began for at in await asyncio.gather(*hearing))
        half.append(took[len(took) // 2])
        last.append(took[-1])
    print(
        f"heard of a change: half of them after {statistics.median(half):.3f} s,"
        f" the last after {statistics.median(last):.3f} s"
    )
    for _reader, writer in streams:
        writer.close()


async def listen(stream: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(f"GET {stream} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\r\n".encode())
    while b"event: pulse" not in await reader.readline():
        pass
    return reader, writer


async def hear(reader: asyncio.StreamReader) -> float:
    """Return when the stream told of a change."""
    while b"event: change" not in (line := await reader.readline()):
        assert line, "The stream ended."
    return time.monotonic()


def change(environment: dict[str, str]) -> None:
    """Tell of a change of paper 17, as the database does at a commit."""
    import psycopg

    with psycopg.connect(
        host=socket_of(environment), port=5432, dbname="readinggroup", user="app", autocommit=True
    ) as line:
        line.execute("SELECT pg_notify('paper_changed', id::text) FROM papers_paper WHERE number = 17")


def socket_of(environment: dict[str, str]) -> str:
    from readinggroup.embedded.places import socket_folder

    return str(socket_folder(Path(environment["READINGGROUP_HOME"])))


def memory() -> int:
    """Return the proportional memory of the web processes in kB."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"readinggroup.asgi" in (process / "cmdline").read_bytes():
                lines = (process / "smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:
            continue
    return total


if __name__ == "__main__":
    sys.exit(main())
