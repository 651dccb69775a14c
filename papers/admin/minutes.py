"""What was written down of sessions, for organisers to look at."""

from django.contrib import admin

from papers.admin.base import LookOnly
from papers.attendance.models import Attendance
from papers.minutes.models import ActionItem, Material, Section, SectionVersion


@admin.register(Attendance)
class AttendanceAdmin(LookOnly):
    list_display = ("session", "member", "answer", "was_there", "noted_by")
    list_display_links = ("session", "member")
    list_filter = ("answer", "was_there")
    search_fields = ("member__name",)
    list_select_related = ("session", "member", "noted_by")


@admin.register(Section)
class SectionAdmin(LookOnly):
    list_display = ("session", "position", "title", "saved_by", "saved_at")
    list_display_links = ("session", "title")
    search_fields = ("title", "body")
    list_select_related = ("session", "saved_by")


@admin.register(SectionVersion)
class SectionVersionAdmin(LookOnly):
    list_display = ("section", "version", "saved_by", "saved_at")
    list_select_related = ("section__session", "saved_by")


@admin.register(ActionItem)
class ActionItemAdmin(LookOnly):
    list_display = ("text", "member", "due_on", "is_done", "section")
    list_filter = ("is_done",)
    search_fields = ("text", "member__name")
    list_select_related = ("member", "section__session")


@admin.register(Material)
class MaterialAdmin(LookOnly):
    list_display = ("session", "kind", "title", "url", "added_by", "added_at")
    list_display_links = ("session", "url")
    list_filter = ("kind",)
    search_fields = ("title", "url")
    list_select_related = ("session", "added_by")
