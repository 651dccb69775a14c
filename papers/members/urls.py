from django.urls import path

from papers.members.views import entry, group, me

urlpatterns = [
    path("open/<str:token>/", entry.open_link, name="open_link"),
    path("me/", me.me, name="me"),
    path("me/notifications/", me.mails, name="mail_wishes"),
    path("language/", me.set_language, name="set_language"),
    path("organise/settings/", group.group_settings, name="group_settings"),
    path("organise/set-up/", group.set_up, name="set_up"),
    path("organise/members/", group.members, name="organise_members"),
    path("organise/members/<int:pk>/back/", group.bring_back, name="bring_back"),
    path("members/<int:pk>/mail/", me.mail_again, name="mail_again"),
    path("organise/audit/", group.audit, name="audit"),
]
