from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    name = "echoroom.outbox"
    label = "outbox"
    verbose_name = "Deliveries"

    def ready(self) -> None:
        autodiscover_modules("receivers")
