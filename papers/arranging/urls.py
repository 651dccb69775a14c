from django.urls import path

from papers.arranging import views

urlpatterns = [
    path("papers/arrange/", views.arrange, name="arrange"),
    path("papers/arrange/apply/", views.apply, name="arrange_apply"),
    path("papers/arrange/<uuid:batch>/undo/", views.undo, name="arrange_undo"),
    path("papers/arrange/<int:pk>/move/", views.move, name="arrange_move"),
]
