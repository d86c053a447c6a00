from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "echoroom.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        # drf-spectacular finds its extensions only in modules that were imported.
        from echoroom.api import schema  # noqa: F401
