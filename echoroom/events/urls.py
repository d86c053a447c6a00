from django.urls import path

from echoroom.events import views

urlpatterns = [
    path("", views.entry, name="entry"),
    path("join/<str:link>", views.join, name="join"),
    path("seat/<str:token>", views.seat, name="seat"),
    path("profile", views.profile, name="profile"),
    path("me", views.me, name="me"),
    path("me/link", views.personal_link, name="personal-link"),
    path("me/leave", views.sign_out, name="sign-out"),
]
