from django.urls import URLPattern, path

from papers.due import views

urlpatterns: list[URLPattern] = [
    path("healthz", views.healthz, name="healthz"),
    path("organise/jobs/", views.jobs, name="jobs"),
    path("organise/jobs/<slug:name>/", views.run_job, name="run_job"),
    path("organise/mail/", views.mails, name="outbox"),
    path("organise/mail/<int:pk>/", views.mail, name="outgoing_mail"),
    path("organise/mail/<int:pk>/again/", views.again, name="send_again"),
]
