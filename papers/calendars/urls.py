from django.urls import path

from papers.calendars import views

urlpatterns = [
    path("me/calendar/", views.calendar, name="calendar"),
    path("me/calendar/address/", views.new_address, {"whose": "mine"}),
    path("me/calendar/stop/", views.end_address, {"whose": "mine"}),
    path("me/calendar/group/address/", views.new_address, {"whose": "group"}),
    path("me/calendar/group/stop/", views.end_address, {"whose": "group"}),
    path("calendar/<str:token>.ics", views.feed, name="calendar_feed"),
    path("sessions/<int:pk>/session.ics", views.one_session, name="session_ics"),
]
