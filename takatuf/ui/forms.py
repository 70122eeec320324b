"""How a form looks: one renderer and a few fields for every form of the house."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core import validators
from django.forms.renderers import BaseRenderer
from django.template import TemplateDoesNotExist, engines
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

from takatuf.foundation.text import search_key


def speak_plainly() -> None:
    """Let every form say in the house's words what is wrong and what to do.

    Django says that a field is required and a choice invalid, and in Arabic it speaks to one
    man; a field may still bring words of its own.
    """
    plain: dict[type[forms.Field], dict[str, StrOrPromise]] = {
        forms.Field: {"required": _("Fill this in.")},
        forms.IntegerField: {"invalid": _("Write a whole number.")},
        forms.DateTimeField: {"invalid": _("Give a day and an hour.")},
        forms.DateField: {"invalid": _("Give a day.")},
        forms.TimeField: {"invalid": _("Give an hour.")},
        forms.ChoiceField: {"invalid_choice": _("Choose from the list.")},
        forms.MultipleChoiceField: {"invalid_choice": _("Choose from the list.")},
        forms.FileField: {"required": _("Choose the file."), "empty": _("The file is empty.")},
    }
    for field, words in plain.items():
        field.default_error_messages = {**field.default_error_messages, **words}
    validators.validate_email.message = _("Write the whole e-mail address, as in name@example.org.")
    validators.MinValueValidator.message = _("Write %(limit_value)s or more.")
    validators.MaxValueValidator.message = _("Write %(limit_value)s or less.")
    validators.MaxLengthValidator.message = _(
        "Make it shorter: it has %(show_value)s characters, at most %(limit_value)s fit."
    )


class Renderer(BaseRenderer):
    """Draws forms with the templates of the `ui` room, then with Django's own.

    A form is an error summary and its fields; a field is its label, its hint, its error and
    its control, tied together by `aria-describedby`. Fields and controls are drawn by Jinja2:
    a page has eight of them and more, and each took Django's engine half a millisecond.
    """

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def get_template(self, template_name: str) -> Any:
        if template_name not in self.found:
            try:
                self.found[template_name] = engines["drawn"].get_template(template_name)
            except TemplateDoesNotExist:
                self.found[template_name] = engines["django"].get_template(template_name)
        return self.found[template_name]


Field = TypeVar("Field", bound=forms.Field)


def needed_for(words: object, field: Field) -> Field:
    """A field that must be filled in for one of the choices made in its form.

    It is not marked as optional. A form that shows it with its choice alone hides `words`
    (“for a promise”, class `needed-for`), which tell the others when it is wanted; the form
    itself refuses it when it is left empty, since a browser cannot know.
    """
    field.needed_for = words  # type: ignore[attr-defined]
    field.widget.attrs["aria-required"] = "true"
    return field


def by_name(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Choices in the order in which a reader looks for them: by their words, as folded for
    finding, in the reader's own language and not in that in which the table is sorted."""
    return sorted(((key, str(name)) for key, name in pairs), key=lambda pair: search_key(pair[1]))


class WhenInput(forms.DateTimeInput):
    """A moment, picked with the browser's own control, in the zone that is in force."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def on_this_clock(naive: datetime, zone: tzinfo, now: datetime) -> datetime:
    """The moment at which a clock in `zone` shows `naive`.

    When summer time ends, an hour comes twice: of the two the later is meant where it has
    come, else the earlier. When it begins, an hour is missing: what was written by the old
    time is taken by the old time.
    """
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    there = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive
    meant = second if there and second.astimezone(UTC) <= now else first
    return meant.astimezone(UTC).astimezone(zone)


class MomentField(forms.DateTimeField):
    """A day and an hour as the clocks of the zone in force show them.

    Django's own refuses the hour that comes twice, in which a city must be able to declare.
    """

    widget = WhenInput

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):  # in which no hour is missing and none comes twice
            moment = super().to_python(value)
        if moment is None or isinstance(value, datetime) or moment.utcoffset():
            return moment
        zone = timezone.get_current_timezone()
        return on_this_clock(moment.replace(tzinfo=None), zone, timezone.now())


class DayInput(forms.DateInput):
    """A day, picked with the browser's own control."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    """An hour and minute, picked with the browser's own control."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class Uncut:
    """A control that takes whatever is pasted: a browser would cut it without a word where it
    is too long, and the server says so and keeps it."""

    def build_attrs(self, base: dict[str, Any], extra: dict[str, Any] | None = None) -> Any:
        attrs = super().build_attrs(base, extra)  # type: ignore[misc]
        attrs.pop("maxlength", None)
        return attrs


class WordsArea(Uncut, forms.Textarea):
    """Room for a person's own words, in either direction of writing."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"dir": "auto", "rows": 3, **(attrs or {})})


class CountInput(Uncut, forms.TextInput):
    """A whole number, in Western or Arabic digits: browsers refuse the latter in a control of
    their own for numbers."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "class": "count", **(attrs or {})})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """What was typed, without the marks between thousands: pages write numbers with them.
        A comma is one but in French, where it begins the decimals."""
        typed = super().value_from_datadict(data, files, name)
        marks = r"[\s٬]" if get_language() == "fr" else r"[\s٬,]"
        if isinstance(typed, str) and re.fullmatch(rf"\d{{1,3}}({marks}\d{{3}})+", typed.strip()):
            return re.sub(marks, "", typed)
        return typed


class WordsInput(Uncut, forms.TextInput):
    """A line for a person's own words, in either direction of writing."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"dir": "auto", **(attrs or {})})
