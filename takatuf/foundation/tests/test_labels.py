"""Choices in the reader's words."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Field, Model
from django.utils.translation import override

from takatuf.foundation.labels import Labelled

FIELDS = [
    field
    for model in apps.get_models()
    if issubclass(model, Labelled)
    for field in model._meta.concrete_fields
    if field.choices
]


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_a_choice_is_labelled_as_django_labels_it(field: Field[Any, Any], language: str) -> None:
    model: type[Model] = field.model
    with override(language):
        for value in ["never a choice", *(value for value, _ in field.flatchoices)]:
            row = model(**{field.attname: value})
            ours = getattr(row, f"get_{field.name}_display")()
            assert ours == Model._get_FIELD_display(row, field)  # type: ignore[attr-defined]


def test_the_rows_that_pages_list_are_labelled() -> None:
    listed = {"Incident", "Task", "LogEntry", "Agency", "Membership", "Step"}
    assert listed <= {field.model.__name__ for field in FIELDS}
