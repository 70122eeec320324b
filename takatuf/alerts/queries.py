"""What pages, the command and the API read: who knows, who is silent, which message waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.models import Person
from takatuf.alerts.models import Alert, Answer, Call, Delivery, Mail, Worker
from takatuf.alerts.rules import SHOWN_AFTER, answers_counted
from takatuf.network.models import Agency, City, Membership
from takatuf.network.queries import people_to_call


class State(TextChoices):
    """How an agency's call stands, what needs a person most first."""

    NOBODY_TO_CALL = "nobody_to_call", _("Nobody to call")
    SILENT = "silent", _("Silent")
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")


class Asked(NamedTuple):
    """One person who was asked: at which step, by which ways, and whether they answered."""

    person: Person
    step: int
    at: datetime
    off_duty: bool
    channels: tuple[str, ...]
    trouble: tuple[Delivery, ...]
    answer: Answer | None


@dataclass
class RollCallRow:
    """One agency in the roll-call.

    `trouble` are the messages that did not leave: given up, or refused so far.
    """

    call: Call
    agency: Agency
    state: State
    needed: int
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    trouble: list[Delivery] = field(default_factory=list)

    @property
    def got(self) -> int:
        """How many different people of the agency answered."""
        return _counted(self.answers)

    @property
    def unasked(self) -> list[Answer]:
        """Answers of people to whom no message went: they were rung, or nobody named them."""
        told = {asked.person.pk for asked in self.asked}
        return [answer for answer in self.answers if answer.person_id not in told]

    @property
    def rests(self) -> bool:
        """Asked, without all answers, and nobody else will be: it was stopped."""
        return self.state == State.ASKED and self.call.climbs_at is None

    @property
    def step(self) -> int:
        return self.call.step

    @property
    def asked_at(self) -> datetime | None:
        return self.call.asked_at

    @property
    def climbs_at(self) -> datetime | None:
        return self.call.climbs_at

    @property
    def answered_at(self) -> datetime | None:
        return self.call.answered_at

    @property
    def silent_at(self) -> datetime | None:
        return self.call.silent_at


@dataclass(frozen=True)
class RollCall:
    """Every agency called about one thing, those that need attention first."""

    rows: list[RollCallRow]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """How many agencies stand in each state."""
        return {state.value: sum(row.state == state for row in self.rows) for state in State}

    @property
    def answered(self) -> int:
        return self.counts[State.ANSWERED]

    @property
    def asked(self) -> int:
        return self.counts[State.ASKED]

    @property
    def silent(self) -> int:
        return self.counts[State.SILENT]

    @property
    def nobody_to_call(self) -> int:
        return self.counts[State.NOBODY_TO_CALL]


def roll_call(about: str) -> RollCall:
    """Who knows, who was asked, who is silent, agency by agency, in five statements.

    An agency called by several alerts about the same thing stands with its latest call.
    Alerts and people are read once each, not again with every line that names them.
    """
    alerts = Alert.objects.filter(about=about, asks=True).select_related("city").in_bulk()
    latest = {}
    for call in (
        Call.objects.filter(alert__in=alerts)
        .select_related("agency")
        .order_by("alert__raised_at", "pk")
    ):
        call.alert = alerts[call.alert_id]
        latest[call.agency_id] = call
    rows = {
        call.pk: RollCallRow(call, call.agency, state_of(call), call.answers_needed)
        for call in latest.values()
    }
    answers: dict[tuple[UUID, UUID], Answer] = {}
    for answer in (
        Answer.objects.filter(call__alert__about=about)
        .select_related("person", "ticked_by")
        .order_by("at", "pk")
    ):
        if answer.call_id in rows:
            rows[answer.call_id].answers.append(answer)
            if answer.person_id:
                answers[answer.call_id, answer.person_id] = answer
    told: dict[tuple[UUID, UUID], list[Delivery]] = {}
    deliveries_of = Delivery.objects.filter(call__in=rows)
    people = Person.objects.filter(pk__in=deliveries_of.values("person")).in_bulk()
    for delivery in deliveries_of.order_by("asked_at", "step", "person__name", "channel", "repeat"):
        delivery.person = people[delivery.person_id]
        told.setdefault((delivery.call_id, delivery.person_id), []).append(delivery)
    for (call_id, person_id), deliveries in told.items():
        trouble = tuple(d for d in deliveries if d.sent_at is None and d.error)
        first = deliveries[0]
        rows[call_id].asked.append(
            Asked(
                first.person,
                first.step,
                first.asked_at,
                first.off_duty,
                tuple(dict.fromkeys(d.channel for d in deliveries if d.sent_at is not None)),
                trouble,
                answers.get((call_id, person_id)),
            )
        )
        rows[call_id].trouble.extend(trouble)
    order = list(State)
    return RollCall(sorted(rows.values(), key=lambda r: (order.index(r.state), r.agency.name)))


def state_of(call: Call) -> State:
    """How the call stands; an answer after silence counts."""
    if call.answered_at is not None:
        return State.ANSWERED
    if call.asked_at is None:
        return State.NOBODY_TO_CALL
    return State.SILENT if call.silent_at is not None else State.ASKED


def callable_now(rows: Iterable[RollCallRow], now: datetime) -> set[UUID]:
    """Of the agencies with nobody to call when the alert was raised: those to whose list
    somebody was added since. No statement where there are none."""
    waiting = {row.agency.pk: () for row in rows if row.state == State.NOBODY_TO_CALL}
    if not waiting:
        return set()
    return {agency for agency, step in people_to_call(waiting, now).items() if step.people}


def calls_for(person_id: UUID, city: City | None = None) -> QuerySet[Call]:
    """Calls in which this person was asked and has not answered, the newest first."""
    calls = (
        Call.objects.filter(deliveries__person=person_id, alert__asks=True)
        .exclude(answers__person=person_id)
        .select_related("agency", "alert__city")
        .order_by("-asked_at")
        .distinct()
    )
    return calls.filter(alert__city=city) if city else calls


def others_called(call: Call) -> list[Agency]:
    """The other agencies that the same alert called, by name; never any people."""
    return list(
        Agency.objects.filter(calls__alert=call.alert_id)
        .exclude(pk=call.agency_id)
        .order_by("name")
    )


def answer_of(call: Call, person_id: UUID) -> Answer | None:
    """The answer that a person gave to a call; None where they gave none."""
    return call.answers.filter(person=person_id).first()


def serving(call: Call, now: datetime) -> Q:
    """Of people: those who hold a post in the agency at that moment."""
    held = Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), agency=call.agency_id)
    return Q(pk__in=held.values("person_id"))


def serves(call: Call, person: Person, now: datetime) -> bool:
    """Whether this person holds a post in the agency at that moment."""
    return Person.objects.filter(serving(call, now), pk=person.pk).exists()


def answers_of(call: Call) -> int:
    """How many different people of the agency answered so far."""
    return _counted(call.answers.all())


def _counted(answers: Iterable[Answer]) -> int:
    return answers_counted((a.person_id, a.ticked_by_id, a.is_unnamed) for a in answers)


def deliveries_needing_a_person(city: City, now: datetime) -> QuerySet[Delivery]:
    """Messages that were given up or still wait after `SHOWN_AFTER`, to people who have
    not answered: someone must call them by voice or mend what is broken."""
    waiting = Q(given_up_at__isnull=False) | Q(asked_at__lt=now - SHOWN_AFTER)
    return (
        Delivery.objects.filter(waiting, call__alert__city=city, sent_at=None)
        .filter(call__answered_at=None)
        .exclude(call__answers__person=F("person"))
        .select_related("person", "call__agency", "call__alert")
        .order_by("-asked_at", "call__agency__name", "person__name")
    )


class TreeStep(NamedTuple):
    """One line of the printed phone tree."""

    order: int
    person: Person
    role: str


def phone_tree(agencies: Sequence[UUID], now: datetime) -> dict[UUID, list[TreeStep]]:
    """Whom to call by voice at each agency, in call order, the number beside; one statement."""
    tree: dict[UUID, list[TreeStep]] = {agency: [] for agency in agencies}
    for post in (
        Membership.objects.filter(agency__in=tree, call_order__gt=0, person__is_active=True)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .select_related("person")
        .order_by("agency_id", "call_order", "person__name")
    ):
        tree[post.agency_id].append(TreeStep(post.call_order, post.person, post.get_role_display()))
    return tree


def letters_about(about: str) -> QuerySet[Mail]:
    """The letters to people without an account that tell of this, the latest first."""
    return Mail.objects.filter(about=about).order_by("-written_at", "-id")


def given_up_letters(abouts: Iterable[str]) -> dict[str, str]:
    """Which of these things had their latest letter given up, and why; one query."""
    found = Mail.objects.filter(about__in=list(abouts)).order_by("written_at", "id")
    latest = {mail.about: mail for mail in found.only("about", "given_up_at", "error")}
    return {about: mail.error for about, mail in latest.items() if mail.given_up_at}


def worker_seen_at() -> datetime | None:
    """When a worker was last seen alive; None: never."""
    return Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()


def queue(now: datetime) -> dict[str, int]:
    """How many messages wait, are under way, and were given up, in one statement."""
    claimed = Q(claimed_at__isnull=False)
    return Delivery.objects.filter(sent_at=None).aggregate(
        due=Count("pk", filter=Q(given_up_at=None, due_at__lte=now) & ~claimed),
        later=Count("pk", filter=Q(given_up_at=None, due_at__gt=now)),
        under_way=Count("pk", filter=Q(given_up_at=None) & claimed),
        given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
    )
