"""Writing a report: from the picture, then by people, each of whom sees the others' words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from takatuf.communications.access import check_may_draft
from takatuf.communications.models import Figure, Report, ReportText
from takatuf.communications.queries import figures_of, head_of, languages_to_choose
from takatuf.communications.rules import same_words, seen, words_in
from takatuf.communications.vocabulary import ORDER, Audience, codes_of
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused, Words
from takatuf.foundation.text import clean_text
from takatuf.incidents.models import Incident
from takatuf.journal.services import record
from takatuf.network.models import City
from takatuf.translation.rules import versions_after, versions_of
from takatuf.translation.vocabulary import State as Translated

MOST_TEXT = 10_000
MOST_FIGURES = 40
MOST_AHEAD = timedelta(minutes=5)  # clocks differ
CHOSEN_STATES = {Translated.REVIEWED.value, Translated.APPROVED.value}


class NewFigure(NamedTuple):
    """A figure that the system counted: its name, unit and source by language."""

    key: str
    words: Mapping[str, Mapping[str, str]]
    value: str


class Conflict(Refused):
    """Somebody else changed the same words since they were shown. `theirs` holds what stands
    there now, by code, and what was typed is not lost: the form keeps it."""

    def __init__(self, words: Words, theirs: Mapping[str, str], field: str | None) -> None:
        super().__init__(words, code="changed-since", field=field)
        self.theirs = dict(theirs)


def note(
    actor: Actor,
    verb: str,
    report: Report,
    now: datetime,
    *,
    facts: Mapping[str, object] | None = None,
    private: Mapping[str, str] | None = None,
) -> None:
    """One line in the journal about this report."""
    record(
        actor,
        verb,
        log=report.city.log,
        thing=f"report:{report.pk}",
        about=report.incident.about,
        at=now,
        facts={"number": report.number, **(facts or {})},
        private=private,
    )


def locked(report: Report) -> Report:
    """The report as it stands now, held until the transaction ends, its incident first: so
    two approvals of one incident come one after the other."""
    Incident.objects.select_for_update().get(pk=report.incident_id)
    return (
        Report.objects.select_for_update(of=("self",))
        .select_related("city", "incident__city", "incident__area", "incident__lead_agency")
        .get(pk=report.pk)
    )


def _editable(actor: Actor, report: Report) -> Report:
    check_may_draft(actor, report.incident)
    fresh = locked(report)
    if not fresh.is_editable:
        raise Refused(
            _("This report cannot be changed any more: it waits for approval or has had it."),
            code="not-editable",
        )
    return fresh


def _edited(actor: Actor, report: Report, now: datetime, *fields: str) -> None:
    report.version += 1
    report.edited_by_id, report.edited_at = actor.person_id, now
    report.save(update_fields=["version", "edited_by", "edited_at", *fields])


@transaction.atomic
def start_report(
    actor: Actor,
    incident: Incident,
    *,
    texts: Mapping[str, Mapping[str, str]],
    figures: Iterable[NewFigure],
    languages: Sequence[str],
    now: datetime,
) -> Report:
    """Begin a report with these texts (code → language → words) and figures.

    The first of `languages` is the source; the others are draft translations until somebody
    has looked at them. Figures that people gave in the last approved report come along with
    the time at which they were true. An incident has one report in progress: where there is
    one, it is refused (`in-progress`).
    """
    check_may_draft(actor, incident)
    City.objects.select_for_update().get(pk=incident.city_id)  # numbers one at a time
    if Report.objects.in_progress().filter(incident=incident).exists():
        raise Refused(
            _("A report of this incident is being written already. Open it instead."),
            code="in-progress",
        )
    last = Report.objects.filter(city=incident.city_id).aggregate(last=Max("number"))["last"]
    languages = list(languages)
    report = Report.objects.create(
        city=incident.city,
        incident=incident,
        number=(last or 0) + 1,
        languages=languages,
        head_text=json.dumps(head_of(incident)),
        as_of=now,
        drafted_by_id=actor.person_id,
        drafted_at=now,
        edited_by_id=actor.person_id,
        edited_at=now,
    )
    ReportText.objects.bulk_create(
        ReportText(
            report=report,
            code=code,
            versions_text=json.dumps(
                versions_of(
                    {language: clean_text(text)[:MOST_TEXT] for language, text in words.items()},
                    source_language=languages[0],
                )
            ),
        )
        for code, words in texts.items()
        if any(words.values())
    )
    Figure.objects.bulk_create(_first_figures(report, figures, now))
    note(actor, "report.drafted", report, now, facts={"languages": languages})
    return report


def _first_figures(report: Report, counted: Iterable[NewFigure], now: datetime) -> list[Figure]:
    found = [
        Figure(
            report=report,
            key=figure.key,
            words_text=json.dumps(figure.words),
            value=figure.value,
            as_of=now,
        )
        for figure in counted
    ]
    former = Report.objects.authoritative().filter(incident=report.incident_id).first()
    for figure in figures_of(former) if former else []:
        if not figure.key:
            found.append(
                Figure(
                    report=report,
                    words_text=figure.words_text,
                    value=figure.value,
                    as_of=figure.as_of,
                    confirmed_by=figure.confirmed_by,
                    confirmed_at=figure.confirmed_at,
                )
            )
    for position, figure in enumerate(found[:MOST_FIGURES], 1):
        figure.position = position
    return found[:MOST_FIGURES]


@transaction.atomic
def write_section(
    actor: Actor,
    report: Report,
    section: str,
    language: str,
    words: Mapping[str, str],
    *,
    before: Mapping[str, str],
    now: datetime,
    state: str = "",
) -> Report:
    """Write the texts of one section in one language.

    `words` are by code; `before` says, by code, what the writer saw (`rules.seen`): where
    somebody else changed a text since and it differs from what is sent now, nothing is
    written and `Conflict` tells what stands there. `state` says of a translation that
    somebody looked at it: "reviewed" or "approved".
    """
    if section not in ORDER:
        raise Refused(_("There is no such section."), code="section", field="section")
    fresh = _editable(actor, report)
    if language not in fresh.languages:
        raise Refused(
            _("The report does not exist in this language. Add the language first."),
            code="language",
            field="language",
        )
    held = {text.code: text for text in ReportText.objects.filter(report=fresh)}
    cleaned = {code: _words(code, words.get(code, "")) for code in codes_of(section)}
    theirs = {}
    for code, text in cleaned.items():
        now_there = words_in(held[code].versions if code in held else {}, language)
        if before.get(code, seen("")) != seen(now_there) and not same_words(now_there, text):
            theirs[code] = now_there
    if theirs:
        raise Conflict(
            _(
                "Somebody else changed these words while you wrote. Both stand here now: put "
                "together what belongs together, and save again."
            ),
            theirs,
            next(iter(theirs)),
        )
    changed: dict[str, str] = {}
    before_it: dict[str, str] = {}
    source = fresh.source_language
    for code, text in cleaned.items():
        row = held.get(code) or ReportText(report=fresh, code=code)
        old = row.versions
        after = versions_after(
            old,
            {one: words_in(old, one) for one in old} | {language: text},
            source_language=source,
            states={language: state} if state in CHOSEN_STATES and language != source else None,
        )
        if after != old:
            row.versions_text = json.dumps(after)
            row.save()
            changed[code] = text
            before_it[code] = words_in(old, language)
    if changed:
        _edited(actor, fresh, now)
    for code, text in changed.items():
        facts = {"section": code, "language": language}
        private = {"text": text} | _kept(fresh, before_it[code])
        note(actor, "report.edited", fresh, now, facts=facts, private=private)
    return fresh


def _kept(report: Report, before: str) -> dict[str, str]:
    """Under legal hold a draft is written on, and what it said before goes into the record,
    where nothing is erased as long as the hold lasts."""
    return {"before": before} if before and report.incident.held_since else {}


def _words(code: str, text: str) -> str:
    text = clean_text(text)
    if len(text) > MOST_TEXT:
        raise Refused(
            _("This text is too long: %(length)s characters, %(most)s at most.")
            % {"length": len(text), "most": MOST_TEXT},
            code="text-long",
            field=code,
        )
    return text


@transaction.atomic
def set_scope(
    actor: Actor,
    report: Report,
    *,
    languages: Sequence[str],
    audience: str,
    version: int,
    now: datetime,
) -> Report:
    """Say in which languages the report exists and who may read it.

    The source stays the source where it is among the languages. Words in a language that is
    taken out are kept, should it be taken in again. `version` is the one that the chooser saw.
    """
    fresh = _editable(actor, report)
    _check_version(fresh, version)
    possible = languages_to_choose(fresh.city)
    chosen = [code for code in possible if code in languages]
    if not chosen or set(languages) - set(possible):
        raise Refused(
            _("Choose at least one language of the city."), code="languages", field="languages"
        )
    if audience not in Audience.values:
        raise Refused(_("Choose who may read it."), code="audience", field="audience")
    if fresh.source_language in chosen:
        chosen.sort(key=lambda code: code != fresh.source_language)
    if (chosen, audience) == (fresh.languages, fresh.audience):
        return fresh
    fresh.languages, fresh.audience = chosen, audience
    _edited(actor, fresh, now, "languages", "audience")
    facts = {"languages": chosen, "audience": audience}
    note(actor, "report.scope_set", fresh, now, facts=facts)
    return fresh


def _check_version(report: Report, version: int) -> None:
    if report.version != version:
        raise Refused(
            _("Somebody changed the report since you opened this page. Look at it as it is now."),
            code="changed-since",
        )


@transaction.atomic
def set_figure(
    actor: Actor,
    report: Report,
    figure: Figure | None,
    *,
    words: Mapping[str, Mapping[str, str]],
    value: str,
    as_of: datetime,
    now: datetime,
    confirmed_by: str = "",
    version: int = 0,
) -> Figure:
    """Add a key figure, or change one (`figure`, as it was at `version`).

    `words` holds label, unit and source by language; `confirmed_by` is the post or agency
    that confirmed it, empty while nobody has.
    """
    fresh = _editable(actor, report)
    cleaned = _figure_words(fresh, words)
    value = _line(value, 40, "value")
    confirmed_by = _line(confirmed_by, 120, "confirmed_by")
    if not value:
        raise Refused(_("Give the figure."), code="value-missing", field="value")
    if as_of > now + MOST_AHEAD:
        raise Refused(
            _("The time lies ahead of the present. Correct it."), code="time-ahead", field="as_of"
        )
    if figure is None:
        at = Figure.objects.filter(report=fresh).aggregate(last=Max("position"))["last"] or 0
        if Figure.objects.filter(report=fresh).count() >= MOST_FIGURES:
            raise Refused(
                _("A report holds %(most)s key figures at most.") % {"most": MOST_FIGURES},
                code="figures-many",
            )
        held = Figure(report=fresh, position=at + 1, version=0)
    else:
        found = Figure.objects.filter(report=fresh, pk=figure.pk).first()
        if found is None or found.version != version:
            raise Refused(
                _("Somebody changed this figure while you wrote. Look at it as it is now."),
                code="changed-since",
            )
        held = found
        # A name that a language had and the form did not show is kept.
        cleaned = held.words | cleaned
    was = f"{_name(held, fresh)}: {held.value}" if figure is not None else ""
    words_before = held.words_text
    if confirmed_by != held.confirmed_by or value != held.value:
        held.confirmed_at = now if confirmed_by else None
    held.words_text, held.value, held.as_of = json.dumps(cleaned), value, as_of
    held.confirmed_by = confirmed_by
    held.version += 1
    held.save()
    _edited(actor, fresh, now)
    note(
        actor,
        "report.figure_set",
        fresh,
        now,
        facts={"as_of": as_of.isoformat(), "position": held.position},
        private={
            "figure": _name(held, fresh),
            "value": value,
            **({"confirmed_by": confirmed_by} if confirmed_by else {}),
            **_kept(fresh, was),
            **({"words_before": words_before} if _kept(fresh, was) else {}),
        },
    )
    return held


def _figure_words(
    report: Report, words: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for language, parts in words.items():
        if language not in dict(settings.SPOKEN_LANGUAGES):
            continue
        found[language] = {
            "label": _line(parts.get("label", ""), 120, f"label_{language}"),
            "unit": _line(parts.get("unit", ""), 40, f"unit_{language}"),
            "source": _line(parts.get("source", ""), 160, f"source_{language}"),
        }
    source = report.source_language
    for part, said in (
        ("label", _("Say what the figure counts.")),
        ("source", _("Say where the figure comes from.")),
    ):
        if not found.get(source, {}).get(part):
            raise Refused(said, code=f"{part}-missing", field=f"{part}_{source}")
    return found


def _line(text: str, most: int, field: str) -> str:
    text = " ".join(clean_text(text).split())
    if len(text) > most:
        raise Refused(
            _("This is too long: %(most)s characters at most.") % {"most": most},
            code="text-long",
            field=field,
        )
    return text


def _name(figure: Figure, report: Report) -> str:
    words: dict[str, Any] = figure.words
    return str(words.get(report.source_language, {}).get("label", ""))


@transaction.atomic
def remove_figure(actor: Actor, report: Report, figure: Figure, *, now: datetime) -> Report:
    """Take a key figure out of a draft; the journal keeps what it was."""
    fresh = _editable(actor, report)
    found = Figure.objects.filter(report=fresh, pk=figure.pk).first()
    if found is None:
        raise Refused(_("This figure was removed already."), code="removed-already")
    private = {
        "figure": _name(found, fresh),
        "value": found.value,
        "words": found.words_text,  # in every language, with unit and source
        "as_of": found.as_of.isoformat(),
    }
    found.delete()
    _edited(actor, fresh, now)
    note(actor, "report.figure_removed", fresh, now, private=private)
    return fresh
