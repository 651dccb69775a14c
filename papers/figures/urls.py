from django.urls import path

from papers.figures import views

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/<str:name>/<str:size>/", views.figure, name="figure"),
]
