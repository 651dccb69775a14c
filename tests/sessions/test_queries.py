import datetime as dt

import pytest

from papers.sessions import actions, queries

from .conftest import NOW

pytestmark = pytest.mark.django_db


def test_the_next_session_is_the_one_going_on_or_the_soonest_that_is_not_cancelled(a_session, alice):
    assert queries.next_session(NOW) is None
    later, soon, cancelled = a_session(12), a_session(5), a_session(1)
    actions.cancel_session(cancelled, "Holiday", by=alice)
    assert queries.next_session(NOW) == soon
    assert queries.next_session(soon.ends_at - dt.timedelta(seconds=1)) == soon
    assert queries.next_session(soon.ends_at) == later
    assert queries.next_session(later.ends_at) is None


def test_upcoming_is_soonest_first_and_past_latest_first_cancelled_ones_too(a_session, alice):
    a, b, c, d = (a_session(days) for days in (-9, -2, 2, 9))
    actions.cancel_session(d, "Holiday", by=alice)
    assert list(queries.upcoming(NOW)) == [c, d]
    assert list(queries.past(NOW)) == [b, a]


def test_who_has_left_sees_no_session(a_session, bob, rita, charlie):
    session = a_session()
    assert [list(queries.visible_to(member)) for member in (bob, rita, charlie)] == [[session], [session], []]


@pytest.mark.parametrize("papers", [1, 3])
def test_slots_of_papers_name_their_sessions_in_one_query(
    a_session, a_paper, alice, django_assert_num_queries, papers
):
    session, free = a_session(), a_paper("Free")
    slots = [actions.put_in_slot(session, a_paper(), by=alice) for _paper in range(papers)]
    with django_assert_num_queries(1):
        found = queries.slots_of([free.pk, *(slot.paper_id for slot in slots)])
        assert [found[slot.paper_id].session.date for slot in slots] == [session.date] * papers
    assert free.pk not in found


@pytest.mark.parametrize("papers", [1, 3])
def test_an_agenda_is_one_query(a_session, a_paper, alice, django_assert_num_queries, papers):
    session = a_session()
    for at in range(papers):
        actions.put_in_slot(session, a_paper(f"Paper {at}"), by=alice)
    with django_assert_num_queries(1):
        titles = [slot.paper.title for slot in queries.agenda_of(session)]
    assert titles == [f"Paper {at}" for at in range(papers)]
    with django_assert_num_queries(2):
        assert [slot.paper.title for slot in queries.next_session(NOW).agenda] == titles
