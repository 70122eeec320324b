"""What pages, the command and the API read of tasks and of who does what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _

from takatuf.accounts.models import Person
from takatuf.activities.coverage import (
    DIMENSIONS,
    ELSEWHERE,
    CountsAs,
    Coverage,
    Fact,
    apart,
    coverage_of_facts,
    moved_together,
    together,
)
from takatuf.activities.gaps import Doing
from takatuf.activities.models import (
    Activity,
    ActivityChange,
    ActivityPlace,
    Agreement,
    AskedToConfirm,
    Comparison,
    Import,
    Invitation,
    Need,
    Overlap,
    Task,
    TaskChange,
)
from takatuf.activities.rules import stale_after
from takatuf.activities.vocabulary import (
    Channel,
    ImportState,
    OverlapState,
    Population,
    Scope,
    Standing,
    Status,
)
from takatuf.foundation.actors import Actor
from takatuf.foundation.codes import having
from takatuf.foundation.errors import NotFound, Refused
from takatuf.foundation.roles import Role
from takatuf.foundation.text import listed, search_key
from takatuf.incidents.access import may_lead
from takatuf.incidents.models import Incident
from takatuf.network.models import (
    Agency,
    Area,
    City,
    Membership,
    Organisation,
    OrganisationName,
)
from takatuf.network.naming import folded_name, stands_for
from takatuf.network.places import words_of_key
from takatuf.network.vocabulary import Level
from takatuf.plans.catalogue import services
from takatuf.plans.vocabulary import Workstream


def in_working_order(tasks: QuerySet[Task], now: datetime) -> QuerySet[Task]:
    """Late ones first, then blocked ones, then by due time; then what sleeps, and last what
    is closed."""
    return tasks.annotate(group=_group(now)).order_by("group", "due_at", "id")


def _group(now: datetime) -> Case:
    return Case(
        When(state__in=(Task.State.DONE, Task.State.DROPPED), then=Value(4)),
        When(state=Task.State.ASLEEP, then=Value(3)),
        When(due_at__lt=now, then=Value(0)),
        When(state=Task.State.BLOCKED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def tasks_of(incident: Incident) -> QuerySet[Task]:
    """The incident's tasks with all that a list shows, in one statement."""
    return Task.objects.filter(incident=incident).select_related("title", "agency", "taken_by")


def open_tasks(incident: Incident) -> QuerySet[Task]:
    """The incident's tasks that are not done."""
    return tasks_of(incident).filter(state__in=Task.OPEN)


def held_by(person: Person, city: UUID | None) -> QuerySet[Task]:
    """What a person holds and has not finished in the incidents of a city, or of all; of a
    stood-down incident too."""
    found = Task.objects.filter(taken_by=person).exclude(
        state__in=(Task.State.DONE, Task.State.DROPPED)
    )
    return found.filter(incident__city=city) if city is not None else found


def mine(actor: Actor) -> Q:
    """What a person holds, what waits for somebody of their agencies or for their role."""
    mine = Q(taken_by=actor.person_id)
    for post in actor.posts:
        if post.city_id is None:
            continue
        nobody = Q(incident__city=post.city_id, taken_by=None)
        mine |= nobody & Q(agency=post.agency_id) & Q(role__in=["", post.role])
        if post.role != Role.LIAISON:
            mine |= nobody & Q(role=post.role)
    return mine


def my_tasks(actor: Actor, now: datetime) -> QuerySet[Task]:
    """A person's own open work across incidents."""
    return in_working_order(
        Task.objects.filter(
            mine(actor),
            state__in=Task.OPEN,
            # What was kept when an incident was stood down is still somebody's work.
            incident__in=Incident.objects.visible_to(actor).filter(joined_into=None),
        ).select_related("title", "agency", "taken_by", "incident__city"),
        now,
    )


def actions_of(
    actor: Actor,
    incident: Incident,
    now: datetime,
    *,
    state: str = "",
    agency: UUID | None = None,
    phase: str = "",
    workstream: str = "",
    only_mine: bool = False,
    only_late: bool = False,
) -> QuerySet[Task]:
    """The incident's actions as its page lists them: the late ones of every workstream first,
    the others by workstream, blocked before open, done last.

    `state` is a state, "all", or empty for what is not done yet.
    """
    found = tasks_of(incident).select_related("why", "pitfall")
    if state in Task.State.values:
        found = found.filter(state=state)
    elif state != "all":
        found = found.filter(state__in=Task.OPEN)
    if agency:
        found = found.filter(agency=agency)
    if phase:
        found = found.filter(phase=phase)
    if workstream:
        found = found.filter(workstream=workstream)
    if only_mine:
        found = found.filter(mine(actor))
    if only_late:
        found = found.filter(state__in=Task.OPEN, due_at__lt=now)
    stream = Case(
        When(due_at__lt=now, state__in=Task.OPEN, then=Value(-1)),
        *(When(workstream=code, then=Value(at)) for at, code in enumerate(Workstream.values)),
        default=Value(len(Workstream.values)),
        output_field=IntegerField(),
    )
    return found.annotate(group=_group(now), stream=stream).order_by(
        "stream", "group", "due_at", "id"
    )


def agencies_in(incident: Incident) -> QuerySet[Agency]:
    """The agencies that have a part in the incident and so may be given its work."""
    return Agency.objects.filter(involvements__incident=incident, is_active=True).order_by("name")


def people_to_take_over(actor: Actor, incident: Incident) -> QuerySet[Membership]:
    """Posts of people to whom the actor may hand work: whoever leads sees all at the
    incident, the others see their own agencies. There is no directory of people."""
    posts = Membership.objects.filter(
        agency__involvements__incident=incident, agency__is_active=True, ends_at=None
    ).exclude(person=actor.person_id)
    if not may_lead(actor, incident):
        posts = posts.filter(agency__in=actor.agencies_in(incident.city_id))
    return posts.select_related("person", "agency").order_by("agency__name", "person__name")


def waits_of(tasks: Iterable[Task]) -> dict[object, list[Task]]:
    """For each task, the unfinished tasks that must be finished before it."""
    found: dict[object, list[Task]] = {}
    needs = (
        Need.objects.filter(task__in=[task.pk for task in tasks])
        .exclude(first__state=Task.State.DONE)
        .select_related("first__title")
        .only("task_id", "first__state", "first__title__source_language", "first__title__versions")
    )
    for need in needs:
        found.setdefault(need.task_id, []).append(need.first)
    return found


class Counts(TypedDict):
    """One cell of the picture's table."""

    workstream: str
    phase: str
    open: int
    late: int
    blocked: int
    done: int


def task_counts(incident: Incident, now: datetime) -> list[Counts]:
    """Open, late, blocked and done tasks by workstream and phase: the picture's table."""
    cells = (
        Task.objects.filter(incident=incident)
        .values("workstream", "phase")
        .annotate(
            open=Count("id", filter=~Q(state=Task.State.DONE)),
            late=Count("id", filter=~Q(state=Task.State.DONE) & Q(due_at__lt=now)),
            blocked=Count("id", filter=Q(state=Task.State.BLOCKED)),
            done=Count("id", filter=Q(state=Task.State.DONE)),
        )
        .order_by("workstream", "phase")
    )
    return [Counts(**cell) for cell in cells]


def sleeping(incident: Incident) -> QuerySet[Task]:
    """What waits for its day, the soonest first; what has no day yet comes last."""
    return (
        tasks_of(incident)
        .select_related("incident__city")
        .filter(state=Task.State.ASLEEP)
        .order_by(F("wakes_at").asc(nulls_last=True), "id")
    )


def years_ahead(actor: Actor, city: City) -> QuerySet[Task]:
    """What sleeps in all incidents of a city that the actor may know, also in those that were
    stood down, the soonest first."""
    return (
        Task.objects.filter(
            state=Task.State.ASLEEP,
            incident__in=Incident.objects.visible_to(actor).filter(city=city, joined_into=None),
        )
        .select_related("title", "agency", "incident__city")
        .order_by(F("wakes_at").asc(nulls_last=True), "id")
    )


def state_words(state: str) -> str:
    """The label of a state, by its code; the code where there is no such state."""
    return str(dict(Task.State.choices).get(state, state))


def changes_since(task: Task, version: int) -> QuerySet[TaskChange]:
    """What was changed of a task after this version, the oldest first."""
    return task.changes.filter(version__gt=version).order_by("version", "field")


GOING_ON = (Status.PLANNED, Status.ACTIVE, Status.PAUSED)
# Sealed, and on no list: each would be opened for nothing.
OPENED_AT_MOST = 1_000  # descriptions in which words are sought, of the newest activities
ON_ITS_PAGE = ("description", "contact_name", "contact_email", "extra", "folded")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which activities of an incident are asked for; empty asks for nothing.

    `status` is a status as it stands on the day (`standing_as`), "withdrawn", "all", or empty
    for what is planned, under way or paused;
    `place` the key of a place (`ActivityPlace.key`); `stale` those that nobody confirmed in time;
    `sparse` those that say too little to be compared (`crowds_that_say_little`).
    """

    service: str = ""
    level: str = ""
    population: str = ""
    organisation: UUID | None = None
    place: str = ""
    status: str = ""
    stale: bool = False
    sparse: bool = False
    words: str = ""


def standing_as(status: str, on: date) -> Q:
    """What stands as this on a day, whatever was told last: nobody says of each activity when
    it begins and when it is over. An empty one: what is planned, under way or paused."""
    over, later = Q(ends_on__lt=on), Q(starts_on__gt=on)
    going_on = Q(status__in=GOING_ON)
    if status == Status.ENDED:
        return Q(status=status) | (going_on & over)
    if status == Status.PLANNED:
        return (Q(status=status) | (Q(status=Status.ACTIVE) & later)) & ~over
    if status == Status.ACTIVE:
        return Q(status=status) & ~later & ~over
    return (
        Q(status=status)
        if status == Status.CANCELLED
        else ((Q(status=status) if status else going_on) & ~over)
    )


def today_in(incident: Incident, now: datetime) -> date:
    """Which day it is in the city of the incident."""
    return now.astimezone(ZoneInfo(incident.city.timezone)).date()


def activities_of(
    incident: Incident, wanted: Wanted | None = None, *, now: datetime, on: date | None = None
) -> QuerySet[Activity]:
    """The activities of an incident as its list shows them, the newest first, as they stand on
    a day (today unless told)."""
    wanted = wanted or Wanted()
    found = Activity.objects.filter(incident=incident)
    if wanted.status == Standing.WITHDRAWN:
        found = found.filter(standing=Standing.WITHDRAWN)
    else:
        found = found.current()
        if wanted.status != "all":
            status = wanted.status if wanted.status in Status.values else ""
            found = found.filter(standing_as(status, on or today_in(incident, now)))
    if wanted.service:
        found = found.filter(service=wanted.service)
    if wanted.level:
        found = found.filter(level=wanted.level)
    if wanted.population:
        found = found.filter(having("populations", [wanted.population]))
    if wanted.organisation:
        found = found.filter(organisation=wanted.organisation)
    if wanted.place:
        places = ActivityPlace.objects.filter(activity=OuterRef("pk"), key=wanted.place)
        found = found.filter(Exists(places))
    if wanted.stale:
        found = found.filter(confirmed_at__lt=now - stale_after(incident.phase))
    if wanted.sparse:
        found = found.filter(_in_a_crowd(incident, now))
    if wanted.words:
        found = found.filter(_holding(found, incident, wanted.words))
    places = ActivityPlace.objects.select_related("area").defer("area__geometry", "area__bounds")
    return (
        found.select_related("organisation")
        .prefetch_related(Prefetch("places", places.order_by("id")))
        .defer(*ON_ITS_PAGE)
        .order_by("-id")
    )


def _holding(found: QuerySet[Activity], incident: Incident, words: str) -> Q:
    """The condition that each of the words stands somewhere in an activity, in any spelling that
    a reader takes as the same: its title, sector or service, a name of its organisation, its
    description. Descriptions are sealed, so the newest are opened and read here."""
    wanted = search_key(words).split()
    if not wanted:
        return Q()
    catalogue = {
        code: [search_key(name) for name in service.names.values()]
        for code, service in services().items()
    }
    held: list[tuple[str, set[str], set[UUID]]] = []
    plainly = Q()
    for word in wanted:
        codes = {code for code, names in catalogue.items() if any(word in name for name in names)}
        names = OrganisationName.objects.filter(city=incident.city_id, folded__contains=word)
        bodies = set(names.values_list("organisation", flat=True))
        held.append((word, codes, bodies))
        plainly &= Q(folded__contains=word) | Q(service__in=codes) | Q(organisation__in=bodies)
    described = [
        pk
        for pk, folded, description, service, body in found.exclude(description="")
        .order_by("-id")
        .values_list("pk", "folded", "description", "service", "organisation")[:OPENED_AT_MOST]
        if _stands_in(f"{folded} {search_key(description)}", service, body, held)
    ]
    return plainly | Q(pk__in=described)


def _stands_in(
    text: str, service: str, body: UUID, held: Iterable[tuple[str, set[str], set[UUID]]]
) -> bool:
    return all(word in text or service in codes or body in bodies for word, codes, bodies in held)


def count_of_activities(incident: Incident) -> int:
    """How many activities of the incident are in force."""
    return Activity.objects.filter(incident=incident).current().count()


def is_being_undone(incident: Incident) -> bool:
    """Whether a file of the incident is being undone."""
    return Import.objects.filter(incident=incident, state=ImportState.UNDOING).exists()


def organisations_in(incident: Incident, chosen: str = "") -> list[Organisation]:
    """The organisations that do something in the incident, for a choice: those that do most,
    and the one that is `chosen` (its identifier), where it is of this city."""
    most = (
        Activity.objects.filter(incident=incident)
        .current()
        .values("organisation")
        .annotate(entries=Count("*"))
        .order_by("-entries", "organisation")
    )
    keys = [row["organisation"] for row in most[:MOST_NAMES]]
    with suppress(ValueError):  # nobody is chosen, or nonsense is
        keys.append(UUID(chosen))
    return list(Organisation.objects.filter(city=incident.city_id, pk__in=keys).order_by("name"))


def organisation_doing(incident: Incident, name: str) -> Organisation | None:
    """The organisation of the incident's city that is known by this name in any spelling."""
    known = (
        OrganisationName.objects.filter(city=incident.city_id, folded=folded_name(name))
        .select_related("organisation")
        .first()
    )
    return stands_for(known.organisation) if known else None


def where_of(activity: Activity) -> str:
    """Where an activity is, in the reader's words; empty where nobody said."""
    if activity.scope in (Scope.CITY, Scope.OUTSIDE):
        return str(Scope(activity.scope).label)
    named = [str(one.area) for one in activity.places.all() if one.area]
    written = [
        str(activity.place[part])
        for part in ("loc", "adm3", "adm2", "adm1", "country")
        if activity.place.get(part)
    ]
    return listed(named or written[:2])


def coverage_of(
    incident: Incident,
    by: Sequence[str] = ("service", "area"),
    wanted: Wanted | None = None,
    *,
    now: datetime,
    on: date | None = None,
    known_places: Collection[str] | None = None,
    brief: bool = False,
) -> Coverage:
    """What the activities of an incident cover on a day (in the city's zone; today unless told),
    laid out by one or two of `coverage.DIMENSIONS`.

    What has ended by that day, or was cancelled, is left out unless `wanted` asks for its state.
    Places that are not among `known_places`, where those are given, are laid together. A
    `brief` one counts organisations in the whole alone and no people a week; it is quicker.
    """
    on = on or today_in(incident, now)
    wanted = wanted or Wanted()
    found = activities_of(incident, wanted, now=now, on=on).prefetch_related(None).order_by()
    found = found.annotate(counts=_as_what(incident, now, on))
    whose = Count("organisation", distinct=True, filter=Q(counts=CountsAs.COVER.value))
    counted = found.aggregate(many=Count("*"), **({"whose": whose} if brief else {}))
    at = [_said(dimension) for dimension in by]
    owner = Cast("organisation", CharField())
    told = ["level", "counts", *at] if brief else ["level", owner, "counts", "weekly_capacity", *at]
    facts: Iterable[Fact] = ()
    alone: Mapping[Fact, int] = {}
    if "population" in by:
        facts = apart(_with_ids(found, told, brief), list(by).index("population"))
    else:
        # In brief some thousand facts remain, which the database counts; else nearly as many as
        # activities, which are counted quicker here.
        alone = _counted(found, told) if brief else Counter(found.values_list(*told))
        # Nearly all activities have one place: only of those with several it matters which.
        if sum(alone.values()) != counted["many"]:
            several = ActivityPlace.objects.filter(activity__incident=incident).values("activity")
            several = several.annotate(places=Count("pk")).filter(places__gt=1)
            facts = list(_with_ids(found.filter(pk__in=several.values("activity")), told, brief))
        if brief:
            alone = {
                (level, "", counts, None, *place): number
                for (level, counts, *place), number in alone.items()
            }
        if facts:
            alone = Counter(alone) - Counter(fact[1:] for fact in facts)
    if known_places is not None and "area" in by:
        place, known = list(by).index("area"), {*known_places, ""}
        facts, alone = together(facts, place, known), moved_together(alone, place, known)
    coverage = coverage_of_facts(by, facts, alone, whose=not brief)
    if not brief:
        return coverage
    return replace(coverage, whole=replace(coverage.whole, organisations=counted["whose"]))


def _counted(found: QuerySet[Activity], told: Sequence[Any]) -> dict[Fact, int]:
    """How often each fact comes."""
    named = {
        f"told_{place}": F(one) if isinstance(one, str) else one for place, one in enumerate(told)
    }
    rows = found.annotate(**named).values(*named).annotate(number=Count("*"))
    return {tuple(fact): number for *fact, number in rows.values_list(*named, "number")}


def _with_ids(found: QuerySet[Activity], told: Sequence[Any], brief: bool) -> Iterator[Fact]:
    """The facts of each of these, which one is told too."""
    for fact in found.values_list(Cast("pk", CharField()), *told):
        yield (*fact[:2], "", fact[2], None, *fact[3:]) if brief else fact


def doings_of(incident: Incident, now: datetime, *, among: Q | None = None) -> list[Doing]:
    """What goes on, is planned or waits to be confirmed in an incident today, in the plain
    values that the rules of gaps compare; in two statements, for there may be 50,000.

    Everything comes as text and each text is read once: made into identifiers, days and codes
    by Django, it would take twice as long. `among` leaves those that fit it.
    """
    today = today_in(incident, now)
    there = Activity.objects.filter(incident=incident).current()
    keys: dict[str, list[str]] = {}
    places = ActivityPlace.objects.filter(
        activity__incident=incident, activity__standing=Standing.CURRENT
    )
    if among is not None:
        there = there.filter(among)
        places = places.filter(activity__in=there.values("pk"))
    for activity, key in places.values_list(as_text("activity"), "key"):
        keys.setdefault(activity, []).append(key)
    layers = {code: service.layer for code, service in services().items()}
    rows = there.annotate(counts_as=_as_what(incident, now, today)).exclude(
        counts_as=CountsAs.OVER.value
    )
    sets: dict[str, frozenset[str]] = {}
    days: dict[str | None, date | None] = {None: None}

    def codes(text: str) -> frozenset[str]:
        found = sets.get(text)
        if found is None:
            found = sets[text] = frozenset(code for code in text.split(",") if code)
        return found

    def day(text: str | None) -> date | None:
        if text not in days:
            days[text] = date.fromisoformat(text) if text else None
        return days[text]

    return [
        Doing(
            id=pk.replace("-", ""),
            organisation=organisation.replace("-", ""),
            service=service,
            layer=layer or layers.get(service),
            keys=codes(",".join(keys.get(pk, ()))),
            populations=codes(populations),
            languages=codes(languages),
            offers=codes(offers),
            starts_on=day(starts_on),
            ends_on=day(ends_on),
            counts_as=counts_as,
            weekly=weekly,
        )
        for (
            pk, organisation, populations, languages, offers, starts_on, ends_on, service, layer,
            weekly, counts_as,
        ) in rows.values_list(
            *(
                as_text(name)
                for name in (
                    "pk", "organisation", "populations", "languages", "offers", "starts_on",
                    "ends_on",
                )
            ),
            "service", "layer", "weekly_capacity", "counts_as",
        )
    ]  # fmt: skip


def as_text(name: str) -> Cast:
    """A column as the database writes it: an identifier, a day or codes that are read later,
    each once. Of identifiers SQLite leaves the dashes out."""
    return Cast(name, CharField())


def _as_what(incident: Incident, now: datetime, on: date) -> Case:
    """As what an activity counts on a day."""
    over = Q(status__in=(Status.ENDED, Status.CANCELLED)) | Q(ends_on__lt=on)
    # Who looks ahead counts what should have begun by then.
    later = on > today_in(incident, now)
    still = Q(status=Status.PLANNED) & (Q(starts_on=None) if later else Q())
    planned = still | Q(starts_on__gt=on)
    stale = Q(confirmed_at__lt=now - stale_after(incident.phase))
    return Case(
        When(over, then=Value(CountsAs.OVER.value)),
        When(Q(status=Status.PAUSED), then=Value(CountsAs.PAUSED.value)),
        When(planned, then=Value(CountsAs.PLANNED.value)),
        When(stale, then=Value(CountsAs.UNCONFIRMED.value)),
        default=Value(CountsAs.COVER.value),
    )


def _said(dimension: str) -> Any:
    """The value of a dimension as text, empty where nobody said."""
    field = DIMENSIONS[dimension]
    if dimension == "organisation":
        return Cast(field, CharField())
    return Coalesce(field, Value("")) if dimension == "area" else F(field)


@dataclass(frozen=True, slots=True)
class Known:
    """A value by which activities are laid out: its code, its name for the reader, and the id
    of what it is where it is a row of its own."""

    code: str
    name: str
    id: UUID | None = None


def names_of(incident: Incident, dimension: str, values: Iterable[str]) -> dict[str, Known]:
    """What each value of a dimension is called, in the reader's language."""
    values = set(values)
    if dimension == "area":
        named = _places_named(incident, values)
    elif dimension == "organisation":
        found = Organisation.objects.in_bulk({UUID(value) for value in values if value})
        named = {
            value: Known(value, str(found[UUID(value)]), UUID(value)) for value in values if value
        }
    else:
        labels: dict[str, str] = {}
        if dimension == "service":
            labels = {code: service.name for code, service in services().items()}
        elif dimension in LABELS:
            labels = {code: str(label) for code, label in LABELS[dimension].choices}
        named = {value: Known(value, labels.get(value, value)) for value in values if value}
    return named | ({"": Known("", _("Not said"))} if "" in values else {})


LABELS = {"level": Level, "population": Population, "channel": Channel, "status": Status}


def _places_named(incident: Incident, values: set[str]) -> dict[str, Known]:
    named = {
        value: Known(value, str(Scope(value).label))
        for value in values & {Scope.CITY.value, Scope.OUTSIDE.value}
    }
    if ELSEWHERE in values:
        named[ELSEWHERE] = Known("", _("At other places"))
    ids = {value: UUID(value[5:]) for value in values if value.startswith("area:")}
    areas = Area.objects.defer("geometry", "bounds").in_bulk(set(ids.values()))
    for value, pk in ids.items():
        if area := areas.get(pk):
            named[value] = Known(area.code, str(area), pk)
    for value in values - named.keys():
        if value:
            named[value] = Known("", words_of_key(value))
    return named


MOST_NAMES = 300  # that a field offers; any other can be written


def names_to_offer(city: City) -> list[str]:
    """Names of organisations and agencies that a city knows, as a reader finds them."""
    known = Organisation.objects.filter(city=city, merged_into=None).order_by("name")[:MOST_NAMES]
    agencies = Agency.objects.filter(city=city, is_active=True, organisation=None)
    return sorted({str(one) for one in (*known, *agencies)}, key=search_key)[:MOST_NAMES]


def agencies_by_id(city: City, keys: Iterable[UUID]) -> QuerySet[Agency]:
    """Those of the city's active agencies that have one of these identifiers."""
    return Agency.objects.filter(city=city, is_active=True, pk__in=keys).order_by("name")


def changes_of(activity: Activity) -> QuerySet[ActivityChange]:
    """What was changed of an activity, the latest first."""
    found = ActivityChange.objects.filter(activity=activity)
    return found.select_related("person").order_by("-version", "field")


def entries_of(invitation: Invitation) -> list[Activity]:
    """What a partner's own page shows: their entries in force, those that go on first."""
    found = Activity.objects.filter(
        incident=invitation.incident_id, organisation=invitation.organisation_id
    ).current()
    places = ActivityPlace.objects.select_related("area").defer("area__geometry", "area__bounds")
    listed = found.prefetch_related(Prefetch("places", places.order_by("id")))
    newest = listed.select_related("organisation").defer(*ON_ITS_PAGE).order_by("-id")[:MOST_SHOWN]
    return sorted(newest, key=lambda one: one.status not in GOING_ON)


MOST_SHOWN = 200  # entries of one organisation on its own page


def entry_of(invitation: Invitation, pk: str) -> Activity:
    """One of a partner's own entries; `NotFound` for any other."""
    try:
        key = UUID(pk)
    except ValueError as error:
        raise NotFound from error
    found = (
        Activity.objects.filter(
            incident=invitation.incident_id, organisation=invitation.organisation_id, pk=key
        )
        .current()
        .select_related("incident__city", "organisation")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def invitations_of(incident: Incident) -> QuerySet[Invitation]:
    """The links that partners of the incident were given, the newest first."""
    return (
        Invitation.objects.filter(incident=incident).select_related("organisation").order_by("-id")
    )


def organisation_in(incident: Incident, pk: UUID) -> Organisation:
    """An organisation of the incident's city. `Refused` for another's, as for one that never
    was."""
    found = Organisation.objects.filter(city=incident.city_id, pk=pk).first()
    if found is None:
        raise Refused(
            _("Choose an organisation of this city."), code="organisation", field="organisation"
        )
    return found


def spoken_for(
    incident: Incident, agencies: Iterable[UUID], chosen: UUID | None
) -> list[tuple[Organisation, int]]:
    """Organisations that go on with something in the incident and are either one of these
    agencies or the chosen one, each with how many entries it would confirm."""
    whose = Q(agency__in=list(agencies)) | (Q(pk=chosen) if chosen else Q(pk=None))
    going_on = Q(activities__incident=incident, activities__status__in=GOING_ON)
    counted = Count("activities", filter=going_on & Q(activities__standing=Standing.CURRENT))
    found = Organisation.objects.filter(whose, city=incident.city_id).annotate(entries=counted)
    return [(one, one.entries) for one in found.filter(entries__gt=0).order_by("name")]


def stale_entries(incident: Incident, now: datetime) -> QuerySet[Activity]:
    """What goes on or is planned by the table, and nobody has confirmed in time."""
    return (
        Activity.objects.filter(incident=incident)
        .current()
        .filter(
            standing_as("", today_in(incident, now)),
            confirmed_at__lt=now - stale_after(incident.phase),
        )
    )


def to_ask(incident: Incident, now: datetime) -> QuerySet[Organisation]:
    """Organisations with stale entries in the incident that were not asked to confirm of late."""
    asked = AskedToConfirm.objects.filter(
        incident=incident,
        organisation=OuterRef("pk"),
        asked_at__gt=now - stale_after(incident.phase),
    )
    stale = stale_entries(incident, now).values("organisation")
    return Organisation.objects.filter(~Exists(asked), pk__in=stale).order_by("pk")


def liaisons_at(
    incident: Incident, organisation: Organisation, now: datetime
) -> QuerySet[Membership]:
    """The posts of those who speak for an organisation at the desk: the liaisons of its agency,
    where the agency has a part in the incident."""
    return (
        Membership.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            agency=organisation.agency_id,
            agency__is_active=True,
            agency__involvements__incident=incident,
            role=Role.LIAISON,
            person__is_active=True,
        )
        .select_related("person", "agency")
        .order_by("call_order", "id")
    )


OVERLAP_LISTS = ("open", "settled", "review", "all")


def overlaps_of(incident: Incident, which: str = "open", *, now: datetime) -> QuerySet[Overlap]:
    """The overlaps of an incident with both activities: those that wait for an answer (red ones
    first, then the strongest), those that are settled, those whose agreement is due to be
    looked at again, or all."""
    found = Overlap.objects.filter(incident=incident)
    if which == "open":
        found = found.open()
    elif which == "settled":
        found = found.filter(state=OverlapState.SETTLED)
    elif which == "review":
        due = Agreement.objects.filter(
            overlap=OuterRef("pk"), ended_at=None, review_on__lte=_today(incident, now)
        )
        found = found.filter(Exists(due), state=OverlapState.SETTLED)
    sealed = [f"{side}__{field}" for side in ("a", "b") for field in ON_ITS_PAGE]
    return (
        found.select_related("a__organisation", "b__organisation")
        .defer(*sealed)
        .order_by("-is_red", "-score", "id")
    )


def _today(incident: Incident, now: datetime) -> date:
    return now.astimezone(ZoneInfo(incident.city.timezone)).date()


def to_look_at(incident: Incident, now: datetime) -> QuerySet[Agreement]:
    """What was agreed at an incident, and whose day has come of which nobody was told."""
    return Agreement.objects.filter(
        Q(told_of=None) | ~Q(told_of=F("review_on")),
        overlap__incident=incident,
        overlap__state=OverlapState.SETTLED,
        ended_at=None,
        review_on__lte=_today(incident, now),
    )


def crowds_that_say_little(incident: Incident, *, now: datetime) -> tuple[int, int]:
    """In how many places several organisations report the same service and say neither for whom
    nor when, and how many organisations these are: too little to be laid side by side."""
    silent = _saying_little(incident, now)
    crowds: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for key, service, owner in silent.values_list(
        "places__key", "service", "organisation_id"
    ).distinct():
        crowds[service, key or ""].add(owner)
    several = {key: owners for (_service, key), owners in crowds.items() if len(owners) > 1}
    return len(several), len(set().union(*several.values()))


def _saying_little(incident: Incident, now: datetime) -> QuerySet[Activity]:
    """The activities under way that name their service, and neither for whom nor when."""
    named = Activity.objects.filter(incident=incident).under_way(now).exclude(service="")
    return named.filter(starts_on=None, ends_on=None, populations=(), number="")


def _in_a_crowd(incident: Incident, now: datetime) -> Q:
    """The condition that an activity is one of those that `crowds_that_say_little` counts."""
    silent = _saying_little(incident, now)
    # Service and place as one word: a database then finds the crowds once, not for each entry.
    spots = ActivityPlace.objects.filter(activity__in=silent.values("pk")).annotate(
        spot=Concat("activity__service", Value("|"), "key")
    )
    crowded = _shared(spots, "spot", "activity__organisation")
    nowhere = silent.filter(places=None)
    return Q(pk__in=spots.filter(spot__in=crowded).values("activity")) | Q(
        pk__in=nowhere.filter(service__in=_shared(nowhere, "service", "organisation")).values("pk")
    )


def _shared(rows: QuerySet[Any], what: str, owner: str) -> QuerySet[Any]:
    """The values of a column that rows of more than one owner have."""
    counted = rows.order_by().values(what).annotate(owners=Count(owner, distinct=True))
    shared: QuerySet[Any] = counted.filter(owners__gt=1).values(what)
    return shared


def count_of_overlaps(incident: Incident) -> int:
    """How many overlaps of the incident wait for an answer."""
    return Overlap.objects.filter(incident=incident).open().count()


def overlaps_waiting_for(
    actor: Actor, incidents: Sequence[Incident]
) -> list[tuple[Incident, int, int]]:
    """The incidents among these where overlaps wait for the reader's own answer now: how many,
    and how many of them are to be settled first."""
    found = Overlap.objects.filter(incident__in=[one.pk for one in incidents]).open()
    counted: dict[UUID, list[int]] = {}
    cities = {one.pk: one.city_id for one in incidents}
    for incident, role, is_red, many in found.values_list("incident", "role", "is_red").annotate(
        many=Count("pk")
    ):
        if role in actor.roles_in(cities[incident]):
            sums = counted.setdefault(incident, [0, 0])
            sums[0] += many
            sums[1] += many if is_red else 0
    return [(one, counted[one.pk][0], counted[one.pk][1]) for one in incidents if one.pk in counted]


def agreements_of(overlap: Overlap) -> QuerySet[Agreement]:
    """What was agreed about an overlap, the newest first; one in force at most."""
    return overlap.agreements.select_related("organisation", "kept", "decided_by").order_by(
        "-decided_at"
    )


def in_force(overlaps: Iterable[Overlap]) -> dict[UUID, Agreement]:
    """What is agreed about each of these overlaps, where something is, by the overlap's id."""
    found = Agreement.objects.filter(
        overlap__in=[one.pk for one in overlaps], ended_at=None
    ).select_related("organisation")
    return {one.overlap_id: one for one in found}


def compared_at(incident: Incident) -> datetime | None:
    """When the activities of the incident were compared last."""
    return (
        Comparison.objects.filter(incident=incident).values_list("compared_at", flat=True).first()
    )


def area_names(city: City) -> dict[str, str]:
    """The districts of a city in the reader's words, by the keys of places."""
    areas = city.areas.defer("geometry", "bounds")
    return {f"area:{area.pk}": str(area) for area in areas}
