from django.urls import path

from papers.discussion.views import answering, moderating, threads, versions, watching

urlpatterns = [
    path("papers/<int:number>/threads/", threads.start, name="start_thread"),
    path("papers/<int:number>/watch/", watching.watch, name="watch"),
    path("papers/<int:number>/mute/<str:token>/", watching.mute, name="mute"),
    path("threads/<int:pk>/", threads.thread, name="thread"),
    path("threads/<int:pk>/posts/", threads.reply, name="reply"),
    path("threads/<int:pk>/asking/", answering.ask, name="ask_too"),
    path("posts/<int:pk>/", threads.post, name="post"),
    path("posts/<int:pk>/edit/", threads.edit, name="edit_post"),
    path("posts/<int:pk>/answer/", answering.mark, name="mark_answer"),
    path("posts/<int:pk>/thanks/", answering.thank, name="thank"),
    path("posts/<int:pk>/versions/", versions.versions, name="post_versions"),
    path("posts/<int:pk>/moderate/", moderating.moderate, name="moderate"),
    path("me/inbox/", watching.inbox, name="inbox"),
]
