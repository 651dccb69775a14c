"""A cancelled session takes place after all; a paper moves to another session."""

import datetime as dt
from functools import partial

import pytest

from papers.mail.models import Outgoing
from papers.members.models import Member
from papers.refusals import Refused
from papers.reminders.actions import plan_reminders
from papers.reminders.changes import tell_of_changes
from papers.sessions import actions, agenda
from papers.sessions.models import FormerSlot, ReadingSession, Slot
from tests.at_once import at_once

from .conftest import NOW

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cancelled(a_session, a_paper, alice) -> ReadingSession:
    session = a_session()
    for title, minutes in (("BERT", 20), ("GPT", 40), ("T5", 30)):
        actions.put_in_slot(session, a_paper(title), by=alice, minutes=minutes)
    return actions.cancel_session(session, "Holiday", by=alice)


def papers(session: ReadingSession) -> list[tuple[str, int, int]]:
    return list(session.slots.values_list("paper__title", "position", "minutes"))


ALL = [("BERT", 1, 20), ("GPT", 2, 40), ("T5", 3, 30)]


def test_it_shows_the_papers_it_had_to_everybody(cancelled, alice, bob, client_of):
    for member, may in ((bob, False), (alice, True)):
        page = client_of(member).get(cancelled.get_absolute_url()).content.decode()
        assert [title in page for title, _position, _minutes in ALL] == [True] * 3
        assert ("/restore/" in page) is may


def test_restored_it_has_its_papers_as_they_were(cancelled, alice):
    assert actions.restore_session(cancelled, by=alice) == []
    cancelled.refresh_from_db()
    assert papers(cancelled) == ALL
    assert (cancelled.cancelled_at, cancelled.cancelled_because, cancelled.sequence) == (None, "", 2)
    assert not FormerSlot.objects.exists()


def test_what_is_elsewhere_or_done_by_now_stays_there(cancelled, a_session, alice, client_of):
    other = a_session(9)
    first, _second, last = (slot.paper for slot in cancelled.former_slots.all())
    actions.put_in_slot(other, first, by=alice)
    last.done_at = NOW
    last.save()
    response = client_of(alice).post(f"{cancelled.get_absolute_url()}restore/", follow=True)
    assert "but for #1, #3, which are done or in another session" in response.content.decode()
    assert papers(cancelled) == [("GPT", 2, 40)]
    assert Slot.objects.get(paper=first).session == other


@pytest.mark.parametrize(
    ("days", "words"), [(6, "The time of this session has passed"), (0, "already is a session at this time")]
)
def test_it_cannot_once_its_time_has_passed_or_another_session_is_there(
    cancelled, a_session, alice, time_machine, days, words
):
    if days:
        time_machine.move_to(NOW + dt.timedelta(days=days), tick=False)
    else:
        a_session(wall_time=dt.time(20))
    with pytest.raises(Refused, match=words) as refused:
        actions.restore_session(cancelled, by=alice)
    assert refused.value.status == 409
    assert cancelled.former_slots.count() == 3


def test_twice_is_refused_and_others_may_not(cancelled, alice, bob, rita, client_of):
    address = f"{cancelled.get_absolute_url()}restore/"
    for member in (bob, rita):
        assert client_of(member).post(address).status_code == 403
    assert client_of(alice).get(address).status_code == 405
    response = client_of(alice).post(address, headers=HTMX)
    assert (response.status_code, "takes place after all" in response["HX-Trigger"]) == (200, True)
    response = client_of(alice).post(address, headers=HTMX)
    assert (response.status_code, "takes place already" in response.content.decode()) == (409, True)


def test_cancelled_again_it_keeps_what_it_has_then(cancelled, alice):
    actions.restore_session(cancelled, by=alice)
    actions.take_out(cancelled.slots.get(position=2), by=alice)
    actions.cancel_session(cancelled, "Again", by=alice)
    assert list(cancelled.former_slots.values_list("paper__title", flat=True)) == ["BERT", "T5"]


@pytest.mark.parametrize("at", [2 * 24, 20])
def test_who_was_told_that_it_is_cancelled_is_told_that_it_is_not(a_session, alice, bob, at, time_machine):
    session = a_session()
    now = session.starts_at - dt.timedelta(hours=at + 4)
    Member.objects.update(joined_at=now - dt.timedelta(days=1))
    time_machine.move_to(now, tick=False)
    plan_reminders(now)
    actions.cancel_session(session, "Nobody is there", by=alice)
    tell_of_changes(now)
    tell_of_changes(now + dt.timedelta(minutes=11))
    assert {mail.member for mail in Outgoing.objects.filter(kind="change")} == {alice, bob}
    Outgoing.objects.filter(kind="change").update(state=Outgoing.State.SENT)
    now += dt.timedelta(hours=4)
    time_machine.move_to(now, tick=False)
    actions.restore_session(session, by=alice)
    for minutes in (0, 11):
        plan_reminders(now + dt.timedelta(minutes=minutes))
        tell_of_changes(now + dt.timedelta(minutes=minutes))
    mail = Outgoing.objects.get(member=bob, state=Outgoing.State.WAITING)
    assert mail.subject.startswith("It takes place after all: the reading session on Monday")
    assert "takes place after all" in mail.text
    assert "takes place after all" in mail.html
    assert "Until now" not in mail.text


# --- To another session


@pytest.fixture
def two(a_session, a_paper, alice) -> tuple[Slot, ReadingSession]:
    there = actions.put_in_slot(a_session(), a_paper("BERT"), by=alice, minutes=25)
    other = a_session(12)
    actions.put_in_slot(other, a_paper("GPT"), by=alice)
    return there, other


def test_a_paper_moves_with_its_minutes_behind_the_others(two, alice, client_of):
    slot, other = two
    page = client_of(alice).get(slot.session.get_absolute_url()).content.decode()
    assert f'<option value="{other.pk}">Monday, July 17, 2023 · 30 of 120 minutes</option>' in page
    address = f"{slot.session.get_absolute_url()}slots/{slot.pk}/to/"
    response = client_of(alice).post(address, {"session": other.pk}, headers=HTMX)
    assert (response.status_code, "#1 is in the session of Monday, July 17" in response["HX-Trigger"]) == (200, True)
    assert list(other.slots.values_list("paper__title", "position", "minutes")) == [("GPT", 1, 30), ("BERT", 2, 25)]
    assert Slot.objects.get(paper__title="BERT").pk == slot.pk


@pytest.mark.parametrize("said", ["", "x", "0", "9" * 30, "-1", "１"])
def test_a_session_that_is_not_there_takes_no_paper(two, alice, client_of, said):
    slot, _other = two
    response = client_of(alice).post(f"{slot.session.get_absolute_url()}slots/{slot.pk}/to/", {"session": said})
    assert response.status_code == (404 if said == "0" else 422)
    assert Slot.objects.get(pk=slot.pk).session == slot.session


def test_a_session_that_is_cancelled_or_has_begun_takes_none(two, alice, time_machine):
    slot, other = two
    time_machine.move_to(other.starts_at + dt.timedelta(minutes=1), tick=False)
    with pytest.raises(Refused, match="already begun"):
        agenda.move_slot_to(slot, other, by=alice)
    time_machine.move_to(NOW, tick=False)
    actions.cancel_session(other, "Holiday", by=alice)
    with pytest.raises(Refused, match="cancelled and takes no papers"):
        agenda.move_slot_to(slot, other, by=alice)


def test_a_paper_that_is_gone_or_there_already(two, alice):
    slot, other = two
    assert agenda.move_slot_to(slot, slot.session, by=alice) == slot
    actions.take_out(slot, by=alice)
    with pytest.raises(Refused, match="no longer in the session"):
        agenda.move_slot_to(slot, other, by=alice)


def test_others_move_no_papers(two, bob, rita, client_of):
    slot, other = two
    address = f"{slot.session.get_absolute_url()}slots/{slot.pk}/to/"
    for member in (bob, rita):
        assert client_of(member).post(address, {"session": other.pk}).status_code == 403
    assert Slot.objects.get(pk=slot.pk).session == slot.session


@pytest.mark.django_db(transaction=True)
def test_two_who_move_one_paper_to_and_fro_do_not_lock_each_other(two, a_session, alice):
    slot, other = two
    third = a_session(19)
    refused = at_once(*(partial(agenda.move_slot_to, slot, session, by=alice) for session in (other, third)))
    assert len(refused) == 1
    assert Slot.objects.get(pk=slot.pk).session in (other, third)


# --- The reason stands beside the form


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        ("move", {"date": "2023-07-17", "wall_time": "19:00"}),
        ("cancel", {"because": ""}),
        ("slots", {"paper": "999", "minutes": ""}),
    ],
)
def test_a_reason_stands_in_the_form_that_was_refused(two, alice, client_of, form, sent):
    slot, _other = two
    address = slot.session.get_absolute_url()
    response = client_of(alice).post(f"{address}{form}/", sent, headers=HTMX)
    page = response.content.decode()
    assert response.status_code in (409, 422)
    assert page.count('role="alert"') == 1
    begin = page.index(f'action="{address}{form}/"')
    assert begin < page.index('role="alert"') < page.index("</form>", begin)
