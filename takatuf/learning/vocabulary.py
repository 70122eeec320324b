"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CardKind(models.TextChoices):
    PRACTICE = "practice", _("Practice")
    LESSON = "lesson", _("Lesson")


class Region(models.TextChoices):
    ARAB_WORLD = "arab-world", _("Arab world")
    AFRICA = "africa", _("Africa")
    ASIA_PACIFIC = "asia-pacific", _("Asia and the Pacific")
    EUROPE = "europe", _("Europe")
    LATIN_AMERICA = "latin-america", _("Latin America")
    NORTH_AMERICA = "north-america", _("North America")
    TURKIYE = "turkiye", _("Türkiye")


class PlaceSize(models.TextChoices):
    """How large the place of a card is; the sizes of plans, and one above them."""

    VILLAGE = "village", _("Village")
    TOWN = "town", _("Town")
    CITY = "city", _("City")
    METROPOLIS = "metropolis", _("Metropolis")


class Confidence(models.TextChoices):
    """How well the record of what was done is known; not whether it worked."""

    HIGH = "high", _("Well documented")
    MEDIUM = "medium", _("Documented from one point of view")
    LOW = "low", _("Thinly documented")


class Read(models.TextChoices):
    """How much of a source was read by whoever wrote the card."""

    WHOLE = "whole", _("Read whole")
    EXCERPT = "excerpt", _("Read in part")
    SECOND_HAND = "second-hand", _("Known through another source")


class LinkKind(models.TextChoices):
    VIDEO = "video", _("Video")
    PAGE = "page", _("Page on another site")


class DraftState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waits for approval")
    PUBLISHED = "published", _("Published")
    DROPPED = "dropped", _("Put aside")


class DialogueState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state of a dialogue", "being prepared")
    PUBLISHED = "published", pgettext_lazy("state of a dialogue", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a dialogue", "withdrawn")


class Precision(models.TextChoices):
    """How exactly it is known when a dialogue was held."""

    DAY = "day", _("the days are known")
    MONTH = "month", _("only the month is known")


class Participants(models.TextChoices):
    """The kinds of people who take part; never a person."""

    MAYORS = "mayors", _("mayors")
    LOCAL_OFFICIALS = "local-officials", _("local officials")
    NATIONAL_OFFICIALS = "national-officials", _("national officials")
    POLICE = "police", _("police and law enforcement")
    ACADEMICS = "academics", _("academics")
    PRACTITIONERS = "practitioners", _("practitioners")
    CIVIL_SOCIETY = "civil-society", _("civil society")
    SURVIVORS = "survivors", _("families and survivors")
    YOUTH = "youth", _("young people")
    INTERNATIONAL = "international", _("international organisations")


class Seat(models.TextChoices):
    """Where a registration for a dialogue stands."""

    INVITED = "invited", _("invited, has not answered")
    ASKED = "asked", _("has not confirmed the address yet")
    COMING = "coming", _("has a place")
    WAITING = "waiting", _("on the waiting list")
    LEFT = "left", _("does not come")


class CardField(models.TextChoices):
    """The texts of a card, in the order in which they are read."""

    TITLE = "title", pgettext_lazy("of a card", "Title")
    PLACE = "place", pgettext_lazy("of a card", "Place")
    CONTEXT = "context", _("What happened")
    DONE = "done", _("What was done")
    OUTCOME = "outcome", _("What came of it")
    KNOWN_HOW = "known_how", _("How that is known")
    LESSON = "lesson", _("What others can take from it")
    CAUTION = "caution", _("What to be careful about")


# What else keeps a card from being published, by field, beside the labels of its texts.
OTHER_FIELDS: dict[str, str | Promise] = {
    "slug": pgettext_lazy("of a card", "Address"),
    "country": _("Country"),
    "region": _("Part of the world"),
    "date": _("Day of the event"),
    "size": _("Size of the place"),
    "confidence": _("How well it is known"),
    "level": _("Who did it"),
    "cells": _("Where it helps"),
    "incident_kinds": _("Kind of incident"),
    "sources": _("Sources"),
}
GAPS: dict[str, str | Promise] = {
    "missing": _("%(field)s: missing"),
    "unsupported": _("%(field)s: no source supports it"),
    "cited-unknown": _("%(field)s: cites a source that is not on the card"),
    "cited-elsewhere": _("%(field)s: cites a source that is not said to support it"),
    "cited-differently": _("%(field)s: the languages cite different sources"),
    "slug-year": _("%(field)s: its year is not the year of the event"),
    "source-twice": _("%(field)s: two have one number"),
}


def gap_sentence(field: str, code: str) -> str:
    """What a card lacks, in the reader's language, from a field and a code of `rules`."""
    label = OTHER_FIELDS.get(field) or CardField(field).label
    return str(GAPS[code]) % {"field": label}
