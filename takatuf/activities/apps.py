from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "takatuf.activities"

    def ready(self) -> None:
        from takatuf.accounts import leaving
        from takatuf.activities import notices
        from takatuf.activities.services import lay_down_tasks
        from takatuf.alerts.notices import register

        register(notices.WOKEN, notices.words)
        register(notices.CAME_BACK, notices.words)
        register(notices.OVERLAPS_FOUND, notices.words)
        register(notices.AGREEMENTS_DUE, notices.words)
        register(notices.OVERLAPS_PASSED_ON, notices.words)
        register(notices.TO_CONFIRM, notices.words)
        leaving.register(lay_down_tasks)
