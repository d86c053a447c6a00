from django.urls import path

from badges.api import views

urlpatterns = [
    path("badges", views.ShelfView.as_view(), name="api-badges"),
    path("badges/showcase", views.ShowcaseView.as_view(), name="api-badges-showcase"),
    path("badges/<uuid:participant>", views.PersonView.as_view(), name="api-badges-of"),
]
