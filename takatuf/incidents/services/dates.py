"""The days ahead that will bring an event back: set, moved, removed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.incidents.access import check_may_date, check_not_held
from takatuf.incidents.models import Incident, KeyDate
from takatuf.incidents.services.life import note
from takatuf.incidents.vocabulary import DateKind

FURTHEST = 60  # years ahead or back
LONGEST = {"label": 160, "source": 200}


@transaction.atomic
def set_key_date(
    actor: Actor,
    incident: Incident,
    *,
    kind: str,
    on: date,
    now: datetime,
    label: str = "",
    source: str = "",
) -> KeyDate:
    """Enter a day that is known beforehand, with who says so."""
    check_may_date(actor, incident)
    values = _checked(incident, kind=kind, on=on, label=label, source=source, now=now)
    same = KeyDate.objects.filter(
        incident=incident, kind=kind, on=on, label=values["label"], removed_at=None
    )
    if found := same.first():
        return found  # pressed twice
    made = KeyDate.objects.create(incident=incident, kind=kind, on=on, created_at=now, **values)
    _note(actor, "key_date.set", made, now)
    return made


@transaction.atomic
def move_key_date(
    actor: Actor,
    key_date: KeyDate,
    *,
    now: datetime,
    kind: str,
    on: date,
    label: str = "",
    source: str = "",
    version: int | None = None,
) -> KeyDate:
    """Correct a day, or move it. `version` is the one that the editor saw. Of a held incident
    another day is entered instead."""
    check_may_date(actor, key_date.incident)
    check_not_held(key_date.incident)
    fresh = _locked(key_date, version)
    values = _checked(fresh.incident, kind=kind, on=on, label=label, source=source, now=now)
    if (fresh.kind, fresh.on, fresh.label, fresh.source) == (kind, on, *values.values()):
        return fresh
    before = fresh.on
    fresh.kind, fresh.on, fresh.label, fresh.source = kind, on, *values.values()
    fresh.version += 1
    fresh.save()
    _note(actor, "key_date.moved", fresh, now, was=before.isoformat())
    return fresh


@transaction.atomic
def remove_key_date(actor: Actor, key_date: KeyDate, *, now: datetime) -> KeyDate:
    """Take a day out that will not come. It stays in the record."""
    check_may_date(actor, key_date.incident)
    check_not_held(key_date.incident)
    fresh = _locked(key_date, None)
    fresh.removed_at = now
    fresh.save(update_fields=["removed_at"])
    _note(actor, "key_date.removed", fresh, now)
    return fresh


def _locked(key_date: KeyDate, version: int | None) -> KeyDate:
    fresh = (
        KeyDate.objects.select_for_update(of=("self",))
        .select_related("incident__city")
        .get(pk=key_date.pk)
    )
    if fresh.removed_at is not None:
        raise Refused(_("This date was removed meanwhile."), code="removed")
    if version is not None and version != fresh.version:
        raise Refused(
            _("Somebody else changed this date while you were editing. Look at it again."),
            code="changed-meanwhile",
        )
    return fresh


def _checked(
    incident: Incident, *, kind: str, on: date, label: str, source: str, now: datetime
) -> dict[str, str]:
    if kind not in DateKind.values:
        raise Refused(_("Choose what the date is from the list."), code="kind", field="kind")
    if abs(on.year - now.year) > FURTHEST:
        raise Refused(_("Check the year of this date."), code="year", field="on")
    words = {"label": clean_text(label), "source": clean_text(source)}
    for name, text in words.items():
        if len(text) > LONGEST[name]:
            raise Refused(
                _("Keep it under %(most)s characters.") % {"most": LONGEST[name]},
                code=f"{name}-long",
                field=name,
            )
    return words


def _note(actor: Actor, verb: str, one: KeyDate, now: datetime, **facts: object) -> None:
    facts = {"kind": one.kind, "on": one.on.isoformat(), "label": one.label, **facts}
    note(actor, verb, one.incident, now, facts=facts)
