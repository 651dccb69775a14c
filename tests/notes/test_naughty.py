"""The Big List of Naughty Strings: each is kept as it was written, and none does anything."""

import html
import json
import re
from pathlib import Path

import pytest

from papers.notes.models import Note
from tests.notes.hostile import dangers

STRINGS = json.loads((Path(__file__).parent / "naughty" / "strings.json").read_text())
TEXTAREA = re.compile(r'<textarea[^>]*name="body"[^>]*>\n?(.*?)</textarea>', re.DOTALL)


def test_they_are_many():
    assert len(STRINGS) > 450


@pytest.mark.django_db
def test_each_is_stored_and_comes_back_as_it_was_written(a_paper, bob, client_of, settings):
    # Nobody writes so many notes in a minute.
    settings.RATE_LIMITS = False
    paper, client, refused = a_paper(), client_of(bob), []
    for text in STRINGS:
        answer = client.post(f"/papers/{paper.number}/notes/", {"body": text})
        if answer.status_code == 422:
            refused.append(text)
            continue
        assert answer.status_code == 303, text
        note = Note.objects.order_by("-pk")[0]
        # Nothing is lost but spaces at the end, and line ends are those of the web.
        text = text.replace("\r\n", "\n").rstrip()
        assert note.body == text
        edit = client.get(f"/notes/{note.pk}/edit/").content.decode()
        assert html.unescape(TEXTAREA.search(edit)[1]) == text
        assert dangers(client.get(f"/notes/{note.pk}/").content.decode()) == []
    # Those in which nothing can be seen.
    assert all(not any(character.isprintable() and not character.isspace() for character in text) for text in refused)
