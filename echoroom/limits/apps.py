from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "echoroom.limits"
    label = "limits"
