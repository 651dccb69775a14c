"""The search words of papers. Every action that changes what is said of a paper calls `index`."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from papers import words
from papers.catalogue.models import Entry, Link, Paper, SearchWord

A_BATCH = 500


def index(papers: Iterable[int]) -> None:
    """Store the search words of these papers (by primary key), the folded titles, and what errors are mended with."""
    wanted = sorted(set(papers))
    for start in range(0, len(wanted), A_BATCH):
        index_batch(wanted[start : start + A_BATCH])


def index_what_is_stale() -> None:
    """Store the search words of papers that have none."""
    index(Paper.objects.filter(words=None).values_list("pk", flat=True))


def index_batch(papers: list[int]) -> None:
    entries = (
        Entry.objects.filter(paper=OuterRef("pk"))
        .order_by("part__number", "position")
        .values(
            json=JSONObject(
                title="title_seed",
                remarks=JSONObject(zh="remark_zh", en="remark_en", zh2="correction_zh", en2="correction_en"),
                part=JSONObject(zh="part__title_zh", en="part__title_en"),
            )
        )
    )
    links = Link.objects.filter(paper=OuterRef("pk")).order_by("pk").values("title")
    rows = Paper.objects.filter(pk__in=papers).annotate(listed=ArraySubquery(entries), linked=ArraySubquery(links))
    found = [
        (row["pk"], weighted(row))
        for row in rows.values(
            *("pk", "title", "aliases", "authors", "abstract", "arxiv_id", "doi", "year", "listed", "linked")
        )
    ]
    Paper.objects.bulk_update(
        [Paper(pk=pk, words=words.vector(texts), folded=words.folded(texts["A"][0])[:500]) for pk, texts in found],
        ["words", "folded"],
    )
    names = {token for _pk, texts in found for text in [*texts["A"], *texts["B"]] for token in words.tokens(text)}
    SearchWord.objects.bulk_create(
        [SearchWord(word=name) for name in sorted(names) if is_mendable(name)], ignore_conflicts=True
    )


def weighted(row: dict[str, Any]) -> dict[str, list[str]]:
    """Return what is said of a paper by its weight: how it is called, by whom, the curator's words, and the rest."""
    listed = row["listed"]
    ids = [row["arxiv_id"] or "", row["doi"] or "", str(row["year"] or "")]
    return {
        "A": [row["title"], *row["aliases"], *(entry["title"] for entry in listed)],
        "B": [*row["authors"], *ids],
        "C": [text for entry in listed for text in entry["remarks"].values()],
        "D": [*row["linked"], *(text for entry in listed for text in entry["part"].values()), row["abstract"]],
    }


def is_mendable(word: str) -> bool:
    """Return whether a typing error may be mended into this word: a Latin one of at least four letters."""
    return len(word) >= 4 and word.isascii() and word.isalpha()
