"""The parts of a situation report and the words that people read for them.

The sections are those of OCHA's situation reports; after them stand what a city adds.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from takatuf.plans.vocabulary import Workstream


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state of a report", "Draft")
    SENT_BACK = "sent-back", _("Sent back")
    WAITING = "waiting", _("Waits for approval")
    APPROVED = "approved", pgettext_lazy("state of a report", "Approved")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Audience(models.TextChoices):
    PARTNERS = "partners", _("Those at the incident")
    PUBLIC = "public", _("Everyone: it has a public page")


class SecondLook(models.TextChoices):
    """What became of a report that its city's only official approved alone."""

    NONE = "", _("Not needed")
    OPEN = "open", _("To be looked at by a second person")
    CONFIRMED = "confirmed", _("Confirmed by a second person")
    OBJECTED = "objected", _("A second person objected")


class Section(models.TextChoices):
    """The sections of a report, in the order of reading; the workstreams stand among them."""

    HIGHLIGHTS = "highlights", _("Highlights")
    SITUATION = "situation", _("Situation")
    COORDINATION = "coordination", _("Coordination")
    UNKNOWNS = "unknowns", _("What is unknown")
    TENSION = "tension", _("Tension")
    RUMOURS = "rumours", _("Rumours and the answers to them")
    FAMILIES = "families", _("What families are concerned about")
    WELFARE = "welfare", _("Welfare of staff")
    NEXT_DAY = "next-day", _("The next 24 hours")
    DECISIONS = "decisions", _("Decisions wanted")


class Aspect(models.TextChoices):
    """What is told of each workstream."""

    NEEDS = "needs", _("Needs")
    RESPONSE = "response", _("Response")
    GAPS = "gaps", _("Gaps and constraints")


ORDER: tuple[str, ...] = (
    Section.HIGHLIGHTS.value,
    Section.SITUATION.value,
    *Workstream.values,
    *(section.value for section in list(Section)[2:]),
)
# What is for those who respond and could harm people if everyone read it.
NOT_PUBLIC = frozenset(
    {
        Section.TENSION.value,
        Section.FAMILIES.value,
        Section.WELFARE.value,
        Section.DECISIONS.value,
    }
)


def codes_of(section: str) -> list[str]:
    """The codes of the texts of one section: one, or three for a workstream."""
    if section in Workstream.values:
        return [f"{section}.{aspect}" for aspect in Aspect.values]
    return [section]


CODES: tuple[str, ...] = tuple(code for section in ORDER for code in codes_of(section))


def section_label(section: str) -> str:
    """The heading of a section in the reader's language."""
    if section in Workstream.values:
        return str(Workstream(section).label)
    return str(Section(section).label)


def code_label(code: str) -> str:
    """The name of one text of a report: “Situation”, “Psychosocial support: Needs”."""
    section, _dot, aspect = code.partition(".")
    if not aspect:
        return section_label(section)
    return str(
        _("%(workstream)s: %(aspect)s")
        % {"workstream": section_label(section), "aspect": Aspect(aspect).label}
    )
