import datetime as dt
import threading

import pytest
from django.db import connection, connections

from papers import markup
from papers.digests.models import Digest
from papers.due import actions
from papers.due.actions import deliver_due, send_again
from papers.mail.models import Outgoing
from papers.members.models import Act, Member
from papers.notes.models import Note
from papers.refusals import Refused
from papers.sessions.models import ReadingSession

# Friday, 3 March 2023: digests at 8:00 in Berlin, a session 24 hours later.
FRIDAY = dt.datetime(2023, 3, 3, 7, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NOTHING = dict.fromkeys([*actions.PLANNERS, *actions.OUTCOMES], 0)

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy_friday(alice, bob, rita, a_paper) -> None:
    """A reminder for three and a digest for two are due."""
    Member.objects.update(joined_at=FRIDAY - 30 * DAY)
    Note.objects.create(
        paper=a_paper(),
        author=bob,
        body="Nice.",
        html="<p>",
        renderer=markup.RENDERER_VERSION,
        written_at=FRIDAY - DAY,
    )
    ReadingSession.objects.create(
        date=dt.date(2023, 3, 4), wall_time=dt.time(7), time_zone="UTC", starts_at=FRIDAY + DAY
    )


@pytest.fixture
def outgoing(alice):
    """Make an outbox row in some state."""

    def make(**facts) -> Outgoing:
        words = {"kind": "note", "key": f"k{Outgoing.objects.count()}", "address": "bob@example.org", "subject": "Hi"}
        return Outgoing.objects.create(**words | {"text": "Hi.", "due_at": FRIDAY, "next_try_at": FRIDAY} | facts)

    return make


def test_a_tick_plans_and_sends_all_that_is_due(busy_friday, mailoutbox):
    assert deliver_due(FRIDAY) == NOTHING | {"reminder": 3, "digest": 2, "sent": 5}
    assert deliver_due(FRIDAY) == NOTHING
    assert deliver_due(FRIDAY + DAY / 24) == NOTHING
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted(
        ["alice@example.org"] * 2 + ["bob@example.org"] + ["rita@example.org"] * 2
    )


def test_a_planner_that_fails_stops_neither_the_others_nor_the_sending(busy_friday, mailoutbox, monkeypatch, caplog):
    def fail(now):
        raise RuntimeError("broken")

    monkeypatch.setitem(actions.PLANNERS, "reminder", fail)
    with pytest.raises(RuntimeError, match="broken"):
        deliver_due(FRIDAY)
    assert {mail.to[0] for mail in mailoutbox} == {"alice@example.org", "rita@example.org"}
    assert "'reminder' could not be planned" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_send_one_mail_each(busy_friday, mailoutbox):
    start = threading.Barrier(2)
    sent = []

    def tick():
        try:
            start.wait()
            sent.append(deliver_due(FRIDAY)["sent"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver_due(FRIDAY)
    assert len(mailoutbox) == 5
    assert len({(mail.to[0], mail.subject) for mail in mailoutbox}) == 5
    assert Digest.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_while_another_plans_a_tick_only_sends(busy_friday, outgoing, mailoutbox):
    outgoing()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [actions.LOCK])
        assert deliver_due(FRIDAY) == NOTHING | {"sent": 1}
        # Closing alone lets go of the lock some time later: the server ends the connection by itself.
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [actions.LOCK])
    finally:
        other.close()
    assert deliver_due(FRIDAY)["reminder"] == 3


def test_an_organiser_sends_again_what_failed(alice, outgoing, mailoutbox):
    failed = outgoing(state="failed", headers={"List-Unsubscribe": "<http://x>"}, html="<p>Hi.")
    new = send_again(failed, by=alice)
    assert new.key == f"k0#again-{failed.pk}"
    assert (new.subject, new.text, new.html, new.headers) == ("Hi", "Hi.", "<p>Hi.", failed.headers)
    assert deliver_due()["sent"] == 1
    failed.refresh_from_db()
    assert failed.state == "failed"
    act = Act.objects.get()
    assert (act.by, act.verb, act.about) == (alice, "send mail again", f"mail:{failed.pk}")


@pytest.mark.parametrize(
    "facts", [{"state": "sent"}, {"state": "failed", "secret": True}, {"state": "failed", "text": ""}]
)
def test_what_need_not_go_again_is_refused(alice, outgoing, facts):
    with pytest.raises(Refused) as refused:
        send_again(outgoing(**facts), by=alice)
    assert refused.value.status == 409
    assert Outgoing.objects.count() == 1


def test_sending_again_twice_sends_once(alice, outgoing):
    failed = outgoing(state="unconfirmed")
    send_again(failed, by=alice)
    with pytest.raises(Refused):
        send_again(failed, by=alice)
    assert Outgoing.objects.count() == 2


def test_only_organisers_send_again(bob, outgoing):
    with pytest.raises(Refused) as refused:
        send_again(outgoing(state="failed"), by=bob)
    assert refused.value.status == 403
