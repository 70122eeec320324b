from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "takatuf.coordination"
