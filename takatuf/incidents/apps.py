from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "takatuf.incidents"

    def ready(self) -> None:
        from takatuf.alerts.notices import register
        from takatuf.incidents import notices

        register(notices.DECLARED, notices.words)
        register(notices.FROM_SCENE, notices.words_from_scene)
        register(notices.LEAD, notices.lead_words)
