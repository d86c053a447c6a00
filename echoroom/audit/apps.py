from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "echoroom.audit"
    label = "audit"
