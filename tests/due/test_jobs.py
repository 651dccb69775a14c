"""The clockwork: what failed is shown with its error, and done again each minute or when an organiser says so."""

import contextlib
import datetime as dt

import pytest
from django.utils import timezone

from papers.due import actions
from papers.due.actions import deliver_due
from papers.due.listing import LABELS, SILENT
from papers.jobs.models import Job
from papers.jobs.rules import SILENT_AFTER, is_silent
from papers.mail.models import Outgoing
from papers.members.models import Act

NOW = dt.datetime(2023, 3, 3, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch):
    """A planner that fails; returns what mends it."""

    def fail(now):
        raise RuntimeError("the <b>wheel</b>\x00 is off")

    monkeypatch.setitem(actions.PLANNERS, "stale claim", fail)
    return lambda: monkeypatch.setitem(actions.PLANNERS, "stale claim", lambda now: 2)


@pytest.fixture(autouse=True)
def _all_answers(monkeypatch):
    monkeypatch.setattr("papers.due.views.not_alive", list)


def tick(now=NOW) -> None:
    with contextlib.suppress(RuntimeError):
        deliver_due(now)


def test_each_job_has_words():
    assert LABELS.keys() == actions.PLANNERS.keys()
    assert SILENT.keys() == {"database", "broker", "worker", "beat"}


def test_a_tick_writes_down_how_each_job_went(broken, alice):
    tick()
    tick(NOW + MINUTE)
    job = Job.objects.get(name="stale claim")
    assert (job.failures, job.error) == (2, "RuntimeError: the <b>wheel</b>  is off")
    assert Job.objects.get(name="digest").failures == 0
    assert Job.objects.get(name="tick").ran_at == NOW + MINUTE
    assert Job.objects.count() == len(actions.PLANNERS) + 1
    broken()
    deliver_due(NOW + 2 * MINUTE)
    job.refresh_from_db()
    assert (job.failures, job.error, job.count, job.ran_at) == (0, "", 2, NOW + 2 * MINUTE)


def test_the_page_shows_what_failed_first_and_an_organiser_does_it_at_once(broken, alice, client_of):
    client = client_of(alice)
    assert "None yet" in client.get("/organise/jobs/").content.decode()
    tick(timezone.now())
    page = client.get("/organise/jobs/").content.decode()
    assert "the &lt;b&gt;wheel&lt;/b&gt;" in page
    assert page.index('id="job-stale-claim"') < page.index('id="job-moved-session"')
    assert page.count('formaction="/organise/jobs/') == 1
    assert "1 job of the site failed." in client.get("/").content.decode()
    again = client.post("/organise/jobs/stale-claim/", follow=True).content.decode()
    assert "It failed again: RuntimeError" in again
    assert "2 times in a row" in again
    broken()
    done = client.post("/organise/jobs/stale-claim/", follow=True).content.decode()
    assert "The job is done." in done
    assert "2 things done" in done
    assert "job of the site failed" not in client.get("/").content.decode()
    assert Act.objects.filter(verb="run job", about="job:stale claim", by=alice).count() == 2


def test_what_does_not_answer_is_named(alice, client_of, monkeypatch):
    monkeypatch.setattr("papers.due.views.not_alive", lambda: ["broker", "worker"])
    tick(timezone.now() - SILENT_AFTER)
    Outgoing.objects.create(kind="x", key="x", address="a@example.org", subject="Hi", due_at=NOW, next_try_at=NOW)
    client = client_of(alice)
    page = client.get("/organise/jobs/").content.decode()
    assert SILENT["broker"] in page
    assert SILENT["worker"] in page
    assert "Nothing was planned since" in page
    assert '<a href="/organise/mail/?state=waiting">1</a>' in page
    assert "The site’s clock stands still" in client.get("/").content.decode()


def test_only_organisers_and_only_jobs_that_there_are(alice, bob, client_of, client):
    assert client_of(bob).get("/organise/jobs/").status_code == 403
    assert client_of(bob).post("/organise/jobs/digest/").status_code == 403
    assert client_of(alice).get("/organise/jobs/digest/").status_code == 405
    assert client_of(alice).post("/organise/jobs/").status_code == 405
    assert client_of(alice).post("/organise/jobs/nothing/").status_code == 404
    assert client.get("/organise/jobs/").status_code == 302


def test_a_mail_that_failed_is_at_risk_for_a_week(alice, client_of):
    facts = {"kind": "x", "address": "a@example.org", "subject": "Hi", "due_at": NOW, "next_try_at": NOW}
    Outgoing.objects.create(key="old", state="failed", finished_at=timezone.now() - dt.timedelta(days=8), **facts)
    client = client_of(alice)
    assert "1 mail failed" not in client.get("/").content.decode()
    Outgoing.objects.create(key="new", state="failed", finished_at=timezone.now(), **facts)
    assert "1 mail failed or is unconfirmed." in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("last", "since", "silent"),
    [
        (NOW, None, False),
        (NOW - SILENT_AFTER, None, True),
        (NOW - SILENT_AFTER + MINUTE, NOW - 10 * SILENT_AFTER, False),
        (None, NOW - SILENT_AFTER, True),
        (None, NOW, False),
        (None, None, False),
    ],
)
def test_when_a_silence_is_too_long(last, since, silent):
    assert is_silent(now=NOW, last=last, since=since) is silent
