"""The response framework as it ships: read once from the files beside this one.

Plain values, no database. The words are also written as texts of the `translation` room
(`services.load_framework`), under identifiers that follow from version, code and field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

FOLDER = Path(__file__).parent
FIELDS = ("title", "why", "pitfall")
NAMESPACE = uuid5(NAMESPACE_URL, "takatuf:framework")


@dataclass(frozen=True)
class Action:
    """One act that one role can do and tick, as the framework has it."""

    code: str
    since: str  # the version in which it was added or last changed
    workstream: str
    phase: str
    role: str
    agency_kind: str
    anchor: str  # the day from which its time is counted
    due_within: timedelta | None  # after the anchor, before it: negative; None: a preparation
    repeat_days: int | None  # how often it returns
    size: str  # the smallest place that needs it
    after: tuple[str, ...]
    kinds: tuple[str, ...]  # of incidents; empty: all
    words: Mapping[str, Mapping[str, str]]  # {"title": {"en": …}, "why": …, "pitfall": …}
    source: str  # empty: practice, not yet sourced
    text_ids: Mapping[str, UUID]  # of title, why and pitfall


@dataclass(frozen=True)
class Framework:
    """The whole of one version, actions in the order of workstream, phase and time."""

    version: str
    source_language: str
    languages: tuple[str, ...]
    phases: tuple[str, ...]
    workstreams: tuple[str, ...]
    actions: tuple[Action, ...]
    # What changed or withdrawn actions were before, so that a plan that began with an earlier
    # version can be told what has changed since.
    former: tuple[Action, ...]
    withdrawn: Mapping[str, str]  # codes that are no more, and the version that dropped them
    released: Mapping[str, str]  # versions that went out, and what they hash to

    @cached_property
    def by_code(self) -> Mapping[str, Action]:
        return {action.code: action for action in self.actions}

    def action_at(self, code: str, version: str) -> Action | None:
        """An action as it was in a version; none where that version did not have it."""
        known = [one for one in (*self.actions, *self.former) if one.code == code]
        then = [one for one in known if not is_newer(one.since, version)]
        gone = self.withdrawn.get(code)
        if not then or (gone and not is_newer(gone, version)):
            return None
        return max(then, key=lambda one: parts_of(one.since))

    def at(self, version: str) -> Framework:
        """The framework as it was in an earlier version."""
        codes = dict.fromkeys(one.code for one in (*self.actions, *self.former))
        then = [action for code in codes if (action := self.action_at(code, version))]
        return replace(self, version=version, actions=tuple(then), former=(), withdrawn={})

    def fingerprint(self) -> str:
        """SHA-256 over all that the actions say and ask, whatever their order."""
        told = sorted(
            json.dumps(
                {name: value for name, value in asdict(one).items() if name != "text_ids"},
                default=str,
                ensure_ascii=False,
                sort_keys=True,
            )
            for one in self.actions
        )
        return sha256("\n".join(told).encode()).hexdigest()


def text_id(since: str, code: str, field: str) -> UUID:
    """The identifier of a framework text, the same on every installation.

    It follows from the version in which the action last changed: what a version left as it
    was keeps its texts, and what it changed leaves the former ones where they are in use.
    """
    return uuid5(NAMESPACE, f"{since}/{code}/{field}")


def is_newer(version: str, than: str) -> bool:
    """Whether a version of the framework ("2026.2") came after another; any is newer than ""."""
    return parts_of(version) > parts_of(than)


def parts_of(version: str) -> list[int]:
    """A version's numbers, by which versions are put in order."""
    return [int(part) for part in version.split(".") if part.isdigit()]


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one workstream's file."""
    return _read("workstream.schema.json")


def workstream_file(workstream: str) -> dict[str, Any]:
    """One workstream as it stands in its file."""
    return _read(f"{workstream}.json")


def check_against_schema() -> None:
    """Hold every file against the schema. Raises `jsonschema.ValidationError`."""
    import jsonschema  # a fifth of a second that only a load needs

    validator = jsonschema.Draft202012Validator(schema())
    for workstream in framework().workstreams:
        validator.validate(workstream_file(workstream))
    for action in _read("former.json")["actions"]:
        workstream = action.pop("workstream")
        validator.validate({"workstream": workstream, "actions": [action]})


@lru_cache(maxsize=1)
def incident_kinds() -> tuple[str, ...]:
    """The kinds of incident that an action may be for; the codes of `incidents`, which is
    upstairs."""
    kinds = schema()["$defs"]["action"]["properties"]["kinds"]["items"]["enum"]
    return tuple(kinds)


@lru_cache(maxsize=1)
def framework() -> Framework:
    """The framework that this version of the software ships."""
    head = _read("framework.json")
    actions = [
        _action(workstream, action)
        for workstream in head["workstreams"]
        for action in workstream_file(workstream)["actions"]
    ]
    return Framework(
        version=head["version"],
        source_language=head["source_language"],
        languages=tuple(head["languages"]),
        phases=tuple(head["phases"]),
        workstreams=tuple(head["workstreams"]),
        actions=tuple(actions),
        former=tuple(_action(one["workstream"], one) for one in _read("former.json")["actions"]),
        withdrawn={one["code"]: one["since"] for one in head["withdrawn"]},
        released=head["released"],
    )


def _action(workstream: str, read: dict[str, Any]) -> Action:
    minutes = read["due_minutes"]
    return Action(
        code=read["code"],
        since=read["since"],
        workstream=workstream,
        phase=read["phase"],
        role=read["role"],
        agency_kind=read["agency_kind"],
        anchor=read["anchor"],
        due_within=None if minutes is None else timedelta(minutes=minutes),
        repeat_days=read["repeat_days"],
        size=read["size"],
        after=tuple(read["after"]),
        kinds=tuple(read["kinds"]),
        words={field: read[field] for field in FIELDS},
        source=read["source"]["text"] if read["source"] else "",
        text_ids={field: text_id(read["since"], read["code"], field) for field in FIELDS},
    )


def _read(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return body
