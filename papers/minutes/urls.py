"""The addresses on one session's page are in `papers.pages.sessions`: their answers show the whole of it."""

from django.urls import path

from papers.minutes import views

urlpatterns = [
    path("sessions/<int:pk>/minutes/", views.minutes, name="minutes"),
    path("sessions/<int:pk>/minutes/news/", views.news, name="minutes_news"),
    path("minutes/<int:pk>/", views.section, name="minutes_section"),
    path("minutes/<int:pk>/edit/", views.edit, name="edit_minutes"),
    path("minutes/<int:pk>/lines/", views.add_line, name="add_line"),
    path("minutes/<int:pk>/versions/", views.versions, name="minutes_versions"),
    path("to-do/<int:pk>/", views.item, name="action_item"),
]
