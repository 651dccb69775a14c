import pytest

from papers.notes import actions
from papers.notes.queries import notes_of


@pytest.mark.parametrize("count", [1, 3])
def test_a_papers_notes_are_one_query(a_paper, a_member, django_assert_num_queries, count):
    paper = a_paper()
    authors = [a_member(f"Member{n}") for n in range(count)]
    for author in authors:
        actions.write_note(paper, "Read.", by=author)
    with django_assert_num_queries(1):
        notes = notes_of(paper, authors[0])
    assert [(note.by.name, note.by.is_mine) for note in notes] == [
        (author.name, author == authors[0]) for author in authors
    ]


def test_who_has_left_is_still_named_as_the_author(a_paper, charlie, bob):
    paper = a_paper()
    actions.write_note(paper, "Farewell.", by=charlie)
    (note,) = notes_of(paper, bob)
    assert (note.by.name, note.by.has_left) == ("Charlie", True)
