from django.urls import path

from matching import views

urlpatterns = [
    path("spin", views.spin, name="spin"),
    path("spin/news", views.news, name="spin-news"),
    path("spin/leave", views.leave, name="spin-leave"),
    path("spin/practice", views.practice, name="practice"),
]
