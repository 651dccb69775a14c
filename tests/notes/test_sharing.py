"""Who can read a note: its author alone, the group, or whoever has its link; and that every reader keeps to it."""

import datetime as dt
import io
import zipfile

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from papers.archive.exporting import write
from papers.digests import queries as digests
from papers.notes import actions
from papers.notes.models import Note
from papers.notes.queries import notes_of, visible_to
from papers.notes.sharing import address_of, note_with
from papers.refusals import Refused

HTMX = {"HX-Request": "true"}
SECRET = "Half a thought about backpropagation."


@pytest.fixture
def paper(a_paper):
    return a_paper(number=17)


@pytest.fixture
def private(paper, bob):
    return actions.write_note(paper, SECRET, visibility="private", by=bob)


@pytest.fixture
def linked(paper, bob):
    return actions.write_note(paper, "For everybody: $x^2$.", visibility="link", by=bob)


def path_of(note) -> str:
    return address_of(note).removeprefix(django_settings.BASE_URL)


def test_a_note_is_the_groups_unless_said_otherwise(paper, bob):
    assert actions.write_note(paper, "Words.", by=bob).visibility == "group"


def test_nobody_but_the_author_knows_of_a_private_note_organisers_neither(private, bob, alice, rita):
    assert [note.id for note in notes_of(private.paper, bob)] == [private.pk]
    for other in (alice, rita):
        assert not visible_to(other).exists()


@pytest.mark.parametrize(
    "address",
    [
        "/papers/17/",
        "/papers/?has=notes",
        "/search/?q=backpropagation",
        "/search/?q=has:notes",
        "/",
        "/digest/",
        "/members/{bob}/",
        "/notes/{note}/",
        "/notes/{note}/history/",
        "/notes/{note}/edit/",
    ],
)
def test_no_page_shows_it_to_others(private, bob, alice, client_of, address):
    page = client_of(alice).get(address.format(bob=bob.pk, note=private.pk))
    assert page.status_code == (404 if "/notes/" in address else 200)
    assert "Half a thought" not in page.content.decode()
    # Whoever writes it finds it.
    if address in ("/papers/17/", "/search/?q=backpropagation"):
        assert "Half a thought" in client_of(bob).get(address).content.decode()


@pytest.mark.parametrize("asked", ["has:notes", "has:maths"])
def test_a_search_for_papers_with_notes_counts_what_the_member_may_read(paper, bob, alice, client_of, asked):
    actions.write_note(paper, "Mine: $x^2$.", visibility="private", by=bob)
    found = {
        member.name: "Attention Is All You Need" in client_of(member).get("/search/", {"q": asked}).content.decode()
        for member in (bob, alice)
    }
    assert found == {"Bob": True, "Alice": False}


def test_it_is_in_no_digest(private, linked, alice, group):
    now = timezone.now() + dt.timedelta(minutes=1)
    gathered = digests.gather([alice], group, since=now - dt.timedelta(days=1), until=now)
    assert [item.path for item in gathered.items if item.kind == "note"] == [f"/papers/17/#note-{linked.pk}"]


def test_the_archive_moves_house_with_it_but_prints_it_on_no_page(private):
    file = io.BytesIO()
    write(file, now=timezone.now())
    with zipfile.ZipFile(file) as archive:
        holding = [name for name in archive.namelist() if b"Half a thought" in archive.read(name)]
    assert holding == ["data/note.jsonl"]


def test_nobody_answers_to_what_they_may_not_know_of(private, alice, client_of):
    client = client_of(alice)
    for address in (f"/notes/{private.pk}/", f"/notes/{private.pk}/edit/", f"/notes/{private.pk}/link/"):
        assert client.post(address, {"_method": "delete", "body": "x", "version": 1}).status_code == 404
    private.refresh_from_db()
    assert (private.body, private.deleted_at) == (SECRET, None)


# --- The link


def test_whoever_has_the_link_reads_the_note_and_nothing_else(linked, client):
    answer = client.get(path_of(linked))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<math" in page
    assert "Bob" in page
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert "/notes/" not in page
    assert client.get("/papers/17/").status_code == 302


def test_looking_by_link_writes_nothing_and_takes_no_other_method(linked, client, django_assert_num_queries):
    address = path_of(linked)
    # The note, the group.
    with django_assert_num_queries(2) as queries:
        client.get(address)
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("visibility", ["private", "group"])
def test_a_note_without_a_link_opens_to_no_address(linked, bob, client, visibility):
    address = path_of(linked)
    actions.edit_note(linked, linked.body, linked.version, visibility=visibility, by=bob)
    assert client.get(address).status_code == 404
    assert address_of(linked) == ""
    # Who had the link does not get in again when there is one once more.
    actions.edit_note(linked, linked.body, linked.version, visibility="link", by=bob)
    assert client.get(address).status_code == 404
    assert client.get(path_of(linked)).status_code == 200


def test_a_new_link_ends_the_old_one(linked, bob, client, client_of):
    before = path_of(linked)
    answer = client_of(bob).post(f"/notes/{linked.pk}/link/")
    assert (answer.status_code, answer["Location"]) == (303, f"/notes/{linked.pk}/#link-{linked.pk}")
    linked.refresh_from_db()
    assert client.get(before).status_code == 404
    assert client.get(path_of(linked)).status_code == 200
    fragment = client_of(bob).post(f"/notes/{linked.pk}/link/", headers=HTMX).content.decode()
    linked.refresh_from_db()
    assert address_of(linked) in fragment


@pytest.mark.parametrize("token", ["x", "x.y.z", "WzEsMF0:1"])
def test_an_address_made_elsewhere_opens_nothing(linked, client, token):
    assert client.get(f"/n/{token}/").status_code == 404
    assert note_with(token) is None


def test_a_deleted_note_opens_no_more(linked, bob, client):
    actions.delete_note(linked, by=bob)
    assert client.get(path_of(linked)).status_code == 404


def test_only_the_author_is_shown_the_link_and_may_renew_it(linked, bob, alice, client_of):
    page = f"/notes/{linked.pk}/"
    assert address_of(linked) in client_of(bob).get(page).content.decode()
    assert address_of(linked) not in client_of(alice).get(page).content.decode()
    assert client_of(alice).post(f"{page}link/").status_code == 403
    assert client_of(alice).get(f"{page}link/").status_code == 405


def test_a_note_of_the_group_has_no_link_to_renew(paper, bob):
    note = actions.write_note(paper, "Words.", by=bob)
    with pytest.raises(Refused, match="no link") as refused:
        actions.renew_link(note, by=bob)
    assert refused.value.status == 409


# --- Choosing


def test_who_can_read_it_is_chosen_in_the_form_and_shown_on_the_note(paper, bob, alice, client_of):
    client = client_of(bob)
    assert 'name="visibility"' in client.get("/papers/17/").content.decode()
    client.post("/papers/17/notes/", {"body": "Words.", "visibility": "private"})
    note = Note.objects.get()
    assert note.visibility == "private"
    assert "only you see it" in client.get("/papers/17/").content.decode()
    assert '<option value="private" selected>' in client.get(f"/notes/{note.pk}/edit/").content.decode()
    client.post(f"/notes/{note.pk}/edit/", {"body": "Words.", "version": 1, "visibility": "link"})
    assert "readable by link" in client_of(alice).get("/papers/17/").content.decode()


def test_who_else_can_read_it_is_asked_of_those_who_are_known(paper, bob, client_of):
    answer = client_of(bob).post("/papers/17/notes/", {"body": "Words.", "visibility": "enemies"})
    assert answer.status_code == 422
    with pytest.raises(Refused, match="whoever has its link"):
        actions.write_note(paper, "Words.", visibility="enemies", by=bob)
    assert not Note.objects.exists()


def test_changing_only_who_can_read_it_keeps_the_words_and_counts_as_no_edit(private, bob):
    actions.edit_note(private, SECRET, 1, visibility="group", by=bob)
    assert (private.visibility, private.edited_at, private.versions.count()) == ("group", None, 0)
    with pytest.raises(Refused, match="another window"):
        actions.edit_note(private, SECRET, 1, visibility="link", by=bob)
