from django.urls import path

from rooms.api import chat, maps, views

urlpatterns = [
    # The busiest first: a path is compared with each in turn.
    path("rooms/<str:code>", views.RoomView.as_view(), name="api-room"),
    path("rooms/<str:code>/start", views.StartView.as_view(), name="api-room-start"),
    path("rooms/<str:code>/leave", views.LeaveView.as_view(), name="api-room-leave"),
    path("rooms/<str:code>/revote", views.RevoteView.as_view(), name="api-room-revote"),
    path("rooms/<str:code>/messages", chat.MessagesView.as_view(), name="api-messages"),
    path("rooms/<str:code>/read", chat.ReadView.as_view(), name="api-messages-read"),
    path("rooms/<str:code>/typing", chat.TypingView.as_view(), name="api-typing"),
    path("vote", views.VoteView.as_view(), name="api-vote"),
    path("commit", views.CommitView.as_view(), name="api-commit"),
    path("world", views.WorldView.as_view(), name="api-world"),
    path("quests", views.QuestsView.as_view(), name="api-quests"),
    path("quests/<uuid:pk>", views.QuestView.as_view(), name="api-quest"),
    path("quests/<uuid:pk>/response", views.ResponseView.as_view(), name="api-quest-response"),
    path("artifacts/<uuid:pk>", maps.ArtifactView.as_view(), name="api-artifact"),
    path("artifacts/<uuid:pk>/export", maps.ExportView.as_view(), name="api-artifact-export"),
    path("artifacts/<uuid:pk>/share", maps.ShareView.as_view(), name="api-artifact-share"),
]
