"""The addresses about one session are in `papers.pages.urls`: their answers show who presents."""

from django.urls import path

from papers.sessions import planning_views

urlpatterns = [
    path("sessions/new/", planning_views.new, name="new_session"),
    path("sessions/new/make/", planning_views.make, name="make_sessions"),
    path("sessions/breaks/", planning_views.breaks_page, name="breaks"),
    path("sessions/breaks/<int:pk>/", planning_views.remove_break, name="remove_break"),
]
