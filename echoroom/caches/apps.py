from django.apps import AppConfig


class CachesConfig(AppConfig):
    name = "echoroom.caches"
    label = "caches"
