"""What is needed laid beside what is done: gaps, thin cover, cliffs and stale entries, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from takatuf.activities.coverage import CountsAs
from takatuf.activities.gaps import Asked, Doing, Field, Gap, Kind, Limits, gaps_among
from takatuf.activities.models import Activity, TakenGap, Task
from takatuf.activities.queries import doings_of
from takatuf.community.models import Issue
from takatuf.community.queries import Need, issues_by_id, needs_of
from takatuf.coordination.kept import Kept, worth_keeping
from takatuf.foundation.garbage import unsearched
from takatuf.foundation.roles import Role
from takatuf.foundation.text import isolated, labelled, listed
from takatuf.incidents.models import Incident
from takatuf.incidents.queries import days_of
from takatuf.network.models import Organisation
from takatuf.plans.catalogue import services
from takatuf.plans.vocabulary import Offer, Workstream
from takatuf.ui.reading import language_name

ANSWER = "activity:"  # how an issue names an activity
# Whose work a gap is, by the group of its service; what the State usually leads is asked for by
# the national liaison.
WHOSE: dict[str, tuple[Role, Workstream]] = {
    "information": (Role.COMMUNICATIONS, Workstream.COMMUNICATIONS),
    "safety": (Role.COORDINATOR, Workstream.LEADERSHIP),
    "family": (Role.CENTRE_MANAGER, Workstream.SUPPORT),
    "psychosocial": (Role.PSYCHOSOCIAL, Workstream.PSYCHOSOCIAL),
    "health": (Role.PSYCHOSOCIAL, Workstream.PSYCHOSOCIAL),
    "means": (Role.CENTRE_MANAGER, Workstream.SUPPORT),
    "rights": (Role.CENTRE_MANAGER, Workstream.SUPPORT),
    "education": (Role.PSYCHOSOCIAL, Workstream.PSYCHOSOCIAL),
    "cohesion": (Role.COHESION, Workstream.COMMUNITY),
    "remembrance": (Role.COHESION, Workstream.COMMUNITY),
}
# Two of them are the community's, though they are rights.
OWN: dict[str, tuple[Role, Workstream]] = dict.fromkeys(
    ("hate-reporting", "online-harm"), (Role.COHESION, Workstream.COMMUNITY)
)
NOBODYS = (Role.COORDINATOR, Workstream.LEADERSHIP)
# How soon somebody should have seen to it, by the seriousness of a need.
SEEN_TO: dict[int, timedelta] = {
    4: timedelta(hours=4),
    3: timedelta(days=1),
    2: timedelta(days=3),
    1: timedelta(days=7),
}
SOON = timedelta(days=2)
# What is missing where no entry of support says that it provides for one of these.
SUPPORT: dict[str, str | Promise] = {
    Offer.NIGHT: gettext_lazy("Support at night"),
    Offer.WEEKEND: gettext_lazy("Support at the weekend"),
    Offer.STEP_FREE: gettext_lazy("Support for people with disabilities"),
    Offer.WOMEN: gettext_lazy("Support for women"),
    Offer.MEN: gettext_lazy("Support for men"),
    Offer.CHILDREN: gettext_lazy("Support for children"),
    Offer.OUTSIDE: gettext_lazy("Support for people outside the city"),
}
MOST_TITLE = 90  # characters of a person's words in the title of an action
LAYERS: dict[int, str | Promise] = {
    1: gettext_lazy("Layer 1: basic services and security"),
    2: gettext_lazy("Layer 2: community and family supports"),
    3: gettext_lazy("Layer 3: focused, non-specialised supports"),
    4: gettext_lazy("Layer 4: specialised services"),
}


@dataclass(frozen=True)
class Told:
    """A gap in the reader's words: what it is about, what is missing, and the action that one
    press makes of it."""

    gap: Gap
    title: str
    reasons: list[str]
    action: str
    role: str
    agency: UUID | None
    agency_name: str
    workstream: str
    due: datetime
    issue: Issue | None = None
    activity: Activity | None = None
    task: Task | None = None  # somebody is at it


@dataclass(frozen=True)
class Gaps:
    """All that is missing at an incident; `taken` is what somebody is at already."""

    open: list[Told]
    taken: list[Told]
    needs: int  # in force
    doings: int  # that cover


Found = tuple[list[Gap], list[Need], int]
KEPT: Kept[Found] = Kept(most=4)


def limits() -> Limits:
    """Where the rules begin to speak in this installation."""
    return Limits(ends_within=settings.GAP_ENDS_DAYS, weeks_to_see_all=settings.GAP_THIN_WEEKS)


def found_gaps(incident: Incident, now: datetime) -> Found:
    """The gaps as the rules find them, the needs that were asked, and how many activities
    cover something today."""
    return KEPT.of(
        incident,
        (tuple(incident.city.languages), incident.city.timezone),
        lambda: _found_now(incident, now),
        now=now,
        worth=lambda: worth_keeping(incident),
    )


def _found_now(incident: Incident, now: datetime) -> Found:
    today = now.astimezone(ZoneInfo(incident.city.timezone)).date()
    with unsearched():
        doings, needs = doings_of(incident, now), needs_of(incident, now)
        gaps = gaps_among(
            doings,
            asked_of(needs, doings),
            today=today,
            days=[day.on for day in days_of(incident, now)],
            languages=incident.city.languages,
            offers=Offer.values,
            support={code: service.layer for code, service in services().items()},
            limits=limits(),
        )
        return gaps, needs, sum(one.covers for one in doings)


def asked_of(needs: Iterable[Need], doings: Iterable[Doing]) -> list[Asked]:
    """Needs as the rules ask; what was merged into another activity is answered by that one."""
    asked = [
        Asked(
            id=str(need.id),
            services=tuple(code for code in (need.service, *need.services) if code),
            keys=frozenset(need.keys),
            populations=frozenset(need.populations),
            languages=frozenset(need.languages),
            offers=frozenset(need.offers),
            people=need.people,
            seriousness=need.seriousness,
            linked=frozenset(
                _hex(thing.removeprefix(ANSWER))
                for thing in need.things
                if thing.startswith(ANSWER)
            ),
        )
        for need in needs
    ]
    strange = {pk for one in asked for pk in one.linked} - {one.id for one in doings}
    if not strange:
        return asked
    rows = Activity.objects.filter(pk__in=strange).exclude(merged_into=None)
    led = {pk.hex: into.hex for pk, into in rows.values_list("pk", "merged_into") if into}
    return [
        Asked(
            **{name: getattr(one, name) for name in Asked.__slots__ if name != "linked"},
            linked=frozenset(led.get(pk, pk) for pk in one.linked),
        )
        for one in asked
    ]


def _hex(pk: str) -> str:
    """An identifier as `doings_of` writes it."""
    return pk.replace("-", "")


def gaps_of(incident: Incident, now: datetime) -> Gaps:
    """What is missing at an incident or will be, in the reader's words, the gravest first; and
    apart what somebody is at already."""
    gaps, needs, covering = found_gaps(incident, now)
    taken = taken_of(incident)
    words = Words(incident, gaps, now)
    told = [words.tell(gap, taken.get(gap.key)) for gap in gaps]
    told.sort(key=lambda one: ORDER.index(one.gap.kind))  # stable: rules keep their own order
    return Gaps(
        open=[one for one in told if one.task is None],
        taken=[one for one in told if one.task is not None],
        needs=len(needs),
        doings=covering,
    )


ORDER = [
    Kind.NEED, Kind.PART, Kind.LAYER, Kind.ENDS, Kind.DAY, Kind.THIN, Kind.LANGUAGE, Kind.OFFER,
    Kind.STALE,
]  # fmt: skip


def taken_of(incident: Incident) -> dict[str, Task]:
    """The open actions that were made of gaps, by the gap's key."""
    rows = TakenGap.objects.filter(
        incident=incident, task__state__in=(*Task.OPEN, Task.State.ASLEEP)
    )
    return {row.key: row.task for row in rows.select_related("task__title", "task__agency")}


class Words:
    """Tells gaps in the reader's language, with what they name loaded once."""

    def __init__(self, incident: Incident, gaps: Iterable[Gap], now: datetime) -> None:
        gaps = list(gaps)
        self.incident, self.now = incident, now
        self.zone = ZoneInfo(incident.city.timezone)
        self.issues = issues_by_id(incident, {UUID(gap.need) for gap in gaps if gap.need})
        activities = Activity.objects.filter(pk__in={gap.activity for gap in gaps if gap.activity})
        self.activities = {one.pk.hex: one for one in activities.defer("description", "extra")}
        self.organisations: Mapping[str, Organisation] = {
            one.pk.hex: one
            for one in Organisation.objects.filter(
                pk__in={gap.organisation for gap in gaps if gap.organisation}
            ).select_related("agency")
        }
        self.days = {day.on: day for day in days_of(incident, now)}

    def tell(self, gap: Gap, task: Task | None = None) -> Told:
        """One gap, as it reads in the language that is in force."""
        issue = self.issues.get(UUID(gap.need)) if gap.need else None
        organisation = self.organisations.get(gap.organisation)
        agency = organisation.agency if organisation else None
        if agency is not None and not agency.is_active:
            agency = None
        role, workstream = self._whose(gap)
        return Told(
            gap=gap,
            title=self._title(gap, issue, organisation),
            reasons=self._reasons(gap, organisation),
            action=self._action(gap, issue, organisation),
            role="" if agency else role.value,
            agency=agency.pk if agency else None,
            agency_name=str(agency) if agency else "",
            workstream=workstream.value,
            due=self._due(gap, issue),
            issue=issue,
            activity=self.activities.get(gap.activity),
            task=task,
        )

    def _whose(self, gap: Gap) -> tuple[Role, Workstream]:
        if gap.layer == 1:  # shelter, food and safety are no work of carers
            return Role.CENTRE_MANAGER, Workstream.SUPPORT
        if gap.kind in (Kind.LAYER, Kind.LANGUAGE, Kind.OFFER):
            return Role.PSYCHOSOCIAL, Workstream.PSYCHOSOCIAL
        return whose_work(gap.service)

    def _due(self, gap: Gap, issue: Issue | None) -> datetime:
        if issue is not None:
            return self.now + SEEN_TO.get(issue.seriousness, SOON)
        if gap.kind in (Kind.ENDS, Kind.DAY):
            last = (gap.last_on if gap.kind == Kind.DAY else gap.on) or gap.on
            assert last is not None  # of these two rules
            # A week before the end, so that something can still follow.
            before = datetime.combine(last - timedelta(days=7), time(9), tzinfo=self.zone)
            return max(before, self.now + timedelta(days=1))
        return self.now + SOON

    def _title(self, gap: Gap, issue: Issue | None, organisation: Organisation | None) -> str:
        if issue is not None:
            return issue.text
        if gap.kind == Kind.LAYER:
            return str(LAYERS[gap.layer or 1])
        if gap.kind == Kind.LANGUAGE:
            return _("Support in this language: %(language)s") % {
                "language": language_name(gap.languages[0])
            }
        if gap.kind == Kind.OFFER:
            return listed(str(SUPPORT[code]) for code in gap.offers)
        if gap.kind == Kind.ENDS:
            return str(self.activities.get(gap.activity, ""))
        if gap.kind == Kind.STALE:
            return str(organisation or "")
        return service_name(gap.service)

    def _reasons(self, gap: Gap, organisation: Organisation | None) -> list[str]:
        if gap.kind == Kind.NEED:
            return [
                _("Nothing that is under way and confirmed answers it."),
                *_counted(
                    gap.planned,
                    lambda n: ngettext(
                        "%(count)s entry would answer it, and has not begun.",
                        "%(count)s entries would answer it, and have not begun.",
                        n,
                    ),
                ),
                *_counted(
                    gap.unconfirmed,
                    lambda n: ngettext(
                        "%(count)s entry would answer it if somebody confirmed it.",
                        "%(count)s entries would answer it if somebody confirmed them.",
                        n,
                    ),
                ),
            ]
        if gap.kind == Kind.PART:
            open_ways = []
            if gap.languages:
                spoken = listed(language_name(code) for code in gap.languages)
                open_ways.append(
                    _("Nobody who answers it says that they help in: %(languages)s.")
                    % {"languages": spoken}
                )
            if gap.offers:
                open_ways.append(
                    _("Nobody who answers it says that they provide for: %(what)s.")
                    % {"what": offers(gap.offers)}
                )
            if gap.elsewhere:
                open_ways.append(_("What there is does not reach every place that it names."))
            return open_ways
        if gap.kind == Kind.LAYER:
            return [_("No activity that is under way and confirmed belongs to it.")]
        if gap.kind == Kind.LANGUAGE:
            return [_("No entry of support says that it is offered in it.")]
        if gap.kind == Kind.OFFER:
            return [_("No entry of support says that it is there.")]
        if gap.kind == Kind.THIN:
            return [
                _(
                    "People who need it: %(people)s. Those who help see %(weekly)s a week; to see "
                    "everybody would take %(weeks)s weeks."
                )
                % {
                    "people": number_format(gap.people or 0),
                    "weekly": number_format(gap.weekly or 0),
                    "weeks": number_format(gap.weeks or 0, 1),
                }
            ]
        if gap.kind == Kind.ENDS:
            return [
                *([str(organisation)] if organisation else []),
                _("It ends on %(day)s, and nothing known follows it.") % {"day": day_words(gap.on)},
            ]
        if gap.kind == Kind.DAY:
            return [
                _("Nothing of it is said to be there on %(day)s: %(what)s.")
                % {"day": day_words(gap.on), "what": self._day_label(gap.on)},
                _("The last of it ends on %(day)s.") % {"day": day_words(gap.last_on)},
            ]
        return _counted(
            gap.count,
            lambda n: ngettext(
                "%(count)s entry does not count as cover: nobody confirmed it in time.",
                "%(count)s entries do not count as cover: nobody confirmed them in time.",
                n,
            ),
        )

    def _day_label(self, on: date | None) -> str:
        day = self.days.get(on) if on else None
        return listed(part for part in (day.label, day.note) if part) if day else ""

    def _action(self, gap: Gap, issue: Issue | None, organisation: Organisation | None) -> str:
        if issue is not None:
            # The words of a need are sealed and can be erased; those of an action stand in the
            # record for good. So it says what kind of need it is, and by its number which.
            kind = issue.get_topic_display() or issue.get_seriousness_display()
            named = {
                "number": issue.number,
                "text": service_name(issue.service) if issue.service else str(kind),
            }
            if gap.kind == Kind.NEED:
                return _("Find who meets need %(number)s: %(text)s") % named
            return _("Complete what is done about need %(number)s: %(text)s") % named
        named = {"what": _short(self._title(gap, issue, organisation))}
        if gap.kind == Kind.ENDS:
            return _("Settle what follows when this ends: %(what)s") % named
        if gap.kind == Kind.DAY:
            return _("Secure it for %(day)s: %(what)s") % {**named, "day": day_words(gap.on)}
        if gap.kind == Kind.THIN:
            return _("Find more people who help: %(what)s") % named
        if gap.kind == Kind.STALE:
            return _("Confirm or change what stands in who does what: %(what)s") % named
        return _("Find who offers it: %(what)s") % named


def whose_work(service: str) -> tuple[Role, Workstream]:
    """The role whose work a service is, and its workstream; the coordinator's where it is not
    known."""
    known = services().get(service)
    if known is None:
        return NOBODYS
    if service in OWN:
        return OWN[service]
    role, workstream = WHOSE.get(known.group, NOBODYS)
    return (Role.NATIONAL_LIAISON if known.lead == "national" else role), workstream


def _counted(count: int, words: object) -> list[str]:
    """A sentence that counts; none for nothing."""
    assert callable(words)
    return [words(count) % {"count": number_format(count)}] if count else []


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_TITLE else f"{line[: MOST_TITLE - 1].rstrip()}…"


def service_name(code: str) -> str:
    """What a service is called in the reader's language; its code where it is gone."""
    service = services().get(code)
    return service.name if service else code


def offers(codes: Iterable[str]) -> str:
    """What help provides for, as a reader lists it."""
    labels = dict(Offer.choices)
    return listed(labels.get(code, code) for code in codes)


def day_words(on: date | None) -> str:
    """A day as the reader's language writes it."""
    return date_format(on, "j F Y") if on else ""


@dataclass(frozen=True)
class Answering:
    """An activity beside a need: what it counts as, and whether somebody said that it answers
    or it fits by what it says of itself."""

    activity: Activity
    counts_as: str
    linked: bool

    @property
    def covers(self) -> bool:
        return self.counts_as == CountsAs.COVER


MOST_ANSWERS = 50


def answers_of(issue: Issue, now: datetime) -> list[Answering]:
    """The activities that are about a need, those that somebody named first, then what covers."""
    needs = [need for need in needs_of(issue.incident, now) if need.id == issue.pk]
    if not needs:
        return []
    named = [UUID(_hex(thing.removeprefix(ANSWER))) for thing in needs[0].things]
    led = Activity.objects.filter(pk__in=named).exclude(merged_into=None).values("merged_into")
    wanted = Q(service__in=[code for code in (issue.service, *issue.services) if code])
    doings = doings_of(issue.incident, now, among=wanted | Q(pk__in=named) | Q(pk__in=led))
    asked = asked_of(needs, doings)[0]
    near = sorted(
        Field(doings).answering(asked), key=lambda one: (one.id not in asked.linked, not one.covers)
    )[:MOST_ANSWERS]
    rows = Activity.objects.filter(pk__in=[one.id for one in near]).select_related("organisation")
    by_id = {row.pk.hex: row for row in rows.prefetch_related("places__area")}
    return [
        Answering(by_id[one.id], one.counts_as, one.id in asked.linked)
        for one in near
        if one.id in by_id
    ]


MOST_TO_CHOOSE = 300  # from one list; beyond, who imports says it in the table


def named_activities(incident: Incident) -> list[tuple[UUID, str]]:
    """What can be named as the answer to a need: title and organisation, by organisation."""
    rows = Activity.objects.filter(incident=incident).current().select_related("organisation")
    slim = rows.only("title", "titles", "organisation__name", "organisation__names")
    return [
        (row.pk, labelled(isolated(row.organisation), isolated(_short(str(row)))))
        for row in slim.order_by("organisation__name", "id")[:MOST_TO_CHOOSE]
    ]
