import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from papers import markup
from papers.notes import actions
from papers.notes.models import Note, Seen
from papers.notes.queries import notes_of
from papers.refusals import Refused


@pytest.fixture
def paper(a_paper):
    return a_paper()


def test_a_note_is_rendered_once_by_the_renderer_of_the_preview(paper, bob):
    note = actions.write_note(paper, "Attention *only*.", by=bob)
    assert note.html == markup.render("Attention *only*.")
    assert note.renderer == markup.RENDERER_VERSION
    assert actions.preview("Attention *only*.", by=bob) == note.html


def test_footnotes_of_two_notes_on_one_page_do_not_share_their_ids(paper, bob):
    body = "Said before.[^1]\n\n[^1]: By others."
    first = actions.write_note(paper, body, by=bob)
    second = actions.write_note(paper, body + "\n\nAnd more.", by=bob)
    ids = [{part.split('"')[0] for part in note.html.split('id="')[1:]} for note in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_reader_does_not_write(paper, rita):
    with pytest.raises(Refused) as refused:
        actions.write_note(paper, "Hm.", by=rita)
    assert refused.value.status == 403
    assert not Note.objects.exists()


@pytest.mark.parametrize(("body", "status"), [(" \n", 422), ("a" * (markup.MAX_BYTES + 1), 413)])
def test_what_cannot_be_saved_is_refused_with_its_status(paper, bob, body, status):
    with pytest.raises(Refused) as refused:
        actions.write_note(paper, body, by=bob)
    assert refused.value.status == status
    assert not Note.objects.exists()


def test_the_same_form_sent_twice_is_one_note(paper, bob):
    assert actions.write_note(paper, "Once.", by=bob) == actions.write_note(paper, "Once.", by=bob)
    assert Note.objects.count() == 1


def test_the_same_words_are_another_note_later_elsewhere_or_from_somebody_else(paper, a_paper, bob, alice):
    old = actions.write_note(paper, "Once.", by=bob)
    Note.objects.filter(pk=old.pk).update(
        written_at=timezone.now() - actions.REPEATED_WITHIN - dt.timedelta(seconds=1)
    )
    actions.write_note(paper, "Once.", by=bob)
    actions.write_note(paper, "Once.", by=alice)
    actions.write_note(a_paper("T5"), "Once.", by=bob)
    assert Note.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_many_times_at_once_is_one_note(paper, bob):
    def send() -> None:
        try:
            start.wait(10)
            written.append(actions.write_note(paper, "Once.", by=bob).pk)
        finally:
            connection.close()

    written: list[int] = []
    start = threading.Barrier(8)
    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(written) == 8
    assert set(written) == {Note.objects.get().pk}


def test_an_edit_replaces_the_words_and_raises_the_version(paper, bob):
    note = actions.write_note(paper, "Frist.", by=bob)
    actions.edit_note(note, "First.", 1, by=bob)
    note.refresh_from_db()
    assert (note.body, note.version) == ("First.", 2)
    assert "First." in note.html
    assert note.edited_at is not None


def test_the_second_of_two_windows_loses_nothing_and_overwrites_nothing(paper, bob):
    note = actions.write_note(paper, "First.", by=bob)
    actions.edit_note(note, "From one window.", 1, by=bob)
    with pytest.raises(Refused) as refused:
        actions.edit_note(note, "From the other.", 1, by=bob)
    assert refused.value.status == 409
    assert Note.objects.get().body == "From one window."


def test_an_edit_sent_twice_is_no_conflict(paper, bob):
    note = actions.write_note(paper, "First.", by=bob)
    actions.edit_note(note, "Second.", 1, by=bob)
    actions.edit_note(note, "Second.", 1, by=bob)
    assert Note.objects.get().version == 2


def test_nobody_edits_or_deletes_the_note_of_another_not_even_an_organiser(paper, bob, alice):
    note = actions.write_note(paper, "Mine.", by=bob)
    for act in (lambda: actions.edit_note(note, "Ours.", 1, by=alice), lambda: actions.delete_note(note, by=alice)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403
    assert Note.objects.get().body == "Mine."


def test_a_deleted_note_leaves_the_page_and_its_words_are_gone(paper, bob):
    note = actions.write_note(paper, "Nonsense.", by=bob)
    actions.delete_note(note, by=bob)
    note.refresh_from_db()
    assert (note.body, note.html) == ("", "")
    assert note.deleted_at is not None
    assert notes_of(paper, bob) == []


def test_an_edit_does_not_bring_a_deleted_note_back(paper, bob):
    note = actions.write_note(paper, "Nonsense.", by=bob)
    actions.delete_note(note, by=bob)
    with pytest.raises(Refused, match="deleted"):
        actions.edit_note(note, "Sense.", 1, by=bob)
    assert Note.objects.get().deleted_at is not None


def test_seen_is_one_mark_that_moves_only_forward(paper, rita):
    noon = dt.datetime(2023, 3, 1, 12, tzinfo=dt.UTC)
    actions.mark_seen(paper, by=rita, at=noon)
    actions.mark_seen(paper, by=rita, at=noon + dt.timedelta(hours=1))
    actions.mark_seen(paper, by=rita, at=noon)
    assert Seen.objects.get().seen_at == noon + dt.timedelta(hours=1)
