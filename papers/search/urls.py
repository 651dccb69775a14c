from django.urls import path

from papers.search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("complete/", views.complete, name="complete"),
]
