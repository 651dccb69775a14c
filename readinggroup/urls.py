"""The site's addresses. Those that others rely on are listed in the README."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("papers.urls")),
    path("accounts/", include("allauth.account.urls")),
    # The admin's own sign-in page would go round the limits of ours.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", admin.site.urls),
]

handler400 = "papers.pages.errors.bad_request"
handler403 = "papers.pages.errors.permission_denied"
handler404 = "papers.pages.errors.page_not_found"
handler500 = "papers.pages.errors.server_error"
# Asked for by allauth's rate limits.
handler429 = "papers.pages.errors.too_many_requests"
