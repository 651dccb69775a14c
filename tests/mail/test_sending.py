import datetime as dt
import smtplib
import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from papers.mail import holding, rules, sending
from papers.mail.models import Outgoing

NOW = dt.datetime(2023, 3, 3, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _database(db):
    pass


@pytest.fixture
def due(queued):
    """Queue a mail that is due at NOW."""
    return lambda address="bob@example.org", **facts: queued(address, due_at=NOW, **facts)


def test_a_mail_arrives_whole(mail_server, due):
    due(html="<p>Hello 论文.</p>", headers={"List-Unsubscribe": "<http://127.0.0.1/unsubscribe/x/>"})
    assert sending.send_waiting(NOW) == {"sent": 1}
    ((address, mail),) = mail_server.accepted
    assert address == "bob@example.org"
    assert mail["To"] == "bob@example.org"
    assert mail["Subject"] == "论文 & papers"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<reading-group.127.0.0.1>"
    assert mail["Message-ID"] == sending.message_id("note:bob@example.org")
    assert mail["List-Unsubscribe"] == "<http://127.0.0.1/unsubscribe/x/>"
    assert mail["Date"]
    parts = [part.get_content_type() for part in mail.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    row = Outgoing.objects.get()
    assert (row.state, row.attempts, row.finished_at, row.error) == ("sent", 1, NOW, "")


def test_nothing_is_sent_twice_or_early(mail_server, due):
    due()
    due("rita@example.org")
    Outgoing.objects.filter(address="rita@example.org").update(next_try_at=NOW + dt.timedelta(minutes=1))
    assert sending.send_waiting(NOW) == {"sent": 1}
    assert sending.send_waiting(NOW) == {}
    assert mail_server.recipients == ["bob@example.org"]


def test_a_refused_recipient_is_named_and_stops_nobody(mail_server, due):
    mail_server.at_recipient["bob@example.org"] = "550 5.1.1 no such user"
    mail_server.at_text["rita@example.org"] = "554 5.7.1 spam"
    for address in ("bob@example.org", "rita@example.org", "alice@example.org"):
        due(address)
    assert sending.send_waiting(NOW) == {"failed": 2, "sent": 1}
    assert mail_server.recipients == ["alice@example.org"]
    said = dict(Outgoing.objects.values_list("address", "error"))
    assert said["bob@example.org"] == "550 5.1.1 no such user"
    assert said["rita@example.org"] == "554 5.7.1 spam"
    assert sending.send_waiting(NOW + dt.timedelta(days=1)) == {}


def test_a_server_that_asks_to_wait_is_tried_again_later(mail_server, due):
    mail_server.at_recipient["bob@example.org"] = "450 4.2.0 greylisted"
    due()
    assert sending.send_waiting(NOW) == {"waiting": 1}
    row = Outgoing.objects.get()
    assert (row.state, row.error, row.finished_at) == ("waiting", "450 4.2.0 greylisted", None)
    assert dt.timedelta(seconds=48) <= row.next_try_at - NOW <= dt.timedelta(seconds=72)
    mail_server.at_recipient.clear()
    assert sending.send_waiting(NOW) == {}
    assert sending.send_waiting(NOW + dt.timedelta(minutes=2)) == {"sent": 1}
    assert mail_server.recipients == ["bob@example.org"]


def test_a_server_that_asks_to_wait_for_days_is_given_up(mail_server, due):
    mail_server.at_recipient["bob@example.org"] = "450 4.2.0 greylisted"
    due()
    assert sending.send_waiting(NOW + rules.GIVE_UP_AFTER) == {"failed": 1}


def test_a_connection_lost_before_the_text_is_tried_again(mail_server, due):
    mail_server.at_recipient["bob@example.org"] = "hang up"
    due()
    due("rita@example.org")
    assert sending.send_waiting(NOW) == {"waiting": 1, "sent": 1}
    assert mail_server.recipients == ["rita@example.org"]


def test_a_connection_lost_after_the_text_may_have_arrived(mail_server, due):
    mail_server.at_text["bob@example.org"] = "hang up"
    due()
    due("rita@example.org")
    assert sending.send_waiting(NOW) == {"unconfirmed": 1, "sent": 1}
    mail_server.at_text.clear()
    assert sending.send_waiting(NOW + dt.timedelta(days=1)) == {}
    assert mail_server.recipients == ["rita@example.org"]


def test_a_server_that_is_away_costs_one_try_and_no_mail(mail_server, due, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    for address in ("bob@example.org", "rita@example.org"):
        due(address)
    assert sending.send_waiting(NOW) == {"waiting": 1}
    assert "refused" in Outgoing.objects.get(attempts=1).error
    settings.EMAIL_PORT = port
    assert sending.send_waiting(NOW + dt.timedelta(minutes=10)) == {"sent": 2}


def test_one_connection_carries_a_batch(mail_server, due):
    for number in range(5):
        due(f"m{number}@example.org")
    assert sending.send_waiting(NOW) == {"sent": 5}
    assert mail_server.connections == 1


def test_a_batch_ends_after_its_time(mail_server, due):
    due()
    assert sending.send_waiting(NOW, seconds=0) == {}
    assert sending.is_anything_waiting(NOW)


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        ("note", {"is_active": False, "left_at": NOW}, rules.HAS_LEFT),
        ("reminder", {"wants_reminders": False}, rules.NOT_WANTED),
        ("change", {"wants_reminders": False}, rules.NOT_WANTED),
        ("digest", {"wants_digest": False}, rules.NOT_WANTED),
    ],
)
def test_what_a_member_no_longer_wants_is_found_out_right_before_sending(mail_server, due, bob, kind, change, reason):
    due(kind=kind, member=bob)
    type(bob).objects.update(**change)
    assert sending.send_waiting(NOW) == {"void": 1}
    assert Outgoing.objects.get().error == reason
    assert not mail_server.accepted


def test_a_mail_that_would_come_too_late_is_not_sent(mail_server, due):
    due(not_after=NOW)
    assert sending.send_waiting(NOW) == {"void": 1}
    assert not mail_server.accepted


def test_sign_in_codes_overtake_the_rest(mail_server, due):
    due("digest@example.org")
    due("code@example.org", secret=True)
    sending.send_waiting(NOW)
    assert mail_server.recipients == ["code@example.org", "digest@example.org"]


def test_a_mail_that_cannot_be_composed_stops_nobody(mail_server, due):
    due()
    due("rita@example.org")
    # Past the checks of `queue`, as an old row or a hand in the database might be.
    Outgoing.objects.filter(address="bob@example.org").update(subject="Hello\nBcc: a@example.org")
    assert sending.send_waiting(NOW) == {"failed": 1, "sent": 1}
    assert mail_server.recipients == ["rita@example.org"]


def test_a_row_whose_sender_died_as_it_was_handed_over_is_unconfirmed_and_stays_so(mail_server, due):
    row = due()
    assert holding.take_one(NOW) == row.pk
    hold = holding.Hold(row.pk)
    hold.hand_over()
    hold.hear()
    holding.let_go(row.pk)
    assert holding.settle_abandoned(NOW) == 0
    assert holding.settle_abandoned(NOW + rules.SENDING_TAKES_AT_MOST) == 1
    row.refresh_from_db()
    assert (row.state, row.error) == ("unconfirmed", rules.SENDER_DIED)
    assert sending.send_waiting(NOW + dt.timedelta(days=1)) == {}


def test_a_row_whose_sender_died_before_that_is_sent_by_the_next(mail_server, due):
    row = due()
    assert holding.take_one(NOW) == row.pk
    holding.let_go(row.pk)
    later = NOW + rules.SENDING_TAKES_AT_MOST
    assert holding.settle_abandoned(later) == 0
    row.refresh_from_db()
    assert (row.state, row.error) == ("waiting", rules.SENDER_DIED_BEFORE)
    assert sending.send_waiting(later) == {"sent": 1}
    row.refresh_from_db()
    assert (row.attempts, row.error) == (2, "")


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_lost_the_database_in_the_middle_does_not_send(mail_server, due):
    """Its lock is gone with its connection: another one may have the row by now."""
    row = due()
    with holding.taken(NOW) as (taken, hold), sending.Carrier() as carrier:
        kill_connection()
        assert sending.deliver(taken, hold, carrier, NOW) == "waiting"
    assert mail_server.recipients == []
    row.refresh_from_db()
    assert (row.state, row.error) == ("waiting", rules.LOST_HOLD)
    assert sending.send_waiting(NOW + dt.timedelta(minutes=5)) == {"sent": 1}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_hangs_up_while_the_text_is_on_its_way_keeps_it_from_being_sent(mail_server, due, monkeypatch):
    due()
    real = sending.message_of

    def kill_and_write(row):
        kill_connection()
        return real(row)

    monkeypatch.setattr(sending, "message_of", kill_and_write)
    assert sending.send_waiting(NOW) == {"waiting": 1}
    monkeypatch.undo()
    assert mail_server.recipients == []


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_comes_back_from_the_dead_writes_nothing_into_a_row_that_another_has(due):
    row = due()
    with holding.taken(NOW) as (taken, _hold):
        Outgoing.objects.filter(pk=row.pk).update(attempts=2)
        sending.finish(taken, Outgoing.State.WAITING, "late words", NOW)
    row.refresh_from_db()
    assert (row.state, row.error) == ("sending", "")


def kill_connection() -> None:
    """End this thread's database connection from another one, as a restart of the server does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()

    def kill() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    in_thread(kill)


def test_message_ids_tell_keys_apart_that_look_alike():
    assert sending.message_id("a:b") != sending.message_id("a.b")
    assert sending.message_id("a:b") == sending.message_id("a:b")


@pytest.mark.django_db(transaction=True)
def test_a_slow_sender_is_not_taken_for_dead(due):
    row = due()
    assert holding.take_one(NOW) == row.pk
    hold = holding.Hold(row.pk)
    hold.hand_over()
    hold.hear()
    try:
        marked = in_thread(lambda: holding.settle_abandoned(NOW + dt.timedelta(hours=1)))
        assert marked == 0
    finally:
        holding.let_go(row.pk)
    assert holding.settle_abandoned(NOW + dt.timedelta(hours=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(mail_server, due):
    addresses = [f"m{number:02}@example.org" for number in range(40)]
    for address in addresses:
        due(address)
    start = threading.Barrier(2)
    outcomes = []

    def send():
        start.wait()
        outcomes.append(sending.send_waiting(NOW))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail_server.recipients) == addresses
    assert sum(outcome["sent"] for outcome in outcomes) == len(addresses)
    assert min(outcome["sent"] for outcome in outcomes) > 0
    assert set(Outgoing.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_taking_without_the_condition_would_send_twice(due):
    """The control of the test above: two who read first and write then both believe that the row is theirs."""
    due()
    both = [Outgoing.objects.get(state="waiting"), Outgoing.objects.get(state="waiting")]
    assert both[0] == both[1]
    assert [holding.take_one(NOW), holding.take_one(NOW)] == [both[0].pk, None]
    holding.let_go(both[0].pk)


@pytest.mark.django_db(transaction=True)
def test_the_outcome_is_written_after_the_database_was_away(due):
    row = due()
    assert holding.take_one(NOW) == row.pk
    row.refresh_from_db()
    connection.connection.close()
    assert sending.finish(row, Outgoing.State.SENT, "", NOW) == "sent"
    row.refresh_from_db()
    assert row.state == "sent"


def in_thread(function):
    answers = []

    def run():
        try:
            answers.append(function())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


def test_the_test_server_speaks(mail_server, settings):
    """The fixture itself: without a server behind it, half of this file would prove nothing."""
    with smtplib.SMTP("127.0.0.1", settings.EMAIL_PORT) as line:
        assert line.noop()[0] == 250
    assert timezone.now() > NOW
