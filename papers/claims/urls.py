from django.urls import path

from papers.claims import views

urlpatterns = [
    path("papers/<int:number>/claim/", views.claim, name="claim"),
    path("papers/<int:number>/read/", views.read, name="read"),
    path("me/leave/", views.leave, name="leave"),
    path("organise/members/<int:pk>/role/", views.role, name="member_role"),
    path("organise/members/<int:pk>/remove/", views.remove, name="remove_member"),
]
