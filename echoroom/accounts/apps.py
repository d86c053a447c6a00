from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "echoroom.accounts"
    label = "accounts"
