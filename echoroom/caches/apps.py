from django.apps import AppConfig
from django.core.cache import close_caches
from django.core.signals import request_finished


class CachesConfig(AppConfig):
    name = "echoroom.caches"
    label = "caches"

    def ready(self) -> None:
        # None of ours has anything to close when a request ends, and asking costs each request.
        request_finished.disconnect(close_caches)
