"""The believable group: as the actions make it, dated when it happened, made once, and never among real people."""

import datetime as dt
from collections import Counter
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import Max
from django.utils import timezone

from papers.catalogue.models import Lineage, Paper
from papers.catalogue.seed_files import BrokenSeed
from papers.catalogue.seeding import load_list
from papers.claims.models import Claim
from papers.claims.queries import open_claims, read_by
from papers.digests.actions import plan_digests
from papers.discussion.models import Post, Thread
from papers.mail.models import Outgoing
from papers.members.models import Act, Group, Member, Role
from papers.members.queries import current_members, the_group
from papers.notes.models import Note
from papers.reminders.actions import plan_reminders
from papers.reminders.changes import tell_of_changes
from papers.sessions.models import ReadingSession, Series, Slot
from papers.sessions.queries import next_session
from papers.stages.actions import NotHere, build, columns_of_the_database_clock, standing_at
from papers.stages.reading import Happening, Stage, read_stage

pytestmark = pytest.mark.django_db

# A Saturday; the eighth session of the second stage was on Thursday, the next one is on Thursday.
NOW = dt.datetime(2023, 5, 6, 4, 0, tzinfo=dt.UTC)
PEOPLE = {
    "ann": {"name": "Ann", "role": "organiser", "language": "en", "time_zone": "Europe/London"},
    "ben": {"name": "Ben", "role": "member", "language": "en", "time_zone": "Europe/London"},
}


def built(name: str, now: dt.datetime = NOW) -> list[str]:
    load_list()
    lines: list[str] = []
    assert build(read_stage(name), now, lines.append)
    return lines


def rows() -> Counter[str]:
    models = (Member, Claim, Note, Thread, Post, Series, ReadingSession, Slot, Act, Outgoing)
    return Counter({model.__name__: model.objects.count() for model in models})


def done(now: dt.datetime = NOW) -> int:
    return read_by(now, Paper.objects.filter(on_list=True)).count()


def test_the_first_week():
    built("first-week")
    assert rows() == {
        **rows(),
        "Member": 8,
        "Claim": 6,
        "Note": 1,
        "Thread": 1,
        "Series": 1,
        "ReadingSession": 26,
        "Slot": 2,
        "Outgoing": 0,
    }
    assert done() == 1
    group = the_group()
    assert group.set_up_at is not None
    assert group.starts_on == dt.date(2023, 5, 1)
    assert next_session(NOW).date == dt.date(2023, 5, 11)


def test_mid_term():
    lines = built("mid-term")
    assert not Post.objects.filter(told_at=None).exists()
    assert [line.split(":")[0] for line in lines] == [f"Week {week}" for week in range(1, 11)]
    assert Member.objects.count() == 21
    assert current_members().count() == 20
    assert current_members().filter(role=Role.READER).count() == 2
    assert done() == 40
    assert {thread.kind for thread in Thread.objects.all()} == {"question", "remark", "erratum"}
    assert Post.objects.exclude(deleted_at=None).count() == 1
    assert Note.objects.count() >= 18
    coming = next_session(NOW)
    assert coming.date == dt.date(2023, 5, 11)
    assert len(coming.agenda) == 5
    assert [session.sequence for session in ReadingSession.objects.exclude(cancelled_at=None)] == [1]
    moved = ReadingSession.objects.get(sequence=1, cancelled_at=None)
    assert (moved.date.isoweekday(), moved.starts_at > NOW) == (6, True)
    (gone,) = Member.objects.exclude(left_at=None)
    assert not gone.is_active
    assert Claim.objects.filter(holder=gone, released_at=None).count() == 1, "what was presented stays theirs"
    assert all(len(open_claims(member, NOW)) <= 2 for member in Member.objects.all())


def test_nobody_gets_mail_about_the_past():
    built("mid-term")
    assert plan_reminders(NOW) == tell_of_changes(NOW) == plan_digests(NOW) == 0
    assert not Outgoing.objects.exists()


def test_the_first_digest_tells_only_what_came_after_the_one_that_would_have_been_due():
    built("mid-term")
    # What is masked from whom is another story.
    Group.objects.update(first_thoughts=False)
    assert plan_digests(NOW + dt.timedelta(weeks=1)) == current_members().count()
    for mail in Outgoing.objects.select_related("member"):
        assert "Is the result exact?" not in mail.text, "a thread of the week before"
        if mail.member.name != "罗晓宇":
            assert "Training Compute-Optimal Large Language Models" in mail.text, "his reply, on Saturday morning"


# Just after the end of the stage, in the middle of the week after it, and just before it moves on.
@pytest.mark.parametrize("after", [dt.timedelta(), dt.timedelta(days=3), dt.timedelta(days=6, hours=21)])
def test_at_every_moment_the_group_is_as_far_and_nothing_lies_ahead(after):
    now = dt.datetime(2023, 5, 4, 13, 30, tzinfo=dt.UTC) + after
    built("mid-term", now)
    assert done(now) == 40
    latest = {
        f"{model.__name__}.{column}": model.objects.exclude(verb="build stage").aggregate(last=Max(column))["last"]
        if model is Act
        else model.objects.aggregate(last=Max(column))["last"]
        for model, column in columns_of_the_database_clock()
        if model not in (Paper, Lineage)
    }
    assert {name: at for name, at in latest.items() if at is not None and at > now} == {}
    assert {"Claim.claimed_at", "Note.written_at", "Post.written_at", "Act.at", "Member.joined_at"} <= latest.keys()


def test_things_are_dated_when_they_happened():
    built("first-week")
    note, zone = Note.objects.get(), the_group().time_zone
    assert zone == "Asia/Shanghai"
    assert note.written_at == dt.datetime(2023, 5, 3, 14, 40, tzinfo=dt.UTC)
    assert note.author.joined_at == dt.datetime(2023, 5, 1, 4, 31, tzinfo=dt.UTC)
    assert Claim.objects.get(paper__key="gpt-1").claimed_at == dt.datetime(2023, 5, 1, 12, 12, tzinfo=dt.UTC)
    assert Paper.objects.get(key="transformer").done_at == dt.datetime(2023, 5, 2, 13, 5, tzinfo=dt.UTC)


def test_addresses_are_examples_and_no_password_opens_them():
    built("mid-term")
    for member in Member.objects.all():
        assert member.email.endswith("@example.org")
        assert not member.has_usable_password()
        assert member.emailaddress_set.get().verified


def test_the_same_stage_again_adds_nothing():
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("seed", "--stage", "first-week", stdout=out)
        before = rows()
        call_command("seed", "--stage", "first-week", stdout=out)
    assert "sign_in_link zhiyuan@example.org" in out.getvalue()
    assert out.getvalue().endswith("The stage first-week is here already; nothing was added.\n")
    assert rows() == before


def test_another_stage_needs_a_site_of_its_own():
    built("first-week")
    before = rows()
    with pytest.raises(NotHere, match="shows the stage first-week"):
        build(read_stage("mid-term"), NOW, print)
    assert rows() == before


def test_a_site_with_members_of_its_own_is_left_alone(bob):
    with pytest.raises(CommandError, match="has members of its own") as refused:
        call_command("seed", "--stage", "mid-term", stdout=StringIO())
    assert refused.value.returncode == 1
    assert list(Member.objects.all()) == [bob]
    assert not Act.objects.exists()


def test_the_list_alone_makes_no_group():
    call_command("seed", stdout=StringIO())
    assert Paper.objects.filter(on_list=True).count() == 97
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("what", "facts", "says"),
    [
        ("claim", {"paper": "gpt-1"}, "Ann was faster|Ann"),
        ("claim", {"paper": "gpt-99"}, "“gpt-99” is not there"),
        ("begin", {}, "[Oo]rganiser"),
    ],
)
def test_a_happening_that_is_refused_is_named_and_nothing_stays(what, facts, says):
    load_list()
    happenings = [
        Happening((1, "Mon", "08:00"), "ann", "join", {}, "line 1"),
        Happening((1, "Mon", "08:01"), "ben", "join", {}, "line 2"),
        Happening((1, "Mon", "08:02"), "ann", "claim", {"paper": "gpt-1"}, "line 3"),
        Happening((1, "Mon", "08:03"), "ben", what, facts, "line 4"),
    ]
    with pytest.raises(BrokenSeed, match=f"^line 4: .*({says})"):
        build(Stage("first-week", PEOPLE, happenings, (1, "Mon", "09:00")), NOW, print)
    assert not Member.objects.exists()
    assert not Claim.objects.exists()


def test_the_clock_goes_on_after_something_happened():
    def fail() -> None:
        with standing_at(NOW):
            assert timezone.now() == NOW
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert timezone.now() - dt.datetime.now(dt.UTC) < dt.timedelta(seconds=1)
    assert timezone.now() != NOW
