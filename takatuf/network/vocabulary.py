"""Codes of this room and the words that people read for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
