from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "takatuf.journal"

    def ready(self) -> None:
        from takatuf.journal.sentences import gather

        gather()
