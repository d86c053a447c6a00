from django.urls import path

from matching.views import blocks, parties, queue

urlpatterns = [
    path("spin", queue.spin, name="spin"),
    path("spin/news", queue.news, name="spin-news"),
    path("spin/notice", queue.notice, name="spin-notice"),
    path("spin/action/<uuid:quest>", queue.action, name="spin-action"),
    path("spin/leave", queue.leave, name="spin-leave"),
    path("spin/practice", queue.practice, name="practice"),
    path("party", parties.party, name="party"),
    path("party/news", parties.news, name="party-news"),
    path("party/join", parties.join, name="party-join"),
    path("party/leave", parties.leave, name="party-leave"),
    path("rather-not", blocks.blocks, name="blocks"),
    path("rather-not/undo", blocks.undo, name="blocks-undo"),
]
