"""Measures the page of a thread of 10,000 posts against that of one of 200: queries, and the server's CPU, warm.

    .venv/bin/python tests/bench_threads.py

It has a database of its own, thrown away at the end. The aim: at most 8 queries, the same for both, and at most 1.2
times the CPU.
"""

import datetime as dt
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.bench_search import database  # noqa: E402 - found by the path above

QUERIES, FACTOR, ROUNDS, MEMBERS = 8, 1.2, 60, 30


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="readinggroup-bench-") as home, database(Path(home)):
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("seed")
        reader, threads = provide()
        return 0 if measure(reader, threads) else 1


def provide() -> tuple[Any, dict[int, Any]]:
    """Return a member who reads, and a thread by its number of posts; every third post was thanked for."""
    from papers.catalogue.models import Paper
    from papers.discussion.models import Post, Thanks, Thread
    from papers.members.models import Member

    people = Member.objects.bulk_create(
        Member(email=f"m{n}@example.org", name=f"Member {n}", language="en", time_zone="UTC") for n in range(MEMBERS)
    )
    paper = Paper.objects.get(number=17)
    threads = {}
    for count in (200, 10_000):
        thread = Thread.objects.create(paper=paper, title=f"{count} posts", author=people[0])
        began = dt.datetime(2023, 3, 1, tzinfo=dt.UTC)
        posts = Post.objects.bulk_create(
            Post(
                thread=thread,
                author=people[n % MEMBERS],
                body=f"Post {n}",
                html=f"<p>Post {n} says something of usual length about the softmax and its scale.</p>",
                renderer=1,
                written_at=began + dt.timedelta(minutes=n),
            )
            for n in range(count)
        )
        Thanks.objects.bulk_create(Thanks(post=post, member=people[(post.pk + 1) % MEMBERS]) for post in posts[::3])
        threads[count] = thread
    return people[1], threads


def measure(reader: Any, threads: dict[int, Any]) -> bool:
    """Print what the pages cost, in turns, and return whether the aim is reached."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["*"]
    connection.cursor().execute("ANALYZE")
    client = Client()
    client.force_login(reader)
    queries: dict[int, int] = {}
    spent: dict[int, list[float]] = {count: [] for count in threads}
    for _round in range(ROUNDS):
        for count, thread in threads.items():
            began = time.process_time()
            assert client.get(f"/threads/{thread.pk}/").status_code == 200
            spent[count].append((time.process_time() - began) * 1000)
    for count, thread in threads.items():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/threads/{thread.pk}/")
        queries[count] = len(captured)
    few, many = (statistics.median(times) for times in spent.values())
    for count, times in spent.items():
        print(f"{count:>6} posts: {queries[count]} queries, {statistics.median(times):.1f} ms of CPU")
    print(f"factor {many / few:.2f} (at most {FACTOR}), queries at most {QUERIES}")
    return many / few <= FACTOR and len(set(queries.values())) == 1 and max(queries.values()) <= QUERIES


if __name__ == "__main__":
    sys.exit(main())
