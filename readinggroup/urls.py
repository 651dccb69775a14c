"""The site's addresses. Those that others rely on are listed in the README."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

urlpatterns = [
    path("", include("papers.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    # The admin's own sign-in page would go round the limits of ours.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", admin.site.urls),
]

handler400 = "papers.pages.errors.bad_request"
handler403 = "papers.pages.errors.permission_denied"
handler404 = "papers.pages.errors.page_not_found"
handler500 = "papers.pages.errors.server_error"
