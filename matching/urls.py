from django.urls import path

from matching.views import queue

urlpatterns = [
    path("spin", queue.spin, name="spin"),
    path("spin/news", queue.news, name="spin-news"),
    path("spin/leave", queue.leave, name="spin-leave"),
    path("spin/practice", queue.practice, name="practice"),
]
