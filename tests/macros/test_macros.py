"""The group's own commands in formulas."""

import datetime as dt

import pytest

from papers.discussion import actions as discussion
from papers.macros import actions
from papers.macros.rendering import render_again
from papers.markup.models import Macro
from papers.markup.queries import macros
from papers.members.models import Act
from papers.notes import actions as notes
from papers.notes.models import Note
from papers.refusals import Refused

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2023, 7, 5, 12, tzinfo=dt.UTC)


def test_a_macro_works_in_every_text_from_then_on_and_in_those_that_are_there(alice, bob, a_paper):
    paper = a_paper()
    note = notes.write_note(paper, r"Over $\RR$.", by=bob)
    thread = discussion.start_thread(paper, "Why", "question", r"In $\RR$?", by=bob)
    other = notes.write_note(paper, r"Nothing of it.", by=bob)
    assert "maths-error" in note.html
    actions.save_macro("RR", 0, r"\mathbb{R}", by=alice)
    assert "ℝ" in notes.write_note(paper, r"$\RR^d$", by=bob).html
    assert set(Note.objects.filter(renderer=actions.STALE)) == {note}
    assert render_again(NOW) == 2
    assert render_again(NOW) == 0
    note.refresh_from_db()
    assert ("ℝ" in note.html, note.version, note.edited_at) == (True, 1, None)
    assert "ℝ" in thread.posts.get().html
    other.refresh_from_db()
    assert other.html == "<p>Nothing of it.</p>\n"


def test_one_with_arguments_and_one_that_uses_another(alice):
    actions.save_macro("inner", 2, r"\langle #1, #2 \rangle", by=alice)
    actions.save_macro("selfinner", 1, r"\inner{#1}{#1}", by=alice)
    assert set(macros()) == {"\\inner", "\\selfinner"}


@pytest.mark.parametrize(
    ("name", "arguments", "definition", "why"),
    [
        ("R2", 0, "x", "letters from A to Z"),
        ("", 0, "x", "letters from A to Z"),
        ("alpha", 0, "x", "means something in LaTeX already"),
        ("frac", 2, "#1 #2", "means something in LaTeX already"),
        ("foo", 1, "#1 #2", "uses #2"),
        ("foo", 0, r"\frac{a", "cannot be set"),
        ("foo", 0, r"\unknown", "cannot be set"),
        ("foo", 0, r"\foo\foo", "cannot be set"),
        ("foo", 0, r"\href{javascript:alert(1)}{x}", "cannot be set"),
    ],
)
def test_a_bad_one_is_refused_with_the_reason(alice, name, arguments, definition, why):
    with pytest.raises(Refused, match=why) as refusal:
        actions.save_macro(name, arguments, definition, by=alice)
    assert refusal.value.status == 422
    assert not Macro.objects.exists()


def test_two_that_call_each_other_are_refused(alice):
    actions.save_macro("one", 0, "x", by=alice)
    actions.save_macro("two", 0, r"\one", by=alice)
    with pytest.raises(Refused, match="cannot be set"):
        actions.save_macro("one", 0, r"\two", by=alice)


def test_deleted_its_formulas_show_their_source(alice, bob, a_paper):
    macro = actions.save_macro("RR", 0, r"\mathbb{R}", by=alice)
    note = notes.write_note(a_paper(), r"$\RR$", by=bob)
    actions.delete_macro(macro, by=alice)
    render_again(NOW)
    note.refresh_from_db()
    assert "maths-error" in note.html


def test_the_page_is_for_organisers_and_members_read_them_in_the_help(alice, bob, client_of):
    client = client_of(alice)
    assert client_of(bob).get("/organise/macros/").status_code == 403
    assert client_of(bob).post("/organise/macros/", {}).status_code == 403
    sent = {"name": "\\RR", "arguments": "0", "definition": "\\mathbb{R}"}
    assert client.post("/organise/macros/", sent).status_code == 303
    assert "ℝ" in client.get("/organise/macros/").content.decode()
    refused = client.post("/organise/macros/", {**sent, "definition": "\\frac{"})
    assert (refused.status_code, "cannot be set" in refused.content.decode()) == (422, True)
    assert client.post("/organise/macros/", {"name": "x"}).status_code == 422
    assert r"\mathbb{R}" in client_of(bob).get("/help/").content.decode()
    macro = Macro.objects.get()
    assert client.get(f"/organise/macros/{macro.pk}/delete/").status_code == 405
    assert client_of(bob).post(f"/organise/macros/{macro.pk}/delete/").status_code == 403
    assert client.post(f"/organise/macros/{macro.pk}/delete/").status_code == 303
    assert [act.verb for act in Act.objects.order_by("pk")] == ["save macro", "delete macro"]
    assert "gave the macro" in client.get("/organise/audit/").content.decode()
