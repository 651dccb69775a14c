from django.urls import path

from papers.archive import views

urlpatterns = [path("organise/export/", views.export, name="export")]
