"""What is written and sent, for organisers to look at; private notes and secrets are not shown."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from papers.admin.base import Kept, LookOnly
from papers.digests.models import Digest
from papers.discussion.models import Alias, Asking, InboxItem, Post, PostVersion, Thanks, Thread, Unmasking, Watch
from papers.figures.models import Figure
from papers.jobs.models import Job
from papers.live.models import Change
from papers.mail.models import Outgoing, RefusedAddress
from papers.markup.models import Macro
from papers.notes.models import Draft, Note, NoteVersion, Opened, Reading, Seen


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

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Thread]:
        """Who started a thread without their name is not for organisers, unless they look it up for a reason."""
        return super().get_queryset(request).filter(alias=None)


@admin.register(Post)
class PostAdmin(LookOnly):
    list_display = ("thread", "author", "written_at", "edited_at", "deleted_at")
    list_filter = (("deleted_at", admin.EmptyFieldListFilter),)
    search_fields = ("body", "author__name", "thread__title")
    list_select_related = ("thread", "author")
    fields = ("thread", "author", "body", "version", "written_at", "edited_at", "deleted_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Post]:
        return super().get_queryset(request).filter(alias=None)


@admin.register(Alias)
class AliasAdmin(LookOnly):
    list_display = ("thread", "number")
    search_fields = ("thread__title",)
    list_select_related = ("thread",)
    fields = ("thread", "number")


@admin.register(Unmasking)
class UnmaskingAdmin(LookOnly):
    list_display = ("alias", "by", "because", "at")
    list_select_related = ("alias", "by")
    fields = ("alias", "by", "because", "at")


@admin.register(PostVersion)
class PostVersionAdmin(LookOnly):
    list_display = ("post", "version", "written_at")
    search_fields = ("body",)
    list_select_related = ("post",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[PostVersion]:
        return super().get_queryset(request).filter(post__alias=None)


@admin.register(Asking)
class AskingAdmin(LookOnly):
    list_display = ("thread", "member", "at")
    search_fields = ("thread__title", "member__name")
    list_select_related = ("thread", "member")


@admin.register(Thanks)
class ThanksAdmin(LookOnly):
    list_display = ("post", "member", "at")
    search_fields = ("post__body", "member__name")
    list_select_related = ("post", "member")


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
    list_select_related = ("member", "by", "post")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[InboxItem]:
        """Without those of threads in which somebody writes without their name: who gets what would tell who it is."""
        return super().get_queryset(request).filter(post__thread__aliases=None)


@admin.register(Macro)
class MacroAdmin(LookOnly):
    list_display = ("__str__", "arguments", "definition", "made_by", "changed_at")


@admin.register(Opened)
class OpenedAdmin(LookOnly):
    list_display = ("member", "paper", "opened_at")
    list_select_related = ("member", "paper")


@admin.register(Outgoing)
class OutgoingAdmin(LookOnly):
    list_display = ("key", "kind", "address", "state", "due_at", "attempts", "finished_at")
    list_filter = ("state", "kind")
    search_fields = ("=key", "address", "subject", "about")
    # The words of a mail may hold a sign-in code or somebody's own links; /organise/mail/ shows what may be read.
    exclude = ("text", "html", "headers")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Outgoing]:
        return super().get_queryset(request).filter(discreet=False)


@admin.register(RefusedAddress)
class RefusedAddressAdmin(LookOnly):
    list_display = ("address", "refusals", "refused_at", "paused_at", "words")
    search_fields = ("address",)


@admin.register(Job)
class JobAdmin(LookOnly):
    list_display = ("name", "ran_at", "count", "failures", "error")


@admin.register(Digest)
class DigestAdmin(LookOnly):
    list_display = ("member", "week", "since", "until", "items")
    list_filter = ("week",)
    search_fields = ("member__name", "=week")
    list_select_related = ("member",)


@admin.register(Change)
class ChangeAdmin(LookOnly):
    list_display = ("paper", "kind", "target", "at")
    list_filter = ("kind",)
    list_select_related = ("paper",)
    search_fields = ("paper__title",)
    fields = ("paper", "kind", "target", "at")


@admin.register(Figure)
class FigureAdmin(LookOnly):
    list_display = ("name", "kind", "width", "height", "made_at")
    list_filter = ("kind",)
    # Without who added it: the text may be an anonymous one.
    fields = ("name", "kind", "width", "height", "made_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Figure]:
        return super().get_queryset(request).defer("data")
