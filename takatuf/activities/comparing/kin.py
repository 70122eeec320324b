"""Which services partners file the same work under: those of one group of the catalogue, and
some of two groups that are next to each other in practice."""

from __future__ import annotations

from functools import cache

from takatuf.plans.catalogue import services

# Of two groups, each beside those under which its work is filed as well. What coordinators
# see in tables; the labelled pairs hold examples of half of them.
BESIDE = {
    "information-point": "navigator family-assistance volunteers transport",
    "public-information": "online-harm reunification school-support safety",
    "helpline": "crisis-line psychological-first-aid counselling navigator hate-reporting "
    "family-assistance reunification",
    "interpretation": "volunteers navigator family-assistance legal-aid consular",
    "volunteers": "childcare transport housing food relief-items school-support",
    "school-support": "psychological-first-aid counselling peer-support safe-space "
    "staff-support community-dialogue",
    "childcare": "safe-space family-assistance",
    "business-help": "employment housing",
    "compensation": "legal-aid family-assistance registration navigator",
    "financial-help": "legal-aid funeral family-assistance",
    "legal-aid": "navigator housing employment family-assistance",
    "consular": "funeral navigator family-assistance",
    "medical-follow-up": "transport specialist-care counselling navigator",
    "reunification": "victim-identification registration",
    "hate-reporting": "safety investigation",
    "commemoration": "spiritual-care community-dialogue",
    "funeral": "spiritual-care victim-identification",
    "spiritual-care": "community-dialogue",
    "property-return": "tributes investigation victim-identification",
    "safety": "transport community-dialogue",
    "housing": "safe-space",
    "registration": "victim-identification",
}


@cache
def are_kin(one: str, other: str) -> bool:
    """Whether two services, by their codes, are such."""
    if other in BESIDE.get(one, "").split() or one in BESIDE.get(other, "").split():
        return True
    known = services()
    return one in known and other in known and known[one].group == known[other].group
