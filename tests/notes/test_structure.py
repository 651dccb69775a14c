"""A structured note is one Markdown text, and can be taken apart again."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from papers.notes import structure
from papers.notes.models import Note

HTMX = {"HX-Request": "true"}
MADE = {"shape": "template", "headings": "en", "idea": "Only attention.", "doubt": "Is it *all* you need?"}
BODY = "## Idea\n\nOnly attention.\n\n## Doubt\n\nIs it *all* you need?"
texts = st.text(st.sampled_from("a ## \n想"), max_size=12) | st.sampled_from(
    ["## Idea\n\nx", "## 问题\n\n", "```\n## Doubt"]
)
languages = st.sampled_from(list(structure.HEADINGS))


@given(st.dictionaries(st.sampled_from(structure.FIELDS), texts), languages)
@example({"problem": "x\n\n## Idea\n\ny"}, "en")
def test_what_was_made_of_fields_makes_the_same_text_again(fields, language):
    body = structure.compose(fields, language)
    parsed = structure.parse(body)
    assert body == "" or parsed is None or structure.compose(*parsed) == body


@given(st.dictionaries(st.sampled_from(structure.FIELDS), st.text("ab\n 想", max_size=9)), languages)
def test_plain_words_come_back_into_their_fields(fields, language):
    body = structure.compose(fields, language)
    said = {name: tidied for name in structure.FIELDS if (tidied := structure.tidy(fields.get(name, "")))}
    assert structure.parse(body) == ((said, language) if said else None)


@given(st.text(max_size=80))
def test_no_text_is_changed_by_being_taken_apart(body):
    parsed = structure.parse(body)
    assert parsed is None or structure.compose(*parsed) == body


@pytest.mark.parametrize(
    "body", ["", "Words.", "# Idea\n\nx", "Before.\n\n## Idea\n\nx", "## Doubt\n\nx\n\n## Idea\n\ny ", "## Idea\nx"]
)
def test_a_free_text_stays_one(body):
    assert structure.parse(body) is None


@pytest.fixture
def paper(a_paper):
    return a_paper(number=17)


def test_five_fields_make_one_note_with_headings(paper, bob, client_of):
    assert client_of(bob).post("/papers/17/notes/", MADE).status_code == 303
    note = Note.objects.get()
    assert note.body == BODY
    assert note.html.count("<h") == 2


def test_its_form_shows_the_fields_again_and_keeps_the_language_of_the_headings(paper, bob, client_of):
    bob.language = "zh-hans"
    bob.save()
    client = client_of(bob)
    client.post("/papers/17/notes/", MADE)
    note = Note.objects.get()
    page = client.get(f"/notes/{note.pk}/edit/").content.decode()
    assert 'name="headings" value="en"' in page
    assert ">\nOnly attention.</textarea>" in page
    assert 'name="body"' not in page
    client.post(f"/notes/{note.pk}/edit/", {**MADE, "problem": "Recurrence.", "version": 1})
    note.refresh_from_db()
    assert note.body == f"## Problem\n\nRecurrence.\n\n{BODY}"


def test_the_headings_of_a_new_note_are_in_the_writers_language(paper, bob, client_of):
    bob.language = "zh-hans"
    bob.save()
    client = client_of(bob)
    page = client.post("/papers/17/notes/shape/", {"body": "", "shape": "free"}, headers=HTMX).content.decode()
    assert 'name="headings" value="zh-hans"' in page
    client.post("/papers/17/notes/", {**MADE, "headings": "zh-hans"})
    assert Note.objects.get().body.startswith("## 思路\n\nOnly attention.")


def test_five_empty_fields_are_an_empty_note(paper, bob, client_of):
    answer = client_of(bob).post("/papers/17/notes/", {"shape": "template", "doubt": " \n"})
    assert answer.status_code == 422
    assert 'name="doubt"' in answer.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_the_form_changes_its_shape_and_keeps_the_words_and_saves_nothing(paper, bob, client_of, headers):
    client = client_of(bob)
    there = client.post(
        "/papers/17/notes/shape/", {"body": "Begun freely.", "visibility": "private"}, headers=headers
    ).content.decode()
    assert ">\nBegun freely.</textarea>" in there
    assert 'name="idea"' in there
    assert '<option value="private" selected>' in there
    assert ("<html" in there) is (headers == {})
    back = client.post("/papers/17/notes/shape/", MADE, headers=headers).content.decode()
    assert f">\n{BODY}</textarea>" in back
    assert not Note.objects.exists()


def test_so_does_the_form_of_a_change(paper, bob, alice, client_of):
    client = client_of(bob)
    client.post("/papers/17/notes/", MADE)
    address = f"/notes/{Note.objects.get().pk}/edit/shape/"
    page = client.post(address, {**MADE, "version": 1, "doubt": "Really?"}).content.decode()
    assert "## Doubt\n\nReally?</textarea>" in page
    assert 'name="version" value="1"' in page
    assert client_of(alice).post(address, MADE).status_code == 403
    assert client.get(address).status_code == 405
    assert Note.objects.get().body == BODY


def test_the_preview_of_the_fields_is_the_note(paper, bob, client_of):
    client = client_of(bob)
    shown = client.post("/preview/", MADE, headers=HTMX).content.decode()
    client.post("/papers/17/notes/", MADE)
    assert Note.objects.get().html in shown
