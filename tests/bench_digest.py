"""Measures the digest for 10,000 members: queries, memory, how fast it is composed, and how fast it is sent.

    .venv/bin/python -m tests.bench_digest

It has a database of its own, thrown away at the end, and a mail server on loopback that accepts everything. The aims:
at most 25 queries for each 1,000 members, memory that does not grow with the members, 300 members a second composed,
100 mails a second sent. The last two are absolute, so they say something about this machine too; beside them stands
how fast a bare loop of smtplib talks to the same server.
"""

import datetime as dt
import os
import resource
import smtplib
import sys
import tempfile
import time
from pathlib import Path

from tests.bench_search import database

MEMBERS = int(os.environ.get("DIGEST_MEMBERS", "10000"))
SENT = 2000
NOTES = 40
QUERIES_PER_1000, COMPOSED, SENT_A_SECOND = 25, 300, 100
# Friday, 3 March 2023, 8:00 in Berlin.
NOW = dt.datetime(2023, 3, 3, 7, tzinfo=dt.UTC)
WEEK = dt.timedelta(weeks=1)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="readinggroup-bench-") as home, database(Path(home)):
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("seed")
        return 0 if compose() & send() else 1


def provide(members: int, week: int) -> dt.datetime:
    """Let there be so many members and the notes of a week; return when their digests are due."""
    from papers.catalogue.models import Paper
    from papers.members.models import Group, Member
    from papers.notes.models import Note

    # What is masked from everybody makes a short digest.
    Group.objects.update(first_thoughts=False)
    there = Member.objects.count()
    Member.objects.bulk_create(
        Member(email=f"m{n}@example.org", name=f"Member {n}", language="en", time_zone="Europe/Berlin")
        for n in range(there, members)
    )
    Member.objects.update(joined_at=NOW - 2 * WEEK)
    at, author = NOW + week * WEEK, Member.objects.earliest("pk")
    papers = Paper.objects.filter(number__lte=NOTES)
    words = {"author": author, "body": "The loss falls as $N^{-0.076}$. " * 8, "html": "<p>", "renderer": 1}
    Note.objects.filter(author=author).delete()
    Note.objects.bulk_create(
        Note(paper=paper, written_at=at - dt.timedelta(hours=n + 1), **words) for n, paper in enumerate(papers)
    )
    return at


def compose() -> bool:
    """Print what composing costs for a tenth of the members and for all; return whether the aims are reached."""
    from django.db import connection

    from papers.digests.actions import plan_digests
    from papers.mail.models import Outgoing

    peaks, good = [], True
    for week, members in enumerate((MEMBERS // 10, MEMBERS)):
        at = provide(members, week)
        queries: list[int] = []

        # Not by capturing them, which would keep the words of all mails.
        def count(execute, sql, params, many, context, queries=queries):
            queries.append(1)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            began = time.perf_counter()
            mails = plan_digests(at)
            seconds = time.perf_counter() - began
        assert mails >= members - 1, mails
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        share, speed = len(queries) / (members / 1000), mails / seconds
        good &= share <= QUERIES_PER_1000 or members < 1000
        good &= speed >= COMPOSED
        said = f"{len(queries)} queries ({share:.1f} for 1,000), {speed:.0f} a second"
        print(f"{members:>7} members: {said}, peak {peaks[-1]:.0f} MB")
    mail = Outgoing.objects.latest("pk")
    size = len(mail.text + mail.html) / 1000
    print(f"memory grew by a factor of {peaks[1] / peaks[0]:.2f}; a mail has {size:.1f} kB")
    return good


def send() -> bool:
    """Print how many mails a second leave, beside a bare loop; return whether the aim is reached."""
    from aiosmtpd.controller import Controller
    from django.conf import settings

    from papers.mail.models import Outgoing
    from papers.mail.sending import send_waiting

    class Sink:
        async def handle_DATA(self, server, session, envelope):
            return "250 OK"

    server = Controller(Sink(), hostname="127.0.0.1", port=8149)
    server.start()
    try:
        settings.EMAIL_BACKEND = "papers.mail.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAILS_PER_DOMAIN = "127.0.0.1", 8149, 0
        keep = Outgoing.objects.filter(state="waiting").order_by("-pk").values_list("pk", flat=True)[:SENT]
        Outgoing.objects.exclude(pk__in=list(keep)).delete()
        began = time.perf_counter()
        assert send_waiting(NOW + WEEK, seconds=None) == {"sent": SENT}
        speed = SENT / (time.perf_counter() - began)
        mail = b"Subject: x\r\n\r\n" + (b"x" * 76 + b"\r\n") * 100
        with smtplib.SMTP("127.0.0.1", 8149) as line:
            began = time.perf_counter()
            for _number in range(SENT):
                line.sendmail("a@example.org", ["b@example.org"], mail)
            bare = SENT / (time.perf_counter() - began)
    finally:
        server.stop()
    print(f"sent: {speed:.0f} mails a second, {speed / bare:.2f} of a bare loop of smtplib ({bare:.0f})")
    return speed >= SENT_A_SECOND


if __name__ == "__main__":
    sys.exit(main())
