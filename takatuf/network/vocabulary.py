"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")
    MUNICIPALITY = "municipality", _("Municipality")
    COUNTY = "county", _("County")
    REGION = "region", _("Region")
    NATIONAL = "national", _("National")
    INTERNATIONAL = "international", _("International")


class AgencyKind(models.TextChoices):
    MUNICIPALITY = "municipality", _("Municipal office")
    REGIONAL = "regional", _("Regional authority")
    NATIONAL_MINISTRY = "national-ministry", _("National ministry")
    POLICE = "police", _("Police")
    FIRE = "fire", _("Fire and rescue")
    AMBULANCE = "ambulance", _("Ambulance")
    HEALTH = "health", _("Health service")
    MENTAL_HEALTH = "mental-health", _("Mental health service")
    SCHOOL = "school", _("School or university")
    SOCIAL_CARE = "social-care", _("Social care")
    JUSTICE = "justice", _("Justice or prosecution")
    VICTIM_SUPPORT = "victim-support", _("Victim support")
    FAITH = "faith", _("Faith body")
    COMMUNITY = "community-association", _("Community association")
    SURVIVORS = "survivors-association", _("Survivors’ association")
    RED_CROSS = "red-cross-crescent", _("Red Cross or Red Crescent")
    PHILANTHROPY = "philanthropy", _("Philanthropy")
    BUSINESS = "business", _("Business")
    MEDIA = "media", _("Media")
    CONSULATE = "consulate", _("Consulate")
    PEER_CITY = "peer-city", _("Peer city")
    NETWORK = "network", _("Network")
    OTHER = "other", _("Other")


class Listing(models.TextChoices):
    """What the public list of members shows of a city; its own choice."""

    NOT_LISTED = "not-listed", _("Nothing: the city is not listed")
    NAME = "name", _("Its name and country")
    PAGE = "page", _("Also its position on the map and the way to its public page")


class ApplicationState(models.TextChoices):
    """Where an application to join stands."""

    UNCONFIRMED = "unconfirmed", _("The address is not confirmed yet")
    WAITING = "waiting", _("Waits for the secretariat")
    ASKED = "asked", _("The applicant was asked for more")
    ADMITTED = "admitted", pgettext_lazy("state of an application", "Admitted")
    REFUSED = "refused", pgettext_lazy("state of an application", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of an application", "Withdrawn")


class Proof(models.TextChoices):
    """How an applicant shows that they hold an office."""

    DOCUMENT = "document", _("A document: a letter, a decree or a card of office")
    LETTER = "letter", _("A letter of the authority that can be looked up by its number")
    DOMAIN = "domain", _("My official e-mail address is at our own website’s domain")


class Applying(models.TextChoices):
    """The levels of government that may join: all below the national."""

    MUNICIPALITY = "municipality", _("City or municipality")
    NEIGHBOURHOOD = "neighbourhood", _("Borough or district within a city")
    COUNTY = "county", _("County or metropolitan area")
    REGION = "region", _("Region, province or state")


class Verdict(models.TextChoices):
    YES = "yes", pgettext_lazy("judgement of an application", "Yes")
    NO = "no", pgettext_lazy("judgement of an application", "No")
    LATER = "later", _("Looked at again")


class Sameness(models.TextChoices):
    """What somebody said of two organisations that may be one."""

    SAME = "same", pgettext_lazy("of two organisations", "One and the same")
    APART = "apart", pgettext_lazy("of two organisations", "Two different ones")
    LISTED = "listed", _("A list of names that the city read says that they are one")


class Sign(models.TextChoices):
    """Why two organisations may be one (`likeness`), in words."""

    LISTED = "listed", _("A list that the city read gives both names to one")
    SAME_WORDS = "same-words", _("The same words, written otherwise")
    KNOWN = "known-letters", _("Two known names of one body")
    TRANSLATION = "translation", _("The same words in another language")
    FORM = "form", _("The same but for a word such as association or foundation")
    ACRONYM = "acronym", _("The first letters of the other name")
    SPELLING = "spelling", _("One or two letters differ")
    SOUND = "sound", _("The same sounds in Arabic and Latin letters")
    THROUGH = "through", _("Each is like a third name")
    BRANCH = "branch", _("The same name with that of the country")
    OTHER_LEVEL = "other-level", _("Speaks against it: they stand at different levels")
