"""Measures the search in a large group: the database's part, by kinds of questions, warm.

    .venv/bin/python tests/bench_search.py [--papers 100000 --posts 1000000]

It has a database of its own, thrown away at the end; `--home FOLDER` keeps it there, and uses what is there already.
The aim (design paper `performance.md`): p50 10 ms and p95 30 ms, for common and rare words alike.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

MEMBERS, SEED = 1000, 1
# As `serve` starts it, but for what only matters after a crash.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=8GB")
P50, P95 = 10, 30


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the search in a large group.")
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path, help="keep the database in this folder, or use the one that is there")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="readinggroup-bench-") as temporary:
        home = (said.home or Path(temporary)).resolve()
        home.mkdir(parents=True, exist_ok=True)
        with database(home):
            provide(said.papers, said.posts)
            measure()
    return 0


@contextmanager
def database(home: Path) -> Iterator[None]:
    """Run a PostgreSQL of our own in the folder, and lead Django there."""
    from readinggroup.embedded.postgres import Postgres

    os.environ |= {"READINGGROUP_HOME": str(home), "DJANGO_SETTINGS_MODULE": "readinggroup.settings"}
    os.environ.pop("DATABASE_URL", None)
    with Postgres(home, settings=SETTINGS, sync=False).in_use():
        import django

        django.setup()
        yield


def provide(papers: int, posts: int) -> None:
    """Bring the database up to date and fill it, unless that was done before."""
    from django.core.management import call_command

    from papers.synthetic.actions import is_only_seeded

    call_command("migrate", verbosity=0)
    if is_only_seeded():
        call_command("seed")
        call_command("generate", members=MEMBERS, papers=papers, posts=posts, seed=SEED)


def questions() -> dict[str, list[str]]:
    """Return the questions by their kind, always the same. The last words of all may go on, as in the search box."""
    from papers.synthetic.vocabulary import CHINESE, LATIN

    rng = random.Random("questions")
    middle, rare = LATIN[1000:5000], LATIN[25_000:]
    pairs = [rng.choices(LATIN[:300], k=25), rng.choices(middle, k=25), rng.choices(LATIN[:300] + middle, k=50)]
    return {
        "common": LATIN[:100],
        "middling": rng.sample(middle, 100),
        "rare": rng.sample(rare, 100),
        "two words": [f"{one} {other}" for one, other in zip(pairs[0] + pairs[1], pairs[2], strict=True)],
        "Chinese": CHINESE[:20] + rng.sample(CHINESE[20:], 30),
    }


def measure() -> None:
    from django.utils import timezone

    from papers.members.models import Member
    from papers.search import queries, rules

    member, now = Member.objects.earliest("pk"), timezone.now()
    print(f"{'':12}{'p50 ms':>8}{'p95 ms':>8}{'most':>8}{'hits':>7}   slowest", flush=True)
    for kind, asked in questions().items():
        for question in asked:
            queries.search(rules.read(question), member, now)
        times = {}
        hits = 0
        for question in asked:
            with clocked() as clock:
                hits += len(queries.search(rules.read(question), member, now))
            times[question] = 1000 * sum(clock)
        p50, p95 = percentiles(times.values())
        slowest = max(times, key=lambda one: times[one])
        missed = "" if p50 <= P50 and p95 <= P95 else "   MISSED"
        print(
            f"{kind:12}{p50:8.1f}{p95:8.1f}{times[slowest]:8.1f}{hits / len(asked):7.1f}   {slowest}{missed}",
            flush=True,
        )
    for question in ("nothinglikethis", questions()["two words"][0], questions()["two words"][30]):
        with clocked() as clock:
            pages = page(member, question)
        print(f"The page for “{question}”: {pages} hits, {len(clock)} queries, {1000 * sum(clock):.1f} ms of database")


def page(member: Any, question: str) -> int:
    """Ask the view what a page shows, and return how many hits that are."""
    from papers.search.queries import GROUPS
    from papers.search.views import answer

    return sum(len(group["hits"]) for group in answer(question, member, list(GROUPS)).get("groups", []))


@contextmanager
def clocked() -> Iterator[list[float]]:
    """Collect the seconds that each query takes, its rows brought to Python included."""
    from django.db import connection

    clock: list[float] = []

    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        began = time.perf_counter()
        done = execute(sql, params, many, context)
        rows = context["cursor"].fetchall()
        clock.append(time.perf_counter() - began)
        if rows:
            # Whoever asked reads them again.
            context["cursor"].scroll(0, mode="absolute")
        return done

    with connection.execute_wrapper(timed):
        yield clock


def percentiles(times: Any) -> tuple[float, float]:
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return cuts[9], cuts[18]


if __name__ == "__main__":
    raise SystemExit(main())
