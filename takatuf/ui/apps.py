from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "takatuf.ui"

    def ready(self) -> None:
        from takatuf.ui.forms import speak_plainly

        speak_plainly()
