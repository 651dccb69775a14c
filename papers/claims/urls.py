from django.urls import path

from papers.claims import views

urlpatterns = [
    path("papers/<int:number>/claim/", views.claim, name="claim"),
]
