import datetime as dt

import pytest
import time_machine

from papers.notes import actions
from papers.notes.models import Note, Seen

HTMX = {"HX-Request": "true"}


@pytest.fixture
def paper(a_paper):
    return a_paper(number=17)


@pytest.fixture
def note(paper, bob):
    return actions.write_note(paper, "Attention *only*.", by=bob)


def test_a_form_leads_to_the_note_on_the_papers_page(paper, bob, client_of):
    answer = client_of(bob).post("/papers/17/notes/", {"body": "Read it."})
    assert (answer.status_code, answer["Location"]) == (303, f"/papers/17/#note-{Note.objects.get().pk}")


def test_htmx_gets_the_note_and_an_empty_form(paper, bob, client_of):
    answer = client_of(bob).post("/papers/17/notes/", {"body": "Read it."}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith(
        f'<article class="note card" id="note-{Note.objects.get().pk}" tabindex="-1" data-focus'
    )
    assert page.count("Read it.") == 1
    assert 'id="note-form"' in page
    assert "HX-Retarget" not in answer


@pytest.mark.parametrize(("body", "status"), [("  ", 422), ("nul\x00", 422), ("long " * 21_000, 413)])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_text_that_cannot_be_saved_comes_back_in_the_form_with_the_reason(
    paper, bob, client_of, body, status, headers
):
    answer = client_of(bob).post("/papers/17/notes/", {"body": body}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == status
    assert 'role="alert"' in page
    assert f">\n{body}</textarea>" in page
    assert ("<html" in page) is (headers == {})
    if headers:
        assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#note-form", "outerHTML")
    assert not Note.objects.exists()


def test_line_ends_and_leading_spaces_are_kept_as_they_were_typed(paper, bob, client_of):
    client_of(bob).post("/papers/17/notes/", {"body": "    code\r\n\r\ntext\r\n"})
    assert Note.objects.get().body == "    code\n\ntext"


def test_a_reader_is_told_the_role_that_writes(paper, rita, client_of):
    client = client_of(rita)
    for address in ("/papers/17/notes/", "/preview/"):
        answer = client.post(address, {"body": "Hm."}, headers={"Accept-Language": "en"})
        assert answer.status_code == 403
        assert "Writing is for members" in answer.content.decode()
    assert not Note.objects.exists()


def test_strangers_are_sent_to_sign_in(note, client):
    for address in (
        "/papers/17/notes/",
        f"/notes/{note.pk}/",
        f"/notes/{note.pk}/edit/",
        "/preview/",
        "/papers/17/seen/",
    ):
        answer = client.post(address, {"body": "Hm."})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    assert Note.objects.count() == 1


def test_each_address_takes_its_methods_only(note, bob, client_of):
    client = client_of(bob)
    for address in ("/papers/17/notes/", "/preview/", "/papers/17/seen/"):
        assert client.get(address).status_code == 405
    assert client.put(f"/notes/{note.pk}/").status_code == 405
    assert client.post(f"/notes/{note.pk}/", {"body": "x"}).status_code == 405
    assert client.delete(f"/notes/{note.pk}/edit/").status_code == 405


def test_what_does_not_exist_is_not_found(paper, bob, client_of):
    client = client_of(bob)
    assert client.post("/papers/18/notes/", {"body": "x"}).status_code == 404
    assert client.post("/papers/18/seen/").status_code == 404
    assert client.get("/notes/1/").status_code == 404
    assert client.delete("/notes/1/").status_code == 404
    assert client.post("/notes/1/edit/", {"body": "x", "version": "1"}).status_code == 404


def test_a_note_has_a_page_of_its_own_and_a_fragment_for_htmx(note, rita, client_of):
    client = client_of(rita)
    page = client.get(f"/notes/{note.pk}/")
    assert page.status_code == 200
    assert f'id="note-{note.pk}"' in page.content.decode()
    assert "HX-Request" in page["Vary"]
    fragment = client.get(f"/notes/{note.pk}/", headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert fragment.startswith("<article")


def test_only_the_author_is_offered_to_edit(note, bob, alice, client_of):
    address = f"/notes/{note.pk}/"
    assert f"{address}edit/" in client_of(bob).get(address).content.decode()
    assert f"{address}edit/" not in client_of(alice).get(address).content.decode()


def test_nobody_edits_or_deletes_the_note_of_another(note, alice, rita, client_of):
    for member in (alice, rita):
        client = client_of(member)
        assert client.get(f"/notes/{note.pk}/edit/").status_code == 403
        assert client.post(f"/notes/{note.pk}/edit/", {"body": "x", "version": "1"}).status_code == 403
        assert client.delete(f"/notes/{note.pk}/").status_code == 403
        assert client.post(f"/notes/{note.pk}/", {"_method": "delete"}).status_code == 403
    note.refresh_from_db()
    assert (note.version, note.deleted_at) == (1, None)


def test_an_edit_by_form_and_by_htmx(note, bob, client_of):
    client = client_of(bob)
    form = client.get(f"/notes/{note.pk}/edit/").content.decode()
    assert 'name="version" value="1"' in form
    assert ">\nAttention *only*.</textarea>" in form
    answer = client.post(f"/notes/{note.pk}/edit/", {"body": "Second.", "version": "1"})
    assert (answer.status_code, answer["Location"]) == (303, f"/papers/17/#note-{note.pk}")
    answer = client.post(f"/notes/{note.pk}/edit/", {"body": "Third.", "version": "2"}, headers=HTMX)
    assert answer.status_code == 200
    assert "Third." in answer.content.decode()
    assert "edited" in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_on_a_conflict_both_texts_are_shown_and_saving_again_is_possible(note, bob, client_of, headers):
    client = client_of(bob)
    client.post(f"/notes/{note.pk}/edit/", {"body": "From one window.", "version": "1"})
    mine = {"body": "From the other.", "version": "1"}
    answer = client.post(f"/notes/{note.pk}/edit/", mine, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "From one window." in page
    assert ">\nFrom the other.</textarea>" in page
    assert 'name="version" value="2"' in page
    assert client.post(f"/notes/{note.pk}/edit/", {**mine, "version": "2"}).status_code == 303
    note.refresh_from_db()
    assert note.body == "From the other."


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_note_is_deleted_by_its_author(note, bob, client_of, headers):
    answer = client_of(bob).post(f"/notes/{note.pk}/", {"_method": "delete"}, headers=headers)
    if headers:
        assert answer.status_code == 200
        assert f'id="note-{note.pk}"' in answer.content.decode()
        assert "Attention" not in answer.content.decode()
    else:
        assert (answer.status_code, answer["Location"]) == (303, "/papers/17/")
    assert client_of(bob).get(f"/notes/{note.pk}/").status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_who_saves_a_note_deleted_in_another_window_keeps_the_text(note, bob, client_of, headers):
    client = client_of(bob)
    client.delete(f"/notes/{note.pk}/", headers=HTMX)
    answer = client.post(f"/notes/{note.pk}/edit/", {"body": "Written since.", "version": "1"}, headers=headers)
    assert answer.status_code == 409
    assert ">\nWritten since.</textarea>" in answer.content.decode()
    assert "deleted in another window" in answer.content.decode()


def test_delete_is_also_a_method(note, bob, client_of):
    assert client_of(bob).delete(f"/notes/{note.pk}/", headers=HTMX).status_code == 200
    note.refresh_from_db()
    assert note.deleted_at is not None


def test_the_preview_is_what_will_be_saved(paper, bob, client_of):
    client = client_of(bob)
    body = "# Head\n\n*stress* and `code`"
    shown = client.post("/preview/", {"body": body}, headers=HTMX).content.decode()
    client.post("/papers/17/notes/", {"body": body})
    assert Note.objects.get().html in shown
    assert Note.objects.count() == 1


def test_without_javascript_the_preview_is_a_page(bob, client_of):
    page = client_of(bob).post("/preview/", {"body": "*stress*"}).content.decode()
    assert "<html" in page
    assert "stress" in page


def test_nothing_is_previewed_of_nothing(bob, client_of):
    assert client_of(bob).post("/preview/", {"body": " "}, headers=HTMX).content.strip() == b""


def test_a_preview_of_too_much_names_the_limit(bob, client_of):
    answer = client_of(bob).post("/preview/", {"body": "a" * 100_001}, headers=HTMX)
    assert answer.status_code == 413
    assert "100 kB" in answer.content.decode()


def test_seen_is_noted_for_readers_too(paper, rita, client_of):
    with time_machine.travel(dt.datetime(2023, 3, 1, 12, tzinfo=dt.UTC), tick=False):
        assert client_of(rita).post("/papers/17/seen/").status_code == 204
    assert Seen.objects.get().seen_at == dt.datetime(2023, 3, 1, 12, tzinfo=dt.UTC)


def test_the_seen_button_of_a_page_without_javascript_leads_back_to_it(paper, rita, client_of):
    answer = client_of(rita).post("/papers/17/seen/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer["Location"]) == (303, "/papers/17/")
    assert Seen.objects.count() == 1


@pytest.mark.parametrize(
    ("at", "hour"), [("2023-03-01T11:00:00Z", 11), ("2023-03-01T13:00:00Z", 12), ("gestern", 12), ("", 12)]
)
def test_a_page_is_seen_as_of_when_it_was_made_and_never_in_the_future(paper, bob, client_of, at, hour):
    with time_machine.travel(dt.datetime(2023, 3, 1, 12, tzinfo=dt.UTC), tick=False):
        client_of(bob).post("/papers/17/seen/", {"at": at})
    assert Seen.objects.get().seen_at == dt.datetime(2023, 3, 1, hour, tzinfo=dt.UTC)


def test_previews_do_not_use_up_the_writes(paper, bob, client_of, settings):
    settings.RATE_LIMITS = True
    client = client_of(bob)
    with time_machine.travel(dt.datetime(2023, 3, 1, 12, tzinfo=dt.UTC), tick=False):
        statuses = {client.post("/preview/", {"body": "x"}, headers=HTMX).status_code for _ in range(70)}
        assert statuses == {200}
        assert client.post("/papers/17/notes/", {"body": "Saved."}).status_code == 303
