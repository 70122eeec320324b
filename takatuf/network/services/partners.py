"""Taking in a city's contact list: agencies, people and the order in which they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from takatuf.accounts.models import Person
from takatuf.accounts.rules import checked_email, checked_person_name
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Declined, Refused
from takatuf.foundation.roles import Role
from takatuf.foundation.text import search_key
from takatuf.journal.services import record
from takatuf.network.access import check_may_plan
from takatuf.network.exchange.partners import PartnerRow, read_partners
from takatuf.network.models import Agency, City, Membership
from takatuf.network.queries import taken_addresses
from takatuf.network.services.agencies import agency_changed, agency_made, post_changed, post_made
from takatuf.network.services.people import contact_corrected, is_citys_own, person_for_post
from takatuf.network.vocabulary import AgencyKind, Level

RESULTS = ("new", "updated", "unchanged", "rejected")


@transaction.atomic
def import_partners(
    actor: Actor,
    city: City,
    data: bytes,
    *,
    now: datetime,
    encoding: str | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Take in a contact list. Good rows are written, bad ones are reported with the reason.

    Each row makes sure of an agency and, where it names one, of a person with a post in it;
    people need no password to be called. What a row leaves empty stays as it is. A second
    time nothing is new. With `dry_run` all of it happens and is undone.
    """
    check_may_plan(actor, city)
    read = read_partners(data, encoding=encoding, sheet=sheet)
    rows = [{**row, "result": "rejected"} for row in read.rejected]
    taking = _Taking(actor, city, now, addresses=_addresses(read.rows))
    for row in read.rows:
        try:
            with transaction.atomic():
                result, notes = taking.take(row)
        except Declined as reason:
            result, notes = "rejected", [str(reason)]
        rows.append(
            {
                "line": row.line,
                "agency": row.agency,
                "person": row.person or row.email,
                "result": result,
                "reason": " ".join(notes),
            }
        )
    counts = {result: sum(row["result"] == result for row in rows) for result in RESULTS}
    record(
        actor,
        "partners.imported",
        log=city.log,
        thing=f"city:{city.pk}",
        at=now,
        facts={
            **counts,
            "encoding": read.encoding,
            "sha256": hashlib.sha256(data).hexdigest(),
        },
    )
    if dry_run:
        transaction.set_rollback(True)
        read.warnings.append(_("This was a trial: nothing was written."))
    return {
        "read": len(rows),
        **counts,
        "encoding": read.encoding,
        "warnings": read.warnings,
        "rows": sorted(rows, key=lambda row: int(row["line"])),
    }


class _Taking:
    """What one import knows while it goes from row to row."""

    def __init__(
        self, actor: Actor, city: City, now: datetime, *, addresses: Iterable[str]
    ) -> None:
        self.actor, self.city, self.now = actor, city, now
        # Who has one of the file's addresses is looked up together, not row by row.
        self.taken = taken_addresses(addresses)
        self.last_order: dict[UUID, int] = {}
        self.agencies = {
            search_key(name): agency
            for agency in city.agencies.all()
            for name in [*agency.names.values(), agency.name]
        }
        # What the file said first of a thing; a later row that says otherwise is told.
        self.said: dict[tuple[object, str], tuple[object, int]] = {}
        self.posts: dict[tuple[object, object, str], int] = {}

    def take(self, row: PartnerRow) -> tuple[str, list[str]]:
        """Write one row. Answers new, updated or unchanged, and what there is to say."""
        notes = list(row.notes)
        email = checked_email(row.email) if row.email else ""
        checked_person_name(row.person)
        agency, agency_result = self._agency(row, notes)
        results = [agency_result]
        if email:
            person, person_result = self._person(row, email, notes)
            results += [
                person_result,
                self._post(row, agency, person, notes, is_new=person_result == "new"),
            ]
            self.taken.add(email)
        # Kept only now, when nothing of the row can be refused any more.
        self.agencies[search_key(row.agency)] = agency
        return next(result for result in RESULTS if result in results), notes

    def _agency(self, row: PartnerRow, notes: list[str]) -> tuple[Agency, str]:
        key = search_key(row.agency)
        agency = self.agencies.get(key)
        if agency is None:
            agency = agency_made(
                self.actor,
                self.city,
                name=row.agency,
                kind=row.kind or AgencyKind.OTHER,
                level=row.level or Level.MUNICIPALITY,
                now=self.now,
            )
            result = "new"
            self._first(("agency", key), "kind", row.kind, row.line, notes)
            self._first(("agency", key), "level", row.level, row.line, notes)
            return agency, result
        if not agency.is_active:
            raise Refused(_("This agency was retired. Bring it back first."), code="retired")
        told = {"kind": row.kind, "level": row.level}
        changes = {
            name: value
            for name, value in told.items()
            if self._first(("agency", key), name, value, row.line, notes)
        }
        changed = agency_changed(self.actor, agency, changes, now=self.now)
        return agency, "updated" if changed else "unchanged"

    def _person(self, row: PartnerRow, email: str, notes: list[str]) -> tuple[Person, str]:
        person, is_new = person_for_post(
            self.city,
            email,
            is_nobodys=email not in self.taken,
            name=row.person,
            phone=row.phone,
            language=row.language or self.city.language,
            now=self.now,
        )
        told = {
            "name": checked_person_name(row.person),
            "phone": row.phone,
            "language": row.language,
        }
        changes = {
            name: value
            for name, value in told.items()
            if self._first(("person", email), name, value, row.line, notes)
            and value != getattr(person, name)
        }
        if is_new or not changes:
            return person, "new" if is_new else "unchanged"
        if not is_citys_own(person, self.city):
            notes.append(_("Name, phone and language of this person stay as the person set them."))
            return person, "unchanged"
        contact_corrected(self.actor, person, self.city, changes, now=self.now)
        return person, "updated"

    def _post(
        self, row: PartnerRow, agency: Agency, person: Person, notes: list[str], *, is_new: bool
    ) -> str:
        held: list[Membership] = []
        if not is_new:
            posts = agency.memberships.filter(_held_at(self.now), person=person)
            held = list(posts.order_by("id"))
        if row.role:
            held = [post for post in held if post.role == row.role]
        role = row.role or (held[0].role if held else Role.LIAISON.value)
        key = (agency.pk, person.pk, role)
        if (line := self.posts.setdefault(key, row.line)) != row.line:
            notes.append(_("Line %(line)s gave this post already.") % {"line": line})
            return "unchanged"
        if not held:
            order = row.call_order if row.call_order is not None else self._next_order(agency)
            post_made(
                self.actor,
                agency,
                person,
                role,
                call_order=order,
                now=self.now,
                to_a_newcomer=is_new,
            )
            if agency.pk in self.last_order:
                self.last_order[agency.pk] = max(order, self.last_order[agency.pk])
            return "new"
        if row.call_order is None:
            return "unchanged"
        changed = post_changed(self.actor, held[0], {"call_order": row.call_order}, now=self.now)
        self.last_order.pop(agency.pk, None)  # to be asked again: it may have been the last
        return "updated" if changed else "unchanged"

    def _next_order(self, agency: Agency) -> int:
        """After everyone who is there: a list without numbers is called from top to bottom."""
        if agency.pk not in self.last_order:
            held = Membership.objects.filter(_held_at(self.now), agency=agency)
            self.last_order[agency.pk] = int(held.aggregate(last=Max("call_order"))["last"] or 0)
        return self.last_order[agency.pk] + 1

    def _first(
        self, thing: tuple[str, str], name: str, value: str, line: int, notes: list[str]
    ) -> bool:
        """Whether the file says this for the first time; a contradiction goes to the notes."""
        if not value:
            return False
        said, where = self.said.setdefault((thing, name), (value, line))
        if said != value:
            words = _("Line %(line)s says “%(said)s”, which was kept.")
            label = {"kind": AgencyKind, "level": Level}.get(name)
            notes.append(words % {"line": where, "said": label(said).label if label else said})
        return said == value


def _addresses(rows: Iterable[PartnerRow]) -> set[str]:
    """The rows' addresses as they would be kept; what is none is refused later, with its row."""
    found = set()
    for row in rows:
        with suppress(Refused):
            found.add(checked_email(row.email))
    return found


def _held_at(now: datetime) -> Q:
    return Q(ends_at=None) | Q(ends_at__gt=now)
