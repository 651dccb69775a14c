"""Importing on the site: look first, decide for each line, import once."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from papers.catalogue.indexing import index
from papers.catalogue.models import Entry, ListImport, Paper

pytestmark = pytest.mark.django_db

LIST = """## Basics
- Attention Is All You Need
The first Transformer.
GPT Understands, Too
- BERT
"""


@pytest.fixture
def brought(alice, client_of):
    """Bring a list along and return the address of its preview."""

    def bring(text: str = LIST, **more) -> str:
        response = client_of(alice).post("/organise/import/", {"text": text, "format": "auto", **more})
        assert response.status_code == 303
        return response["Location"]

    return bring


def titles(page: str) -> list[str]:
    return re.findall(r'<span class="title"><bdi>([^<]*)</bdi>', page)


def test_nothing_is_imported_before_somebody_has_looked(brought, alice, client_of):
    page = client_of(alice).get(brought()).content.decode()
    assert titles(page) == ["Attention Is All You Need", "BERT"]
    assert page.count("<select name=") == 5
    assert not Paper.objects.exists()


def test_every_line_gets_the_fate_that_is_chosen(brought, alice, client_of):
    address, client = brought(), client_of(alice)
    page = client.post(address, {"f3": "row"}, headers={"HX-Request": "true"}).content.decode()
    assert page.strip().startswith('<section id="rows"')
    assert titles(page) == ["Attention Is All You Need", "GPT Understands, Too", "BERT"]
    assert titles(client.get(address).content.decode()) == titles(page)
    response = client.post(address, {"f3": "row", "f4": "attached", "import": "1"})
    assert (response.status_code, response["Location"]) == (303, address)
    assert list(Entry.objects.order_by("position").values_list("paper__title", "remark_en")) == [
        ("Attention Is All You Need", "The first Transformer."),
        ("GPT Understands, Too", "BERT"),
    ]
    assert "Imported" in client.get(address).content.decode()


def test_no_line_is_lost(brought, alice, client_of):
    address = brought("# A\n\n- x\nprose - \n- \nlast\n\n1) y\n")
    page = client_of(alice).get(address).content.decode()
    assert page.count("<select name=") == 8


def test_a_list_is_imported_once(brought, alice, client_of):
    address, client = brought(), client_of(alice)
    assert client.post(address, {"import": "1"}).status_code == 303
    assert client.post(address, {"import": "1"}).status_code == 409
    assert Paper.objects.count() == 2


def test_what_is_here_already_is_said(brought, a_paper, alice, client_of):
    paper = a_paper("Attention Is All You Need", arxiv_id="1706.03762")
    page = client_of(alice).get(brought("@misc{a, title={Other words}, eprint={1706.03762}}")).content.decode()
    assert f"Is this #{paper.number} " in page
    assert "Import: 0 new papers" in page


def test_pieces_that_cannot_be_read_are_named_and_the_rest_imported(brought, alice, client_of):
    address = brought("@misc{a, title={One}}\n@misc{b, title={broken\n@misc{c, title={Two}}")
    client = client_of(alice)
    assert "could not be read" in client.get(address).content.decode()
    client.post(address, {"import": "1"})
    assert sorted(Paper.objects.values_list("title", flat=True)) == ["One", "Two"]


def test_lines_outside_of_the_entries_are_said(brought, alice, client_of):
    address = brought("@misc{a, title={One}}\nA lost title\n@misc{b, title={Two}}\nand more\n")
    page = client_of(alice).get(address).content.decode()
    assert "Line 2: 2 lines outside the entries were not read. <code>A lost title</code>" in page
    assert titles(page) == ["One", "Two"]


def test_a_file_is_read_in_its_encoding(brought):
    brought("", file=SimpleUploadedFile("list.csv", "标题,年份\n注意力,2017\n".encode("gb18030")))
    assert "注意力" in ListImport.objects.get().text


@pytest.mark.parametrize(("text", "status"), [("", 422), ("   \n", 422), ("\x00", 422)])
def test_a_list_without_papers_is_refused(alice, client_of, text, status):
    response = client_of(alice).post("/organise/import/", {"text": text, "format": "auto"})
    assert response.status_code in (status, 400)
    assert not ListImport.objects.exists()


def test_a_file_that_is_too_large_is_refused(alice, client_of):
    file = SimpleUploadedFile("list.bib", b"x" * 5_000_001)
    assert client_of(alice).post("/organise/import/", {"format": "auto", "file": file}).status_code == 413


def test_an_unknown_fate_is_refused(brought, alice, client_of):
    assert client_of(alice).post(brought(), {"f0": "eaten"}).status_code == 422
    assert client_of(alice).post(brought(), {"f99999": "row", "fx": "row"}).status_code == 200


def test_only_organisers_import(brought, bob, rita, client, client_of):
    address = brought()
    for page in ("/organise/import/", address):
        for member in (bob, rita):
            assert client_of(member).get(page).status_code == 403
            assert client_of(member).post(page, {"text": LIST, "format": "auto"}).status_code == 403
        assert client.get(page).status_code == 302
        assert client_of(bob).delete(page).status_code == 405
    assert not Paper.objects.exists()


def test_hostile_text_is_shown_as_text(brought, alice, client_of):
    page = (
        client_of(alice).get(brought("- <script>alert(1)</script>\n<img src=x onerror=alert(1)>\n")).content.decode()
    )
    assert "<script>alert" not in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("choice", "papers", "places"),
    [("place", 1, 2), ("leave", 1, 1), ("own", 2, 2)],
)
def test_what_is_here_already_becomes_what_is_chosen(brought, a_paper, alice, client_of, choice, papers, places):
    index([a_paper("Attention is all you NEED").pk])
    address, client = brought("## Another part\n- Attention Is All You Need\n"), client_of(alice)
    (row,) = client.get(address).context["sheet"].rows
    assert [value for value, _word in row.choices] == ["place", "leave", "own"]
    client.post(address, {row.key: choice}, headers={"HX-Request": "true"})
    assert client.get(address).context["sheet"].rows[0].choice == choice
    client.post(address, {"f0": "part", row.key: choice, "import": "1"})
    assert (Paper.objects.count(), Entry.objects.count()) == (papers, places)


def test_one_arxiv_id_is_one_paper_whatever_is_chosen(brought, a_paper, alice, client_of):
    a_paper("Attention", arxiv_id="1706.03762")
    address, client = brought("## Another part\n- [Attention!](https://arxiv.org/abs/1706.03762)\n"), client_of(alice)
    (row,) = client.get(address).context["sheet"].rows
    assert [value for value, _word in row.choices] == ["place", "leave"]
    client.post(address, {row.key: "own", "import": "1"})
    assert Paper.objects.count() == 1


def test_a_choice_that_is_none_is_refused(brought, a_paper, alice, client_of):
    a_paper("Attention Is All You Need")
    assert client_of(alice).post(brought(), {"t2-00000000": "twice"}).status_code == 422
