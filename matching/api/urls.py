from django.urls import path

from matching.api import blocks, parties, queue_stats, views

urlpatterns = [
    path("matching/join", views.JoinView.as_view(), name="api-queue-join"),
    path("matching/leave", views.LeaveView.as_view(), name="api-queue-leave"),
    path("matching/practice", views.PracticeView.as_view(), name="api-practice"),
    path("matching/status", views.StatusView.as_view(), name="api-queue-status"),
    path("matching/team", views.TeamView.as_view(), name="api-team"),
    path("matching/party", parties.PartyView.as_view(), name="api-party"),
    path("matching/party/join", parties.JoinView.as_view(), name="api-party-join"),
    path("matching/party/leave", parties.LeaveView.as_view(), name="api-party-leave"),
    path("matching/blocks", blocks.BlocksView.as_view(), name="api-blocks"),
    path("matching/blocks/<uuid:person>", blocks.BlockView.as_view(), name="api-block"),
    path("admin/queue-stats", queue_stats.QueueStatsView.as_view(), name="api-queue-stats"),
]
