from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LiveConfig(AppConfig):
    name = "echoroom.live"
    label = "live"
    verbose_name = "Live updates"

    def ready(self) -> None:
        autodiscover_modules("topics")
