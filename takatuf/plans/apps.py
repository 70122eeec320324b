from typing import Any

from django.apps import AppConfig
from django.apps import apps as registry
from django.db.models.signals import post_migrate


class PlansConfig(AppConfig):
    name = "takatuf.plans"

    def ready(self) -> None:
        post_migrate.connect(_lay_framework, sender=self, dispatch_uid="plans.framework")


def _lay_framework(apps: Any = registry, **_rest: object) -> None:
    """The framework's texts come with their table, so that a city without a plan can declare."""
    try:
        apps.get_model("translation", "PublicText")
    except LookupError:  # migrated back, or not yet so far
        return
    from django.utils import timezone

    from takatuf.plans.services import load_framework

    load_framework(now=timezone.now())
