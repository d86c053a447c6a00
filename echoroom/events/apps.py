from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "echoroom.events"
    label = "events"
