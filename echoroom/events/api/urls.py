from django.urls import path

from echoroom.events.api import views

urlpatterns = [
    path("auth/start", views.StartView.as_view(), name="api-start"),
    path("auth/me", views.MeView.as_view(), name="api-me"),
    path("auth/logout", views.LogoutView.as_view(), name="api-logout"),
    path("profile", views.ProfileView.as_view(), name="api-profile"),
    path("auth/link", views.PersonalLinkView.as_view(), name="api-personal-link"),
]
