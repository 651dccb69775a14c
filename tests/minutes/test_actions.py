"""Writing the minutes: alone, two at once, and what is to be done."""

import datetime as dt
import threading
from http import HTTPStatus

import pytest
from django.db import connections

from papers import markup
from papers.attendance import actions as attendance
from papers.macros import rendering
from papers.members.models import Group
from papers.minutes import actions
from papers.minutes.models import ActionItem, Material, Section, SectionVersion
from papers.minutes.queries import to_do
from papers.notes import drafts
from papers.refusals import Refused
from papers.sessions import actions as sessions

pytestmark = pytest.mark.django_db


def texts(session) -> list[tuple[str, str]]:
    return list(session.minutes_sections.order_by("position").values_list("title", "body"))


def test_minutes_begin_with_what_is_known(session, alice, bob, time_machine):
    attendance.arrive(session, by=bob)
    time_machine.move_to(session.starts_at, tick=False)
    actions.begin(session, by=alice)
    assert texts(session) == [
        ("Attendance", "There: @Bob"),
        ("#1 Scaling Laws", "Presented by @Bob.\n\nOpen questions:\n\n- Why a power law?"),
        ("Decisions and next steps", ""),
    ]
    assert f'<a href="/members/{bob.pk}/" class="ref"' in session.minutes_sections.get(position=1).html


def test_they_begin_in_the_language_of_the_group(session, alice, time_machine):
    Group.objects.update(language="zh-hans")
    time_machine.move_to(session.starts_at, tick=False)
    actions.begin(session, by=alice)
    assert [title for title, _body in texts(session)] == ["出席", "#1 Scaling Laws", "决定与后续事项"]


def test_begun_twice_they_are_begun_once(begun, session, alice):
    actions.write(begun[0], "Nobody", 1, by=alice)
    assert actions.begin(session, by=alice) == begun
    assert texts(session)[0] == ("Attendance", "Nobody")


def test_they_do_not_begin_before_the_session(session, alice):
    # Then a question could be masked from whoever reads the minutes.
    with pytest.raises(Refused, match="Minutes begin with the session") as refused:
        actions.begin(session, by=alice)
    assert refused.value.status == HTTPStatus.CONFLICT
    sessions.cancel_session(session, "Ill", by=alice)
    with pytest.raises(Refused, match="is cancelled"):
        actions.begin(session, by=alice)


def test_readers_only_read(begun, session, rita):
    for write in (
        lambda: actions.begin(session, by=rita),
        lambda: actions.write(begun[0], "x", 1, by=rita),
        lambda: actions.add_line(begun[0], "x", by=rita),
        lambda: actions.add_material(session, "slides", "https://example.org/", "", by=rita),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert refused.value.status == HTTPStatus.FORBIDDEN


def test_the_second_saver_overwrites_nothing(begun, alice, bob):
    section = begun[2]
    actions.write(Section.objects.get(pk=section.pk), "Ours", 1, by=alice)
    with pytest.raises(Refused, match="nothing was overwritten"):
        actions.write(Section.objects.get(pk=section.pk), "Mine", 1, by=bob)
    # The same words again are no conflict: the form was sent twice.
    assert actions.write(Section.objects.get(pk=section.pk), "Ours", 1, by=bob).version == 2
    assert list(section.versions.values_list("version", "body")) == [(1, "")]


def test_a_text_that_is_too_long_is_refused(begun, alice):
    with pytest.raises(Refused, match="the limit is 100 kB") as refused:
        actions.write(begun[0], "x" * 100_001, 1, by=alice)
    assert refused.value.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "- new"),
        ("- old", "- old\n- new"),
        ("Words.", "Words.\n\n- new"),
        ("1. one", "1. one\n- new"),
        ("- old\n\n", "- old\n- new"),
    ],
)
def test_a_line_is_added_to_what_stands_there(begun, alice, bob, before, after):
    section = begun[2]
    if before:
        actions.write(section, before, 1, by=alice)
    actions.add_line(Section.objects.get(pk=section.pk), " new\u202e ", by=bob)
    section.refresh_from_db()
    assert section.body == after


def test_an_empty_line_is_refused(begun, alice):
    with pytest.raises(Refused, match="There is no text yet"):
        actions.add_line(begun[0], " \u200b ", by=alice)


@pytest.mark.django_db(transaction=True)
def test_lines_added_at_once_are_all_there(begun, alice, bob):
    section, start, failures = begun[2], threading.Barrier(8), []

    def add(number: int) -> None:
        try:
            start.wait()
            actions.add_line(Section.objects.get(pk=section.pk), f"line {number}", by=alice if number % 2 else bob)
        except Exception as error:  # noqa: BLE001 - told by the test
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    section.refresh_from_db()
    assert failures == []
    assert sorted(section.body.split("\n")) == [f"- line {number}" for number in range(8)]
    assert section.version == 9


def test_an_earlier_version_stands_again(begun, alice, bob):
    section = begun[2]
    actions.write(section, "First", 1, by=alice)
    actions.write(section, "Second", 2, by=bob)
    actions.restore_version(section, 2, seen=3, by=alice)
    section.refresh_from_db()
    assert (section.body, section.version) == ("First", 4)
    assert SectionVersion.objects.count() == 3
    with pytest.raises(Refused, match="not kept any more"):
        actions.restore_version(section, 9, seen=4, by=alice)
    with pytest.raises(Refused, match="nothing was overwritten"):
        actions.restore_version(section, 1, seen=3, by=alice)


def test_saving_makes_an_end_of_the_draft(begun, bob):
    section = begun[2]
    kept = drafts.keep(f"minutes:{section.pk}", "Half", by=bob, version=1)
    actions.write(section, "Whole", 1, by=bob, draft=kept.stamp)
    assert drafts.draft_of(bob, f"minutes:{section.pk}") is None


# --- To do


BODY = "- [ ] @Bob mends the code by 7/12\n- [ ] @Alice and @Bob meet\n- [ ] nobody"


def test_tasks_land_on_their_members(begun, alice, bob):
    actions.write(begun[2], BODY, 1, by=alice)
    assert [(item.text, item.due_on) for item in to_do(bob)] == [
        ("mends the code by 7/12", dt.date(2023, 7, 12)),
        ("and meet", None),
    ]
    assert [item.text for item in to_do(alice)] == ["and meet"]


def test_done_is_ticked_in_the_minutes_and_can_be_taken_back(begun, alice, bob):
    actions.write(begun[2], BODY, 1, by=alice)
    item = to_do(bob)[0]
    assert actions.mark(item, done=True, by=bob).is_done
    begun[2].refresh_from_db()
    assert begun[2].body.startswith("- [x] @Bob mends")
    assert [each.text for each in to_do(bob)] == ["and meet"]
    # Twice is once.
    version = begun[2].version
    actions.mark(item, done=True, by=bob)
    begun[2].refresh_from_db()
    assert begun[2].version == version
    actions.mark(item, done=False, by=bob)
    assert len(to_do(bob)) == 2


def test_a_task_that_is_taken_out_is_nobodys(begun, alice, bob):
    actions.write(begun[2], BODY, 1, by=alice)
    item = to_do(bob)[0]
    actions.write(begun[2], "Nothing to do", 2, by=alice)
    assert ActionItem.objects.count() == 0
    with pytest.raises(Refused, match="not in them any more"):
        actions.mark(item, done=True, by=bob)


def test_who_has_left_is_given_nothing(begun, alice, charlie):
    actions.write(begun[2], "- [ ] @Charlie reads on", 1, by=alice)
    assert ActionItem.objects.count() == 0


def test_a_newer_renderer_sets_the_minutes_again(begun):
    Section.objects.update(renderer=1, html="old")
    assert rendering.render_again(begun[0].saved_at) == 3
    assert set(Section.objects.values_list("renderer", flat=True)) == {markup.RENDERER_VERSION}
    assert "Why a power law?" in Section.objects.get(position=2).html


# --- Slides and recordings


def test_slides_are_added_once_and_taken_away_by_who_added_them(session, alice, bob, a_member):
    added = actions.add_material(session, "slides", "https://example.org/s.pdf", "Scaling", by=bob)
    assert actions.add_material(session, "other", "https://example.org/s.pdf", "", by=alice) == added
    with pytest.raises(Refused, match="Only who added this"):
        actions.remove_material(added, by=a_member("Dora"))
    actions.remove_material(added, by=alice)
    assert Material.objects.count() == 0


def test_there_is_an_end_of_them(session, bob, monkeypatch):
    monkeypatch.setattr(actions, "MOST_MATERIALS", 1)
    actions.add_material(session, "slides", "https://example.org/1", "", by=bob)
    with pytest.raises(Refused, match="at most 1 "):
        actions.add_material(session, "slides", "https://example.org/2", "", by=bob)
