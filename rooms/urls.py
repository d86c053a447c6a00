from django.urls import path

from rooms.views import chat, forms, maps, room, world

urlpatterns = [
    path("world", world.world, name="world"),
    path("quest/<uuid:pk>", world.quest, name="quest"),
    path("quest/<uuid:pk>/answers", forms.answers, name="quest-answers"),
    path("room/<str:code>", room.room, name="room"),
    path("room/<str:code>/news", room.news, name="room-news"),
    path("room/<str:code>/change", room.change, name="room-change"),
    path("room/<str:code>/start", room.start, name="room-start"),
    path("room/<str:code>/vote", room.vote, name="room-vote"),
    path("room/<str:code>/again", room.vote_again, name="room-again"),
    path("room/<str:code>/commit", room.commit, name="room-commit"),
    path("room/<str:code>/leave", room.leave, name="room-leave"),
    path("room/<str:code>/chat", chat.chat, name="room-chat"),
    path("room/<str:code>/chat/news", chat.news, name="room-chat-news"),
    path("room/<str:code>/chat/read", chat.read, name="room-chat-read"),
    path("room/<str:code>/chat/typing", chat.typing, name="room-chat-typing"),
    path("artifact/<uuid:pk>", maps.artifact, name="artifact"),
    path("artifact/<uuid:pk>/file", maps.artifact_file, name="artifact-file"),
    path("artifact/<uuid:pk>/share", maps.share, name="map-share"),
    path("artifact/<uuid:pk>/share/withdraw", maps.withdraw, name="map-share-withdraw"),
    path("map/<str:token>", maps.shared_map, name="shared-map"),
    path("map/<str:token>/file", maps.shared_map_file, name="shared-map-file"),
    path("map/<str:token>/preview.png", maps.preview, name="shared-map-preview"),
]
