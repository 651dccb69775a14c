from django.urls import path

from papers.notes import views

urlpatterns = [
    path("papers/<int:number>/notes/", views.write, name="write_note"),
    path("papers/<int:number>/seen/", views.seen, name="seen"),
    path("papers/<int:number>/reading/", views.reading, name="reading"),
    path("notes/<int:pk>/", views.note, name="note"),
    path("notes/<int:pk>/edit/", views.edit, name="edit_note"),
    path("preview/", views.preview, name="preview"),
]
