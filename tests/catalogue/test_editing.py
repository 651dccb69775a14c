"""Changing the list: who may, what is kept of it, conflicts, circles, and putting things back."""

import pytest

from papers.catalogue import actions
from papers.catalogue.models import Edit, Entry, Lineage, Link, Paper, Part
from papers.refusals import Refused

pytestmark = pytest.mark.django_db


def record(paper: Paper, **changes) -> dict:
    """Return what the form for the record sends."""
    paper.refresh_from_db()
    said = {
        "title": paper.title,
        "aliases": "\n".join(paper.aliases),
        "kind": paper.kind,
        "authors": "\n".join(paper.authors),
        "authors_complete": "on" if paper.authors_complete else "",
        "year": paper.year or "",
        "month": paper.month or "",
        "arxiv_id": paper.arxiv_id or "",
        "doi": paper.doi or "",
        "url": paper.url,
        "mode": paper.mode,
        "abstract": paper.abstract,
        "version": paper.version,
    }
    return {**said, **changes}


@pytest.fixture
def paper(a_paper) -> Paper:
    return a_paper("Attention", year=2017, authors=["Ashish Vaswani"])


ADDRESSES = ("/papers/new/", "/papers/1/edit/")
POSTS = (
    ("/papers/new/", {"said": "x"}),
    ("/papers/1/edit/", {}),
    ("/papers/1/places/", {}),
    ("/papers/1/links/", {"url": "https://example.org", "kind": "blog"}),
    ("/papers/1/lineage/", {"kind": "builds_on", "target": "1", "evidence": "x"}),
)


# --- Who may


def test_members_are_told_that_organisers_change_the_list(paper, bob, rita, client_of):
    link = Link.objects.create(paper=paper, url="https://example.org/a")
    for member in (bob, rita):
        client = client_of(member)
        for address in (*ADDRESSES, f"/entries/{paper.entries.get().pk}/remark/"):
            assert client.get(address).status_code == 403
        assert client.post(f"/links/{link.pk}/").status_code == 403
        assert "Edit</a>" not in client.get("/papers/1/").content.decode()
    assert client_of(bob).post("/papers/1/edit/", record(paper, title="Mine")).status_code == 403
    assert not Edit.objects.exists()


def test_members_may_where_the_group_says_so_but_never_readers(paper, bob, rita, group, client_of):
    group.members_may_edit = True
    group.save()
    assert client_of(bob).post("/papers/1/edit/", record(paper, title="Better")).status_code == 303
    assert client_of(rita).get("/papers/1/edit/").status_code == 403
    assert "/papers/1/edit/" in client_of(bob).get("/papers/1/").content.decode()


def test_strangers_sign_in_first(paper, client):
    for address in (*ADDRESSES, "/papers/1/history/", "/papers/to-fill/"):
        assert client.get(address).status_code == 302
    for address, data in POSTS:
        assert client.post(address, data).status_code == 302


def test_each_address_takes_its_own_methods(paper, alice, client_of):
    client = client_of(alice)
    for address in ("/papers/1/places/", "/papers/1/links/", "/papers/1/lineage/"):
        assert client.get(address).status_code == 405
    for address in ("/papers/1/history/", "/papers/to-fill/"):
        assert client.post(address).status_code == 405
    for address in ("/papers/99/edit/", "/papers/99/history/", "/entries/99/remark/"):
        assert client.get(address).status_code == 404


# --- The record


def test_an_edit_is_saved_indexed_and_kept(paper, alice, client_of):
    said = record(
        paper, title="Attention Is All You Need", authors="Ashish Vaswani\nNoam Shazeer", arxiv_id="arXiv:1706.03762v5"
    )
    assert client_of(alice).post("/papers/1/edit/", said).status_code == 303
    paper.refresh_from_db()
    assert (paper.title, paper.arxiv_id, paper.version) == ("Attention Is All You Need", "1706.03762", 2)
    assert paper.folded == "attentionisallyouneed"
    edit = Edit.objects.get()
    assert (edit.by, edit.before["title"], edit.after["title"]) == (alice, "Attention", "Attention Is All You Need")
    assert set(edit.after) == {"title", "authors", "arxiv_id"}


def test_saving_without_a_change_is_no_edit(paper, alice, client_of):
    client_of(alice).post("/papers/1/edit/", record(paper))
    assert not Edit.objects.exists()


def test_a_title_alone_is_enough(a_paper, alice, client_of):
    bare = a_paper("Only a title")
    assert client_of(alice).post("/papers/1/edit/", record(bare, title="Still only one")).status_code == 303


def test_the_second_of_two_editors_sees_what_stands_there(paper, alice, client_of):
    mine = record(paper, title="Mine")
    client_of(alice).post("/papers/1/edit/", record(paper, title="Theirs"))
    response = client_of(alice).post("/papers/1/edit/", mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="Mine"' in page
    assert ">Theirs</dd>" in page
    assert 'name="version" value="2"' in page
    paper.refresh_from_db()
    assert paper.title == "Theirs"


def test_saving_after_a_conflict_keeps_what_others_changed_elsewhere(paper, alice, client_of):
    mine, client = record(paper, title="Mine"), client_of(alice)
    client.post("/papers/1/edit/", record(paper, abstract="Theirs.", authors="A. Uthor"))
    again = client.post("/papers/1/edit/", mine).context["record"].initial
    assert (again["title"], again["abstract"], again["authors"]) == ("Mine", "Theirs.", ["A. Uthor"])
    client.post("/papers/1/edit/", {**mine, "abstract": again["abstract"], "authors": "A. Uthor", "version": 2})
    paper.refresh_from_db()
    assert (paper.title, paper.abstract, paper.authors) == ("Mine", "Theirs.", ["A. Uthor"])


def test_the_id_of_another_paper_is_refused_naming_it(paper, a_paper, alice, client_of):
    a_paper("Other", arxiv_id="1706.03762")
    response = client_of(alice).post("/papers/1/edit/", record(paper, arxiv_id="1706.03762"))
    assert response.status_code == 409
    assert "already #2" in response.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "x" * 501},
        {"year": "soon"},
        {"year": "", "month": "5"},
        {"month": "13"},
        {"arxiv_id": "nonsense"},
        {"doi": "nonsense"},
        {"url": "javascript:alert(1)"},
        {"kind": "novel"},
        {"mode": "slow"},
        {"authors": "x" * 300},
        {"version": "-1"},
        {"version": "9" * 40},
        {"abstract": "x" * 30_000},
    ],
)
def test_what_is_not_understood_is_said_and_nothing_is_saved(paper, alice, client_of, changes):
    response = client_of(alice).post("/papers/1/edit/", record(paper, **changes))
    assert response.status_code == 422
    assert "something in the form is not understood" in response.content.decode()
    assert not Edit.objects.exists()


def test_history_shows_the_difference_and_puts_it_back(paper, alice, client_of):
    client = client_of(alice)
    client.post("/papers/1/edit/", record(paper, title="Attention Is All"))
    page = client.get("/papers/1/history/").content.decode()
    assert "Attention<ins> Is All</ins>" in page
    assert client.post(f"/edits/{Edit.objects.get().pk}/restore/").status_code == 303
    paper.refresh_from_db()
    assert (paper.title, Edit.objects.count()) == ("Attention", 2)


def test_the_difference_is_escaped(paper, alice, client_of):
    client = client_of(alice)
    client.post("/papers/1/edit/", record(paper, title="<script>alert(1)</script>"))
    assert "<script>alert" not in client.get("/papers/1/history/").content.decode()


# --- Remarks


def remarks(**changes) -> dict:
    nothing = dict.fromkeys(["remark_zh", "remark_en", "correction_zh", "correction_en", "correction_source"], "")
    return {**nothing, "version": 1, **changes}


def test_a_remark_is_written_in_place(paper, alice, client_of):
    entry = paper.entries.get()
    address = f"/entries/{entry.pk}/remark/"
    client = client_of(alice)
    form = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert form.strip().startswith(f'<form class="form card" id="remark-{entry.pk}"')
    said = remarks(remark_en="The **first** one, $x^2$.", correction_en="No.", correction_source="arXiv:1706.03762")
    answered = client.post(address, said, headers={"HX-Request": "true"}).content.decode()
    assert "<strong>first</strong>" in answered
    assert "<math" in answered
    assert "Correction" in answered
    assert client.get("/search/", {"q": "first"}).context["groups"][0]["hits"][0].url == "/papers/1/"
    assert Edit.objects.get().entry == entry


def test_a_remark_that_changed_meanwhile_is_not_saved_over(paper, alice, client_of):
    entry, client = paper.entries.get(), client_of(alice)
    client.post(f"/entries/{entry.pk}/remark/", remarks(remark_en="Theirs."))
    client.post(f"/entries/{entry.pk}/remark/", remarks(remark_en="Theirs.", remark_zh="他们的。", version=2))
    response = client.post(f"/entries/{entry.pk}/remark/", remarks(remark_en="Mine."))
    assert response.status_code == 409
    assert response.context["theirs"] == [("Remark in Chinese", "他们的。"), ("Remark in English", "Theirs.")]
    assert (response.context["form"].initial["remark_zh"], response.context["form"].initial["remark_en"]) == (
        "他们的。",
        "Mine.",
    )
    again = client.post(f"/entries/{entry.pk}/remark/", remarks(remark_en="Mine.", version=3))
    assert again.status_code == 303


@pytest.mark.parametrize("changes", [{"correction_source": "alone"}, {"remark_zh": "长" * 10_001}])
def test_a_remark_that_cannot_stand_is_refused(paper, alice, client_of, changes):
    response = client_of(alice).post(f"/entries/{paper.entries.get().pk}/remark/", remarks(**changes))
    assert response.status_code == 422


def test_an_old_remark_comes_back(paper, alice):
    entry = paper.entries.get()
    for version, text in ((1, "One."), (2, "Two.")):
        said = {name: value for name, value in remarks(remark_en=text).items() if name != "version"}
        actions.edit_remarks(entry, said, version, by=alice)
    actions.restore(Edit.objects.order_by("-pk").first(), by=alice)
    entry.refresh_from_db()
    assert (entry.remark_en, entry.html["remark_en"]) == ("One.", "<p>One.</p>\n")


# --- One more paper, one more place


@pytest.mark.parametrize(
    ("said", "title", "facts"),
    [
        ("Only a title", "Only a title", (None, None, False)),
        ("https://arxiv.org/abs/2302.13971v1", "arXiv:2302.13971", ("2302.13971", None, True)),
        ("2302.13971", "arXiv:2302.13971", ("2302.13971", None, True)),
        ("https://doi.org/10.1000/XYZ", "doi:10.1000/xyz", (None, "10.1000/xyz", True)),
        ("https://example.org/post", "https://example.org/post", (None, None, False)),
    ],
)
def test_a_paper_is_added_from_one_line(part, alice, client_of, said, title, facts):
    response = client_of(alice).post("/papers/new/", {"said": said, "part": part.pk})
    paper = Paper.objects.get()
    assert (response.status_code, response["Location"]) == (303, "/papers/1/")
    assert paper.title == title
    assert (paper.arxiv_id, paper.doi, paper.fill_at is not None) == facts
    assert paper.entries.get().position == 1


def test_a_paper_that_is_here_is_not_added_again(paper, part, alice, client_of):
    response = client_of(alice).post("/papers/new/", {"said": "ＡＴＴＥＮＴＩＯＮ!", "part": part.pk})
    # Only what is indexed is known by its folded title.
    actions.edit_paper(paper, {"year": 2018}, paper.version, by=alice)
    response = client_of(alice).post("/papers/new/", {"said": "ａｔｔｅｎｔｉｏｎ!", "part": part.pk})
    assert response.status_code == 409
    assert "This is already #" in response.content.decode()


@pytest.mark.parametrize("said", ["", "   ", "…!", "x" * 1200])
def test_what_is_no_paper_is_refused(part, alice, client_of, said):
    assert client_of(alice).post("/papers/new/", {"said": said, "part": part.pk}).status_code == 422
    assert not Paper.objects.exists()


def test_a_paper_may_stand_in_a_second_part_and_counts_once(paper, part, alice, client_of):
    other = Part.objects.create(reading_list=part.reading_list, number=2, title_zh="其二", title_en="Second")
    client = client_of(alice)
    assert client.post("/papers/1/places/", {"part": other.pk}).status_code == 303
    assert client.post("/papers/1/places/", {"part": other.pk}).status_code == 409
    assert Entry.objects.filter(paper=paper).count() == 2
    assert "0 of 1 read" in client.get("/papers/").content.decode()


# --- Links and lineage


def test_links_are_added_and_taken_away(paper, alice, client_of):
    client, said = (
        client_of(alice),
        {"url": "https://example.org/a", "kind": "video", "language": "zh", "title": "讲解"},
    )
    assert client.post("/papers/1/links/", said).status_code == 303
    assert client.post("/papers/1/links/", said).status_code == 409
    link = Link.objects.get()
    assert (link.kind, link.language, link.added_by) == ("video", "zh", alice)
    assert "讲解" in client.get("/papers/1/").content.decode()
    assert client.post(f"/links/{link.pk}/").status_code == 303
    assert not Link.objects.exists()


def test_a_link_that_is_no_address_is_refused(paper, alice, client_of):
    assert client_of(alice).post("/papers/1/links/", {"url": "javascript:x", "kind": "blog"}).status_code == 422


@pytest.fixture
def trio(a_paper) -> list[Paper]:
    return [a_paper(name, aliases=[name]) for name in ("One", "Two", "Three")]


def test_a_circle_of_what_builds_on_what_is_refused_naming_the_path(trio, alice, client_of):
    one, two, three = trio
    client = client_of(alice)
    for source, target in ((two, one), (three, two)):
        said = {"kind": "builds_on", "target": f"#{target.number}", "evidence": "It says so."}
        assert client.post(f"/papers/{source.number}/lineage/", said).status_code == 303
    said = {"kind": "builds_on", "target": "3", "evidence": "No."}
    response = client.post("/papers/1/lineage/", said)
    assert response.status_code == 409
    assert "#3 Three → #2 Two → #1 One" in response.content.decode()
    assert client.post("/papers/1/lineage/", {**said, "kind": "compares"}).status_code == 303
    assert Lineage.objects.count() == 3


@pytest.mark.parametrize(
    "changes", [{"target": "1"}, {"target": "99"}, {"target": "x"}, {"kind": "likes"}, {"evidence": "  "}]
)
def test_a_relation_that_is_not_understood_is_refused(trio, alice, client_of, changes):
    said = {"kind": "builds_on", "target": "2", "evidence": "It does.", **changes}
    assert client_of(alice).post("/papers/1/lineage/", said).status_code == 422
    assert not Lineage.objects.exists()


def test_an_edge_that_was_taken_away_can_be_said_again(trio, alice):
    one, two, _three = trio
    edge = actions.relate(one, two, "builds_on", evidence="因为。", language="zh-hans", by=alice)
    actions.unrelate(edge, by=alice)
    assert Lineage.objects.get().removed_at is not None
    actions.relate(one, two, "builds_on", evidence="Again.", language="en", by=alice)
    edge.refresh_from_db()
    assert (edge.removed_at, edge.evidence_zh, edge.evidence_en, edge.added_by) == (None, "因为。", "Again.", alice)
    with pytest.raises(Refused, match="already"):
        actions.relate(one, two, "builds_on", evidence="Again.", language="en", by=alice)


# --- What is missing


def test_what_is_unknown_is_listed_on_one_page(paper, a_paper, bob, client_of):
    a_paper("Whole", year=2017, authors=["A"], url="https://example.org")
    page = client_of(bob).get("/papers/to-fill/").content.decode()
    assert "Attention" in page
    assert "<span>address</span>" in page
    assert "Whole" not in page


def test_pages_take_the_same_queries_for_one_change_and_three(paper, alice, client_of, django_assert_num_queries):
    client = client_of(alice)
    client.get("/")
    for title in ("One", "Two", "Three"):
        actions.edit_paper(paper, {"title": title}, Paper.objects.get().version, by=alice)
        with django_assert_num_queries(5):
            client.get("/papers/1/history/")
