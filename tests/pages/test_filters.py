"""The list narrowed and sorted by its address, with and without scripts."""

import re

import pytest

from papers.catalogue.models import Paper, Part
from papers.claims import actions as claims
from papers.discussion import actions as discussion
from papers.notes import actions as notes
from papers.notes.models import Reading

pytestmark = pytest.mark.django_db
QUERIES_AT_MOST = 5


@pytest.fixture
def shelf(a_paper, part, alice, bob) -> dict[str, Paper]:
    """Four papers: one read, one claimed, one free in another part, and a survey."""
    made = {
        "read": a_paper("Zeta", year=2017),
        "claimed": a_paper("Alpha", year=2022, mode="brief"),
        "survey": a_paper("Survey", year=2023, kind="survey"),
    }
    other = Part.objects.create(reading_list=part.reading_list, number=2, title_zh="其二", title_en="Second")
    made["second"] = Paper.objects.create(number=9, title="Second one", year=2017)
    other.entries.create(position=1, paper=made["second"])
    claims.mark_read(made["read"], by=alice)
    claims.claim(made["claimed"], by=bob)
    notes.write_note(made["claimed"], "A note.", by=bob)
    discussion.start_thread(made["survey"], "Why?", "question", "Why?", by=bob)
    notes.set_reading(made["read"], "studied", by=bob)
    notes.set_reading(made["survey"], "skimmed", by=alice)
    return made


@pytest.fixture
def shown(shelf, bob, client_of):
    """Return the titles that the list shows for a query."""

    def ask(query: str, **headers: str) -> list[str]:
        response = client_of(bob).get(f"/papers/?{query}", headers=headers)
        assert response.status_code == 200
        return re.findall(r'<h3 class="title"><a [^>]*>([^<]*)<', response.content.decode())

    return ask


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Zeta", "Alpha", "Survey", "Second one"]),
        ("part=2", ["Second one"]),
        ("state=done", ["Zeta"]),
        ("state=free", ["Survey", "Second one"]),
        ("state=claimed", ["Alpha"]),
        ("mine=studied", ["Zeta"]),
        ("mine=skimmed", []),
        ("mine=unread&part=1", ["Alpha", "Survey"]),
        ("kind=survey", ["Survey"]),
        ("mode=brief", ["Alpha"]),
        ("year=2017", ["Zeta", "Second one"]),
        ("has=notes", ["Alpha"]),
        ("has=questions", ["Survey"]),
        ("sort=title", ["Alpha", "Second one", "Survey", "Zeta"]),
        ("sort=newest", ["Survey", "Alpha", "Zeta", "Second one"]),
        ("year=2017&sort=number", ["Zeta", "Second one"]),
        ("part=77&state=gone&sort=x&unknown=1", ["Zeta", "Alpha", "Survey", "Second one"]),
    ],
)
def test_the_address_narrows_and_sorts(shown, query, titles):
    assert shown(query) == titles


def test_nothing_left_offers_the_whole_list(shelf, bob, client_of):
    page = client_of(bob).get("/papers/?mine=skimmed").content.decode()
    assert "No paper is like that" in page
    assert 'href="/papers/">Show all' in page


def test_what_is_chosen_stays_chosen(shelf, bob, client_of):
    page = client_of(bob).get("/papers/?state=free").content.decode()
    assert '<option value="free" selected>' in page
    assert '<details class="filters" open>' in page


def test_htmx_gets_the_rows_alone(shelf, bob, client_of):
    response = client_of(bob).get("/papers/?part=2", headers={"HX-Request": "true", "HX-Target": "papers"})
    assert response.content.decode().startswith('<div class="papers" id="papers">')


def test_filters_take_few_queries(shelf, bob, client_of, django_assert_max_num_queries):
    client = client_of(bob)
    client.get("/")
    for query in ("", "state=free", "has=notes&sort=title"):
        with django_assert_max_num_queries(QUERIES_AT_MOST):
            client.get(f"/papers/?{query}")


def test_a_thousand_papers_take_the_same_queries(part, bob, client_of, django_assert_max_num_queries):
    papers = Paper.objects.bulk_create(Paper(number=number, title=f"Paper {number}") for number in range(1, 1001))
    part.entries.bulk_create(part.entries.model(part=part, position=paper.number, paper=paper) for paper in papers)
    client = client_of(bob)
    client.get("/")
    with django_assert_max_num_queries(QUERIES_AT_MOST):
        assert client.get("/papers/").content.count(b'class="number">#') == 1000


# --- How far a member has read


def test_one_tap_marks_a_paper_as_read_by_me_alone(a_paper, alice, bob, client_of):
    paper = a_paper()
    response = client_of(bob).post(f"/papers/{paper.number}/reading/?short=1", {"state": "read"})
    assert (response.status_code, response["Location"]) == (303, f"/papers/#paper-{paper.number}")
    assert list(Reading.objects.values_list("member__name", "state")) == [("Bob", "read")]
    assert "1 by me" in client_of(bob).get("/papers/").content.decode()
    assert "1 by me" not in client_of(alice).get("/papers/").content.decode()
    client_of(bob).post(f"/papers/{paper.number}/reading/?short=1", {"state": "unread"})
    assert not Reading.objects.exists()


def test_a_reader_has_read_states_too(a_paper, rita, client_of):
    paper = a_paper()
    assert client_of(rita).post(f"/papers/{paper.number}/reading/", {"state": "studied"}).status_code == 303
    page = client_of(rita).get(paper.get_absolute_url()).content.decode()
    assert re.search(r'value="studied"[^>]*aria-current="true"', page)


@pytest.mark.parametrize("short", ["", "?short=1"])
def test_htmx_gets_the_switch_back(a_paper, bob, client_of, short):
    paper = a_paper()
    response = client_of(bob).post(
        f"/papers/{paper.number}/reading/{short}", {"state": "skimmed"}, headers={"HX-Request": "true"}
    )
    assert f'id="reading-{paper.number}"' in response.content.decode()
    assert "announce" in response["HX-Trigger"]


@pytest.mark.parametrize("state", ["", "finished", "read\u202e"])
def test_another_state_is_refused(a_paper, bob, client_of, state):
    paper = a_paper()
    assert client_of(bob).post(f"/papers/{paper.number}/reading/", {"state": state}).status_code == 422
    assert not Reading.objects.exists()


def test_outsiders_and_wrong_methods(a_paper, bob, client, client_of):
    paper = a_paper()
    assert client.post(f"/papers/{paper.number}/reading/", {"state": "read"}).status_code == 302
    assert client_of(bob).get(f"/papers/{paper.number}/reading/").status_code == 405
    assert client_of(bob).post("/papers/999/reading/", {"state": "read"}).status_code == 404
