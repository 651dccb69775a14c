from django.urls import path

from papers.merging import views

urlpatterns = [
    path("papers/<int:number>/merge/", views.merge, name="merge_papers"),
    path("merges/<int:pk>/undo/", views.undo, name="undo_merge"),
]
