import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, connections, transaction

from papers.mail import actions as mail
from papers.mail.models import Outgoing
from papers.members.models import Act
from papers.refusals import Refused
from papers.sessions import actions
from papers.sessions.models import ReadingSession, Series, Slot

from .conftest import NOW

pytestmark = pytest.mark.django_db

SEVEN = dt.time(19)


def a_reminder(session: ReadingSession) -> Outgoing:
    row = mail.queue(
        kind="reminder",
        key=f"reminder:day:{session.pk}:{session.sequence}:1",
        about=f"session:{session.pk}",
        address="bob@example.org",
        subject="Tomorrow",
        text="At seven.",
    )
    assert row is not None
    return row


def state_of(row: Outgoing) -> str:
    row.refresh_from_db()
    return row.state


# --- Making


def test_one_form_makes_a_series_that_keeps_its_hour_over_the_change_of_clocks(alice):
    series = actions.make_series(dt.date(2023, 7, 5), 4, SEVEN, "Europe/Berlin", 26, by=alice, place="Room 3")
    sessions = list(series.sessions.order_by("starts_at"))
    assert [session.date for session in sessions[:2]] == [dt.date(2023, 7, 6), dt.date(2023, 7, 13)]
    assert len(sessions) == 26
    assert {(s.wall_time, s.time_zone, s.minutes, s.place) for s in sessions} == {
        (SEVEN, "Europe/Berlin", 120, "Room 3")
    }
    assert [sessions[at].starts_at.hour for at in (0, -1)] == [17, 18]
    assert (series.first_date, series.weeks) == (dt.date(2023, 7, 6), 26)
    assert Act.objects.get().about == f"series:{series.pk}"


def test_a_form_sent_twice_makes_one_series(alice):
    actions.make_series(NOW.date(), 1, SEVEN, "Asia/Shanghai", 4, by=alice)
    with pytest.raises(Refused, match="already is a session at this time: 2023-07-10 19:00 Asia/Shanghai") as refused:
        actions.make_series(NOW.date(), 1, SEVEN, "Asia/Shanghai", 4, by=alice)
    assert refused.value.status == 409
    assert (Series.objects.count(), ReadingSession.objects.count()) == (1, 4)


def test_the_database_keeps_one_session_at_a_time(a_session):
    session = a_session()
    session.pk = None
    with pytest.raises(IntegrityError, match="one_session_at_a_time"), transaction.atomic():
        session.save()


def test_the_hour_of_a_cancelled_session_is_free(a_session, alice):
    actions.cancel_session(a_session(), "Holiday", by=alice)
    assert a_session().cancelled_at is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"weeks": 61}, "1 to 60 weeks"),
        ({"time_zone": "Asia/Beijing"}, "no time zone “Asia/Beijing”"),
        ({"first_date": dt.date(1, 1, 1)}, "between 2000-01-01"),
        ({"first_date": dt.date(2100, 12, 31)}, "between 2000-01-01"),
        ({"minutes": 0}, "15 to 600 minutes"),
    ],
)
def test_values_that_cannot_be_are_refused_and_nothing_is_made(alice, facts, words):
    usual = {"first_date": NOW.date(), "weekday": 1, "wall_time": SEVEN, "time_zone": "Asia/Shanghai", "weeks": 3}
    with pytest.raises(Refused, match=words) as refused:
        actions.make_series(**{**usual, **facts}, by=alice)
    assert refused.value.status == 422
    assert not ReadingSession.objects.exists()
    assert not Series.objects.exists()


# --- Roles


def test_only_organisers_change_the_schedule(a_session, a_paper, alice, bob, rita):
    session = a_session()
    slot = actions.put_in_slot(session, a_paper(), by=alice)
    writes: list[Callable[..., object]] = [
        lambda by: actions.make_series(NOW.date(), 1, SEVEN, "Asia/Shanghai", 3, by=by),
        lambda by: actions.make_session(NOW.date(), SEVEN, "Asia/Shanghai", by=by),
        lambda by: actions.move_session(session, NOW.date() + dt.timedelta(days=9), SEVEN, by=by),
        lambda by: actions.cancel_session(session, "Why not", by=by),
        lambda by: actions.change_place(session, "Elsewhere", by=by),
        lambda by: actions.put_in_slot(session, slot.paper, by=by),
        lambda by: actions.take_out(slot, by=by),
        lambda by: actions.move_slot(slot, up=True, by=by),
    ]
    for by in (bob, rita):
        for write in writes:
            with pytest.raises(Refused, match="Only organisers") as refused:
                write(by)
            assert refused.value.status == 403


# --- Moving and cancelling


def test_moving_keeps_the_papers_raises_the_sequence_and_voids_what_waits(a_session, a_paper, alice):
    session = a_session()
    slot = actions.put_in_slot(session, a_paper(), by=alice)
    waiting, others = a_reminder(session), a_reminder(a_session(6))
    moved = actions.move_session(session, dt.date(2023, 7, 12), dt.time(20, 30), by=alice)
    moved.refresh_from_db()
    assert (moved.date, moved.wall_time, moved.sequence) == (dt.date(2023, 7, 12), dt.time(20, 30), 1)
    assert moved.starts_at == dt.datetime(2023, 7, 12, 12, 30, tzinfo=dt.UTC)
    assert list(moved.slots.all()) == [slot]
    assert (state_of(waiting), state_of(others)) == ("void", "waiting")
    act = Act.objects.get(verb="move session")
    assert (act.by, act.about) == (alice, f"session:{session.pk}")
    assert (act.before, act.after) == (
        {"when": "2023-07-10 19:00 Asia/Shanghai"},
        {"when": "2023-07-12 20:30 Asia/Shanghai"},
    )


def test_moving_to_where_it_is_changes_nothing(a_session, alice):
    session = a_session()
    waiting = a_reminder(session)
    assert actions.move_session(session, session.date, session.wall_time, by=alice).sequence == 0
    assert state_of(waiting) == "waiting"


def test_a_session_is_not_moved_onto_another_one(a_session, alice):
    session, other = a_session(5), a_session(6)
    with pytest.raises(Refused, match="already is a session at this time: 2023-07-11"):
        actions.move_session(session, other.date, other.wall_time, by=alice)
    session.refresh_from_db()
    assert (session.date, session.sequence) == (dt.date(2023, 7, 10), 0)


@pytest.mark.parametrize("minutes_ago", [0, 1, 1000])
def test_a_session_that_has_begun_is_neither_moved_nor_cancelled(a_session, alice, time_machine, minutes_ago):
    session = a_session()
    time_machine.move_to(session.starts_at + dt.timedelta(minutes=minutes_ago), tick=False)
    with pytest.raises(Refused, match="begun"):
        actions.move_session(session, dt.date(2023, 9, 1), SEVEN, by=alice)
    with pytest.raises(Refused, match="begun"):
        actions.cancel_session(session, "Too late", by=alice)
    session.refresh_from_db()
    assert (session.date, session.cancelled_at) == (dt.date(2023, 7, 10), None)


def test_a_session_is_not_moved_into_the_past_or_to_a_year_that_cannot_be(a_session, alice):
    session = a_session()
    with pytest.raises(Refused, match="already passed"):
        actions.move_session(session, dt.date(2023, 7, 4), SEVEN, by=alice)
    with pytest.raises(Refused, match="between 2000-01-01"):
        actions.move_session(session, dt.date(1, 1, 1), SEVEN, by=alice)


def test_cancelling_says_why_frees_the_papers_and_voids_what_waits(a_session, a_paper, alice):
    session, paper = a_session(), a_paper()
    actions.put_in_slot(session, paper, by=alice)
    waiting = a_reminder(session)
    actions.cancel_session(session, " Spring festival ", by=alice)
    session.refresh_from_db()
    assert (session.cancelled_at, session.cancelled_because, session.sequence) == (NOW, "Spring festival", 1)
    assert state_of(waiting) == "void"
    assert Act.objects.get(verb="cancel session").before["papers"] == [paper.number]
    assert actions.put_in_slot(a_session(6), paper, by=alice).paper == paper


def test_a_session_is_cancelled_once_and_with_a_reason(a_session, alice):
    session = a_session()
    with pytest.raises(Refused, match="why") as refused:
        actions.cancel_session(session, " ", by=alice)
    assert refused.value.status == 422
    actions.cancel_session(session, "Holiday", by=alice)
    with pytest.raises(Refused, match="already cancelled") as refused:
        actions.cancel_session(session, "Another reason", by=alice)
    assert refused.value.status == 409
    with pytest.raises(Refused, match="is cancelled"):
        actions.move_session(session, dt.date(2023, 9, 1), SEVEN, by=alice)


def test_a_new_place_voids_what_names_the_old_one(a_session, alice):
    session = a_session()
    waiting = a_reminder(session)
    actions.change_place(session, "", by=alice)
    assert state_of(waiting) == "waiting"
    assert actions.change_place(session, " Room 3 ", by=alice).place == "Room 3"
    assert state_of(waiting) == "void"
    assert Act.objects.filter(verb="change place").count() == 1


# --- Papers


def test_papers_come_one_after_another_and_void_what_waits(a_session, a_paper, alice):
    session = a_session()
    waiting = a_reminder(session)
    first = actions.put_in_slot(session, a_paper(), by=alice)
    second = actions.put_in_slot(session, a_paper("BERT"), by=alice, minutes=15)
    assert [(s.position, s.minutes) for s in (first, second)] == [(1, 30), (2, 15)]
    assert state_of(waiting) == "void"
    waiting = a_reminder(session)
    actions.take_out(first, by=alice)
    assert state_of(waiting) == "void"
    assert list(session.slots.values_list("paper__title", flat=True)) == ["BERT"]


def test_a_paper_that_is_taken_out_can_be_put_elsewhere_also_after_its_session(
    a_session, a_paper, alice, time_machine
):
    session, later, paper = a_session(5), a_session(12), a_paper()
    slot = actions.put_in_slot(session, paper, by=alice)
    time_machine.move_to(session.ends_at, tick=False)
    with pytest.raises(Refused, match="was read in the session of 2023-07-10"):
        actions.put_in_slot(later, paper, by=alice)
    actions.take_out(slot, by=alice)
    assert actions.put_in_slot(later, paper, by=alice).session == later


def test_a_paper_is_in_one_session(a_session, a_paper, alice):
    session, paper = a_session(5), a_paper()
    actions.put_in_slot(session, paper, by=alice)
    with pytest.raises(Refused, match="#1 is already in this session"):
        actions.put_in_slot(session, paper, by=alice)
    with pytest.raises(Refused, match="#1 is already in the session of 2023-07-10 19:00 Asia/Shanghai"):
        actions.put_in_slot(a_session(6), paper, by=alice)


def test_a_paper_that_is_done_or_a_session_that_is_cancelled_is_refused(a_session, a_paper, alice):
    with pytest.raises(Refused, match="#1 is marked as done"):
        actions.put_in_slot(a_session(5), a_paper(done_at=NOW), by=alice)
    cancelled = actions.cancel_session(a_session(6), "Holiday", by=alice)
    with pytest.raises(Refused, match="takes no papers"):
        actions.put_in_slot(cancelled, a_paper("BERT"), by=alice)


@pytest.mark.parametrize("minutes", [0, 4, 301])
def test_a_paper_gets_a_length_that_can_be(a_session, a_paper, alice, minutes):
    with pytest.raises(Refused, match="5 to 300 minutes"):
        actions.put_in_slot(a_session(), a_paper(), by=alice, minutes=minutes)


def test_slots_change_places(a_session, a_paper, alice):
    session = a_session()
    one, two, three = [actions.put_in_slot(session, a_paper(title), by=alice) for title in "ABC"]

    def order() -> str:
        return "".join(session.slots.order_by("position").values_list("paper__title", flat=True))

    actions.move_slot(three, up=True, by=alice)
    assert order() == "ACB"
    actions.move_slot(one, up=False, by=alice)
    assert order() == "CAB"
    logged = Act.objects.count()
    actions.move_slot(three, up=True, by=alice)
    actions.move_slot(two, up=False, by=alice)
    assert (order(), Act.objects.count()) == ("CAB", logged)
    actions.take_out(one, by=alice)
    actions.move_slot(two, up=True, by=alice)
    assert order() == "BC"
    actions.move_slot(one, up=True, by=alice)
    assert order() == "BC"


# --- New rules of a zone


def test_a_session_keeps_its_wall_time_when_the_rules_of_its_zone_change(a_session):
    session, right, over = a_session(5), a_session(6), a_session(-1)
    # As an older database of zones would have it.
    old = session.starts_at + dt.timedelta(hours=1)
    ReadingSession.objects.filter(pk=session.pk).update(starts_at=old)
    ReadingSession.objects.filter(pk=over.pk).update(starts_at=over.starts_at + dt.timedelta(hours=1))
    waiting = a_reminder(session)
    assert actions.keep_wall_times(NOW) == 1
    session.refresh_from_db()
    assert (session.starts_at, session.sequence) == (dt.datetime(2023, 7, 10, 11, tzinfo=dt.UTC), 1)
    assert state_of(waiting) == "void"
    right.refresh_from_db()
    assert right.sequence == 0
    assert actions.keep_wall_times(NOW) == 0


def test_a_zone_that_is_no_longer_known_is_left_alone(a_session):
    session = a_session()
    ReadingSession.objects.filter(pk=session.pk).update(time_zone="Asia/Gone")
    assert actions.keep_wall_times(NOW) == 0


# --- Two organisers at once


def at_once(*writes: Callable[[], object]) -> tuple[list[object], list[Refused]]:
    """Do the writes in threads of their own that begin together; return what was made and what was refused."""
    made: list[object] = []
    refused: list[Refused] = []
    broken: list[BaseException] = []
    start = threading.Barrier(len(writes))

    def do(write: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            made.append(write())
        except Refused as refusal:
            refused.append(refusal)
        except BaseException as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=[write]) for write in writes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not broken
    return made, refused


@pytest.mark.django_db(transaction=True)
def test_two_papers_put_into_one_place_the_second_organiser_hears_which_is_there(a_session, a_paper, alice, a_member):
    other, session = a_member("Olga", "organiser"), a_session()
    papers = [a_paper("BERT"), a_paper("GPT")]
    made, refused = at_once(
        lambda: actions.put_in_slot(session, papers[0], by=alice, position=1),
        lambda: actions.put_in_slot(session, papers[1], by=other, position=1),
    )
    slot = Slot.objects.get()
    assert made == [slot]
    assert [(refusal.status, f"has {slot.paper}" in refusal.sentence) for refusal in refused] == [(409, True)]


@pytest.mark.django_db(transaction=True)
def test_one_paper_put_into_two_sessions_the_second_organiser_hears_where_it_is(a_session, a_paper, alice, a_member):
    other, paper = a_member("Olga", "organiser"), a_paper()
    sessions = [a_session(5), a_session(6)]
    made, refused = at_once(
        lambda: actions.put_in_slot(sessions[0], paper, by=alice),
        lambda: actions.put_in_slot(sessions[1], paper, by=other),
    )
    slot = Slot.objects.get()
    assert made == [slot]
    assert [(refusal.status, f"session of {slot.session}" in refusal.sentence) for refusal in refused] == [(409, True)]


@pytest.mark.django_db(transaction=True)
def test_who_looked_before_the_other_committed_is_stopped_by_the_constraint(a_session, a_paper, alice):
    """The second organiser's look finds the paper free; only the database knows better, and it is told as a reason."""
    sessions, paper = [a_session(5), a_session(6)], a_paper()
    refused = meanwhile(
        lambda: actions.put_in_slot(sessions[0], paper, by=alice),
        lambda: actions.put_in_slot(sessions[1], paper, by=alice),
    )
    assert refused.status == 409
    assert f"session of {sessions[0]}" in refused.sentence


@pytest.mark.django_db(transaction=True)
def test_no_paper_slips_into_a_session_that_is_being_cancelled(a_session, a_paper, alice):
    session, paper = a_session(), a_paper()
    refused = meanwhile(
        lambda: actions.cancel_session(session, "Holiday", by=alice),
        lambda: actions.put_in_slot(session, paper, by=alice),
    )
    assert "takes no papers" in refused.sentence
    assert not Slot.objects.exists()


def meanwhile(first: Callable[[], object], second: Callable[[], object]) -> Refused:
    """Do the second write while the first is done but not committed; return how the second is refused then."""
    refused: list[Refused] = []

    def in_a_thread() -> None:
        try:
            second()
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=in_a_thread)
    with transaction.atomic():
        first()
        thread.start()
        for _look in range(500):
            if somebody_waits_for_us():
                break
            thread.join(timeout=0.02)
        else:
            pytest.fail("nobody had to wait")
    thread.join(timeout=30)
    assert len(refused) == 1
    return refused[0]


def somebody_waits_for_us() -> bool:
    # Not pg_stat_activity: a transaction sees the same people in it all the time.
    ours = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({ours})")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_series_form_sent_twice_at_once_makes_one_series(alice):
    def make() -> object:
        return actions.make_series(NOW.date(), 1, SEVEN, "Asia/Shanghai", 26, by=alice)

    made, refused = at_once(make, make)
    assert ([series.weeks for series in made], [refusal.status for refusal in refused]) == ([26], [409])
    assert ReadingSession.objects.count() == 26


@pytest.mark.parametrize("name", ["one_slot_per_paper", "one_paper_per_position"])
def test_the_database_itself_keeps_papers_and_places_apart(a_session, a_paper, alice, name):
    slot = actions.put_in_slot(a_session(5), a_paper(), by=alice)
    twin = (
        Slot(session=a_session(6), paper=slot.paper, position=1)
        if name == "one_slot_per_paper"
        else Slot(session=slot.session, paper=a_paper("BERT"), position=1)
    )
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        twin.save()
