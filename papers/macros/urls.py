from django.urls import path

from papers.macros import views

urlpatterns = [
    path("organise/macros/", views.macros, name="macros"),
    path("organise/macros/<int:pk>/delete/", views.delete, name="delete_macro"),
]
