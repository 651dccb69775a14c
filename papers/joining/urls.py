from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView

from papers.joining import views

urlpatterns = [
    path("join/", views.join, name="join"),
    path("join/code/", views.code, name="join_code"),
    path("join/<str:token>/", views.join_by_invite, name="join_by_invite"),
    # Joining has rules that allauth's own page does not know.
    path("accounts/signup/", login_not_required(RedirectView.as_view(pattern_name="join")), name="account_signup"),
    path("organise/invites/", views.organise_invites, name="invites"),
    path("organise/invites/<int:pk>/revoke/", views.revoke, name="revoke_invite"),
    path("organise/invites/applications/<int:pk>/accept/", views.accept, name="accept_application"),
    path("organise/invites/applications/<int:pk>/decline/", views.decline, name="decline_application"),
]
