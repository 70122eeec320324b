"""Every component, in three languages: it renders, speaks for itself and carries no inline code."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.dates import format_timedelta
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from takatuf.ui import reading
from takatuf.ui.forms import DayInput, HourInput, WhenInput, WordsArea, WordsInput
from takatuf.ui.frame import places
from takatuf.ui.templatetags import ui as tags
from tests.house.rules import page_faults, templates_have_no_inline_code

NOW = datetime(2026, 11, 22, 18, 45, tzinfo=UTC)
PHASES = [("first-hour", "First hour"), ("first-day", "To 24 hours"), ("weeks", "Weeks 1 to 6")]

GALLERY = (Path(__file__).parent / "gallery.html").read_text()


class EveryField(forms.Form):
    title = forms.CharField(label="What happened", widget=WordsInput, help_text="A few words.")
    text = forms.CharField(label="What is known", widget=WordsArea, required=False)
    at = forms.DateTimeField(label="When", widget=WhenInput)
    day = forms.DateField(label="Day", widget=DayInput, required=False)
    hour = forms.TimeField(label="Hour", widget=HourInput, required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Attack"), ("t", "Threat")])
    bad = forms.ChoiceField(
        label="How bad", choices=[(1, "Limited"), (2, "Serious")], widget=forms.RadioSelect
    )
    who = forms.MultipleChoiceField(
        label="Agencies",
        choices=[("Known", [("f", "Fire"), ("p", "Police")])],
        widget=forms.CheckboxSelectMultiple,
    )
    exercise = forms.BooleanField(label="This is an exercise", required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


class Town(SimpleNamespace):
    def __init__(self, digits: str) -> None:
        super().__init__(digits=digits)

    def __str__(self) -> str:
        return "Marsa Noor"


def gallery(language: str, data: dict | None = None, city=None) -> str:
    with translation.override(language):
        request = RequestFactory().get(f"/{language}/desk/", {"page": "2", "q": "harbour"})
        request.user = AnonymousUser()
        context = {
            "page_title": _("Incidents"),
            "city": city or Town("latn"),
            "exercise": True,
            "trail": [(_("Today"), "/today/")],
            "places": places(
                {code: f"/{code}/" for code in ["learn", "today", "incidents", "prepare"]},
                "incidents",
                "/incidents/",
            ),
            "next_step": {"text": "Call who is silent.", "url": "#", "label": "See the roll-call"},
            "now": NOW,
            "ago": NOW - timedelta(minutes=5),
            "soon": NOW + timedelta(hours=2),
            "nothing": None,
            "hostile": "<script>alert(1)</script> مرسى",
            "lines": "one\nتوقف",
            "translated": SimpleNamespace(words="Words", language=language, state="approved"),
            "machine": SimpleNamespace(words="Words", language=language, state="machine"),
            "elsewhere": SimpleNamespace(words="أغلقوا الجسر", language="ar", state="behind"),
            "phases": PHASES,
            "tabs": [SimpleNamespace(url="#", label="Picture", current=True)],
            "form": EveryField(data) if data is not None else EveryField(),
            "listing": Paginator(range(120), 50).page(2),
        }
        with timezone.override("Asia/Amman"):
            return Template(GALLERY).render(RequestContext(request, context))


@pytest.mark.once
@pytest.mark.parametrize("language", ["ar", "en", "fr"])
@pytest.mark.parametrize("data", [None, {}, {"title": "x", "bad": "9"}])
def test_every_component_renders_in_the_house_style(language, data):
    html = gallery(language, data)

    assert page_faults(html) == []
    assert templates_have_no_inline_code("the gallery", html) == []
    assert "<script>alert" not in html


@pytest.mark.once
def test_the_places_stand_in_the_houses_order_whatever_order_they_are_given_in():
    assert [place.code for place in places({"learn": "/l/", "today": "/t/"})] == ["today", "learn"]


@pytest.mark.once
def test_a_time_says_day_hour_and_zone_and_how_long_ago_in_addition():
    html = gallery("en")

    assert '<time class="nowrap" datetime="2026-11-22T21:40:00+03:00">' in html
    assert "<bdi>Sun 22 Nov 2026</bdi> <bdi>21:40</bdi>" in html
    assert "UTC+3" in html
    assert "5 minutes ago" in html


@pytest.mark.once
@pytest.mark.parametrize(
    ("seconds", "en", "ar", "fr"),
    [
        (0, "just now", "قبل لحظات", "à l’instant"),
        (-44, "just now", "قبل لحظات", "à l’instant"),
        (-45, "1 minute ago", "قبل دقيقة واحدة", "il y a 1 minute"),
        (-300, "5 minutes ago", "قبل 5 دقائق", "il y a 5 minutes"),
        (20, "in less than a minute", "خلال أقل من دقيقة", "dans moins d’une minute"),
        (50, "in 1 minute", "خلال دقيقة واحدة", "dans 1 minute"),
    ],
)
def test_what_was_done_this_moment_was_done_just_now(seconds, en, ar, fr):
    for language, words in {"en": en, "ar": ar, "fr": fr}.items():
        with translation.override(language):
            assert reading.ago(NOW + timedelta(seconds=seconds), NOW) == words


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_a_distance_in_time_is_said_as_the_locale_says_it(language):
    near = [45, 71, 72, 90, 3_000, 3_599, 4_319, 4_320, 5_400, 90_000, 103_000, 700_000]
    far = [day * 86_400 + 1 for day in (1, 2, 6, 8, 9, 29, 35, 36, 50, 364, 400, 438, 9_000)]
    with translation.override(language):
        for seconds in [*near, *far]:
            for away in (timedelta(seconds=seconds), timedelta(seconds=-seconds, milliseconds=-1)):
                words = format_timedelta(
                    away, add_direction=True, granularity="minute", threshold=1.2, locale=language
                )
                assert reading.ago(NOW + away, NOW) == words


@pytest.mark.once
def test_an_arabic_reader_sees_the_digits_of_their_city():
    city = Town("arab")

    html = gallery("ar", city=city)

    assert "٢١:٤٠" in html
    assert "١٬٢٣٤٬٥٦٧" in html
    assert "21:40" not in html.replace("T21:40", "")
    assert "21:40" in gallery("fr", city=city)


@pytest.mark.once
def test_a_text_in_another_language_says_so_and_a_doubtful_one_is_marked():
    html = gallery("en")

    assert '<bdi lang="ar" dir="rtl">أغلقوا الجسر</bdi>' in html
    assert "machine translation, not checked" in html
    assert html.count("shown-mark") == 2


@pytest.mark.once
def test_of_a_title_in_two_languages_each_part_keeps_its_direction_and_the_dot_begins_no_line():
    between = "\N{NO-BREAK SPACE}· "
    arabic, english = '<bdi dir="auto">حريق 2</bdi>', '<bdi dir="auto">2 &lt;Fires&gt;</bdi>'
    assert tags.words("حريق 2 · 2 <Fires>") == f"{arabic}{between}{english}"
    assert tags.words("سوق · ميناء") == f'<bdi dir="auto">سوق{between}ميناء</bdi>'


@pytest.mark.once
def test_an_error_stands_in_the_summary_and_beside_its_field():
    html = gallery("en", {})

    assert '<a href="#id_title">' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert '<a href="#id_bad_0">' in html
    assert 'id="id_bad_0"' in html


@pytest.mark.once
def test_the_way_through_a_list_keeps_the_search():
    html = gallery("en")

    assert "?page=3&amp;q=harbour" in html
    assert "Page 2 of 3" in html


@pytest.mark.once
def test_the_language_switch_keeps_the_address():
    html = gallery("en")

    assert 'href="/ar/desk/?page=2&amp;q=harbour"' in html


@pytest.mark.once
def test_a_badge_has_only_tones_that_the_house_knows():
    with pytest.raises(TemplateSyntaxError):
        Template('{% badge "x" "red" %}').render(Context())


@pytest.mark.once
def test_a_form_says_in_every_language_what_to_do_and_speaks_to_everyone():
    class Sample(forms.Form):
        name = forms.CharField(max_length=3)
        mail = forms.EmailField()
        count = forms.IntegerField(max_value=5)

    said = {
        "en": ["Fill this in.", "Write the whole e-mail address", "Write 5 or less."],
        "ar": ["يُرجى ملء هذا الحقل.", "اكتبوا عنوان البريد", "اكتبوا 5 أو أقل."],
        "fr": ["Remplissez ce champ.", "Écrivez l’adresse", "Écrivez 5 ou moins."],
    }
    for language, words in said.items():
        with translation.override(language):
            errors = str(Sample({"mail": "x", "count": "9"}).errors)
        for one in words:
            assert one in errors
