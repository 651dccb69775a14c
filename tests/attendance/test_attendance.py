"""Who comes, who is there, and who was."""

import datetime as dt
from http import HTTPStatus

import pytest

from papers.attendance import actions, rules
from papers.attendance.models import Attendance
from papers.attendance.queries import coming_to
from papers.claims import duties
from papers.members.models import Member
from papers.refusals import Refused
from papers.sessions import actions as sessions
from tests.sessions.conftest import NOW, _clock, a_session  # noqa: F401 - the same clock and sessions

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def session(a_session):  # noqa: F811
    return a_session()


@pytest.fixture
def at(session, time_machine):
    """Go to so many minutes after the start of the session."""
    return lambda minutes: time_machine.move_to(session.starts_at + minutes * MINUTE, tick=False)


def url(session, tail: str) -> str:
    return f"{session.get_absolute_url()}{tail}"


# --- Rules


@pytest.mark.parametrize(("minutes", "is_open"), [(-16, False), (-15, True), (0, True), (119, True), (120, False)])
def test_the_room_opens_a_quarter_of_an_hour_before(minutes, is_open):
    facts = {"starts_at": NOW, "ends_at": NOW + 120 * MINUTE}
    assert rules.is_open(now=NOW + minutes * MINUTE, **facts) is is_open


@pytest.mark.parametrize(
    ("minutes", "why"), [(-16, "has not begun"), (-15, None), (121, None), (120 + 24 * 60, "more than a day ago")]
)
def test_when_one_can_say_that_one_is_there(minutes, why):
    said = rules.why_not_here(
        now=NOW + minutes * MINUTE, starts_at=NOW, ends_at=NOW + 120 * MINUTE, is_cancelled=False
    )
    assert said is None if why is None else why in said


# --- Saying whether one comes


def test_an_answer_can_be_changed(session, bob, alice):
    actions.answer(session, "maybe", by=bob)
    actions.answer(session, "yes", by=bob)
    assert [(value, names) for value, _word, names in coming_to(session, alice).groups] == [("yes", ["Bob"])]
    assert Attendance.objects.count() == 1


def test_readers_come_too(session, rita):
    assert actions.answer(session, "yes", by=rita).answer == "yes"


@pytest.mark.parametrize("value", ["", "perhaps", "YES"])
def test_another_word_is_refused(session, bob, value):
    with pytest.raises(Refused, match="yes, maybe or no") as refused:
        actions.answer(session, value, by=bob)
    assert refused.value.status == HTTPStatus.UNPROCESSABLE_ENTITY


def test_of_a_session_that_is_cancelled_or_over_nobody_says_so(session, alice, bob, at):
    sessions.cancel_session(session, "Ill", by=alice)
    with pytest.raises(Refused, match="is cancelled"):
        actions.answer(session, "yes", by=bob)
    sessions.restore_session(session, by=alice)
    at(120)
    with pytest.raises(Refused, match="is over") as refused:
        actions.answer(session, "yes", by=bob)
    assert refused.value.status == HTTPStatus.CONFLICT


# --- Noting who was there


def test_the_scribe_notes_who_was_there(session, alice, bob, rita, charlie, at):
    duties.take(session, "scribe", by=bob)
    actions.answer(session, "yes", by=rita)
    at(1)
    assert actions.note(session, [alice.pk, bob.pk], by=bob) == 2
    assert coming_to(session, alice).there == ["Alice", "Bob"]
    # Who said that they come and did not; and of whom nobody said anything.
    assert set(Attendance.objects.filter(was_there=False).values_list("member", flat=True)) == {rita.pk}
    # Who has left is no member of whom it is noted.
    assert not Attendance.objects.filter(member=charlie).exists()
    assert actions.note(session, [rita.pk], by=alice) == 1
    assert coming_to(session, alice).there == ["Rita"]


def test_who_was_there_and_left_the_group_was_there(session, alice, bob, at):
    at(1)
    actions.note(session, [bob.pk], by=alice)
    Member.objects.filter(pk=bob.pk).update(left_at=NOW)
    assert coming_to(session, alice).there == ["Bob"]
    actions.note(session, [alice.pk, bob.pk], by=alice)
    assert coming_to(session, alice).there == ["Alice", "Bob"]


def test_others_do_not_note_it_nor_anybody_before_it_begins(session, alice, bob, at):
    with pytest.raises(Refused, match="once the session has begun"):
        actions.note(session, [bob.pk], by=alice)
    at(1)
    with pytest.raises(Refused) as refused:
        actions.note(session, [bob.pk], by=bob)
    assert refused.value.status == HTTPStatus.FORBIDDEN


def test_one_says_oneself_that_one_is_there(session, bob, at):
    with pytest.raises(Refused, match="has not begun"):
        actions.arrive(session, by=bob)
    at(-15)
    actions.arrive(session, by=bob)
    assert coming_to(session, bob).mine.was_there


# --- Pages


def test_the_page_shows_who_comes_and_takes_an_answer(session, alice, bob, client_of):
    client = client_of(bob)
    answer = client.post(url(session, "coming/"), {"answer": "yes"}, headers=HTMX)
    assert answer.status_code == 200
    assert "You come." in answer.headers["HX-Trigger"]
    html = answer.content.decode()
    assert 'value="yes" aria-pressed="true"' in html
    plain = client.post(url(session, "coming/"), {"answer": "no"})
    assert (plain.status_code, plain.headers["Location"]) == (303, f"{session.get_absolute_url()}#coming")
    assert "Who comes" in client_of(alice).get(session.get_absolute_url()).content.decode()


def test_a_refused_answer_says_why(session, bob, client_of):
    answer = client_of(bob).post(url(session, "coming/"), {"answer": "perhaps"}, headers=HTMX)
    assert answer.status_code == 422
    assert "yes, maybe or no" in answer.content.decode()


@pytest.mark.parametrize("tail", ["coming/", "here/", "attendance/"])
def test_only_posts_are_taken_and_no_strangers(session, bob, client, client_of, tail):
    assert client_of(bob).get(url(session, tail)).status_code == 405
    assert client.post(url(session, tail)).status_code == 302
    assert client_of(bob).post(f"/sessions/99/{tail}").status_code == 404


def test_only_who_has_a_role_notes_attendance(session, alice, bob, at, client_of):
    at(5)
    assert client_of(bob).post(url(session, "attendance/"), {"there": bob.pk}).status_code == 403
    assert "Note who was there" not in client_of(bob).get(session.get_absolute_url()).content.decode()
    client = client_of(alice)
    assert "Note who was there" in client.get(session.get_absolute_url()).content.decode()
    assert client.post(url(session, "attendance/"), {"there": [bob.pk, alice.pk]}).status_code == 303
    assert client.post(url(session, "attendance/"), {"there": "x"}, headers=HTMX).status_code == 409
    assert coming_to(session, alice).there == ["Alice", "Bob"]


def test_the_link_to_the_meeting_is_a_button_when_the_room_opens(a_session, bob, at, client_of, time_machine):  # noqa: F811
    session = a_session(6, place="Zoom https://zoom.example/j/1?pwd=x")
    page = client_of(bob)
    assert ">Join</a>" not in page.get(session.get_absolute_url()).content.decode()
    time_machine.move_to(session.starts_at - 15 * MINUTE, tick=False)
    html = page.get(session.get_absolute_url()).content.decode()
    assert '<a class="button primary" href="https://zoom.example/j/1?pwd=x" rel="noopener">Join</a>' in html
    assert "I am here" in html


# --- From the mail


def test_a_mail_is_answered_without_signing_in(session, bob, client):
    address = f"/coming/{actions.token_of(session.pk, bob.pk)}/"
    page = client.get(f"{address}?say=no")
    assert page.status_code == 200
    assert 'class="button primary" name="answer" value="no"' in page.content.decode()
    assert Attendance.objects.count() == 0
    answer = client.post(address, {"answer": "no"})
    assert "You don’t come." in answer.content.decode()
    assert Attendance.objects.get().answer == "no"


def test_an_address_that_is_none_tells_nothing(session, bob, charlie, client):
    token = actions.token_of(session.pk, bob.pk)
    for wrong in (token[:-1], "x", actions.token_of(session.pk, charlie.pk), actions.token_of(99, bob.pk)):
        assert client.get(f"/coming/{wrong}/").status_code == 404
        assert client.post(f"/coming/{wrong}/", {"answer": "yes"}).status_code == 404
    assert Attendance.objects.count() == 0


def test_a_late_answer_is_refused_with_the_reason(session, bob, at, client):
    at(121)
    answer = client.post(f"/coming/{actions.token_of(session.pk, bob.pk)}/", {"answer": "yes"})
    assert answer.status_code == 409
    assert "This session is over" in answer.content.decode()
