"""The group and its people, for organisers to look at."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group as PermissionGroup
from django.http import HttpRequest

from papers.admin.base import Kept, LookOnly
from papers.members.models import Act, Application, Away, Group, Invite, Member, SignInLink

# Roles decide who may do what, and whoever could change addresses here could sign in as anybody.
admin.site.unregister([PermissionGroup, EmailAddress])


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


@admin.register(Away)
class AwayAdmin(LookOnly):
    list_display = ("member", "first", "last")
    search_fields = ("member__name",)
    list_select_related = ("member",)
