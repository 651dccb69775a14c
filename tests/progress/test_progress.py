"""How far the group is: the forecast, the picture, the parts and the weekly check-in."""

import csv
import datetime as dt
import io

import pytest

from papers.attendance.models import Attendance
from papers.claims import actions as claims
from papers.discussion import actions as discussion
from papers.members.models import Group
from papers.notes import actions as notes
from papers.notes.models import Note
from papers.pictures.burndown import picture
from papers.progress import queries, rules
from tests.sessions.conftest import NOW, _clock, a_session  # noqa: F401 - the same clock and sessions

MONDAY = dt.date(2023, 3, 6)
WEEK = dt.timedelta(weeks=1)


# --- The forecast


def test_a_steady_pace_ends_on_one_day():
    assert rules.finish(12, [3, 3, 3], begin=MONDAY, seed=1) == rules.Fan(MONDAY + 4 * WEEK, MONDAY + 4 * WEEK)


def test_an_unsteady_pace_is_a_fan_and_the_same_seed_gives_the_same_one():
    fan = rules.finish(30, [0, 1, 6, 2, 0, 6], begin=MONDAY, seed=7)
    assert fan == rules.finish(30, [0, 1, 6, 2, 0, 6], begin=MONDAY, seed=7)
    # 30 papers at 2.5 a week are 12 weeks in the middle.
    assert MONDAY + 6 * WEEK <= fan.early < MONDAY + 12 * WEEK < fan.late <= MONDAY + 24 * WEEK


def test_only_the_last_six_sessions_count():
    assert rules.finish(12, [100, 3, 3, 3, 3, 3, 3], begin=MONDAY, seed=1).early == MONDAY + 4 * WEEK


@pytest.mark.parametrize(("left", "counts"), [(0, [3, 3]), (10, []), (10, [3]), (10, [0, 0, 0]), (5_000, [1, 0, 0])])
def test_where_nothing_can_be_said_nothing_is(left, counts):
    assert rules.finish(left, counts, begin=MONDAY, seed=1) is None


def test_papers_by_week():
    dates = [MONDAY - WEEK, MONDAY, MONDAY + WEEK, MONDAY + WEEK + dt.timedelta(days=6), MONDAY + 3 * WEEK]
    assert rules.by_week(dates, begin=MONDAY, weeks=3) == [2, 2, 0]
    assert rules.left_after(3, [2, 2, 0]) == [3, 1, 0, 0]


def test_the_picture_stays_within_its_frame():
    today = MONDAY + 2 * WEEK
    far = (MONDAY + 30 * WEEK, MONDAY + 400 * WEEK)
    drawn = picture(100, [100, 96, 90], begin=MONDAY, weeks=20, today=today, fan=far)
    points = [tuple(map(float, point.split(","))) for point in f"{drawn.real} {drawn.plan} {drawn.fan}".split()]
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in points)
    assert drawn.real.startswith("56.0,12.0 ")
    assert [mark.number for mark in drawn.up] == [0, 50, 100]
    assert picture(0, [0], begin=MONDAY, weeks=1, today=MONDAY, fan=None).fan == ""


# --- The page


@pytest.fixture
def read(a_session, a_paper, bob):  # noqa: F811
    """Two sessions that are over, with two papers and one, which Bob presented; and a paper that is free."""
    Group.objects.update(starts_on=dt.date(2023, 6, 5), goal=10, weeks=20, time_zone="Asia/Shanghai")
    for days, count in ((-9, 2), (-2, 1)):
        session = a_session(days)
        for _number in range(count):
            paper = a_paper(f"Paper of {days}")
            claims.claim(paper, by=bob)
            slot(session, paper)
    a_paper("Free")


def slot(session, paper) -> None:
    session.slots.create(paper=paper, position=session.slots.count() + 1)


@pytest.mark.django_db
def test_an_empty_group_has_a_page_too(alice, client_of):
    html = client_of(alice).get("/progress/").content.decode()
    assert "A forecast needs two sessions" in html
    assert "The list has no papers yet." in html


@pytest.mark.django_db
@pytest.mark.usefixtures("read")
def test_the_page_says_how_far_the_group_is(rita, client_of):
    html = client_of(rita).get("/progress/").content.decode()
    assert "7 of 10 papers are left" in html
    assert "At the pace of the last sessions the last one is read between" in html
    assert '<polygon class="fan"' in html
    assert "read 3 · free 1" in html
    assert '<td class="shade-2">2</td>' in html


@pytest.mark.django_db
@pytest.mark.usefixtures("read")
def test_who_is_in_this_week(alice, bob, rita, a_paper, client_of):
    paper = a_paper("Discussed")
    notes.write_note(paper, "A note", by=alice)
    notes.write_note(paper, "For myself", by=bob, visibility="private")
    Group.objects.update(anonymous_posts=True)
    discussion.start_thread(paper, "Why?", "question", "Why?", by=bob, byline="alias")
    Note.objects.update(written_at=NOW)
    begin = dt.datetime(2023, 7, 3, tzinfo=dt.UTC)
    rows = {row.name: row for row in queries.check_ins(begin, begin + WEEK)}
    assert (rows["Alice"].notes, rows["Alice"].is_in) == (1, True)
    # Presenting counts; what is private, or was written without a name, does not.
    assert (rows["Bob"].notes, rows["Bob"].posts, rows["Bob"].presented) == (0, 0, 1)
    assert not rows["Rita"].is_in


@pytest.mark.django_db
def test_attendance_counts(a_session, rita, client_of):  # noqa: F811
    Attendance.objects.create(session=a_session(-2), member=rita, was_there=True)
    Attendance.objects.create(session=a_session(-9), member=rita, was_there=False)
    html = client_of(rita).get("/progress/?week=2023-07-03").content.decode()
    assert '<tr class="in"><th scope="row"><span aria-hidden="true">✓ </span><bdi>Rita</bdi>' in html


@pytest.mark.django_db
def test_the_list_as_csv_runs_no_formula(a_member, alice, client_of):
    a_member("=1+1")
    answer = client_of(alice).get("/progress/check-in.csv?week=2023-06-28")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="check-in-2023-06-26.csv"'
    assert rows[0] == ["week", "member", "notes", "posts", "presented", "sessions"]
    assert ["2023-06-26", "'=1+1", "0", "0", "0", "0"] in rows


@pytest.mark.django_db
@pytest.mark.parametrize("week", ["x", "2023-13-01", "0001-01-01", "9999-12-31"])
def test_a_week_that_is_none_is_no_fault(alice, client_of, week):
    assert client_of(alice).get(f"/progress/?week={week}").status_code in (200, 404)


@pytest.mark.django_db
def test_strangers_see_nothing_and_nobody_posts(client, alice, client_of):
    assert client.get("/progress/").status_code == 302
    assert client.get("/progress/check-in.csv").status_code == 302
    assert client_of(alice).post("/progress/").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("papers", [1, 3])
def test_the_page_costs_the_same_for_few_and_many(
    a_paper,
    a_session,  # noqa: F811
    alice,
    client_of,
    django_assert_num_queries,
    papers,
):
    session = a_session(-2)
    for number in range(papers):
        slot(session, a_paper(f"Paper {number}"))
    client = client_of(alice)
    with django_assert_num_queries(12):
        client.get("/progress/")
