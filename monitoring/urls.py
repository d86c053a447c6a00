from django.urls import path

from monitoring import views

urlpatterns = [
    path("health", views.ready, name="health"),
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
]
