"""Sessions and claims, for organisers to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from papers.admin.base import LookOnly
from papers.claims.models import Bid, Claim, Duty, Offer, Partner, Swap, WaitingPlace
from papers.planning.models import PlanChange
from papers.sessions.models import Break, FormerSlot, ReadingSession, Series, Slot


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


@admin.register(FormerSlot)
class FormerSlotAdmin(LookOnly):
    list_display = ("session", "position", "paper", "minutes")
    list_display_links = ("session", "paper")
    search_fields = ("paper__title",)
    list_select_related = ("session", "paper")


@admin.register(Break)
class BreakAdmin(LookOnly):
    list_display = ("name", "first", "last", "made_by")
    search_fields = ("name",)
    list_select_related = ("made_by",)


@admin.register(PlanChange)
class PlanChangeAdmin(LookOnly):
    list_display = ("kind", "by", "at", "undone_at", "undone_by")
    list_filter = ("kind",)
    list_select_related = ("by", "undone_by")


@admin.register(WaitingPlace)
class WaitingPlaceAdmin(LookOnly):
    list_display = ("paper", "member", "joined_at", "left_at")
    list_filter = (("left_at", admin.EmptyFieldListFilter),)
    search_fields = ("paper__title", "member__name")
    list_select_related = ("paper", "member")


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
