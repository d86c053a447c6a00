from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "echoroom.events"
    label = "events"

    def ready(self) -> None:
        # drf-spectacular finds its extensions only in modules that were imported.
        from echoroom.events.api import schema  # noqa: F401
