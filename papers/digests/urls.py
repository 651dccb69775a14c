from django.urls import URLPattern, path

from papers.digests import views

urlpatterns: list[URLPattern] = [
    path("digest/", views.digest, name="digest"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
