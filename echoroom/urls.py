from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerView

from echoroom.api.problem import no_such_path
from echoroom.api.schema_view import SchemaView

urlpatterns = [
    path("api/", include("rooms.api.urls")),
    path("api/", include("echoroom.events.api.urls")),
    path("api/", include("matching.api.urls")),
    path("api/", include("badges.api.urls")),
    path("api/", include("monitoring.urls")),
    path("api/schema", SchemaView.as_view(), name="api-schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"^api/", no_such_path),
    # "View on site": no model has a page there, and an id that is none would be a server error.
    re_path(r"^admin/r/", no_such_path),
    path("admin/queue-dashboard/", include("matching.admin.queues.urls")),
    path("admin/", admin.site.urls),
    path("", include("echoroom.events.urls")),
    path("", include("rooms.urls")),
    path("", include("matching.urls")),
    path("", include("badges.urls")),
]

handler400 = "echoroom.pages.bad_request"
handler403 = "echoroom.api.problem.permission_denied"
handler404 = "echoroom.api.problem.not_found"
handler500 = "echoroom.api.problem.server_error"
