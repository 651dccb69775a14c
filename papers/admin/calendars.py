"""What calendar programs fetch, and what was told of sessions. An address can't be made from what is shown here."""

from django.contrib import admin

from papers.admin.base import LookOnly
from papers.calendars.models import CalendarEvent, CalendarFeed
from papers.reminders.models import AgreedTime, Announcement


@admin.register(CalendarFeed)
class CalendarFeedAdmin(LookOnly):
    list_display = ("__str__", "is_on", "holds", "alarm", "made_at")
    list_select_related = ("member",)
    fields = ("member", "is_on", "holds", "alarm", "made_at", "changed_at")


@admin.register(CalendarEvent)
class CalendarEventAdmin(LookOnly):
    list_display = ("session", "sequence", "revisions", "changed_at")
    list_select_related = ("session",)
    fields = ("session", "sequence", "revisions", "changed_at")


@admin.register(AgreedTime)
class AgreedTimeAdmin(LookOnly):
    list_display = ("session", "sequence", "starts_at", "time_zone", "is_cancelled", "since")
    list_select_related = ("session",)


@admin.register(Announcement)
class AnnouncementAdmin(LookOnly):
    list_display = ("session", "sequence", "mail")
    list_select_related = ("session", "mail")
    fields = ("session", "sequence")
