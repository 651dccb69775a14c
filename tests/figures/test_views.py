"""Adding a figure, and who sees it."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from papers import markup
from papers.discussion.actions import delete_post, start_thread
from papers.figures.actions import forget_unused, keep_figure
from papers.figures.models import Figure
from papers.notes.actions import delete_note, edit_note, write_note
from papers.notes.drafts import keep
from papers.notes.sharing import address_of
from papers.refusals import Refused

pytestmark = pytest.mark.django_db


def send(client, file: bytes, alt: str = "", **headers):
    data = {"file": SimpleUploadedFile("x.png", file, "image/png"), "alt": alt}
    return client.post("/figures/", data, **headers)


@pytest.fixture
def figure(bob, picture) -> Figure:
    return keep_figure(picture(), by=bob)


def test_a_script_gets_the_address_and_a_person_the_line_to_write(bob, client_of, picture):
    said = send(client_of(bob), picture(), HTTP_HX_REQUEST="true")
    figure = Figure.objects.get()
    assert (said.status_code, said.json()) == (201, {"address": f"/figures/{figure.name}/60x40/"})
    page = send(client_of(bob), picture(), alt="A [red] box")
    assert f'value="![A &amp;#91;red&amp;#93; box]({figure.get_absolute_url()})"' in page.content.decode()
    # The same picture again is the same figure.
    assert Figure.objects.count() == 1


def test_it_is_served_as_what_it_is_and_can_do_nothing(figure, bob, client_of):
    client = client_of(bob)
    answer = client.get(figure.get_absolute_url())
    assert answer.status_code == 200
    assert answer.content == bytes(figure.data)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert client.get(figure.get_absolute_url(), HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert client.get(f"/figures/{figure.name}/60x41/").status_code == 404
    assert client.get("/figures/AAAAAAAAAAAAAAAAAAAAAA/60x40/").status_code == 404
    assert client.post(figure.get_absolute_url()).status_code == 405


def test_strangers_see_those_of_notes_open_by_link_only(figure, bob, rita, a_paper, client, client_of):
    address = figure.get_absolute_url()
    assert client_of(rita).get(address).status_code == 200
    assert client.get(address).status_code == 404
    paper = a_paper()
    note = write_note(paper, f"![box]({address})", by=bob)
    assert client.get(address).status_code == 404
    edit_note(note, note.body, 1, visibility="link", by=bob)
    note.refresh_from_db()
    page = client.get(address_of(note).removeprefix("http://127.0.0.1:8000"))
    assert f'<img src="{address}" width="60" height="40" alt="box" loading="lazy">' in page.content.decode()
    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")
    delete_note(note, by=bob)
    assert client.get(address).status_code == 404


def test_readers_and_strangers_add_none(rita, client, client_of, picture):
    assert send(client_of(rita), picture()).status_code == 403
    assert send(client, picture()).status_code == 302
    assert not Figure.objects.exists()
    assert client_of(rita).get("/figures/").status_code == 200


@pytest.mark.parametrize(
    ("file", "status", "why"),
    [
        (b"\0" * 2_000_001, 413, "at most 2 MB"),
        (b"<svg/>", 422, "cannot be read as a picture"),
        (b"", 422, "cannot be read as a picture"),
    ],
)
def test_what_is_refused_says_why(file, status, why, bob, client_of):
    page = send(client_of(bob), file)
    assert page.status_code == status
    assert why in page.content.decode()
    said = send(client_of(bob), file, HTTP_HX_REQUEST="true")
    assert said.status_code == status
    assert why in said.json()["sentence"]


def test_without_a_file(bob, client_of):
    page = client_of(bob).post("/figures/", {"alt": "x"})
    assert page.status_code == 422
    assert "There is no picture yet" in page.content.decode()


class TestInTexts:
    def test_only_figures_of_this_site_are_pictures(self, figure):
        html = markup.render(f'![A "quoted" <b> box]({figure.get_absolute_url()})')
        assert (
            f'<img src="{figure.get_absolute_url()}" width="60" height="40" alt="A &quot;quoted&quot; &lt;b&gt; box"'
            in html
        )
        for address in (
            "https://evil.example/figures/AAAAAAAAAAAAAAAAAAAAAA/6x4/",
            "//evil.example/x.png",
            "/figures/AAAAAAAAAAAAAAAAAAAAAA/6x4/../../../members/7/",
            "/figures/AAAAAAAAAAAAAAAAAAAAAA/00006x4/",
            "/accounts/logout/",
            "data:image/png;base64,AAAA",
        ):
            assert "<img" not in markup.render(f"![x]({address})")

    def test_its_words_are_those_of_mails_and_excerpts(self, figure):
        assert markup.plain(f"See ![the loss over time]({figure.get_absolute_url()})") == "See the loss over time"


class TestForgetting:
    def test_what_no_text_has_goes_after_thirty_days(self, figure, a_paper, bob, picture):
        now, address = timezone.now(), figure.get_absolute_url()
        assert forget_unused(now + dt.timedelta(days=29)) == 0
        note = write_note(a_paper(), f"![box]({address})", by=bob)
        assert forget_unused(now + dt.timedelta(days=31)) == 0
        # Looked at again a month later. In an earlier version it can still stand again.
        edit_note(note, "Without it.", 1, by=bob)
        assert forget_unused(now + dt.timedelta(days=62)) == 0
        delete_note(note, by=bob)
        assert forget_unused(now + dt.timedelta(days=93)) == 1
        assert not Figure.objects.exists()

    def test_a_draft_or_a_post_keeps_it(self, figure, a_paper, bob):
        later = timezone.now() + dt.timedelta(days=31)
        thread = start_thread(a_paper(), "Why?", "question", f"![box]({figure.get_absolute_url()})", by=bob)
        assert forget_unused(later) == 0
        delete_post(thread.posts.get(), by=bob)
        keep("note:paper:1", f"![box]({figure.get_absolute_url()})", by=bob, writer="w", seen=None)
        assert forget_unused(later + dt.timedelta(days=31)) == 0


def test_a_role_that_cannot_write_is_refused_before_the_file_is_read(rita):
    with pytest.raises(Refused) as refused:
        keep_figure(b"", by=rita)
    assert refused.value.status == 403
