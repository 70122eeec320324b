"""What every room knows of one incident, as sections of records for an inquiry."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language_info, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.models import Person
from takatuf.activities.models import Activity, ActivityChange, Agreement, Overlap
from takatuf.activities.queries import area_names, tasks_of, where_of
from takatuf.activities.vocabulary import Offer, Population
from takatuf.activities.wording import reasons_of
from takatuf.alerts.models import Alert, Call, Delivery
from takatuf.alerts.notices import words_of_delivery
from takatuf.communications.models import Report
from takatuf.communications.queries import content_of, figures_of, texts_of
from takatuf.communications.vocabulary import code_label
from takatuf.community.models import Issue
from takatuf.coordination.agenda import GROUPS, agenda_of_meeting
from takatuf.coordination.handing import KINDS, handed_over
from takatuf.coordination.inquiry.values import Coded, Line, Part, Raw, Record, Said, Who
from takatuf.decisions.models import LogEntry, Meeting
from takatuf.decisions.models import Promise as Given
from takatuf.foundation.text import listed
from takatuf.incidents.models import (
    Closing,
    HandOver,
    Incident,
    Involvement,
    KeyDate,
    Lead,
    LegalHold,
    Methane,
)
from takatuf.journal.models import Entry
from takatuf.journal.queries import entries_of
from takatuf.network.models import Agency
from takatuf.plans.catalogue import services
from takatuf.plans.leading import lines_of
from takatuf.plans.models import LeadList
from takatuf.plans.vocabulary import Lead as Leading
from takatuf.translation.models import Text
from takatuf.translation.queries import words_of
from takatuf.ui.reading import language_name

LABELS: dict[str, str | Promise] = {
    "access": pgettext_lazy("field of a record", "Access and ways in"),
    "after": pgettext_lazy("field of a record", "Afterwards"),
    "agency": pgettext_lazy("field of a record", "Agency"),
    "agenda": pgettext_lazy("field of a record", "Agenda"),
    "agreed_at": pgettext_lazy("field of a record", "Agreed"),
    "agreements": pgettext_lazy("field of a record", "What was agreed"),
    "alone_reason": pgettext_lazy("field of a record", "Why it was approved by one person alone"),
    "anchor": pgettext_lazy("field of a record", "Counted from"),
    "answer_note": pgettext_lazy("field of a record", "Answer"),
    "answer_said_by": pgettext_lazy("field of a record", "Said by, when answering"),
    "answer_within": pgettext_lazy("field of a record", "To be answered within"),
    "answered_at": pgettext_lazy("field of a record", "Answered"),
    "answered_by": pgettext_lazy("field of a record", "Answered by"),
    "answers": pgettext_lazy("field of a record", "Answers"),
    "approved_as": pgettext_lazy("field of a record", "Approved as"),
    "approved_at": pgettext_lazy("field of a record", "Approved"),
    "approved_by": pgettext_lazy("field of a record", "Approved by"),
    "area": pgettext_lazy("field of a record", "District"),
    "as_of": pgettext_lazy("field of a record", "As of"),
    "asked_at": pgettext_lazy("field of a record", "Asked"),
    "at": pgettext_lazy("field of a record", "When"),
    "attempts": pgettext_lazy("field of a record", "Attempts"),
    "attendances": pgettext_lazy("field of a record", "Who came"),
    "audience": pgettext_lazy("field of a record", "For whom"),
    "author": pgettext_lazy("field of a record", "Written by"),
    "before": pgettext_lazy("field of a record", "Before"),
    "begun_at": pgettext_lazy("field of a record", "Begun"),
    "block_reason": pgettext_lazy("field of a record", "Why it is blocked"),
    "by": pgettext_lazy("field of a record", "By whom"),
    "calls": pgettext_lazy("field of a record", "Calls"),
    "cancelled_at": pgettext_lazy("field of a record", "Cancelled"),
    "casualties": pgettext_lazy("field of a record", "Casualties"),
    "casualty_details": pgettext_lazy("field of a record", "Casualties: number and kind"),
    "chair": pgettext_lazy("field of a record", "Chair"),
    "changes": pgettext_lazy("field of a record", "What was changed"),
    "channel": pgettext_lazy("field of a record", "By which way"),
    "city": pgettext_lazy("field of a record", "City"),
    "city_at": pgettext_lazy("field of a record", "The city agreed"),
    "city_by": pgettext_lazy("field of a record", "For the city"),
    "closed_at": pgettext_lazy("field of a record", "Closed"),
    "closed_by": pgettext_lazy("field of a record", "Closed by"),
    "confidence": pgettext_lazy("field of a record", "How sure it is"),
    "confirmed_at": pgettext_lazy("field of a record", "Confirmed"),
    "confirmed_by": pgettext_lazy("field of a record", "Confirmed by"),
    "contact_email": pgettext_lazy("field of a record", "E-mail address"),
    "contact_name": pgettext_lazy("field of a record", "Whom to ask"),
    "counterpart": pgettext_lazy("field of a record", "Agreed with"),
    "created_at": pgettext_lazy("field of a record", "Entered"),
    "decided_at": pgettext_lazy("field of a record", "Decided"),
    "decided_by": pgettext_lazy("field of a record", "Decided by"),
    "decider": pgettext_lazy("field of a record", "Decided by"),
    "declared_at": pgettext_lazy("field of a record", "Declared"),
    "declared_by": pgettext_lazy("field of a record", "Declared by"),
    "delay_reason": pgettext_lazy("field of a record", "Why it was written later"),
    "deliveries": pgettext_lazy("field of a record", "Messages to people"),
    "description": pgettext_lazy("field of a record", "Description"),
    "details": pgettext_lazy("field of a record", "In words"),
    "dissent": pgettext_lazy("field of a record", "Dissent"),
    "drafted_at": pgettext_lazy("field of a record", "Drafted"),
    "drafted_by": pgettext_lazy("field of a record", "Drafted by"),
    "due_at": pgettext_lazy("field of a record", "Due"),
    "edited_at": pgettext_lazy("field of a record", "Last edited"),
    "edited_by": pgettext_lazy("field of a record", "Last edited by"),
    "ended_at": pgettext_lazy("field of a record", "No longer counts since"),
    "ends_on": pgettext_lazy("field of a record", "Until when"),
    "entry": pgettext_lazy("field of a record", "Entry of the log"),
    "error": pgettext_lazy("field of a record", "What went wrong"),
    "fact": pgettext_lazy("field of a record", "Which of it"),
    "facts": pgettext_lazy("field of a record", "What was known"),
    "figures": pgettext_lazy("field of a record", "Key figures"),
    "files": pgettext_lazy("field of a record", "As PDF"),
    "finished_at": pgettext_lazy("field of a record", "Finished"),
    "found": pgettext_lazy("field of a record", "What was found"),
    "found_at": pgettext_lazy("field of a record", "Found"),
    "from_agency": pgettext_lazy("field of a record", "From"),
    "funder": pgettext_lazy("field of a record", "Who pays for it"),
    "further": pgettext_lazy("field of a record", "Further columns"),
    "given_up_at": pgettext_lazy("field of a record", "Given up"),
    "happened_at": pgettext_lazy("field of a record", "When it happened"),
    "hazards": pgettext_lazy("field of a record", "Hazards"),
    "held_since": pgettext_lazy("field of a record", "Under legal hold since"),
    "history": pgettext_lazy("field of a record", "History"),
    "involved": pgettext_lazy("field of a record", "Agencies with a part in it"),
    "is_exercise": pgettext_lazy("field of a record", "Exercise"),
    "is_major": pgettext_lazy("field of a record", "Major incident"),
    "is_red": pgettext_lazy("field of a record", "To be settled before the others"),
    "joined_into": pgettext_lazy("field of a record", "Joined into the incident"),
    "kept": pgettext_lazy("field of a record", "Which entry stays"),
    "kind": pgettext_lazy("field of a record", "Kind"),
    "label": pgettext_lazy("field of a record", "Name"),
    "language": pgettext_lazy("field of a record", "Language"),
    "languages": pgettext_lazy("field of a record", "In which languages"),
    "lat": pgettext_lazy("field of a record", "Latitude"),
    "lead": pgettext_lazy("field of a record", "Who leads"),
    "lead_agency": pgettext_lazy("field of a record", "Leads now"),
    "leads": pgettext_lazy("field of a record", "Who led"),
    "legal_basis": pgettext_lazy("field of a record", "Legal basis"),
    "letter": pgettext_lazy("field of a record", "Message no."),
    "letters": pgettext_lazy("field of a record", "What the messages said"),
    "level": pgettext_lazy("field of a record", "Level of government"),
    "lift_reason": pgettext_lazy("field of a record", "Why it was lifted"),
    "lifted_at": pgettext_lazy("field of a record", "Lifted"),
    "lifted_by": pgettext_lazy("field of a record", "Lifted by"),
    "lines": pgettext_lazy("field of a record", "Each service"),
    "location": pgettext_lazy("field of a record", "Exact location"),
    "lon": pgettext_lazy("field of a record", "Longitude"),
    "look_note": pgettext_lazy("field of a record", "Note of the second person"),
    "looked_at": pgettext_lazy("field of a record", "Second look"),
    "looked_by": pgettext_lazy("field of a record", "Second look by"),
    "made_at": pgettext_lazy("field of a record", "Made"),
    "merged_into": pgettext_lazy("field of a record", "Merged into"),
    "minutes": pgettext_lazy("field of a record", "Minutes"),
    "moved_at": pgettext_lazy("field of a record", "Moved"),
    "moved_by": pgettext_lazy("field of a record", "Moved by"),
    "moves": pgettext_lazy("field of a record", "How its day moved"),
    "national_at": pgettext_lazy("field of a record", "The national authorities agreed"),
    "national_by": pgettext_lazy("field of a record", "For the national authorities"),
    "national_word": pgettext_lazy("field of a record", "Whose word was written down"),
    "needs": pgettext_lazy("field of a record", "Waits for"),
    "next_meeting_at": pgettext_lazy("field of a record", "Next meeting"),
    "next_meeting_place": pgettext_lazy("field of a record", "Place of the meeting"),
    "note": pgettext_lazy("field of a record", "Note"),
    "number": pgettext_lazy("field of a record", "Number"),
    "observed_at": pgettext_lazy("field of a record", "Seen"),
    "off_duty": pgettext_lazy("field of a record", "Asked although off duty"),
    "offer_said_by": pgettext_lazy("field of a record", "Said by, when offering"),
    "offered_at": pgettext_lazy("field of a record", "Offered"),
    "offered_by": pgettext_lazy("field of a record", "Offered by"),
    "offers": pgettext_lazy("field of a record", "Also provides"),
    "on": pgettext_lazy("field of a record", "Day"),
    "one": pgettext_lazy("field of a record", "One activity"),
    "open_things": pgettext_lazy("field of a record", "What was open"),
    "opened_at": pgettext_lazy("field of a record", "Opened"),
    "options": pgettext_lazy("field of a record", "Options"),
    "organisation": pgettext_lazy("field of a record", "Organisation"),
    "other": pgettext_lazy("field of a record", "The other activity"),
    "outcome": pgettext_lazy("field of a record", "Outcome"),
    "outcome_reason": pgettext_lazy("field of a record", "Why"),
    "outcomes": pgettext_lazy("field of a record", "What came of it"),
    "people": pgettext_lazy("field of a record", "People affected"),
    "people_reached": pgettext_lazy("field of a record", "Reached people"),
    "people_source": pgettext_lazy("field of a record", "Who counted them"),
    "people_targeted": pgettext_lazy("field of a record", "Meant for how many people"),
    "person": pgettext_lazy("field of a record", "Person"),
    "phase": pgettext_lazy("field of a record", "Phase"),
    "phone": pgettext_lazy("field of a record", "Telephone"),
    "pitfall": pgettext_lazy("field of a record", "What goes wrong"),
    "place": pgettext_lazy("field of a record", "Place"),
    "populations": pgettext_lazy("field of a record", "For which groups"),
    "present": pgettext_lazy("field of a record", "Present"),
    "programming": pgettext_lazy("field of a record", "Who plans it"),
    "promised_by": pgettext_lazy("field of a record", "Promised by"),
    "promised_to": pgettext_lazy("field of a record", "Promised to"),
    "raised_at": pgettext_lazy("field of a record", "Raised"),
    "reason": pgettext_lazy("field of a record", "Why"),
    "reasons": pgettext_lazy("field of a record", "Reasons"),
    "received_at": pgettext_lazy("field of a record", "Received"),
    "recorded_at": pgettext_lazy("field of a record", "Written"),
    "removed_at": pgettext_lazy("field of a record", "Removed"),
    "reopen_reason": pgettext_lazy("field of a record", "Why it was opened again"),
    "reopened_at": pgettext_lazy("field of a record", "Opened again"),
    "reopened_by": pgettext_lazy("field of a record", "Opened again by"),
    "replaced_at": pgettext_lazy("field of a record", "Replaced"),
    "reported_at": pgettext_lazy("field of a record", "Told"),
    "reported_by": pgettext_lazy("field of a record", "Told by"),
    "review_at": pgettext_lazy("field of a record", "To be reviewed"),
    "review_on": pgettext_lazy("field of a record", "When it is looked at again"),
    "risks": pgettext_lazy("field of a record", "Risks"),
    "role": pgettext_lazy("field of a record", "Role"),
    "rule": pgettext_lazy("field of a record", "Why they are put side by side"),
    "score": pgettext_lazy("field of a record", "How far they agree, of 100"),
    "section": pgettext_lazy("field of a record", "Section"),
    "sector": pgettext_lazy("field of a record", "Sector"),
    "sent_at": pgettext_lazy("field of a record", "Sent"),
    "sent_by": pgettext_lazy("field of a record", "Sent by"),
    "seriousness": pgettext_lazy("field of a record", "How serious"),
    "service": pgettext_lazy("field of a record", "Service"),
    "services": pgettext_lazy("field of a record", "Services that would help"),
    "services_needed": pgettext_lazy("field of a record", "Services needed"),
    "services_present": pgettext_lazy("field of a record", "Services present"),
    "set_at": pgettext_lazy("field of a record", "Set"),
    "set_by": pgettext_lazy("field of a record", "Set by"),
    "settled_at": pgettext_lazy("field of a record", "Settled"),
    "settled_by": pgettext_lazy("field of a record", "Settled by"),
    "settled_note": pgettext_lazy("field of a record", "How it was settled"),
    "severity": pgettext_lazy("field of a record", "Severity"),
    "shown_words": pgettext_lazy("field of a record", "Words shown to everyone"),
    "silent_at": pgettext_lazy("field of a record", "Nobody left to ask since"),
    "since": pgettext_lazy("field of a record", "Since"),
    "source": pgettext_lazy("field of a record", "Source"),
    "standing": pgettext_lazy("field of a record", "Whether it counts"),
    "starts_on": pgettext_lazy("field of a record", "From when"),
    "state": pgettext_lazy("field of a record", "State"),
    "status": pgettext_lazy("field of a record", "How it stands"),
    "stood_down_at": pgettext_lazy("field of a record", "Stood down"),
    "stood_down_by": pgettext_lazy("field of a record", "Stood down by"),
    "strikes": pgettext_lazy("field of a record", "Corrects entry"),
    "struck_by": pgettext_lazy("field of a record", "Corrected by entry"),
    "subject": pgettext_lazy("field of a record", "Subject"),
    "sureness": pgettext_lazy("field of a record", "How sure"),
    "taken_at": pgettext_lazy("field of a record", "Taken"),
    "taken_by": pgettext_lazy("field of a record", "Taken by"),
    "targeted": pgettext_lazy("field of a record", "Who may be targeted"),
    "text": pgettext_lazy("field of a record", "Text"),
    "texts": pgettext_lazy("field of a record", "Words"),
    "ticked_by": pgettext_lazy("field of a record", "Ticked by"),
    "title": pgettext_lazy("field of a record", "What"),
    "to_agency": pgettext_lazy("field of a record", "To"),
    "topic": pgettext_lazy("field of a record", "What it is about"),
    "unknowns": pgettext_lazy("field of a record", "What was unknown"),
    "until": pgettext_lazy("field of a record", "Until when"),
    "value": pgettext_lazy("field of a record", "Value"),
    "wakes_at": pgettext_lazy("field of a record", "Wakes"),
    "was_due_at": pgettext_lazy("field of a record", "Was due"),
    "way": pgettext_lazy("field of a record", "In which way"),
    "weekly_capacity": pgettext_lazy("field of a record", "People a week"),
    "what": pgettext_lazy("field of a record", "What happened"),
    "who": pgettext_lazy("field of a record", "Who"),
    "why": pgettext_lazy("field of a record", "Why it matters"),
    "words": pgettext_lazy("field of a record", "In words"),
    "workstream": pgettext_lazy("field of a record", "Workstream"),
}


@dataclass
class Section:
    """One part of the file: its records, and which thing of the journal each is."""

    code: str  # as in addresses and names of files
    label: str | Promise
    records: list[Record] = field(default_factory=list)
    things: dict[str, str] = field(default_factory=dict)  # thing -> address

    def add(self, number: object, record: Record, *things: str) -> None:
        """One record, under the address by which it is redacted, and which things of the
        journal it tells of."""
        address = f"{self.code}/{number}" if number else self.code
        self.records.append({"address": address, **record})
        self.things.update(dict.fromkeys(things, address))


@dataclass
class Gathered:
    """All sections of one incident, and its entries of the journal."""

    incident: Incident
    sections: list[Section]
    entries: list[Entry]
    people: dict[str, Person] = field(default_factory=dict)  # by identifier, whoever is named
    reports: dict[str, Report] = field(default_factory=dict)  # by address


def gathered(incident: Incident) -> Gathered:
    """Read it all, for a reader who passed the door."""
    entries = list(entries_of(incident.city.log, about=incident.about).order_by("index"))
    found = Gathered(incident, [], entries)
    by_thing: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_thing[entry.thing].append(entry)
    reader = _Reader(found, by_thing)
    for read in (
        reader.facts, reader.log, reader.actions, reader.activities, reader.needs,
        reader.overlaps, reader.who_leads, reader.messages, reader.reports, reader.promises,
        reader.meetings, reader.hand_overs, reader.methane, reader.key_dates, reader.closings,
        reader.holds,
    ):  # fmt: skip
        found.sections.append(read())
    return found


def _code(row: Any, name: str) -> Coded | None:
    code = getattr(row, name)
    if code in ("", None):
        return None
    return Coded(str(code), dict(row._meta.get_field(name).flatchoices).get(code, str(code)))


def _of(vocabulary: Any, code: str) -> Coded:
    return Coded(code, dict(vocabulary.choices).get(code, code))


def _service(code: str) -> Coded | None:
    """A service of the catalogue; its name is read in each language of the file."""
    if not code:
        return None
    return Coded(code, lazy(_service_name, str)(code))


def _service_name(code: str) -> str:
    service = services().get(code)
    return service.name if service else code


def _reasons(parts: Any, areas: dict[str, dict[str, str]]) -> list[Record]:
    """Why two activities are put side by side, part by part, in each language."""
    told = {}
    for code, names in areas.items():
        with override(code):
            told[code] = reasons_of(parts, names)
    return [
        {
            "label": Said({code: reasons[at].label for code, reasons in told.items()}),
            "found": Said({code: reasons[at].said for code, reasons in told.items()}),
            "score": part["score"],
        }
        for at, part in enumerate(parts)
    ]


def _agency(agency: Agency | None) -> Who | None:
    return Who("agency", agency.pk, agency.name, agency.names) if agency else None


def _said(text: Text | None) -> Said | None:
    return Said(words_of(text)) if text else None


def _by_language(texts: dict[str, str]) -> Said | str:
    """Words by language; as they are where their language is not known."""
    known = {language: words for language, words in texts.items() if language}
    return Said(known) if known else texts.get("", "")


class _Reader:
    """Reads one section after the other, and remembers every person that is named."""

    def __init__(self, found: Gathered, by_thing: dict[str, list[Entry]]) -> None:
        self.found, self.incident, self.by_thing = found, found.incident, by_thing

    def person(self, person: Person | None) -> Who | None:
        if person is None:
            return None
        self.found.people[str(person.pk)] = person
        return Who("person", person.pk, person.name)

    def picked(self, row: Any, names: str) -> Record:
        """Fields of a row by their names; what is coded, a person or an agency as such."""
        record: Record = {}
        for name in names.split():
            column = row._meta.get_field(name)
            value = getattr(row, name)
            if column.choices:
                value = _code(row, name)
            elif isinstance(value, Person):
                value = self.person(value)
            elif isinstance(value, Agency):
                value = _agency(value)
            elif isinstance(value, Text):
                value = _said(value)
            elif name == "language" and value:
                value = Coded(value, get_language_info(value)["name_translated"])
            record[name] = value
        return record

    def facts(self) -> Section:
        section = Section("incident", _("The incident"))
        incident = self.incident
        record = {"number": incident.number, "city": incident.city.name} | self.picked(
            incident,
            "title kind severity casualties happened_at declared_at declared_by place lon lat "
            "targeted lead_agency phase is_exercise next_meeting_at next_meeting_place "
            "stood_down_at held_since",
        )
        record["area"] = incident.area.name if incident.area else None
        record["joined_into"] = incident.joined_into.number if incident.joined_into else None
        record["involved"] = [
            {"agency": _agency(one.agency), "since": one.since}
            for one in Involvement.objects.filter(incident=incident)
            .select_related("agency")
            .order_by("since", "id")
        ]
        record["leads"] = [
            {"agency": _agency(one.agency), "since": one.since}
            for one in Lead.objects.filter(incident=incident)
            .select_related("agency")
            .order_by("since", "id")
        ]
        section.add("", record)
        return section

    def log(self) -> Section:
        section = Section("log", _("Log"))
        rows = LogEntry.objects.filter(incident=self.incident).order_by("number")
        for row in rows.select_related("author", "agency", "strikes", "struck_by").prefetch_related(
            "present"
        ):
            struck_by = getattr(row, "struck_by", None)
            record: Record = {"number": row.number} | self.picked(
                row,
                "kind text language happened_at recorded_at delay_reason author agency decider "
                "source confidence workstream facts unknowns risks options reasons legal_basis "
                "dissent review_at promised_to due_at settled_at outcome settled_note",
            )
            record |= {
                "present": [_agency(agency) for agency in row.present.all()],
                "strikes": row.strikes.number if row.strikes else None,
                "struck_by": struck_by.number if struck_by else None,
            }
            section.add(row.number, record, f"entry:{row.pk}")
        return section

    def actions(self) -> Section:
        section = Section("actions", _("Actions"))
        rows = list(
            tasks_of(self.incident)
            .select_related("title", "why", "pitfall", "agency", "taken_by")
            .prefetch_related("needs__first")
            .order_by("created_at", "id")
        )
        places = {row.pk: number for number, row in enumerate(rows, start=1)}
        for number, row in enumerate(rows, start=1):
            record = self.picked(
                row,
                "title state phase workstream role agency due_at wakes_at taken_by taken_at "
                "finished_at note block_reason why pitfall source created_at",
            )
            record["needs"] = [places[need.first_id] for need in row.needs.all()]
            record["history"] = [Line(entry) for entry in self.by_thing[f"task:{row.pk}"]]
            section.add(number, {"number": number, **record}, f"task:{row.pk}")
        return section

    def activities(self) -> Section:
        """Who does what, with what each change made of it; what was withdrawn or merged too."""
        section = Section("activities", _("Who does what"))
        rows = list(
            Activity.objects.filter(incident=self.incident)
            .select_related("organisation", "reported_by")
            .prefetch_related("places__area")
            .order_by("reported_at", "id")
        )
        numbers = {row.pk: number for number, row in enumerate(rows, start=1)}
        changes: dict[Any, list[ActivityChange]] = defaultdict(list)
        for change in (
            ActivityChange.objects.filter(activity__incident=self.incident)
            .select_related("person")
            .order_by("version", "field")
        ):
            changes[change.activity_id].append(change)
        for number, row in enumerate(rows, start=1):
            record: Record = {"number": number, "organisation": row.organisation.name}
            record |= self.picked(
                row,
                "level title description programming funder sector status starts_on ends_on "
                "channel weekly_capacity contact_name contact_email source standing reported_by "
                "reported_at confirmed_at",
            )
            record |= {
                "service": _service(row.service),
                "language": Coded(row.language, language_name(row.language))
                if row.language
                else None,
                "languages": [Coded(code, language_name(code)) for code in row.languages],
                "populations": [_of(Population, code) for code in row.populations],
                "offers": [_of(Offer, code) for code in row.offers],
                "place": where_of(row),
                "phone": row.number,
                "people_targeted": row.targeted,
                "people_reached": row.reached,
                "merged_into": f"activities/{numbers[row.merged_into_id]}"
                if row.merged_into_id in numbers
                else None,
                "further": row.extra,
                "changes": [
                    {"fact": change.field, "before": change.before, "after": change.after}
                    | {"at": change.at, "by": self.person(change.person) or change.by}
                    for change in changes[row.pk]
                ],
                "history": [Line(entry) for entry in self.by_thing[row.about]],
            }
            section.add(number, record, row.about)
        return section

    def needs(self) -> Section:
        """The survey of the issues, with what came of each and what was named as its answer."""
        section = Section("needs", _("Needs"))
        rows = (
            Issue.objects.filter(incident=self.incident)
            .select_related("agency", "reported_by", "closed_by")
            .prefetch_related("places__area", "links")
            .order_by("number")
        )
        addresses = self._addresses()
        for row in rows:
            where = [str(each.area) for each in row.places.all() if each.area]
            record: Record = {"number": row.number} | self.picked(
                row,
                "text topic people people_source seriousness sureness source since until state "
                "outcome note closed_at closed_by agency reported_by reported_at",
            )
            record |= {
                "language": Coded(row.language, language_name(row.language)),
                "service": _service(row.service),
                "services": [_service(code) for code in row.services],
                "populations": [_of(Population, code) for code in row.populations],
                "languages": [Coded(code, language_name(code)) for code in row.languages],
                "offers": [_of(Offer, code) for code in row.offers],
                "place": row.place or listed(where) or str(row.get_scope_display()),
                "answers": [addresses.get(link.thing, link.thing) for link in row.links.all()],
                "history": [Line(entry) for entry in self.by_thing[row.about]],
            }
            section.add(row.number, record, row.about)
        return section

    def _addresses(self) -> dict[str, str]:
        """Thing of the journal → its address, of all sections that were read so far."""
        return {
            thing: address for one in self.found.sections for thing, address in one.things.items()
        }

    def overlaps(self) -> Section:
        """What looked like the same work, why, and what people agreed about it."""
        section = Section("overlaps", _("Overlaps"))
        addresses, areas = self._addresses(), {}
        for code, _name in settings.SPOKEN_LANGUAGES:
            with override(code):
                areas[code] = area_names(self.incident.city)
        agreements = Agreement.objects.select_related("organisation", "decided_by")
        rows = (
            Overlap.objects.filter(incident=self.incident)
            .prefetch_related(Prefetch("agreements", agreements.order_by("decided_at", "id")))
            .order_by("found_at", "id")
        )
        for number, row in enumerate(rows, start=1):
            record = self.picked(row, "rule is_red score state role found_at asked_at settled_at")
            record |= {
                "one": addresses[f"activity:{row.a_id}"],
                "other": addresses[f"activity:{row.b_id}"],
                "reasons": _reasons(row.parts, areas),
                "agreements": [
                    self.picked(each, "answer reason role review_on decided_by decided_at ended_at")
                    | {
                        "organisation": each.organisation.name if each.organisation else None,
                        "kept": addresses.get(f"activity:{each.kept_id}"),
                    }
                    for each in row.agreements.all()
                ],
                "history": [Line(entry) for entry in self.by_thing[f"overlap:{row.pk}"]],
            }
            section.add(number, {"number": number, **record}, f"overlap:{row.pk}")
        return section

    def who_leads(self) -> Section:
        """Each list of who leads what that was in force since the declaration."""
        section = Section("who-leads", _("Who leads what"))
        rows = (
            LeadList.objects.filter(city=self.incident.city)
            .exclude(agreed_at=None)
            .filter(Q(replaced_at=None) | Q(replaced_at__gt=self.incident.declared_at))
            .select_related("city_by", "national_by")
            .prefetch_related("lines")
            .order_by("number")
        )
        for row in rows:
            record = self.picked(
                row,
                "number counterpart begun_at city_by city_at national_by national_at "
                "national_word agreed_at replaced_at",
            )
            record["lines"] = [
                {
                    "service": _service(line.service.code),
                    "lead": _of(Leading, line.lead),
                    "note": line.note,
                }
                for line in lines_of(row)
                if line.is_agreed
            ]
            section.add(row.number, record, f"leads:{row.pk}")
        return section

    def messages(self) -> Section:
        section = Section("messages", _("Messages and calls"))
        alerts = Alert.objects.filter(about=self.incident.about).order_by("raised_at", "id")
        calls: dict[Any, list[Call]] = defaultdict(list)
        for call in (
            Call.objects.filter(alert__in=alerts)
            .select_related("alert__city", "agency")
            .prefetch_related("answers__person", "answers__ticked_by")
            .order_by("asked_at", "id")
        ):
            calls[call.alert_id].append(call)
        deliveries: dict[Any, list[Delivery]] = defaultdict(list)
        for delivery in (
            Delivery.objects.filter(call__alert__in=alerts)
            .select_related("person", "call__agency", "call__alert__city")
            .order_by("asked_at", "id")
        ):
            deliveries[delivery.call_id].append(delivery)
        for number, alert in enumerate(alerts, start=1):
            record: Record = {"number": number} | self.picked(
                alert, "raised_at is_exercise answer_within"
            )
            record["calls"] = [self._call(call, deliveries[call.pk]) for call in calls[alert.pk]]
            things = [f"alert:{alert.pk}", *(f"call:{call.pk}" for call in calls[alert.pk])]
            for call in calls[alert.pk]:
                things += [f"delivery:{delivery.pk}" for delivery in deliveries[call.pk]]
            section.add(number, record, *things)
        return section

    def _call(self, call: Call, deliveries: Iterable[Delivery]) -> Record:
        letters: dict[tuple[str, ...], int] = {}
        told = []
        for delivery in deliveries:
            letter = words_of_delivery(delivery)
            key = (letter.language, letter.subject, letter.text)
            place = letters.setdefault(key, len(letters) + 1)
            told.append(
                self.picked(
                    delivery, "person channel asked_at sent_at given_up_at attempts error off_duty"
                )
                | {"letter": place}
            )
        return self.picked(call, "agency asked_at answered_at silent_at") | {
            "answers": [
                self.picked(answer, "at person way ticked_by note") for answer in call.answers.all()
            ],
            "deliveries": told,
            "letters": [
                {
                    "number": place,
                    "language": Coded(language, get_language_info(language)["name_translated"]),
                    "subject": subject,
                    "text": text,
                }
                for (language, subject, text), place in letters.items()
            ],
        }

    def reports(self) -> Section:
        section = Section("reports", _("Situation reports"))
        rows = Report.objects.filter(incident=self.incident).order_by("number")
        for row in rows.select_related("drafted_by", "edited_by", "approved_by", "looked_by"):
            record: Record = {"number": row.number} | self.picked(
                row,
                "state audience as_of drafted_by drafted_at edited_by edited_at approved_by "
                "approved_as approved_at alone_reason looked_by looked_at look_note note ended_at",
            )
            record["texts"] = [
                {
                    "section": Coded(code, code_label(code)),
                    "words": Said(
                        {tongue: one.get("words", "") for tongue, one in versions.items()}
                    ),
                }
                for code, versions in texts_of(row).items()
            ]
            record["figures"] = [
                {
                    "label": Said(
                        {tongue: one.get("label", "") for tongue, one in figure.words.items()}
                    ),
                    "value": figure.value,
                    "as_of": figure.as_of,
                    "confirmed_by": figure.confirmed_by,
                    "confirmed_at": figure.confirmed_at,
                }
                for figure in figures_of(row)
            ]
            record["content"] = Raw(content_of(row))  # what the approval's fingerprint is of
            address = f"reports/{row.number}"
            if row.approved_at is not None:
                self.found.reports[address] = row
                record["files"] = [
                    Part(
                        f"reports/{row.number}-{language}.pdf",
                        get_language_info(language)["name_local"],
                    )
                    for language in row.languages
                ]
            section.add(row.number, record, f"report:{row.pk}")
        return section

    def meetings(self) -> Section:
        section = Section("meetings", _("Meetings"))
        rows = Meeting.objects.filter(incident=self.incident).order_by("number")
        addresses = self._addresses()
        for row in rows.select_related("chair", "entry").prefetch_related(
            "attendances__agency", "outcomes"
        ):
            record: Record = {"number": row.number} | self.picked(
                row, "at place opened_at closed_at cancelled_at chair"
            )
            kept = agenda_of_meeting(row, row.at).groups if row.agenda else []
            record["agenda"] = [
                {
                    "kind": Coded(group.code, GROUPS[group.code]),
                    "what": [
                        {
                            "text": _by_language(item.texts),
                            "agency": _by_language(item.whose),
                            "due_at": item.moment,
                            "note": item.why,
                        }
                        for item in group.items
                    ],
                }
                for group in kept
            ]
            record["attendances"] = [
                self.picked(one, "agency state who") for one in row.attendances.all()
            ]
            if row.agenda:
                record["content"] = Raw(json.loads(row.agenda))  # as it was kept
            record["minutes"] = f"log/{row.entry.number}" if row.entry else None
            record["outcomes"] = [addresses.get(one.thing, one.thing) for one in row.outcomes.all()]
            section.add(row.number, record, f"meeting:{row.pk}")
        return section

    def promises(self) -> Section:
        section = Section("promises", _("Promises"))
        rows = Given.objects.filter(incident=self.incident).order_by("number")
        for row in rows.select_related("agency", "settled_by", "entry"):
            record = self.picked(
                row,
                "text language promised_to promised_by agency role made_at due_at state "
                "settled_at settled_by note shown_words",
            )
            record["entry"] = f"log/{row.entry.number}" if row.entry else None
            record["moves"] = [
                self.picked(move, "was_due_at due_at reason moved_by moved_at")
                for move in row.moves.select_related("moved_by").order_by("moved_at", "id")
            ]
            section.add(row.number, {"number": row.number, **record}, f"promise:{row.pk}")
        return section

    def hand_overs(self) -> Section:
        section = Section("hand-overs", _("Hand-overs of the lead"))
        rows = HandOver.objects.filter(incident=self.incident).order_by("offered_at", "id")
        rows = rows.select_related("from_agency", "to_agency", "offered_by", "answered_by")
        for number, row in enumerate(rows, start=1):
            record = self.picked(
                row,
                "from_agency to_agency text language state offered_by offer_said_by offered_at "
                "answered_by answer_said_by answered_at answer_note",
            )
            record["open_things"] = [
                {
                    "kind": Coded(group.kind, KINDS[group.kind]),
                    "what": [
                        {
                            "text": line.words,
                            "agency": line.agency,
                            "state": line.state,
                            "due_at": line.at,
                            "note": line.note,
                        }
                        for line in group.lines
                    ],
                }
                for group in handed_over(row, row.language)
            ]
            record["content"] = Raw(json.loads(row.open_things or "{}"))
            section.add(number, {"number": number, **record}, f"hand-over:{row.pk}")
        return section

    def methane(self) -> Section:
        section = Section("methane", _("M/ETHANE messages"))
        rows = Methane.objects.filter(incident=self.incident).order_by("number")
        for row in rows.select_related("author", "agency"):
            record = self.picked(
                row,
                "is_major location lon lat kind details hazards access casualties "
                "casualty_details services_present services_needed language observed_at "
                "received_at author agency is_exercise outcome outcome_reason settled_at "
                "settled_by",
            )
            section.add(row.number, {"number": row.number, **record}, f"methane:{row.pk}")
        return section

    def key_dates(self) -> Section:
        section = Section("key-dates", _("Key dates"))
        rows = KeyDate.objects.filter(incident=self.incident).order_by("created_at", "id")
        for number, row in enumerate(rows, start=1):
            record = self.picked(row, "on kind label source created_at removed_at")
            section.add(number, {"number": number, **record})
        return section

    def closings(self) -> Section:
        section = Section("closings", _("Stand-down and reopening"))
        rows = Closing.objects.filter(incident=self.incident).order_by("stood_down_at", "id")
        for number, row in enumerate(rows.select_related("stood_down_by", "reopened_by"), start=1):
            record = self.picked(
                row,
                "stood_down_at stood_down_by reason language reopened_at reopened_by reopen_reason",
            )
            section.add(number, {"number": number, **record})
        return section

    def holds(self) -> Section:
        section = Section("holds", _("Legal holds"))
        rows = LegalHold.objects.filter(incident=self.incident).order_by("set_at", "id")
        for number, row in enumerate(rows.select_related("set_by", "lifted_by"), start=1):
            record = self.picked(row, "set_at set_by reason lifted_at lifted_by lift_reason")
            section.add(number, {"number": number, **record})
        return section
