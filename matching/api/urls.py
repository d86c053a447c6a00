from django.urls import path

from matching.api import views

urlpatterns = [
    path("matching/join", views.JoinView.as_view(), name="api-queue-join"),
    path("matching/leave", views.LeaveView.as_view(), name="api-queue-leave"),
    path("matching/practice", views.PracticeView.as_view(), name="api-practice"),
    path("matching/status", views.StatusView.as_view(), name="api-queue-status"),
    path("matching/team", views.TeamView.as_view(), name="api-team"),
]
