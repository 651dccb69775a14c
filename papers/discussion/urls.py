from django.urls import path

from papers.discussion import views

urlpatterns = [
    path("papers/<int:number>/threads/", views.start, name="start_thread"),
    path("threads/<int:pk>/", views.thread, name="thread"),
    path("threads/<int:pk>/posts/", views.reply, name="reply"),
    path("posts/<int:pk>/", views.post, name="post"),
    path("posts/<int:pk>/edit/", views.edit, name="edit_post"),
]
