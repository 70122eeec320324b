"""What an alert says: a notice's codes made words in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from takatuf.alerts.access import token_for
from takatuf.alerts.models import Alert, Delivery, Mail
from takatuf.alerts.rules import fit_sms
from takatuf.network.models import Agency

Words = dict[str, Any]

# Rooms above register how the codes of their notices become words: no import goes up.
_wordings: dict[str, Callable[[Words, str], Words]] = {}

LINK = "\x00link\x00"  # stands for the link in a text that many readers share
TEST = "alerts/notices/test"


@dataclass(frozen=True)
class Notice:
    """What agencies are told. `template` is a prefix: `<template>.{subject,email,sms}.txt`.

    `context` holds plain JSON values, codes rather than words; `path` is the page it leads
    to, without language; `about` names the thing, as in `incident:<uuid>`.
    """

    template: str
    context: Words = field(default_factory=dict)
    path: str = ""
    about: str = ""


@dataclass(frozen=True)
class Letter:
    """One message in its reader's language, as its channels carry it."""

    subject: str
    text: str
    language: str
    urgent: bool = True


def register(template: str, words: Callable[[Words, str], Words]) -> None:
    """Let `words(context, language)` make a notice's words, called in the reader's language."""
    _wordings[template] = words


def test_notice(city_name: str, names: Mapping[str, str], about: str) -> Notice:
    """A call that only asks whether the call arrives."""
    return Notice(TEST, {"city": city_name, "cities": dict(names)}, about=about)


def email_for(delivery: Delivery) -> Letter:
    """The e-mail of a delivery whose person, call, agency, alert and city are loaded."""
    alert, language = delivery.call.alert, reader_language(delivery.person.language)
    subject, text = _email(alert, delivery.call.agency, language, delivery.off_duty)
    return Letter(subject, text.replace(LINK, link_of(delivery, language)), language)


def letter_of(mail: Mail) -> Letter:
    """The words of a letter to somebody without an account, in the language it was asked in."""
    language = reader_language(mail.language)
    words = json.loads(mail.context or "{}")
    with translation.override(language):
        subject = " ".join(_rendered(f"{mail.notice}.subject.txt", words).split())
        text = _rendered(f"{mail.notice}.email.txt", words).strip() + "\n"
    return Letter(subject, text, language, urgent=False)


def sms_for(delivery: Delivery) -> Letter:
    """The SMS of a delivery: two segments at most, the link whole."""
    alert, language = delivery.call.alert, reader_language(delivery.person.language)
    with translation.override(language):
        link = link_of(delivery, language)
        text = _sms(alert, delivery.call.agency, language, link)
        return Letter("", text, language)


def words_of_delivery(delivery: Delivery) -> Letter:
    """What a delivery said, as its channel carried it, with its link left out: whoever has the
    link can answer. The same rows are to be loaded as for `email_for`."""
    language = reader_language(delivery.person.language)
    if delivery.channel == Delivery.Channel.DESK:
        call = delivery.call
        return Letter("", short_words(call.alert, call.agency, language), language)
    letter = email_for(delivery) if delivery.channel == "email" else sms_for(delivery)
    return Letter(letter.subject, letter.text.replace(link_of(delivery, language), "[…]"), language)


def short_words(alert: Alert, agency: Agency, language: str) -> str:
    """What the SMS says, without its link: all that a page shows to one who has the link."""
    with translation.override(language):
        words = _words(alert, agency, language, "")
        return _marked(_subject(alert, words), alert)


def answer_link(delivery: UUID, language: str) -> str:
    """The address by which one person answers one call without signing in."""
    return f"{settings.BASE_URL}/{language}/answer/{token_for(delivery)}/"


def link_of(delivery: Delivery, language: str) -> str:
    """Where a message leads: to the answer that it asks for, else to the page it tells of,
    behind its sign-in."""
    if delivery.call.alert.asks:
        return answer_link(delivery.pk, language)
    return f"{settings.BASE_URL}/{language}/{delivery.call.alert.path}"


def reader_language(language: str) -> str:
    """The person's language where the interface has it, else the installation's."""
    return language if language in dict(settings.SPOKEN_LANGUAGES) else settings.LANGUAGE_CODE


@lru_cache(maxsize=500)
def _email(alert: Alert, agency: Agency, language: str, off_duty: bool) -> tuple[str, str]:
    """Subject and text with `LINK` in it: the same for all readers of one language at an agency,
    but that those off duty are told why they are called.

    An alert never changes once it was raised, so a thousand people cost a few renderings.
    """
    with translation.override(language):
        words = _words(alert, agency, language, LINK) | {"off_duty": off_duty}
        subject, text = _subject(alert, words), _text(alert, "email", words).strip() + "\n"
        return _marked(subject, alert), _marked(text, alert)


def _sms(alert: Alert, agency: Agency, language: str, link: str) -> str:
    def render(words: Mapping[str, object]) -> str:
        return _marked(_text(alert, "sms", words), alert)

    return fit_sms(render, _words(alert, agency, language, link), link)


def _subject(alert: Alert, words: Mapping[str, object]) -> str:
    return " ".join(_text(alert, "subject", words).split())


def _text(alert: Alert, part: str, words: Mapping[str, object]) -> str:
    """A template as plain text: nothing is escaped, since no browser reads it as HTML."""
    return _rendered(f"{alert.notice}.{part}.txt", words)


def _rendered(name: str, words: Mapping[str, object]) -> str:
    template: Any = get_template(name)
    return str(template.template.render(Context(dict(words), autoescape=False)))


def _words(alert: Alert, agency: Agency, language: str, link: str) -> Words:
    words = dict(alert.context)
    if wording := _wordings.get(alert.notice):
        words = wording(words, language)
    common = {
        "agency": agency.names.get(language, agency.name),
        "is_exercise": alert.is_exercise,
        "link": link,
    }
    # Lazy words become text here, in the reader's language.
    return {
        name: value if isinstance(value, (bool, int, float, dict, list, type(None))) else str(value)
        for name, value in (words | common).items()
    }


def _marked(text: str, alert: Alert) -> str:
    """The text with the word EXERCISE before it, should its template have forgotten."""
    word = _("EXERCISE")
    return f"{word}. {text}" if alert.is_exercise and word not in text else text


def _test_words(context: Words, language: str) -> Words:
    return {"city_label": context["cities"].get(language, context["city"])}


register(TEST, _test_words)
