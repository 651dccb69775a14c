"""Which records are kept, and which only the site's own actions write."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


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
