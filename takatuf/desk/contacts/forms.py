"""The forms of the contact list: agencies, posts, turns of duty, files to take in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.core import UnknownLocaleError
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.roles import Role
from takatuf.foundation.text import isolated
from takatuf.network.vocabulary import AgencyKind, Level
from takatuf.ui.forms import CountInput, HourInput, WordsInput

if TYPE_CHECKING:
    from takatuf.accounts.models import Person

MOST_BYTES = 4 * 1024 * 1024
ROLES = [(role.value, role.label) for role in Role if role not in (Role.OPERATOR, Role.SECRETARIAT)]
ENCODINGS = [
    ("", _("Find out from the file")),
    ("utf-8", "UTF-8"),
    ("cp1256", _("Windows Arabic (1256)")),
    ("cp1252", _("Windows Western (1252)")),
]


def week_of(country: str) -> list[int]:
    """The weekdays, 0 for Monday, beginning with the day that begins the country's week."""
    first = 0
    for language in (get_language() or "en", "ar", "fr", "en"):
        try:
            first = Locale(language, country).first_week_day
            break
        except UnknownLocaleError:  # nobody there reads this language
            continue
    return [(first + day) % 7 for day in range(7)]


class FindForm(forms.Form):
    q = forms.CharField(label=_("Find an agency or a person"), required=False, max_length=100)


class AgencyForm(forms.Form):
    """An agency as the city calls it."""

    name = forms.CharField(label=_("Name"), widget=WordsInput, max_length=160)
    kind = forms.ChoiceField(label=_("What kind of agency is it?"), choices=AgencyKind)
    level = forms.ChoiceField(
        label=_("Level of government"), choices=Level, initial=Level.MUNICIPALITY
    )
    answers_needed = forms.IntegerField(
        widget=CountInput,
        label=_("How many people must answer?"),
        min_value=1,
        max_value=50,
        initial=1,
        help_text=_("Usually one. The next are called until so many have answered."),
    )
    answer_minutes = forms.IntegerField(
        widget=CountInput,
        label=_("Within how many minutes?"),
        min_value=1,
        max_value=24 * 60,
        required=False,
        help_text=_("Leave it empty to take the plan’s time."),
    )

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(settings.SPOKEN_LANGUAGES)
        self.languages = [code for code in languages if code in names]
        for code in self.languages:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name in %(language)s") % {"language": _(str(names[code]))},
                widget=WordsInput({"lang": code}),
                required=False,
                max_length=160,
            )
        self.order_fields(["name", *(f"name_{code}" for code in self.languages), "kind", "level"])

    @staticmethod
    def initial_of(agency: Any) -> dict[str, Any]:
        """An agency as the form shows it."""
        within = agency.answer_within
        return {
            "name": agency.name,
            "kind": agency.kind,
            "level": agency.level,
            "answers_needed": agency.answers_needed,
            "answer_minutes": int(within.total_seconds() // 60) if within else None,
            **{f"name_{code}": name for code, name in agency.names.items()},
        }

    def values(self, kept: dict[str, str] | None = None) -> dict[str, Any]:
        """The fields as `create_agency` takes them; `kept` are names in other languages."""
        values = self.cleaned_data
        minutes = values["answer_minutes"]
        here = {code: values[f"name_{code}"] for code in self.languages}
        return {
            "name": values["name"],
            "kind": values["kind"],
            "level": values["level"],
            "answers_needed": values["answers_needed"],
            "answer_within": timedelta(minutes=minutes) if minutes else None,
            "names": {code: name for code, name in ((kept or {}) | here).items() if name},
        }


class PostForm(forms.Form):
    """What a person does in an agency, and when they are called."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial="liaison")
    call_order = forms.IntegerField(
        widget=CountInput,
        label=_("Call order"),
        min_value=0,
        max_value=999,
        initial=1,
        help_text=_(
            "1 is called first, then 2. People with the same number are called together; "
            "0 is never called."
        ),
    )


class ReachedForm(forms.Form):
    """How a person is called and reached."""

    name = forms.CharField(label=_("Name"), widget=WordsInput, max_length=120)
    phone = forms.CharField(
        label=_("Mobile phone"),
        max_length=60,
        required=False,
        help_text=_("With + and the country code; otherwise no SMS can reach it."),
        widget=forms.TextInput({"type": "tel", "dir": "ltr"}),
    )
    language = forms.ChoiceField(label=_("Language of messages"), choices=settings.SPOKEN_LANGUAGES)


class PersonForm(ReachedForm, PostForm):
    """A person who is given a post."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput({"dir": "ltr"})
    )
    field_order = ["name", "email", "phone", "language", "role", "call_order"]


class TurnForm(forms.Form):
    """One turn of duty, on one or more days of the week."""

    days = forms.TypedMultipleChoiceField(
        label=_("On which days?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "chips"}),
    )
    starts = forms.TimeField(label=_("From"), widget=HourInput, required=False)
    ends = forms.TimeField(label=_("Until"), widget=HourInput, required=False)

    def __init__(self, *args: Any, week: Sequence[int] = range(7), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(day, WEEKDAYS[day]) for day in week]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        starts, ends = values.get("starts"), values.get("ends")
        if values.get("days") and not self.errors:
            if starts is None or ends is None:
                raise ValidationError(_("Say from when until when."))
            if starts == ends:
                raise ValidationError(_("A turn of duty needs an end that differs from its start."))
        return values


TurnFormSet = forms.formset_factory(TurnForm, extra=2, max_num=21)


def turns_of(shifts: Iterable[Any]) -> list[dict[str, Any]]:
    """Turns as the form shows them: those at the same hours together."""
    found: dict[tuple[time, time], list[int]] = {}
    for shift in shifts:
        found.setdefault((shift.starts, shift.ends), []).append(shift.weekday)
    return [
        {"days": sorted(days), "starts": starts, "ends": ends}
        for (starts, ends), days in sorted(found.items())
    ]


def shifts_in(formset: Any) -> list[tuple[int, time, time]]:
    """The formset as `set_shifts` takes it."""
    return [
        (day, form.cleaned_data["starts"], form.cleaned_data["ends"])
        for form in formset
        for day in form.cleaned_data.get("days", [])
    ]


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"))

    def clean_file(self) -> bytes:
        """The bytes; a file that is far too large is not read."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(
                _("The file is larger than %(most)s MB. Cut it into parts."),
                params={"most": MOST_BYTES // 2**20},
            )
        return bytes(upload.read())


class PartnersFileForm(FileForm):
    """A contact list."""

    encoding = forms.ChoiceField(label=_("Characters"), choices=ENCODINGS, required=False)


class AreasFileForm(FileForm):
    """Districts as GeoJSON."""

    name_property = forms.CharField(
        label=_("Which property holds the name?"),
        required=False,
        max_length=80,
        help_text=_("Leave it empty to let the system find it."),
    )
    id_property = forms.CharField(
        label=_("Which property holds the code?"), required=False, max_length=80
    )


class EndForm(forms.Form):
    """Who gets what somebody held whose last post ends."""

    to = forms.ChoiceField(
        label=_("Who takes over their actions"),
        required=False,
        help_text=_("Without a name they are open again for their agency and role."),
    )

    def __init__(self, *args: Any, people: Iterable[Person], leaver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people if one.pk != leaver.pk}
        field = self.fields["to"]
        field.choices = [  # type: ignore[attr-defined]
            ("", str(_("Nobody: back to the role"))),
            *((key, isolated(one.name)) for key, one in self.people.items()),
        ]

    def heir(self) -> Person | None:
        return self.people.get(self.cleaned_data.get("to", ""))
