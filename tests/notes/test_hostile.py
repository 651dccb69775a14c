import pytest

from papers.notes import actions
from papers.notes.models import Note
from tests.notes.hostile import TEXTS, dangers

HTMX = {"HX-Request": "true"}


def test_the_search_for_dangers_finds_them():
    assert dangers("<p onclick=x>") == ["<p onclick>"]
    assert dangers("<a href=' JavaScript:x'>") == ["<a href=' JavaScript:x'>"]
    assert dangers("<script>x</script>") == ["<script src=''>"]
    assert dangers('<p class="x">onclick= javascript:</p>') == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_hostile_note_gets_a_clear_answer_and_runs_nothing(a_paper, bob, client_of, text, headers):
    paper = a_paper()
    client = client_of(bob)
    sent = client.post(f"/papers/{paper.number}/notes/", {"body": text}, headers=headers)
    assert sent.status_code in (200, 303, 413, 422)
    assert dangers(sent.content.decode()) == []
    note = Note.objects.first()
    assert (note is not None) == (sent.status_code in (200, 303))
    if note:
        assert dangers(client.get(f"/notes/{note.pk}/").content.decode()) == []
        assert dangers(client.get(f"/notes/{note.pk}/edit/").content.decode()) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_edit_or_preview_gets_a_clear_answer_and_runs_nothing(a_paper, bob, client_of, text):
    note = actions.write_note(a_paper(), "Harmless.", by=bob)
    client = client_of(bob)
    edited = client.post(f"/notes/{note.pk}/edit/", {"body": text, "version": "1"})
    assert edited.status_code in (303, 413, 422)
    assert dangers(edited.content.decode()) == []
    shown = client.post("/preview/", {"body": text}, headers=HTMX)
    assert shown.status_code in (200, 413, 422)
    assert dangers(shown.content.decode()) == []
    for version in (text[:5000], "0", "-1", "1e3", "9" * 40, ""):
        assert client.post(f"/notes/{note.pk}/edit/", {"body": "x", "version": version}).status_code == 422
    assert client.post("/papers/1/seen/", {"at": text[:5000]}).status_code == 204


def test_text_that_is_no_utf_8_is_taken_with_marks_in_the_holes(a_paper, bob, client_of):
    paper = a_paper()
    answer = client_of(bob).post(
        f"/papers/{paper.number}/notes/", b"body=a%ff%edb%a0", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 303
    assert Note.objects.get().body.startswith("a\ufffd")


@pytest.mark.parametrize("name", ["\u202eevil", "<script>alert(1)</script>", "\U0001f469\u200d\U0001f52c", " "])
def test_a_hostile_name_is_shown_as_text(a_paper, a_member, bob, client_of, name):
    author = a_member("Mallory")
    author.name = name
    author.save()
    note = actions.write_note(a_paper(), "Read.", by=author)
    page = client_of(bob).get(f"/notes/{note.pk}/")
    assert page.status_code == 200
    assert dangers(page.content.decode()) == []


def test_numbers_beyond_the_database_are_not_found(a_paper, bob, client_of):
    a_paper()
    client = client_of(bob)
    huge = 10**30
    for address in (f"/notes/{huge}/", f"/notes/{huge}/edit/", f"/posts/{huge}/", f"/threads/{huge}/"):
        assert client.get(address).status_code == 404
    assert client.post(f"/papers/{huge}/notes/", {"body": "x"}).status_code == 404
