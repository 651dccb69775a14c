"""The addresses on one session's page are in `papers.pages.sessions`: their answers show the whole of it."""

from django.urls import path

from papers.attendance import views

urlpatterns = [path("coming/<str:token>/", views.from_mail, name="coming")]
