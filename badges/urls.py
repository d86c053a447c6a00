from django.urls import path

from badges import views

urlpatterns = [
    path("badges", views.mine, name="badges"),
    path("badges/news", views.news, name="badges-news"),
    path("badges/seen", views.seen, name="badges-seen"),
    path("badges/showcase", views.showcase, name="badges-showcase"),
    path("badges/room/<str:code>", views.of_room, name="badges-of-room"),
    path("people/<uuid:participant>", views.person, name="person"),
]
