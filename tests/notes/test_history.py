"""Earlier versions: kept, compared, and let stand again; and what the second saver sees."""

import re

import pytest

from papers.discussion import actions as discussion
from papers.members.models import Act
from papers.notes import actions
from papers.notes.history import body_at, history_of, versions_visible_to
from papers.notes.models import Note, NoteVersion
from papers.refusals import Refused

HTMX = {"HX-Request": "true"}


@pytest.fixture
def paper(a_paper):
    return a_paper(number=17)


@pytest.fixture
def note(paper, bob):
    """A note in its third version."""
    note = actions.write_note(paper, "One cat sat.", by=bob)
    actions.edit_note(note, "One dog sat.", 1, by=bob)
    return actions.edit_note(note, "One dog ran.", 2, by=bob)


def test_each_save_keeps_what_it_saved_over(note, bob):
    kept = list(note.versions.order_by("version").values_list("version", "body", "by__name"))
    assert kept == [(1, "One cat sat.", "Bob"), (2, "One dog sat.", "Bob")]
    first, second = note.versions.order_by("version")
    assert first.saved_at == note.written_at
    assert first.saved_at < second.saved_at < note.edited_at
    assert [body_at(note, version) for version in (1, 2, 3, 4)] == [
        "One cat sat.",
        "One dog sat.",
        "One dog ran.",
        None,
    ]


def test_the_history_shows_what_each_version_changed(note, bob):
    found = history_of(note, bob)
    assert [one.version for one in found.versions] == [3, 2, 1]
    assert [(piece.kind, piece.text) for piece in found.pieces] == [
        ("kept", "One dog "),
        ("removed", "sat"),
        ("added", "ran"),
        ("kept", "."),
    ]
    assert [piece.text for piece in history_of(note, bob, version=1).pieces] == ["One cat sat."]
    assert history_of(note, bob, version=9) is None


def test_a_version_stands_again_as_a_new_one(note, bob, client_of):
    client = client_of(bob)
    answer = client.post(f"/notes/{note.pk}/history/", {"version": 1, "seen": 3})
    assert (answer.status_code, answer["Location"]) == (303, f"/papers/17/#note-{note.pk}")
    note.refresh_from_db()
    assert (note.body, note.version, note.html) == ("One cat sat.", 4, "<p>One cat sat.</p>\n")
    assert note.versions.filter(version=3, body="One dog ran.").exists()
    assert not Act.objects.exists()


def test_an_organiser_restores_too_which_is_logged_and_named(note, alice, rita, a_member, client_of):
    address = f"/notes/{note.pk}/history/"
    assert client_of(alice).get(address).status_code == 200
    client_of(alice).post(address, {"version": 2, "seen": 3})
    note.refresh_from_db()
    assert (note.body, note.saved_by) == ("One dog sat.", alice)
    assert Act.objects.get().verb == "restore note"
    assert history_of(note, alice).versions[0].name == "Alice"
    for other in (rita, a_member("Dan")):
        assert client_of(other).get(address).status_code == 403
        assert client_of(other).post(address, {"version": 1, "seen": 4}).status_code == 403


def test_what_was_private_stays_its_authors(paper, bob, alice):
    note = actions.write_note(paper, "Secret.", visibility="private", by=bob)
    actions.edit_note(note, "Not any more.", 1, visibility="group", by=bob)
    assert versions_visible_to(bob, note).count() == 1
    assert not versions_visible_to(alice, note).exists()
    assert "Secret" not in str(history_of(note, alice))
    with pytest.raises(Refused, match="not kept"):
        actions.restore_version(note, 1, seen=2, by=alice)


def test_whoever_was_slower_restores_nothing(note, bob, client_of):
    answer = client_of(bob).post(f"/notes/{note.pk}/history/", {"version": 1, "seen": 2})
    assert answer.status_code == 409
    assert "another window" in answer.content.decode()
    note.refresh_from_db()
    assert note.version == 3


@pytest.mark.parametrize("query", ["?version=9", "?version=99999999999999999999"])
def test_there_is_no_page_for_a_version_that_is_none(note, bob, client_of, query):
    assert client_of(bob).get(f"/notes/{note.pk}/history/{query}").status_code == 404
    assert client_of(bob).post(f"/notes/{note.pk}/history/", {"version": "x"}).status_code == 404


def test_the_page_shows_what_came_and_went_as_text(paper, bob, client_of):
    note = actions.write_note(paper, "x", by=bob)
    actions.edit_note(note, "<script>alert(1)</script>", 1, by=bob)
    page = client_of(bob).get(f"/notes/{note.pk}/history/").content.decode()
    assert "<del>x</del><ins>&lt;script&gt;" in page


def test_a_deleted_note_leaves_no_earlier_words(note, bob):
    actions.delete_note(note, by=bob)
    assert not NoteVersion.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_history_costs_the_same_for_any_number_of_versions(
    paper, bob, client_of, count, django_assert_num_queries
):
    note = actions.write_note(paper, "0", by=bob)
    for number in range(1, count + 1):
        actions.edit_note(note, str(number), number, by=bob)
    client = client_of(bob)
    # Session, member, the note, the versions, the words of the one before, the group.
    with django_assert_num_queries(6):
        assert client.get(f"/notes/{note.pk}/history/").status_code == 200


# --- The second saver


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_the_second_saver_sees_theirs_mine_and_both_as_one(paper, bob, client_of, headers):
    note = actions.write_note(paper, "One.\n\nTwo.\n\nThree.", by=bob)
    client = client_of(bob)
    client.post(f"/notes/{note.pk}/edit/", {"body": "1.\n\nTwo.\n\nThree.", "version": 1})
    mine = {"body": "One.\n\nTwo.\n\n3.", "version": 1, "visibility": "group"}
    answer = client.post(f"/notes/{note.pk}/edit/", mine, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<del>One</del><ins>1</ins>" in page
    assert ">\nOne.\n\nTwo.\n\n3.</textarea>" in page
    assert ">\n1.\n\nTwo.\n\n3.</textarea>" in page
    assert 'name="version" value="2"' in page
    saved = client.post(f"/notes/{note.pk}/edit/", {"body": "1.\n\nTwo.\n\n3.", "version": 2}, headers=headers)
    assert saved.status_code in (200, 303)
    assert Note.objects.get().body == "1.\n\nTwo.\n\n3."


def test_where_both_changed_one_place_both_stand(note, bob, client_of):
    page = (
        client_of(bob)
        .post(f"/notes/{note.pk}/edit/", {"body": "One bird flew.", "version": 2, "visibility": "group"})
        .content.decode()
    )
    assert ">\nOne dog ran.\nOne bird flew.</textarea>" in page
    assert "In one place both were changed" in page


def test_two_structured_texts_are_merged_into_the_five_fields(paper, bob, client_of):
    client = client_of(bob)
    made = {"shape": "template", "headings": "en", "idea": "I.", "doubt": "D."}
    client.post("/papers/17/notes/", made)
    address = f"/notes/{Note.objects.get().pk}/edit/"
    client.post(address, {**made, "idea": "Idea.", "version": 1})
    page = client.post(address, {**made, "doubt": "Doubt.", "version": 1}).content.decode()
    assert ">\nIdea.</textarea>" in page
    assert ">\nDoubt.</textarea>" in page


def test_a_free_text_and_a_structured_one_are_merged_into_a_free_text(paper, bob, client_of):
    client = client_of(bob)
    made = {"shape": "template", "headings": "en", "idea": "I."}
    client.post("/papers/17/notes/", made)
    address = f"/notes/{Note.objects.get().pk}/edit/"
    client.post(address, {"body": "Freely.", "version": 1})
    page = client.post(address, {**made, "doubt": "Doubt.", "version": 1}).content.decode()
    assert ">\nFreely.\n## Idea\n\nI.\n\n## Doubt\n\nDoubt.</textarea>" in page
    assert 'name="idea"' not in page


def test_so_does_the_second_saver_of_a_post(paper, bob, client_of):
    post = discussion.start_thread(paper, "Why?", "question", "One.", by=bob).posts.get()
    client = client_of(bob)
    client.post(f"/posts/{post.pk}/edit/", {"body": "One.\n\nTwo.", "version": 1})
    answer = client.post(f"/posts/{post.pk}/edit/", {"body": "One.\n\nThree.", "version": 1})
    assert answer.status_code == 409
    assert re.search(r">\nOne\.\n+Two\.\n+Three\.</textarea>", answer.content.decode())
    assert 'name="version" value="2"' in answer.content.decode()
