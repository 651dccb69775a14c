"""Texts that are being written: kept by the server, shown again, and gone with the save."""

import datetime as dt

import pytest
import time_machine

from papers.discussion import actions as discussion
from papers.merging import actions as merging
from papers.notes import actions, drafts, rules
from papers.notes.models import Draft, Note
from papers.refusals import Refused

NOW = dt.datetime(2023, 3, 1, 19, 14, tzinfo=dt.UTC)
TARGET = "note:paper:17"


@pytest.fixture
def paper(a_paper):
    return a_paper(number=17)


@pytest.fixture
def begun(paper, bob):
    """A draft of Bob's, of 20:14 in Berlin."""
    with time_machine.travel(NOW, tick=False):
        return drafts.keep(TARGET, "Half a thought", by=bob, writer="one")


def sent(client, **said):
    return client.post("/drafts/", {"target": TARGET, "body": "Half a thought", "writer": "one", **said})


def test_the_server_says_when_it_has_the_draft(paper, bob, client_of):
    with time_machine.travel(NOW, tick=False):
        answer = sent(client_of(bob))
    draft = Draft.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {"sentence": "Draft saved 20:14", "stamp": str(drafts.stamp_of(draft))}
    assert (draft.member, draft.body, draft.saved_at) == (bob, "Half a thought", NOW)


def test_the_page_comes_with_the_draft_in_the_form(begun, bob, alice, client_of):
    with time_machine.travel(NOW + dt.timedelta(minutes=5), tick=False):
        page = client_of(bob).get("/papers/17/").content.decode()
        assert ">\nHalf a thought</textarea>" in page
        assert "Draft of 20:14, not saved yet." in page
        assert f'name="draft" value="{begun.stamp}"' in page
        # Nobody else's page has it.
        assert "Half a thought" not in client_of(alice).get("/papers/17/").content.decode()
    with time_machine.travel(NOW + dt.timedelta(days=2), tick=False):
        assert "Draft of 2023-03-01 20:14," in client_of(bob).get("/papers/17/").content.decode()


def test_the_five_fields_are_a_draft_too(paper, bob, client_of):
    client = client_of(bob)
    fields = {"shape": "template", "headings": "en", "idea": "Attention.", "visibility": "private"}
    assert sent(client, **fields, body="").status_code == 200
    assert Draft.objects.get().body == "## Idea\n\nAttention."
    page = client.get("/papers/17/").content.decode()
    assert ">\nAttention.</textarea>" in page
    assert '<option value="private" selected>' in page


def test_what_stands_beside_a_thread_is_kept_with_it(paper, bob, client_of):
    client = client_of(bob)
    sent(client, target="thread:paper:17", title="Why?", kind="erratum")
    page = client.get("/papers/17/").content.decode()
    assert 'value="Why?"' in page
    assert '<option value="erratum" selected>' in page
    assert ">\nHalf a thought</textarea>" in page
    assert Draft.objects.get().beside == {"title": "Why?", "kind": "erratum"}


def test_an_answer_comes_back_in_its_thread(paper, bob, client_of):
    thread = discussion.start_thread(paper, "Why?", "question", "Why?", by=bob)
    other = discussion.start_thread(paper, "How?", "question", "How?", by=bob)
    client = client_of(bob)
    sent(client, target=f"reply:{thread.pk}")
    for address in ("/papers/17/", f"/threads/{thread.pk}/"):
        assert client.get(address).content.decode().count(">\nHalf a thought</textarea>") == 1
    assert "Half a thought" not in client.get(f"/threads/{other.pk}/").content.decode()


def test_a_changed_note_is_shown_with_the_version_that_its_draft_began_with(paper, bob, client_of):
    note = actions.write_note(paper, "First.", by=bob)
    client = client_of(bob)
    sent(client, target=f"note:{note.pk}", version=1)
    actions.edit_note(note, "Second.", 1, by=bob)
    page = client.get(f"/notes/{note.pk}/edit/").content.decode()
    assert ">\nHalf a thought</textarea>" in page
    assert 'data-saved="Second."' in page
    assert 'name="version" value="1"' in page
    assert client.post(f"/notes/{note.pk}/edit/", {"body": "Half a thought", "version": 1}).status_code == 409


def test_so_is_a_changed_post(paper, bob, client_of):
    post = discussion.start_thread(paper, "Why?", "question", "First.", by=bob).posts.get()
    sent(client_of(bob), target=f"post:{post.pk}", version=1)
    assert ">\nHalf a thought</textarea>" in client_of(bob).get(f"/posts/{post.pk}/edit/").content.decode()


# --- Saving ends it


@pytest.mark.parametrize("knows", [True, False], ids=["by its stamp", "by its words"])
def test_saving_the_text_ends_its_draft(begun, bob, client_of, knows):
    said = {"body": "Half a thought, and more", "draft": begun.stamp} if knows else {"body": "Half a thought"}
    client_of(bob).post("/papers/17/notes/", said)
    assert Note.objects.count() == 1
    assert not Draft.objects.exists()


def test_the_draft_of_another_window_stays(begun, bob, client_of):
    client_of(bob).post("/papers/17/notes/", {"body": "From this window.", "draft": begun.stamp - 1})
    assert Draft.objects.get().body == "Half a thought"


def test_a_text_that_is_refused_leaves_its_draft(begun, bob, client_of):
    client_of(bob).post("/papers/17/notes/", {"body": " ", "draft": begun.stamp})
    assert Draft.objects.exists()


def test_all_kinds_of_texts_end_their_drafts(paper, bob, client_of):
    client = client_of(bob)
    note = actions.write_note(paper, "Note.", by=bob)
    thread = discussion.start_thread(paper, "Why?", "question", "Why?", by=bob)
    post = thread.posts.get()
    for target, address in (
        ("thread:paper:17", "/papers/17/threads/"),
        (f"reply:{thread.pk}", f"/threads/{thread.pk}/posts/"),
        (f"note:{note.pk}", f"/notes/{note.pk}/edit/"),
        (f"post:{post.pk}", f"/posts/{post.pk}/edit/"),
    ):
        sent(client, target=target)
        assert Draft.objects.count() == 1
        said = {"body": "Half a thought", "version": 1, "title": "T", "kind": "remark"}
        assert client.post(address, said).status_code == 303
        assert not Draft.objects.exists(), target


def test_deleting_a_note_ends_its_draft(paper, bob):
    note = actions.write_note(paper, "Note.", by=bob)
    drafts.keep(rules.changed_note(note.pk), "Words.", by=bob)
    actions.delete_note(note, by=bob)
    assert not Draft.objects.exists()


def test_what_was_begun_about_a_duplicate_goes_on_about_the_paper_it_became(paper, a_paper, alice, bob, client_of):
    twin = a_paper("Attention is all you need.", number=18)
    drafts.keep("note:paper:18", "Half a thought", by=bob)
    drafts.keep("note:paper:18", "On the duplicate", by=alice)
    drafts.keep(TARGET, "On the paper", by=alice)
    merging.merge(twin, paper, by=alice)
    assert drafts.draft_of(bob, TARGET).body == "Half a thought"
    assert drafts.draft_of(alice, TARGET).body == "On the paper"
    assert Draft.objects.count() == 3


# --- Two windows


def test_another_windows_draft_is_not_written_over_unseen(begun, bob):
    with pytest.raises(Refused, match="Another window") as refused:
        drafts.keep(TARGET, "Something else", by=bob, writer="two")
    assert refused.value.status == 409
    with pytest.raises(Refused, match="Another window"):
        drafts.keep(TARGET, "", by=bob, writer="two")
    # Who has seen it, who wrote it, and who says the same may go on.
    seen = drafts.keep(TARGET, "Something else", by=bob, writer="two", seen=begun.stamp)
    drafts.keep(TARGET, "Something else", by=bob, writer="three", seen=None)
    drafts.keep(TARGET, "And on", by=bob, writer="three", seen=seen.stamp)
    assert Draft.objects.get().body == "And on"


def test_an_empty_text_takes_it_away(begun, bob, client_of):
    answer = sent(client_of(bob), body="  ", draft=begun.stamp)
    assert answer.json() == {"sentence": "", "stamp": ""}
    assert not Draft.objects.exists()
    assert sent(client_of(bob), body="").status_code == 200


# --- Limits


@pytest.mark.parametrize(
    "target", ["", "x", "note:", "note:0", "note:x", "paper:17", "note:paper:17:18", "note:" + "9" * 40]
)
def test_a_draft_of_nothing_is_not_kept(bob, client_of, target):
    assert sent(client_of(bob), target=target).status_code == 422
    assert not Draft.objects.exists()


def test_a_draft_that_is_too_long_names_the_limit_and_leaves_the_one_before(begun, bob, client_of):
    answer = sent(client_of(bob), body="很" * 33_334)
    assert answer.status_code == 413
    assert "100 kB" in answer.json()["sentence"]
    assert Draft.objects.get().body == "Half a thought"


def test_there_are_two_hundred_drafts_at_most(bob, paper):
    for number in range(rules.MOST_DRAFTS):
        drafts.keep(f"note:paper:{number + 100}", "Words", by=bob)
    with pytest.raises(Refused, match="200 drafts"):
        drafts.keep(TARGET, "Words", by=bob)
    drafts.keep("note:paper:100", "Other words", by=bob, seen=drafts.draft_of(bob, "note:paper:100").stamp)


def test_a_reader_keeps_no_drafts(paper, rita, client_of):
    assert sent(client_of(rita)).status_code == 403
    assert not Draft.objects.exists()


def test_who_is_signed_out_is_told_and_led_nowhere(paper, client):
    answer = client.post("/drafts/", {"target": TARGET, "body": "x"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 401
    assert "kept on this device" in answer.json()["sentence"]


def test_it_takes_no_other_method_and_looking_writes_nothing(begun, bob, client_of):
    client = client_of(bob)
    for address in ("/drafts/", "/drafts/discard/"):
        assert client.get(address).status_code == 405
    client.get("/papers/17/")
    assert Draft.objects.count() == 1


def test_drafts_use_up_nothing_that_saving_needs(paper, bob, client_of, settings):
    settings.RATE_LIMITS = True
    client = client_of(bob)
    with time_machine.travel(NOW, tick=False):
        assert {sent(client, body=f"Words {n}").status_code for n in range(70)} == {200}
        assert client.post("/papers/17/notes/", {"body": "Saved."}).status_code == 303


# --- Without a script


def test_it_is_discarded_by_a_button(begun, bob, alice, client_of):
    assert client_of(alice).post("/drafts/discard/", {"target": TARGET}).status_code == 303
    assert Draft.objects.count() == 1
    answer = client_of(bob).post("/drafts/discard/", {"target": TARGET})
    assert (answer.status_code, answer["Location"]) == (303, "/papers/17/#note-form")
    assert not Draft.objects.exists()
    assert client_of(bob).post("/drafts/discard/", {"target": "x"}).status_code == 404
