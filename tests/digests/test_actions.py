import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from papers.claims.models import Claim
from papers.digests import actions
from papers.digests.actions import plan_digests
from papers.digests.models import Digest
from papers.discussion.models import Post, Thread, Watch
from papers.mail.models import Outgoing
from papers.mail.sending import send_waiting
from papers.members.models import Member
from papers.notes.models import Note, Seen
from papers.sessions.models import ReadingSession, Slot

pytestmark = pytest.mark.django_db

# Friday, 3 March 2023, 8:00 in Berlin.
FRIDAY = dt.datetime(2023, 3, 3, 7, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
HOUR = dt.timedelta(hours=1)
LONG_AGO = FRIDAY - 4 * WEEK


@pytest.fixture
def people(alice, bob, rita):
    Member.objects.update(joined_at=LONG_AGO)
    return alice, bob, rita


@pytest.fixture
def writes(a_paper):
    """Let a member write a note on a paper, at an instant."""

    def make(member, at=FRIDAY - HOUR, body="I **like** `it`.", paper=None) -> Note:
        return Note.objects.create(
            paper=paper or a_paper(), author=member, body=body, html="<p>", renderer=1, written_at=at
        )

    return make


@pytest.fixture
def posts():
    """Let a member write in a thread, at an instant."""

    def make(member, thread, at=FRIDAY - HOUR, body="Because.") -> Post:
        return Post.objects.create(thread=thread, author=member, body=body, html="<p>", renderer=1, written_at=at)

    return make


def digests() -> dict[str, Outgoing]:
    return {row.member.name: row for row in Outgoing.objects.filter(kind="digest").select_related("member")}


def test_each_gets_what_is_new_to_them_and_not_what_they_did(people, writes):
    _alice, bob, _rita = people
    assert plan_digests(FRIDAY - WEEK) == 0
    writes(bob)
    assert plan_digests(FRIDAY - dt.timedelta(seconds=1)) == 0
    assert plan_digests(FRIDAY) == 2
    assert set(digests()) == {"Alice", "Rita"}
    row = digests()["Alice"]
    assert row.key == f"digest:{row.member_id}:2023-W09"
    assert row.subject == "Week 9: 1 note"
    assert "Bob wrote a note\n  I like it.\n" in row.text
    this_week = Digest.objects.filter(week="2023-W09")
    assert dict(this_week.values_list("member__name", "items")) == {"Alice": 1, "Bob": 0, "Rita": 1}
    assert set(this_week.values_list("since", "until")) == {(FRIDAY - WEEK, FRIDAY)}


def test_nothing_new_is_silent_and_moves_the_marker(people):
    assert plan_digests(FRIDAY) == 0
    assert not Outgoing.objects.exists()
    assert set(Digest.objects.values_list("member__name", "week", "items")) == {
        (name, "2023-W09", 0) for name in ("Alice", "Bob", "Rita")
    }


def test_a_coming_session_alone_is_no_news_but_stands_below_the_news(people, writes, a_paper):
    alice, bob, _rita = people
    session = ReadingSession.objects.create(
        date=dt.date(2023, 3, 6),
        wall_time=dt.time(19),
        time_zone="Asia/Shanghai",
        starts_at=dt.datetime(2023, 3, 6, 11, tzinfo=dt.UTC),
    )
    paper = a_paper("Old paper")
    Slot.objects.create(session=session, paper=paper, position=1, made_at=LONG_AGO)
    Claim.objects.create(paper=paper, holder=alice, claimed_at=LONG_AGO)
    assert plan_digests(FRIDAY - WEEK) == 0
    writes(bob)
    assert plan_digests(FRIDAY) == 2
    for part in (digests()["Alice"].text, digests()["Alice"].html):
        assert "Monday, March 6, 2023" in part
        assert "Your papers" in part
        assert "You present it on March 6, 2023." in part
        assert f"/sessions/{session.pk}/" in part
    assert "Your papers" not in digests()["Rita"].text


def test_all_that_can_happen_is_told_once(people, writes, posts, a_paper):
    alice, bob, rita = people
    paper = a_paper("Attention")
    thread = Thread.objects.create(paper=paper, kind="question", title="Why 8 heads?", author=bob)
    posts(bob, thread, body="I wonder.")
    posts(alice, thread, at=FRIDAY - HOUR / 2)
    deleted = posts(bob, thread, body="gone")
    Post.objects.filter(pk=deleted.pk).update(deleted_at=FRIDAY)
    gone = writes(bob, paper=paper)
    Note.objects.filter(pk=gone.pk).update(deleted_at=FRIDAY)
    Claim.objects.create(paper=paper, holder=bob, claimed_at=FRIDAY - HOUR)
    session = ReadingSession.objects.create(
        date=dt.date(2023, 3, 6), wall_time=dt.time(19), time_zone="UTC", starts_at=FRIDAY + 3 * 24 * HOUR
    )
    Slot.objects.create(session=session, paper=paper, position=1, made_at=FRIDAY - HOUR)
    plan_digests(FRIDAY)
    assert {name: row.subject for name, row in digests().items()} == {
        "Rita": "Week 9: 1 new thread, 1 reply, 1 paper claimed, 1 paper scheduled",
        "Alice": "Week 9: 1 new thread, 1 paper claimed, 1 paper scheduled",
        "Bob": "Week 9: 1 reply, 1 paper scheduled",
    }
    text = digests()["Rita"].text
    for words in (
        "#1 Attention",
        "Bob asks: Why 8 heads?",
        "Alice replied in “Why 8 heads?”",
        "Bob will present this paper",
        "This paper will be read on March 6, 2023",
    ):
        assert text.count(words) == 1 or words == "#1 Attention"
    assert "gone" not in text
    assert "(your paper)" in digests()["Bob"].text
    assert plan_digests(FRIDAY + WEEK) == 0


def test_what_was_seen_since_is_not_new(people, writes, a_paper):
    alice, bob, rita = people
    note = writes(bob)
    Seen.objects.create(member=alice, paper=note.paper, seen_at=FRIDAY - HOUR / 2)
    Seen.objects.create(member=rita, paper=note.paper, seen_at=FRIDAY - 2 * HOUR)
    plan_digests(FRIDAY)
    assert set(digests()) == {"Rita"}


def test_a_paper_that_was_turned_off_is_in_no_digest(people, writes, a_paper):
    alice, bob, rita = people
    paper = a_paper()
    writes(bob, paper=paper)
    Watch.objects.create(paper=paper, member=alice, level="off")
    Member.objects.filter(pk=rita.pk).update(watches_usually="off")
    assert plan_digests(FRIDAY) == 0
    Watch.objects.create(paper=paper, member=rita, level="digest")
    assert plan_digests(FRIDAY + WEEK) == 0
    writes(bob, paper=paper, at=FRIDAY + WEEK + HOUR)
    assert plan_digests(FRIDAY + 2 * WEEK) == 1
    assert set(digests()) == {"Rita"}


def test_each_on_their_own_day_hour_and_zone(group, a_member, bob, writes):
    a_member("Early", time_zone="Asia/Shanghai", digest_weekday=1, digest_hour=0)
    a_member("Zone", time_zone="Mars/Olympus", digest_hour=8)
    Member.objects.update(joined_at=LONG_AGO)
    writes(bob, at=LONG_AGO + HOUR)
    sunday_16_utc = dt.datetime(2023, 2, 26, 16, tzinfo=dt.UTC)
    Digest.objects.bulk_create(
        Digest(member=member, week=week, since=LONG_AGO, until=LONG_AGO)
        for member in Member.objects.all()
        for week in ("2023-W07", "2023-W08")
    )
    assert plan_digests(sunday_16_utc - dt.timedelta(seconds=1)) == 0
    assert plan_digests(sunday_16_utc) == 1
    assert set(digests()) == {"Early"}
    # An unknown zone is the group's: 8:00 in Shanghai.
    assert plan_digests(dt.datetime(2023, 3, 3, tzinfo=dt.UTC)) == 1
    assert set(digests()) == {"Early", "Zone"}


def test_in_each_language(group, a_member, bob, writes):
    a_member("Zhang", language="zh-hans")
    Member.objects.update(joined_at=LONG_AGO)
    writes(bob)
    plan_digests(FRIDAY)
    assert '<html lang="zh-hans">' in digests()["Zhang"].html


def test_one_week_has_one_digest_however_the_hour_is_changed(people, writes):
    _alice, bob, _rita = people
    writes(bob)
    plan_digests(FRIDAY)
    writes(bob, at=FRIDAY + HOUR)
    Member.objects.update(digest_hour=9, digest_weekday=6)
    assert [plan_digests(FRIDAY + hours * HOUR) for hours in (0, 1, 2, 25, 30)] == [0, 0, 0, 0, 0]
    assert plan_digests(FRIDAY + WEEK + 26 * HOUR) == 2


def test_a_beat_that_was_down_sends_one_late_digest(people, writes):
    _alice, bob, _rita = people
    writes(bob, at=FRIDAY - 2 * WEEK)
    writes(bob, at=FRIDAY + HOUR)
    assert plan_digests(FRIDAY + 3 * 24 * HOUR) == 2
    assert digests()["Alice"].subject == "Week 9: 2 notes"
    assert plan_digests(FRIDAY + WEEK) == 0


def test_a_new_member_hears_of_what_came_after_joining(people, writes, a_member):
    _alice, bob, _rita = people
    writes(bob)
    late = a_member("Late", joined_at=FRIDAY + HOUR)
    plan_digests(FRIDAY + 2 * HOUR)
    assert "Late" not in digests()
    assert not Digest.objects.filter(member=late).exists()
    writes(bob, at=FRIDAY + 3 * HOUR)
    plan_digests(FRIDAY + WEEK)
    assert digests()["Late"].subject == "Week 10: 1 note"


def test_who_wants_none_or_has_left_gets_none(people, charlie, writes):
    alice, bob, rita = people
    writes(bob)
    Member.objects.filter(pk=alice.pk).update(wants_digest=False)
    assert plan_digests(FRIDAY) == 1
    assert set(digests()) == {"Rita"}
    # Who turns it on again gets what comes from then on.
    Member.objects.filter(pk=alice.pk).update(wants_digest=True)
    assert plan_digests(FRIDAY + HOUR) == 0
    writes(bob, at=FRIDAY + HOUR)
    plan_digests(FRIDAY + WEEK)
    assert digests()["Alice"].subject == "Week 10: 1 note"


def test_twelve_things_are_shown_my_papers_first(people, writes, a_paper):
    alice, bob, _rita = people
    mine = a_paper("Mine")
    Claim.objects.create(paper=mine, holder=alice, claimed_at=LONG_AGO)
    writes(bob, paper=mine, at=FRIDAY - 40 * HOUR, body="On yours")
    other = a_paper("Other")
    for number in range(14):
        writes(bob, paper=other, at=FRIDAY - (30 - number) * HOUR, body=f"Number {number}.")
    plan_digests(FRIDAY)
    text = digests()["Alice"].text
    assert digests()["Alice"].subject == "Week 9: 15 notes"
    assert text.index("#1 Mine (your paper)") < text.index("#2 Other")
    assert text.count("Bob wrote a note") == 12
    assert "And 3 more things:" in text
    assert "Number 2." not in text
    assert text.index("Number 3.") < text.index("Number 13.")


def test_hostile_words_stay_words(people, writes, a_paper, mailoutbox):
    _alice, bob, rita = people
    Member.objects.filter(pk=bob.pk).update(name="\u202eBob <img src=x>\r\nBcc: a@example.org")
    Member.objects.exclude(pk__in=[bob.pk, rita.pk]).update(wants_digest=False)
    writes(bob, paper=a_paper("<script>alert(1)</script>"), body="<b onclick=x>{{ site }}</b> $x$ \U0001f600")
    plan_digests(FRIDAY)
    row = digests()["Rita"]
    assert "<script" not in row.html
    assert "<img" not in row.html
    assert "<b " not in row.html
    assert "{{ site }}" in row.text
    assert "\u202e" not in row.text
    assert "Bob <img src=x>" in row.text
    assert send_waiting(FRIDAY) == {"sent": 1}
    sent = mailoutbox[0].message()
    assert sent["Bcc"] is None


def test_the_mail_unsubscribes_in_one_click(people, writes, mailoutbox, settings):
    _alice, bob, _rita = people
    writes(bob)
    plan_digests(FRIDAY)
    send_waiting(FRIDAY)
    mail = next(mail for mail in mailoutbox if mail.to == ["alice@example.org"]).message()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip("<>")
    assert address.startswith(f"{settings.BASE_URL}/unsubscribe/")
    assert address in digests()["Alice"].text
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]


def test_one_digest_that_cannot_be_composed_is_shown_and_stops_nobody(people, writes, monkeypatch, caplog):
    alice, bob, _rita = people
    writes(bob)
    Member.objects.filter(pk=alice.pk).update(email="no address")
    assert plan_digests(FRIDAY) == 1
    assert set(Outgoing.objects.values_list("member__name", "state")) == {("Alice", "failed"), ("Rita", "waiting")}
    assert "could not be composed" in caplog.text
    caplog.clear()
    assert plan_digests(FRIDAY + HOUR) == 0
    assert not caplog.text
    # What was in it comes with the next one.
    Member.objects.filter(pk=alice.pk).update(email="alice@example.org")
    assert plan_digests(FRIDAY + WEEK) == 1
    assert Outgoing.objects.get(state="waiting", member=alice).subject == "Week 10: 1 note"


def test_planned_three_times_it_is_one_mail_each(people, writes, mailoutbox):
    _alice, bob, _rita = people
    writes(bob)
    assert [plan_digests(FRIDAY) for _ in range(3)] == [2, 0, 0]
    for _ in range(3):
        send_waiting(FRIDAY)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["alice@example.org", "rita@example.org"]


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_make_one_mail_each(group, a_member, writes, monkeypatch):
    author = a_member("Author")
    names = [f"M{number:02}" for number in range(20)]
    for name in names:
        a_member(name)
    Member.objects.update(joined_at=LONG_AGO)
    writes(author)
    ready = threading.Barrier(2)
    make_digests = actions.make_digests

    def together(*args, **options):
        # Both have read the same before either writes: the worst that two beats can do.
        ready.wait(timeout=10)
        return make_digests(*args, **options)

    monkeypatch.setattr(actions, "make_digests", together)
    counts = []

    def plan():
        try:
            counts.append(plan_digests(FRIDAY))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=plan) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 20
    assert sorted(row.member.name for row in Outgoing.objects.select_related("member")) == names
    assert Digest.objects.count() == 21


def test_planning_asks_the_same_of_the_database_for_3_members_and_30(a_member, writes, a_paper):
    author = a_member("Author")
    for number in range(3):
        a_member(f"M{number}")
    Member.objects.update(joined_at=LONG_AGO)
    paper = a_paper()
    for hours in range(1, 4):
        writes(author, paper=paper, at=FRIDAY - hours * HOUR)
    Claim.objects.create(paper=paper, holder=author, claimed_at=LONG_AGO)
    with CaptureQueriesContext(connection) as few:
        assert plan_digests(FRIDAY) == 3
    Outgoing.objects.all().delete()
    Digest.objects.all().delete()
    for number in range(3, 30):
        member = a_member(f"M{number}", joined_at=LONG_AGO)
        Claim.objects.create(paper=a_paper(f"Paper {number}"), holder=member, claimed_at=LONG_AGO)
    for hours in range(4, 30):
        writes(author, at=FRIDAY - hours * HOUR)
    with CaptureQueriesContext(connection) as many:
        assert plan_digests(FRIDAY) == 30
    assert len(many) == len(few) <= 25
    with CaptureQueriesContext(connection) as again:
        assert plan_digests(FRIDAY) == 0
    assert len(again) <= 3
