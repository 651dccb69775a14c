from django.urls import URLPattern, path

from papers.digests import views

urlpatterns: list[URLPattern] = [
    path("digest/", views.digest, name="digest"),
    path("look/<str:token>/", views.look, name="look"),
    path("missed/", views.missed, name="missed"),
    path("organise/digest/", views.preview, name="digest_preview"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
