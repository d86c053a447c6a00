from django.urls import path

from matching.admin.queues import acts, files, pages, what_if

urlpatterns = [
    path("", pages.dashboard, name="queue-dashboard"),
    path("<uuid:quest>/figures/", pages.figures, name="queue-figures"),
    path("<uuid:quest>/people/", pages.people, name="queue-people"),
    path("<uuid:quest>/add/", pages.add, name="queue-add"),
    path("<uuid:quest>/tickets.csv", files.tickets, name="queue-tickets"),
    path("<uuid:quest>/what-if/", what_if.compare, name="queue-what-if"),
    path("<uuid:quest>/hold/", acts.hold, name="queue-hold"),
    path("<uuid:quest>/release/", acts.release, name="queue-release"),
    path("<uuid:quest>/tick/", acts.tick, name="queue-tick"),
    path("<uuid:quest>/size/", acts.size, name="queue-size"),
    path("<uuid:quest>/remove/", acts.remove, name="queue-remove"),
    path("<uuid:quest>/match/", acts.match, name="queue-match"),
    path("<uuid:quest>/swap/", acts.swap, name="queue-swap"),
]
