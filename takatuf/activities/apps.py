from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "takatuf.activities"

    def ready(self) -> None:
        from takatuf.activities import notices
        from takatuf.alerts.notices import register

        register(notices.WOKEN, notices.words)
