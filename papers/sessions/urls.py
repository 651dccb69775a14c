"""The addresses about one session are in `papers.pages.urls`: their answers show who presents."""

from django.urls import path

from papers.sessions import views

urlpatterns = [
    path("sessions/new/", views.new, name="new_session"),
]
