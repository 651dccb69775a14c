"""The lineage: a picture that links can walk through, the same in words, and the curator's timeline."""

import gzip
import re
from io import StringIO

import pytest
from django.core.management import call_command

from papers.catalogue.models import Lineage, Paper

pytestmark = pytest.mark.django_db
# The session, the member, works, edges, parts, the timeline, the group.
QUERIES = 7


@pytest.fixture
def whole_list(group) -> None:
    call_command("seed", stdout=StringIO())


@pytest.fixture
def family(a_paper) -> dict[str, Paper]:
    """GPT-2 builds on GPT, which builds on the Transformer, and so does BERT."""
    made = {
        name: a_paper(f"About {name}", aliases=[name], year=year, on_list=name != "BERT")
        for name, year in (("Transformer", 2017), ("GPT", 2018), ("GPT-2", 2019), ("BERT", 2018))
    }
    for source, target in (("GPT", "Transformer"), ("GPT-2", "GPT"), ("BERT", "Transformer")):
        Lineage.objects.create(
            source=made[source], target=made[target], kind="builds_on", evidence_en=f"{source} needs it."
        )
    return made


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def dim(page: str) -> set[str]:
    return set(re.findall(r'<a [^>]*class="dim"><title>About ([^<]*)</title>', page))


def test_every_paper_of_a_lineage_is_in_the_picture_and_in_words(family, bob, client_of):
    page = text(client_of(bob).get("/lineage/"))
    for name in family:
        assert f"<title>About {name}</title>" in page
    assert page.count("needs it.") == 3
    assert dim(page) == set()


def test_a_link_dims_all_but_ancestors_and_descendants(family, bob, client_of):
    page = text(client_of(bob).get(f"/lineage/?at={family['GPT'].number}"))
    assert dim(page) == {"BERT"}
    assert "2 relatives" in page
    assert "BERT needs it." not in page
    assert dim(text(client_of(bob).get(f"/lineage/?at={family['BERT'].number}"))) == {"GPT", "GPT-2"}


def test_one_part_is_shown_with_its_neighbours(family, bob, client_of, part):
    assert "About BERT" in text(client_of(bob).get("/lineage/?part=1"))
    part.entries.filter(paper=family["Transformer"]).delete()
    part.entries.filter(paper=family["GPT"]).delete()
    page = text(client_of(bob).get("/lineage/?part=1"))
    assert ("<title>About GPT-2<" in page, "<title>About GPT<" in page, "About Transformer" in page) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("query", ["at=x", "at=99999999999999999999", "part=-1", "part=77", "at=&part=", "at=%00"])
def test_an_address_that_names_nothing_shows_the_whole(family, bob, client_of, query):
    response = client_of(bob).get(f"/lineage/?{query}")
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        assert dim(response.content.decode()) == set()


def test_an_edge_that_was_taken_away_is_gone(family, bob, client_of):
    Lineage.objects.update(removed_at="2023-03-01T00:00Z")
    assert "No lineage yet" in text(client_of(bob).get("/lineage/"))


def test_htmx_gets_the_picture_alone(family, bob, client_of):
    response = client_of(bob).get("/lineage/", headers={"HX-Request": "true"})
    assert response.content.decode().startswith('<div id="lineage">')


def test_outsiders_sign_in_first_and_nothing_is_written(client, bob, client_of):
    assert client.get("/lineage/").status_code == 302
    assert client_of(bob).post("/lineage/").status_code == 405


def test_the_page_of_the_whole_list_is_small_and_has_the_timeline(
    whole_list, bob, client_of, django_assert_num_queries
):
    client = client_of(bob)
    client.get("/")
    with django_assert_num_queries(QUERIES):
        page = text(client.get("/lineage/"))
    assert len(gzip.compress(page.encode(), 6)) < 60_000
    assert "2014" in page
    assert re.search(r"R-CNN</a> <span[^>]*>\(2013-11\)", page)
    assert page.count("<rect x=") > 90


def test_the_same_queries_for_one_edge_and_for_three(family, bob, client_of, django_assert_num_queries):
    client = client_of(bob)
    client.get("/")
    with django_assert_num_queries(QUERIES):
        client.get("/lineage/")
    Lineage.objects.filter(source=family["GPT-2"]).delete()
    Lineage.objects.filter(source=family["BERT"]).delete()
    with django_assert_num_queries(QUERIES):
        client.get("/lineage/")
