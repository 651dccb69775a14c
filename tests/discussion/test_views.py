import pytest

from papers.catalogue.models import Paper
from papers.discussion import actions, queries
from papers.discussion.models import Post, Thread
from tests.notes.hostile import TEXTS, dangers

HTMX = {"HX-Request": "true"}
THREAD = {"title": "Why scale?", "kind": "question", "body": "Why by the *root*?"}


@pytest.fixture
def paper(a_paper):
    return a_paper(number=17)


@pytest.fixture
def thread(paper, alice):
    return actions.start_thread(paper, "Why scale?", "question", "Why by the *root*?", by=alice)


@pytest.fixture
def post(thread, bob):
    return actions.reply(thread, "Because of the variance.", by=bob)


def test_a_form_starts_a_thread_and_leads_to_it(paper, bob, client_of):
    answer = client_of(bob).post("/papers/17/threads/", THREAD)
    assert (answer.status_code, answer["Location"]) == (303, f"/papers/17/#thread-{Thread.objects.get().pk}")


def test_htmx_gets_the_thread_and_an_empty_form(paper, bob, client_of):
    answer = client_of(bob).post("/papers/17/threads/", THREAD, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.startswith(f'<section class="thread" id="thread-{Thread.objects.get().pk}"')
    assert page.count("data-focus") == 1
    assert 'id="thread-form" hx-swap-oob="true"' in page


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"title": " "}, 422),
        ({"title": "题" * 201}, 422),
        ({"title": "\u200b\x00"}, 422),
        ({"body": "\u200b\u2060"}, 422),
        ({"kind": "rant"}, 422),
        ({"body": ""}, 422),
        ({"body": "a" * 100_001}, 413),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_thread_that_cannot_be_started_comes_back_in_the_form(paper, bob, client_of, change, status, headers):
    sent = THREAD | change
    answer = client_of(bob).post("/papers/17/threads/", sent, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == status
    assert 'role="alert"' in page
    assert f'value="{sent["title"]}"' in page
    assert f">\n{sent['body']}</textarea>" in page
    assert '<details class="stack" id="thread-form" open' in page
    assert not Thread.objects.exists()


def test_an_answer_by_form_and_by_htmx(thread, bob, client_of):
    client = client_of(bob)
    answer = client.post(f"/threads/{thread.pk}/posts/", {"body": "One."})
    first = thread.posts.last()
    assert (answer.status_code, answer["Location"]) == (303, f"/papers/17/#post-{first.pk}")
    answer = client.post(f"/threads/{thread.pk}/posts/", {"body": "Two."}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.startswith(f'<article class="post" id="post-{thread.posts.last().pk}" tabindex="-1" data-focus')
    assert f'id="reply-{thread.pk}" hx-swap-oob="true"' in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_empty_answer_comes_back_in_the_form(thread, bob, client_of, headers):
    answer = client_of(bob).post(f"/threads/{thread.pk}/posts/", {"body": " "}, headers=headers)
    assert answer.status_code == 422
    assert f'<details class="stack" id="reply-{thread.pk}" open' in answer.content.decode()
    assert thread.posts.count() == 1


def test_a_reader_is_told_the_role_that_writes(thread, rita, client_of):
    client = client_of(rita)
    assert client.post("/papers/17/threads/", THREAD).status_code == 403
    answer = client.post(f"/threads/{thread.pk}/posts/", {"body": "Hm."}, headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "Writing is for members" in answer.content.decode()
    assert Post.objects.count() == 1


def test_strangers_are_sent_to_sign_in(post, client):
    for address in (
        "/papers/17/threads/",
        f"/threads/{post.thread_id}/posts/",
        f"/threads/{post.thread_id}/",
        f"/posts/{post.pk}/",
        f"/posts/{post.pk}/edit/",
    ):
        assert client.post(address, THREAD)["Location"].startswith("/accounts/login/")
    assert Post.objects.count() == 2


def test_each_address_takes_its_methods_only(post, bob, client_of):
    client = client_of(bob)
    assert client.get("/papers/17/threads/").status_code == 405
    assert client.get(f"/threads/{post.thread_id}/posts/").status_code == 405
    assert client.post(f"/threads/{post.thread_id}/").status_code == 405
    assert client.put(f"/posts/{post.pk}/").status_code == 405
    assert client.post(f"/posts/{post.pk}/").status_code == 405


def test_what_does_not_exist_is_not_found(thread, bob, client_of):
    client = client_of(bob)
    missing = thread.pk + 1000
    assert client.post("/papers/18/threads/", THREAD).status_code == 404
    assert client.post(f"/threads/{missing}/posts/", {"body": "x"}).status_code == 404
    assert client.get(f"/threads/{missing}/").status_code == 404
    assert client.get(f"/threads/{thread.pk}/?before={missing}").status_code == 404
    assert client.get(f"/posts/{missing}/").status_code == 404
    assert client.get(f"/posts/{missing}/edit/").status_code == 404
    assert client.delete(f"/posts/{missing}/").status_code == 404


@pytest.mark.parametrize("before", ["", "x", "0", "-1", "9" * 40, "%00", "1;drop"])
def test_a_page_before_nonsense_is_an_answer(thread, bob, client_of, before):
    assert client_of(bob).get(f"/threads/{thread.pk}/?before={before}").status_code in (200, 400, 404)


def test_a_posts_address_leads_to_it_on_the_papers_page(post, rita, client_of):
    answer = client_of(rita).get(f"/posts/{post.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/papers/17/#post-{post.pk}")


def test_a_thread_has_a_page_of_its_own(post, rita, client_of):
    page = client_of(rita).get(f"/threads/{post.thread_id}/").content.decode()
    assert "Because of the variance." in page
    assert '<form class="form"' not in page


def test_nobody_edits_or_deletes_the_post_of_another(post, alice, client_of):
    client = client_of(alice)
    assert client.get(f"/posts/{post.pk}/edit/").status_code == 403
    assert client.post(f"/posts/{post.pk}/edit/", {"body": "x", "version": "1"}).status_code == 403
    assert client.delete(f"/posts/{post.pk}/").status_code == 403
    post.refresh_from_db()
    assert (post.version, post.deleted_at) == (1, None)


def test_an_edit_by_form_and_by_htmx(post, bob, client_of):
    client = client_of(bob)
    assert ">\nBecause of the variance.</textarea>" in client.get(f"/posts/{post.pk}/edit/").content.decode()
    answer = client.post(f"/posts/{post.pk}/edit/", {"body": "Second.", "version": "1"})
    assert (answer.status_code, answer["Location"]) == (303, f"/papers/17/#post-{post.pk}")
    answer = client.post(f"/posts/{post.pk}/edit/", {"body": "Third.", "version": "2"}, headers=HTMX)
    assert answer.status_code == 200
    assert "Third." in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_on_a_conflict_both_texts_are_shown(post, bob, client_of, headers):
    client = client_of(bob)
    client.post(f"/posts/{post.pk}/edit/", {"body": "From one window.", "version": "1"})
    answer = client.post(f"/posts/{post.pk}/edit/", {"body": "From the other.", "version": "1"}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "From one window." in page
    assert ">\nFrom the other.</textarea>" in page
    assert 'name="version" value="2"' in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_who_saves_a_post_deleted_in_another_window_keeps_the_text(post, bob, client_of, headers):
    client = client_of(bob)
    client.post(f"/posts/{post.pk}/", {"_method": "delete"})
    answer = client.post(f"/posts/{post.pk}/edit/", {"body": "Written since.", "version": "1"}, headers=headers)
    assert answer.status_code == 409
    assert ">\nWritten since.</textarea>" in answer.content.decode()
    assert "deleted in another window" in answer.content.decode()


def test_a_deleted_post_keeps_its_place_on_the_page(post, bob, client_of):
    client = client_of(bob)
    answer = client.post(f"/posts/{post.pk}/", {"_method": "delete"})
    assert (answer.status_code, answer["Location"]) == (303, f"/papers/17/#post-{post.pk}")
    page = client.get(f"/threads/{post.thread_id}/").content.decode()
    assert f'class="post deleted" id="post-{post.pk}"' in page
    assert "variance" not in page
    assert client.get(f"/posts/{post.pk}/edit/").status_code == 404


def test_deleting_an_opening_without_answers_takes_the_thread_away(thread, alice, client_of):
    answer = client_of(alice).delete(f"/posts/{thread.posts.get().pk}/", headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (200, f"#thread-{thread.pk}")
    assert not Thread.objects.exists()


def test_deleting_an_opening_without_answers_leads_a_form_to_the_paper(thread, alice, client_of):
    answer = client_of(alice).post(f"/posts/{thread.posts.get().pk}/", {"_method": "delete"})
    assert (answer.status_code, answer["Location"]) == (303, "/papers/17/")


def test_who_answers_in_a_thread_that_went_keeps_the_text(thread, alice, bob, client_of, monkeypatch):
    # Between loading the thread and locking it, its author deletes it.
    render = actions.rendered

    def slowly(body: str, paper: Paper) -> str:
        if body == "Too late.":
            actions.delete_post(thread.posts.get(), by=alice)
        return render(body, paper)

    monkeypatch.setattr(actions, "rendered", slowly)
    answer = client_of(bob).post(f"/threads/{thread.pk}/posts/", {"body": "Too late."})
    assert answer.status_code == 409
    assert ">\nToo late.</textarea>" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_threads_page_costs_the_same_for_any_number_of_posts(
    thread, a_member, client_of, count, django_assert_num_queries
):
    for n in range(count):
        actions.reply(thread, f"Answer {n}", by=a_member(f"Member{n}"))
    client = client_of(thread.author)
    # Session, member, the thread with its paper, thread row, posts, the draft of an answer, the group.
    with django_assert_num_queries(7):
        assert client.get(f"/threads/{thread.pk}/").status_code == 200


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("field", ["title", "kind", "body"])
def test_a_hostile_thread_gets_a_clear_answer_and_runs_nothing(paper, bob, client_of, text, field):
    client = client_of(bob)
    sent = client.post("/papers/17/threads/", THREAD | {field: text})
    assert sent.status_code in (303, 413, 422)
    assert dangers(sent.content.decode()) == []
    thread = Thread.objects.first()
    assert (thread is not None) == (sent.status_code == 303)
    if thread:
        assert dangers(client.get(f"/threads/{thread.pk}/").content.decode()) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_answer_gets_a_clear_answer_and_runs_nothing(thread, bob, client_of, text):
    client = client_of(bob)
    sent = client.post(f"/threads/{thread.pk}/posts/", {"body": text})
    assert sent.status_code in (303, 413, 422)
    assert dangers(sent.content.decode()) == []
    assert dangers(client.get(f"/threads/{thread.pk}/").content.decode()) == []


def test_the_row_of_a_thread_that_is_gone_is_none(thread, alice):
    actions.delete_post(thread.posts.get(), by=alice)
    assert queries.thread_row(thread, alice) is None
