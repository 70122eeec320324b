from typing import Any

from django.apps import AppConfig
from django.apps import apps as registry
from django.db.models.signals import post_migrate


class LearningConfig(AppConfig):
    name = "takatuf.learning"

    def ready(self) -> None:
        # With the table that they are kept in, which is the room's below.
        texts = registry.get_app_config("translation")
        post_migrate.connect(_lay_pages, sender=texts, dispatch_uid="learning.pages")


def _lay_pages(apps: Any = registry, **_rest: object) -> None:
    """The prose of the public pages comes with the tables, so that no page is ever empty."""
    try:
        apps.get_model("translation", "PublicText")
    except LookupError:  # migrated back, or not yet so far
        return
    from django.utils import timezone

    from takatuf.learning.services import load_pages

    load_pages(now=timezone.now())
