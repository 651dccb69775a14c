from django.urls import path

from papers.planning import views

urlpatterns = [
    path("sessions/plan/", views.plan, name="plan"),
    path("sessions/plan/push/", views.push, name="plan_push"),
    path("sessions/plan/push/apply/", views.push_apply, name="plan_push_apply"),
    path("sessions/plan/fill/", views.fill, name="plan_fill"),
    path("sessions/plan/fill/apply/", views.fill_apply, name="plan_fill_apply"),
    path("sessions/plan/pace/", views.pace, name="plan_pace"),
    path("sessions/plan/pace/apply/", views.pace_apply, name="plan_pace_apply"),
    path("sessions/plan/<int:pk>/undo/", views.undo, name="plan_undo"),
]
