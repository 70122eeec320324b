from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "takatuf.decisions"

    def ready(self) -> None:
        from takatuf.alerts.notices import register
        from takatuf.decisions import notices

        register(notices.MEETING, notices.words)
        register(notices.PROMISE_DUE, notices.promise_words)
