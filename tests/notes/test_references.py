"""`#17` and `@Bob` in texts: links, and the way back from the paper that is named."""

import pytest

from papers.catalogue.references import known_in
from papers.discussion import actions as discussion
from papers.notes import actions
from papers.notes.models import Note

pytestmark = pytest.mark.django_db


def test_a_text_knows_what_there_is(a_paper, alice, bob, charlie, django_assert_num_queries):
    a_paper()
    with django_assert_num_queries(2):
        known = known_in("#1 and #2, @Bob and @Charlie")
    assert (known.papers, known.people) == ({1}, {"Alice": alice.pk, "Bob": bob.pk})
    with django_assert_num_queries(0):
        known_in("nothing of it")


def test_the_paper_that_is_named_leads_back(a_paper, alice, bob, client_of):
    one, two = a_paper("Attention"), a_paper("BERT")
    note = actions.write_note(two, "Builds on #1, thanks @Alice.", by=bob)
    thread = discussion.start_thread(two, "Why", "question", "Is #1 enough?", by=alice)
    actions.write_note(one, "This is #1 itself.", by=bob)
    page = client_of(alice).get("/papers/1/").content.decode()
    assert "Mentioned in" in page
    assert f'href="/notes/{note.pk}/"' in page
    assert f'href="/posts/{thread.posts.get().pk}/"' in page
    assert f'<a href="/members/{alice.pk}/" class="ref"' in Note.objects.get(pk=note.pk).html
    actions.edit_note(note, "Builds on nothing.", 1, by=bob)
    discussion.delete_post(thread.posts.get(), by=alice)
    assert "Mentioned in" not in client_of(alice).get("/papers/1/").content.decode()


def test_what_is_private_or_masked_leads_nowhere(a_paper, alice, bob, group, client_of):
    a_paper("Attention")
    actions.write_note(a_paper("BERT"), "Builds on #1.", by=bob, visibility="private")
    assert "Mentioned in" not in client_of(alice).get("/papers/1/").content.decode()
    assert "Mentioned in" in client_of(bob).get("/papers/1/").content.decode()
    Note.objects.update(visibility="group")
    assert "Mentioned in" in client_of(alice).get("/papers/1/").content.decode()
    group.first_thoughts = True
    group.save()
    assert "Mentioned in" not in client_of(alice).get("/papers/1/").content.decode()
