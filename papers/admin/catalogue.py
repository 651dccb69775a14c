"""The list and its papers, for organisers to look at; facts of papers and the order of a part can be changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest

from papers.admin.base import Kept, LookOnly
from papers.catalogue.models import (
    Edit,
    Entry,
    Lineage,
    Link,
    ListImport,
    Merge,
    Milestone,
    Paper,
    Part,
    Proposal,
    ReadingList,
    SearchWord,
    Vote,
)
from papers.catalogue.numbering import next_number
from papers.catalogue.remarks import REMARKS


@admin.register(ReadingList)
class ReadingListAdmin(Kept):
    list_display = ("title_en", "title_zh", "archived_at")
    search_fields = ("title_en", "title_zh")


@admin.register(Part)
class PartAdmin(Kept):
    list_display = ("number", "title_en", "title_zh", "reading_list")
    list_filter = ("reading_list",)
    search_fields = ("title_en", "title_zh")
    list_select_related = ("reading_list",)


WIDGETS: dict[type[models.Field], dict[str, Any]] = {
    ArrayField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})},
    models.URLField: {"assume_scheme": "https"},
}


class EntryInline(admin.TabularInline):
    model = Entry
    fields = ("part", "position", "title_seed")
    extra = 0


class LinkInline(admin.TabularInline):
    model = Link
    extra = 0
    formfield_overrides = WIDGETS


@admin.register(Paper)
class PaperAdmin(Kept):
    list_display = ("number", "title", "kind", "year", "month", "arxiv_id", "on_list", "done_at")
    list_display_links = ("number", "title")
    list_filter = ("kind", "on_list", "entries__part", "year")
    search_fields = ("=number", "title", "aliases", "authors", "=arxiv_id", "=doi")
    # Marking a paper as read is logged, on its own page.
    readonly_fields = ("done_at", "done_by", "added_at")
    formfield_overrides = WIDGETS
    inlines = (EntryInline, LinkInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Paper | None = None) -> tuple[str, ...]:
        # A number is an address people have kept, and the key ties the paper to its seed file.
        return self.readonly_fields if obj is None else ("number", "key", *self.readonly_fields)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"number": next_number(), **super().get_changeform_initial_data(request)}


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    list_display = ("part", "position", "paper", "title_seed")
    list_display_links = ("position", "paper")
    list_filter = ("part",)
    search_fields = ("title_seed", "paper__title")
    list_select_related = ("part", "paper")
    raw_id_fields = ("paper",)
    # Remarks are rendered when they are saved, on the paper's own page.
    fields = ("part", "position", "paper", "title_seed", *REMARKS)
    readonly_fields = REMARKS


@admin.register(Lineage)
class LineageAdmin(LookOnly):
    list_display = ("source", "kind", "target", "evidence_source", "added_by", "removed_at")
    list_filter = ("kind", "evidence_source", ("removed_at", admin.EmptyFieldListFilter))
    search_fields = ("source__title", "target__title", "evidence_zh", "evidence_en")
    list_select_related = ("source", "target", "added_by")


@admin.register(Milestone)
class MilestoneAdmin(LookOnly):
    list_display = ("said", "paper", "stage_zh", "stage_en", "entry")
    list_display_links = ("said", "paper")
    search_fields = ("paper__title", "stage_zh", "stage_en")
    list_select_related = ("paper", "entry__part", "entry__paper")


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin):
    list_display = ("paper", "kind", "title", "language", "url")
    list_filter = ("kind", "language")
    search_fields = ("title", "url", "paper__title")
    list_select_related = ("paper",)
    raw_id_fields = ("paper",)
    formfield_overrides = WIDGETS


@admin.register(Edit)
class EditAdmin(LookOnly):
    list_display = ("at", "by", "paper", "entry")
    search_fields = ("paper__title", "by__name")
    list_select_related = ("by", "paper", "entry__part", "entry__paper")


@admin.register(Merge)
class MergeAdmin(LookOnly):
    list_display = ("at", "gone", "kept", "by", "undone_at")
    search_fields = ("kept__title", "gone__title", "by__name")
    list_select_related = ("gone", "kept", "by")


@admin.register(Proposal)
class ProposalAdmin(LookOnly):
    list_display = ("said", "by", "at", "state", "decided_by", "paper")
    list_filter = ("state",)
    search_fields = ("said", "reason", "by__name")
    list_select_related = ("by", "decided_by", "paper")


@admin.register(Vote)
class VoteAdmin(LookOnly):
    list_display = ("proposal", "member", "at")
    search_fields = ("proposal__said", "member__name")
    list_select_related = ("proposal", "member")


@admin.register(ListImport)
class ListImportAdmin(LookOnly):
    list_display = ("at", "by", "format", "applied_at")
    list_filter = ("format",)
    search_fields = ("by__name", "text")
    list_select_related = ("by",)


@admin.register(SearchWord)
class SearchWordAdmin(LookOnly):
    list_display = ("word",)
    search_fields = ("word",)
