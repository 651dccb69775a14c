"""The door Django's admin looks through: every record, for organisers to look at.

What may be changed here is what has no consequences: facts of papers, the order of a part, how somebody is called.
All else is changed on the site's own pages, whose actions keep the rules, write the log and mind the mails; here it
can only be read. Secrets (passwords, tokens, the words of mails) are not shown at all.
"""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group as PermissionGroup
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest

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
from papers.claims.models import Bid, Claim, Duty, Offer, Partner, Swap, WaitingPlace
from papers.digests.models import Digest
from papers.discussion.models import Asking, InboxItem, Post, PostVersion, Thanks, Thread, Watch
from papers.mail.models import Outgoing
from papers.markup.models import Macro
from papers.members.models import Act, Application, Away, Group, Invite, Member, SignInLink
from papers.notes.models import Draft, Note, NoteVersion, Opened, Reading, Seen
from papers.sessions.models import ReadingSession, Series, Slot

# Roles decide who may do what, and whoever could change addresses here could sign in as anybody.
admin.site.unregister([PermissionGroup, EmailAddress])


class Kept(admin.ModelAdmin):
    """Records that are not deleted: other records, bookmarks or the log speak of them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LookOnly(Kept):
    """Records that only the site's own actions write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# --- Members


@admin.register(Group)
class GroupAdmin(LookOnly):
    list_display = ("name", "language", "time_zone", "starts_on", "goal", "signup")


@admin.register(Member)
class MemberAdmin(Kept):
    list_display = ("name", "email", "role", "language", "time_zone", "is_active", "joined_at", "left_at")
    list_filter = ("role", "is_active", "language")
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    # A role, an address and leaving have consequences; the members' pages take care of them.
    readonly_fields = ("email", "role", "is_active", "joined_at", "left_at", "last_login")
    fields = (
        *("name", "language", "time_zone"),
        *("wants_reminders", "wants_digest", "digest_weekday", "digest_hour", "watches_usually"),
        *readonly_fields,
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Invite)
class InviteAdmin(LookOnly):
    list_display = ("note", "role", "uses_left", "expires_at", "revoked_at", "made_by", "made_at")
    list_filter = ("role",)
    search_fields = ("note", "made_by__name")
    list_select_related = ("made_by",)


@admin.register(Application)
class ApplicationAdmin(LookOnly):
    list_display = ("name", "email", "made_at", "accepted", "decided_at", "decided_by")
    list_filter = ("accepted",)
    search_fields = ("name", "email", "sentence")
    list_select_related = ("decided_by",)


@admin.register(SignInLink)
class SignInLinkAdmin(LookOnly):
    list_display = ("pk", "member", "expires_at", "used_at")
    search_fields = ("member__name", "member__email")
    list_select_related = ("member",)
    exclude = ("token_hash",)


@admin.register(Act)
class ActAdmin(LookOnly):
    list_display = ("at", "by", "verb", "about")
    list_filter = ("verb",)
    search_fields = ("verb", "about", "by__name")
    list_select_related = ("by",)
    fields = ("at", "by", "verb", "about", "before", "after")


# --- The list


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


# --- Sessions and claims


class SlotInline(admin.TabularInline):
    model = Slot
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Series)
class SeriesAdmin(LookOnly):
    list_display = ("weekday", "wall_time", "time_zone", "first_date", "weeks", "made_by")
    list_display_links = ("weekday", "wall_time")
    list_select_related = ("made_by",)


@admin.register(ReadingSession)
class ReadingSessionAdmin(LookOnly):
    list_display = ("date", "wall_time", "time_zone", "minutes", "place", "cancelled_at")
    list_filter = ("time_zone", ("cancelled_at", admin.EmptyFieldListFilter))
    search_fields = ("place", "slots__paper__title")
    inlines = (SlotInline,)


@admin.register(Slot)
class SlotAdmin(LookOnly):
    list_display = ("session", "position", "paper", "minutes")
    list_display_links = ("session", "paper")
    search_fields = ("paper__title",)
    list_select_related = ("session", "paper")


@admin.register(WaitingPlace)
class WaitingPlaceAdmin(LookOnly):
    list_display = ("paper", "member", "joined_at", "left_at")
    list_filter = (("left_at", admin.EmptyFieldListFilter),)
    search_fields = ("paper__title", "member__name")
    list_select_related = ("paper", "member")


@admin.register(Away)
class AwayAdmin(LookOnly):
    list_display = ("member", "first", "last")
    search_fields = ("member__name",)
    list_select_related = ("member",)


@admin.register(Bid)
class BidAdmin(LookOnly):
    list_display = ("paper", "member", "wish", "changed_at")
    list_filter = ("wish",)
    search_fields = ("paper__title", "member__name")
    list_select_related = ("paper", "member")


@admin.register(Offer)
class OfferAdmin(LookOnly):
    list_display = ("paper", "member", "state", "sent_at", "expires_at", "answered_at")
    list_filter = ("state",)
    search_fields = ("paper__title", "member__name")
    list_select_related = ("paper", "member")


@admin.register(Swap)
class SwapAdmin(LookOnly):
    list_display = ("given", "wanted", "state", "sent_at", "expires_at", "answered_at")
    list_filter = ("state",)
    list_select_related = ("given__paper", "given__holder", "wanted__paper", "wanted__holder")


@admin.register(Macro)
class MacroAdmin(LookOnly):
    list_display = ("__str__", "arguments", "definition", "made_by", "changed_at")


@admin.register(Opened)
class OpenedAdmin(LookOnly):
    list_display = ("member", "paper", "opened_at")
    list_select_related = ("member", "paper")


@admin.register(Partner)
class PartnerAdmin(LookOnly):
    list_display = ("claim", "member", "role", "state", "sent_at", "answered_at", "left_at")
    list_filter = ("role", "state")
    list_select_related = ("claim__paper", "claim__holder", "member")


@admin.register(Duty)
class DutyAdmin(LookOnly):
    list_display = ("session", "role", "member", "given_at", "given_by", "left_at")
    list_filter = ("role",)
    list_select_related = ("session", "member", "given_by")


@admin.register(Claim)
class ClaimAdmin(LookOnly):
    list_display = ("paper", "holder", "claimed_at", "released_at", "released_by")
    list_filter = (("released_at", admin.EmptyFieldListFilter),)
    search_fields = ("paper__title", "holder__name")
    list_select_related = ("paper", "holder", "released_by")


# --- What is written


@admin.register(Note)
class NoteAdmin(LookOnly):
    list_display = ("paper", "author", "written_at", "edited_at", "deleted_at")
    list_filter = (("deleted_at", admin.EmptyFieldListFilter),)
    search_fields = ("body", "author__name", "paper__title")
    list_select_related = ("paper", "author")
    fields = ("paper", "author", "body", "visibility", "version", "written_at", "edited_at", "deleted_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Note]:
        """What is its author's alone is not for organisers either."""
        return super().get_queryset(request).exclude(visibility=Note.Visibility.PRIVATE)


@admin.register(NoteVersion)
class NoteVersionAdmin(LookOnly):
    list_display = ("note", "version", "by", "saved_at")
    list_select_related = ("note__author", "by")
    fields = ("note", "version", "body", "by", "saved_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[NoteVersion]:
        private = Note.Visibility.PRIVATE
        return super().get_queryset(request).exclude(visibility=private).exclude(note__visibility=private)


@admin.register(Draft)
class DraftAdmin(LookOnly):
    """That there is a draft, never what it says."""

    list_display = ("member", "target", "saved_at")
    search_fields = ("member__name",)
    list_select_related = ("member",)
    fields = ("member", "target", "saved_at")


@admin.register(Seen)
class SeenAdmin(LookOnly):
    list_display = ("member", "paper", "seen_at")
    search_fields = ("member__name", "paper__title")
    list_select_related = ("member", "paper")


@admin.register(Reading)
class ReadingAdmin(LookOnly):
    list_display = ("member", "paper", "state", "changed_at")
    list_filter = ("state",)
    search_fields = ("member__name", "paper__title")
    list_select_related = ("member", "paper")


@admin.register(Thread)
class ThreadAdmin(Kept):
    list_display = ("title", "kind", "paper", "author", "started_at")
    list_filter = ("kind",)
    search_fields = ("title", "author__name", "paper__title")
    list_select_related = ("paper", "author")
    readonly_fields = ("paper", "author", "started_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Post)
class PostAdmin(LookOnly):
    list_display = ("thread", "author", "written_at", "edited_at", "deleted_at")
    list_filter = (("deleted_at", admin.EmptyFieldListFilter),)
    search_fields = ("body", "author__name", "thread__title")
    list_select_related = ("thread", "author")
    fields = ("thread", "author", "body", "version", "written_at", "edited_at", "deleted_at")


@admin.register(PostVersion)
class PostVersionAdmin(LookOnly):
    list_display = ("post", "version", "written_at")
    search_fields = ("body", "post__author__name")
    list_select_related = ("post__author",)


@admin.register(Asking)
class AskingAdmin(LookOnly):
    list_display = ("thread", "member", "at")
    search_fields = ("thread__title", "member__name")
    list_select_related = ("thread", "member")


@admin.register(Thanks)
class ThanksAdmin(LookOnly):
    list_display = ("post", "member", "at")
    search_fields = ("post__body", "member__name")
    list_select_related = ("post__author", "member")


@admin.register(Watch)
class WatchAdmin(LookOnly):
    list_display = ("paper", "member", "level")
    list_filter = ("level",)
    search_fields = ("paper__title", "member__name")
    list_select_related = ("paper", "member")


@admin.register(InboxItem)
class InboxItemAdmin(LookOnly):
    list_display = ("member", "kind", "by", "at", "read_at")
    list_filter = ("kind",)
    search_fields = ("member__name", "by__name")
    list_select_related = ("member", "by", "post__author")


# --- What is sent


@admin.register(Outgoing)
class OutgoingAdmin(LookOnly):
    list_display = ("key", "kind", "address", "state", "due_at", "attempts", "finished_at")
    list_filter = ("state", "kind")
    search_fields = ("=key", "address", "subject", "about")
    # The words of a mail may hold a sign-in code or somebody's own links; /organise/mail/ shows what may be read.
    exclude = ("text", "html", "headers")


@admin.register(Digest)
class DigestAdmin(LookOnly):
    list_display = ("member", "week", "since", "until", "items")
    list_filter = ("week",)
    search_fields = ("member__name", "=week")
    list_select_related = ("member",)
