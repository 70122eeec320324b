"""Files of activities: brought, understood, tried, taken in, given up, undone."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from takatuf.activities.access import (
    agencies_reported_for,
    check_may_import,
    check_may_settle_import,
    may_import_for_any,
)
from takatuf.activities.bringing import (
    apply_changes,
    confirm_again,
    drop_coming,
    held_import,
    note_import,
    write_new,
)
from takatuf.activities.exchange.reading import Understood, understand
from takatuf.activities.files import answer_of, answered, report_of
from takatuf.activities.models import Activity, ActivityPlace, Import, ImportedRow, Layout
from takatuf.activities.taking import (
    Plan,
    Stopped,
    Taken,
    Told,
    again_in_words,
    own_names,
    plan_of,
    rows_said,
)
from takatuf.activities.vocabulary import ImportState, Outcome, Standing
from takatuf.foundation.actors import Actor
from takatuf.foundation.crypto import seal_bytes, unseal_bytes
from takatuf.foundation.errors import NotFound, Refused
from takatuf.foundation.imported import packed_report, packed_words
from takatuf.foundation.rows import learn_sizes
from takatuf.foundation.text import clean_text, file_name, search_key
from takatuf.incidents.access import check_not_held
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency
from takatuf.network.services.organisations import Organisations, Wanted
from takatuf.network.vocabulary import Level

KEPT = timedelta(days=7)  # a file that nobody takes in
SILENT = timedelta(minutes=5)  # then whoever worked on it is taken for dead
MOST_ATTEMPTS = 3
MOST_WAITING = 30  # files that one person brought to an incident and did not decide on
SMALL = 500  # rows; what is longer is left to the worker
MOST_IN_EACH_LANGUAGE = 10_000  # rows
SAMPLES = 10  # rows shown of each outcome
# The words that stand in tables with hashtags (`#meta+level`), beside our six.
HXL_LEVELS = {"local": Level.MUNICIPALITY.value, "regional": Level.REGION.value}
ANSWERS = ("encoding", "date_order", "sheet")
LONGEST_NAME = 200


class Asked(Refused):
    """The file cannot be understood before something is answered; `ask` names the option."""

    def __init__(self, message: str, *, code: str, ask: str) -> None:
        super().__init__(message, code=code, field=ask)
        self.ask = ask


# Bringing a file and understanding it


def begin_import(
    actor: Actor,
    incident: Incident,
    data: bytes,
    *,
    filename: str,
    now: datetime,
    source: str = "",
    level: str = "",
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Import:
    """Bring a file: it is read, its columns are proposed, and it is kept sealed until it is
    taken in or given up. Nothing of it counts yet.

    `source` says whose file it is: what was settled for their last one is taken up again.
    `level` stands where a row has none. `columns` and `answers` as `settle_layout` takes them.
    Raises `Refused` for what is no table, or cannot be read without losing rows.
    """
    made = read_import(
        actor, incident, data, filename=filename, source=source, level=level,
        columns=columns, answers=answers, now=now,
    )  # fmt: skip
    return keep_import(actor, made, now=now)


def read_import(
    actor: Actor,
    incident: Incident,
    data: bytes,
    *,
    filename: str,
    now: datetime,
    source: str = "",
    level: str = "",
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Import:
    """The first half of `begin_import`: the file is read and understood, nothing is written.

    Reading may take many seconds. Whoever brings a file within a transaction reads it before
    that begins, so that nobody else waits to write.
    """
    check_may_import(actor, incident)
    _check_not_heaped(actor, incident)
    made = _brought(actor, incident, data, filename=filename, source=source, level=level, now=now)
    made.columns, made.answers = dict(columns or {}), _answers(answers or {})
    understood = _understood_first(made, data)
    made.file = seal_bytes(zlib.compress(data, 3))
    said = _in_each_language(made, understood, data)
    made.report = packed_report(_report(understood, _words(said)))
    return made


@transaction.atomic
def keep_import(actor: Actor, made: Import, *, now: datetime) -> Import:
    """The second half of `begin_import`: the file that was read is kept sealed."""
    check_may_import(actor, made.incident)
    made.save(force_insert=True)
    note_import(actor, "import.begun", made, now)
    return made


def settle_layout(
    actor: Actor,
    made: Import,
    *,
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    now: datetime,
) -> Import:
    """Say what the columns mean, and answer what was asked.

    `columns` is key of the column → field, "" to keep it unread; what is left out stays as it
    was. `answers` may hold `encoding`, `date_order` and `sheet`. Refused once the file is being
    taken in.
    """
    check_may_settle_import(actor, made)
    states = (ImportState.ASKING, ImportState.TRIED, ImportState.REFUSED)
    # Read before the row is held: nobody else waits to write meanwhile.
    with transaction.atomic():
        made = held_import(made, *states)
    before = (made.columns, made.answers)
    made.columns = {**made.columns, **(columns or {})}
    made.answers = {**made.answers, **_answers(answers or {})}
    data = _data(made)
    understood = _understood(made, data)
    said = _in_each_language(made, understood, data)
    made.report = packed_report(_report(understood, _words(said)))
    made.state, made.refusal, made.counts = ImportState.ASKING, "", {}
    with transaction.atomic():
        held = held_import(made, *states)
        if (held.columns, held.answers) != before:
            raise Refused(
                _("Somebody else settled this file a moment ago. Look at it as it is."),
                code="changed-meanwhile",
            )
        made.save(update_fields=["columns", "answers", "report", "state", "refusal", "counts"])
        made.rows.all().delete()
    return made


def _check_not_heaped(actor: Actor, incident: Incident) -> None:
    """Each file waits sealed in the database: nobody fills it by bringing and never deciding."""
    waiting = Import.objects.filter(
        incident=incident,
        begun_by=actor.person_id,
        state__in=(ImportState.ASKING, ImportState.TRYING, ImportState.TRIED, ImportState.REFUSED),
    )
    if waiting.count() >= MOST_WAITING:
        words = _("%(most)s files that you brought wait here. Take them in or give them up first.")
        raise Refused(words % {"most": MOST_WAITING}, code="files-wait", field="file")


def _brought(
    actor: Actor,
    incident: Incident,
    data: bytes,
    *,
    filename: str,
    source: str,
    level: str,
    now: datetime,
) -> Import:
    """An import that is not saved yet."""
    level = HXL_LEVELS.get(level.strip().lower(), level.strip().lower())
    if level and level not in Level.values:
        words = _("“%(text)s” is no level of government that we know. Write one of: %(known)s.")
        known = " · ".join(Level.values)
        raise Refused(words % {"text": level[:60], "known": known}, code="level", field="level")
    return Import(
        incident=incident,
        begun_by_id=actor.person_id,
        begun_at=now,
        language=get_language() or "en",
        filename=file_name(filename, LONGEST_NAME),
        source=_whose(source) or _own_agency(actor, incident),
        level=level,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _own_agency(actor: Actor, incident: Incident) -> str:
    """Whose file it is where a liaison of one agency does not say: they bring its rows alone."""
    own = agencies_reported_for(actor, incident)
    if may_import_for_any(actor, incident) or len(own) != 1:
        return ""
    return Agency.objects.get(pk__in=own).name[:LONGEST_NAME]


def _whose(source: str) -> str:
    try:
        return " ".join(clean_text(source).split())[:LONGEST_NAME]
    except Refused as refusal:
        raise Refused(refusal.words, code=refusal.code, field="source") from None


def _answers(told: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in told.items() if name in ANSWERS and value}


def _data(made: Import) -> bytes:
    """The file again. `NotFound` where it is no longer kept."""
    sealed = Import.objects.values_list("file", flat=True).get(pk=made.pk)
    if sealed is None:
        raise NotFound
    return zlib.decompress(unseal_bytes(bytes(sealed)))


def _understood(made: Import, data: bytes) -> Understood:
    return understand(
        data,
        filename=made.filename,
        layout=made.columns or None,
        encoding=made.answers.get("encoding"),
        date_order=made.answers.get("date_order"),
        sheet=made.answers.get("sheet"),
    )


def _understood_first(made: Import, data: bytes) -> Understood:
    """The file as it is understood by itself, or as the partner's last file was settled. What was
    answered for that one stands only where it would be asked again."""
    understood = _understood(made, data)
    made.headings = hashlib.sha256(understood.layout_key.encode()).hexdigest()
    layout = _layout_for(made)
    if layout is None:
        return understood
    keys = {column.key for column in understood.columns}
    made.columns = {
        **{key: field for key, field in layout.columns.items() if key in keys},
        **made.columns,
    }
    if layout.source == search_key(made.source):
        # Another's answers are no answers: their dates may be written the other way round.
        asked = {ask.option for ask in understood.asks}
        remembered = {name: said for name, said in layout.answers.items() if name in asked}
        if layout.answers.get("sheet") in understood.table.sheets:
            remembered["sheet"] = layout.answers["sheet"]
        made.answers = {**remembered, **made.answers}
    return _understood(made, data)


def _layout_for(made: Import) -> Layout | None:
    """What was settled for a file with these headings: of the same partner, else of anybody; else
    for the last file of this partner, whose table may have got another column since."""
    known = Layout.objects.filter(city=made.incident.city_id, headings=made.headings)
    own = search_key(made.source)
    same = min(known, key=lambda one: (one.source != own, -one.kept_at.timestamp()), default=None)
    if same or not own:
        return same
    theirs = Layout.objects.filter(city=made.incident.city_id, source=own)
    return theirs.order_by("-kept_at").first()


def _report(understood: Understood, said: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What is shown of a file that is understood; `said` are its words in each language."""
    return {
        "encoding": understood.encoding,
        "date_order": understood.date_order,
        "sheet": understood.sheet,
        "rows": len(understood.table.rows),
        "in": said,
        **more,
    }


@dataclass
class _Said:
    """A file and what it would do, in the words of one language."""

    understood: Understood
    plan: Plan | None


def _in_each_language(
    made: Import, understood: Understood, data: bytes, plan: Plan | None = None
) -> dict[str, _Said]:
    """The file as it is told in each language, first in the one that is spoken now. A very long
    one is told in that alone: each of the others costs some seconds."""
    spoken = get_language() or "en"
    said = {spoken: _Said(understood, plan)}
    if len(understood.table.rows) > MOST_IN_EACH_LANGUAGE:
        return said
    for code, _name in settings.SPOKEN_LANGUAGES:
        if code != spoken:
            with override(code):
                there = _understood(made, data)
                said[code] = _Said(there, plan and again_in_words(plan, made, there))
    return said


def _words(said: Mapping[str, _Said]) -> dict[str, Any]:
    return {code: _words_of(one.understood, one.plan) for code, one in said.items()}


def _words_of(understood: Understood, plan: Plan | None) -> dict[str, Any]:
    return {
        "columns": [
            {
                "at": column.at + 1,
                "key": column.key,
                "heading": column.heading,
                "hashtag": column.hashtag,
                "field": column.field,
                "reason": column.reason,
                "samples": list(column.samples),
                "sureness": column.sureness,
            }
            for column in understood.columns
        ],
        "asks": [asdict(ask) for ask in understood.asks],
        "warnings": plan.warnings if plan else list(understood.warnings),
    }


# Trying it


def try_import(actor: Actor, made: Import, *, now: datetime) -> Import:
    """See what the file would do: new, changed, as before, refused, twice in it. Writes nothing
    of it. A small file is tried at once, a long one by the worker. Raises `Asked` while
    something has to be answered first.
    """
    check_may_settle_import(actor, made)
    here = report_of(made)["rows"] <= SMALL
    made = _to_work(made, ImportState.TRYING, now=now, here=here)
    if here:
        work_on_import(actor, made, now=now)
    return made


def run_import(actor: Actor, made: Import, *, now: datetime, here: bool = False) -> Import:
    """Take the file in, as one act. A small file at once, a long one by the worker; `here` does
    it at once however long it is. Raises `Refused` (`waits`) while another file of this incident
    is being taken in.
    """
    check_may_settle_import(actor, made)
    here = here or report_of(made)["rows"] <= SMALL
    _end_what_died(made.incident, now)
    made = _to_work(made, ImportState.RUNNING, now=now, here=here)
    if here:
        work_on_import(actor, made, now=now)
    return made


def import_file(
    actor: Actor,
    incident: Incident,
    data: bytes,
    *,
    filename: str,
    now: datetime,
    source: str = "",
    level: str = "",
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Take in a file in one go, as the command and the API do, or with `dry_run` only say what
    it would do; then nothing is written.

    Raises `Asked` where something has to be answered first, `Refused` as `begin_import` does.
    """
    if not dry_run:
        made = begin_import(
            actor, incident, data, filename=filename, source=source, level=level,
            columns=columns, answers=answers, now=now,
        )  # fmt: skip
        try:
            made = run_import(actor, made, now=now, here=True)
        except Refused:  # something is asked, or another file is being taken in
            stop_import(actor, made, now=now)
            raise
        except KeyboardInterrupt:  # at the shell; nobody would go on with it
            drop_coming(made)
            _end(actor, made, now)
            raise
        if made.refused_as:
            raise made.refused_as
        return answer_of(made)
    check_may_import(actor, incident)
    made = _brought(actor, incident, data, filename=filename, source=source, level=level, now=now)
    made.columns, made.answers = dict(columns or {}), _answers(answers or {})
    understood = _understood_first(made, data)
    _check_nothing_asked([asdict(ask) for ask in understood.asks])
    plan = plan_of(actor, made, understood, only_of=_only_of(actor, made))
    made.counts, made.rows_read = plan.counts(), plan.read
    rows = rows_said(plan, Outcome.REFUSED, Outcome.DOUBLED, Outcome.PROPOSED)
    report = {**_words_of(understood, plan), "encoding": understood.encoding}
    answer = answered(made, {**report, "date_order": understood.date_order}, rows)
    answer["warnings"].append(_("This was a trial: nothing was written."))
    return answer


def _end_what_died(incident: Incident, now: datetime) -> None:
    """Refuse what was being taken in by somebody whose process ended, where no worker took it
    over: else no file of the incident could ever be taken in again."""
    silent = Import.objects.filter(incident=incident, state=ImportState.RUNNING)
    for found in silent.filter(seen_at__lt=now - SILENT).defer("file"):
        refuse_work(found, str(_("It could not be done. Tell whoever runs this system.")))


def _to_work(made: Import, state: ImportState, *, now: datetime, here: bool) -> Import:
    """Put it to work: of whoever asks (`here`), else of the worker, who takes what nobody has."""
    try:
        with transaction.atomic():
            made = held_import(made, ImportState.ASKING, ImportState.TRIED)
            _check_nothing_asked(report_of(made)["asks"])
            made.state, made.stop_asked, made.attempts = state, False, 0
            made.seen_at = now if here else None
            made.done, made.total = 0, report_of(made)["rows"]
            made.save(update_fields=["state", "stop_asked", "attempts", "seen_at", "done", "total"])
    except IntegrityError as error:
        raise Refused(
            _("Another file of this incident is being taken in. Wait for it."), code="waits"
        ) from error
    return made


def _check_nothing_asked(asks: Sequence[Mapping[str, Any]]) -> None:
    if asks:
        ask = asks[0]
        raise Asked(ask["message"], code=ask["code"], ask=ask["option"])


# The work itself


def begin_work(now: datetime) -> Import | None:
    """The next import that waits for the worker, claimed; one whose worker fell silent is begun
    again, a few times."""
    waiting = Import.objects.at_work().filter(Q(seen_at=None) | Q(seen_at__lt=now - SILENT))
    told = waiting.select_related("incident__city", "begun_by", "undone_by").defer("file")
    for found in told[:10]:
        if found.attempts >= MOST_ATTEMPTS:
            refuse_work(found, str(_("It could not be done. Tell whoever runs this system.")))
        elif waiting.filter(pk=found.pk).update(seen_at=now, attempts=F("attempts") + 1):
            return found
    return None


def work_on_import(actor: Actor, made: Import, *, now: datetime) -> None:
    """Try the file or take it in, whichever it waits for.

    What is refused, or stopped by somebody, leaves nothing behind; a fault leaves it to be
    begun again.
    """
    Import.objects.filter(pk=made.pk).update(seen_at=now)
    try:
        check_may_settle_import(actor, made)
        data = _data(made)
        understood = _understood(made, data)
        plan = plan_of(actor, made, understood, only_of=_only_of(actor, made), told=_telling(made))
        if made.state == ImportState.TRYING:
            _show(made, understood, data, plan)
        else:
            _take_in(actor, made, understood, data, plan, now)
    except Stopped:
        drop_coming(made)
        _end(actor, made, now)
    except Refused as refusal:
        drop_coming(made)
        refuse_work(made, str(refusal))
        made.refused_as = refusal
    made.refresh_from_db(fields=["state", "counts", "report", "rows_read", "refusal", "done"])


def refuse_work(made: Import, why: str) -> None:
    """It was not done, and why; the file stays, so that it can be settled otherwise."""
    drop_coming(made)
    # What could not be undone stands as far as it stands, and can be undone again.
    state = ImportState.DONE if made.state == ImportState.UNDOING else ImportState.REFUSED
    Import.objects.filter(pk=made.pk).update(state=state)
    made.state, made.refusal = state, why
    made.save(update_fields=["refusal"])


def _only_of(actor: Actor, made: Import) -> frozenset[UUID] | None:
    if may_import_for_any(actor, made.incident):
        return None
    return agencies_reported_for(actor, made.incident)


def _telling(made: Import, begin: int = 0) -> Told:
    """Say how far it is, and hear whether somebody stopped it."""

    def told(done: int, total: int) -> None:
        mine = Import.objects.filter(pk=made.pk)
        mine.update(done=begin + done, total=begin + total, seen_at=Now())
        if mine.filter(stop_asked=True).exists():
            raise Stopped

    return told


def _show(made: Import, understood: Understood, data: bytes, plan: Plan) -> None:
    """Keep what the file would do, for whoever decides."""
    said = _in_each_language(made, understood, data, plan)
    with transaction.atomic():
        _keep_trial(made, understood, plan, said)


def _keep_trial(
    made: Import, understood: Understood, plan: Plan, said: Mapping[str, _Said]
) -> None:
    made = held_import(made, ImportState.TRYING)
    made.rows.all().delete()
    _keep_rows(made, said)
    made.state, made.counts, made.rows_read = ImportState.TRIED, plan.counts(), plan.read
    made.report = packed_report(_report(understood, _words(said), shown=_shown(plan)))
    made.save(update_fields=["state", "counts", "rows_read", "report"])


def _shown(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """A few rows of each outcome."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in plan.taken:
        some = found.setdefault(row.outcome.value, [])
        if len(some) < SAMPLES:
            some.append(_sample(row))
    return found


def _sample(row: Taken) -> dict[str, Any]:
    facts = row.facts
    return {
        "line": row.line,
        "organisation": facts.organisation,
        "what": facts.title or facts.service or facts.sector,
        "service": facts.service,
        "where": " · ".join(dict.fromkeys(filter(None, facts.place.values()))),
        "repeats": row.repeats,
        "changes": [change._asdict() for change in row.changes],
    }


def _take_in(
    actor: Actor, made: Import, understood: Understood, data: bytes, plan: Plan, now: datetime
) -> None:
    """Write what the file says: new rows in portions that do not count yet, then all the rest
    and the record in one transaction, after which all of it counts."""
    drop_coming(made)  # of an attempt that broke off
    made.rows.all().delete()
    if any(plan.of(Outcome.CHANGED)):
        with transaction.atomic():
            check_not_held(made.incident)
    known = Organisations(made.incident.city)
    bodies = known.ensure(
        [
            Wanted(row.facts.organisation, row.facts.level, row.facts.organisation_kind)
            for row in plan.of(Outcome.NEW, Outcome.PROPOSED)
        ],
        source=made.source or made.filename,
        now=now,
    )
    write_new(actor, made, plan, known, now=now, told=_telling(made, plan.read))
    said = _in_each_language(made, understood, data, plan)
    with transaction.atomic():
        made = held_import(made, ImportState.RUNNING)
        if made.stop_asked:
            raise Stopped
        apply_changes(actor, made, plan, known, understood, now=now)
        _keep_rows(made, said)
        confirmed = confirm_again(made, plan, now=now)
        # Changed now, when they begin to count: who compares activities must not have passed them.
        Activity.objects.filter(
            standing=Standing.COMING, brought_by__of=made
        ).update(standing=Standing.CURRENT, changed_at=Now())  # fmt: skip
        _supersede(made)
        made.state, made.counts, made.rows_read = ImportState.DONE, plan.counts(), plan.read
        made.report = packed_report(
            _report(
                understood,
                _words(said),
                shown=_shown(plan),
                organisations=[str(one.pk) for one in bodies],
                confirmed=confirmed,
            )
        )
        made.taken_in_at, made.file, made.done = now, None, made.total
        made.save()
        _remember(actor, made, understood, now)
        note_import(actor, "import.taken_in", made, now, facts=made.counts)
        if plan.read > SMALL:
            learn_sizes(Activity, ActivityPlace)


def _supersede(made: Import) -> None:
    """What the partner's last file left to decide, this one says again or no longer."""
    if made.incident.held_since is None:
        earlier = Import.objects.filter(incident=made.incident, headings=made.headings)
        ImportedRow.objects.filter(
            of__in=earlier.exclude(pk=made.pk).filter(source=made.source),
            outcome=Outcome.PROPOSED,
            settled_at=None,
        ).delete()


def _keep_rows(made: Import, said: Mapping[str, _Said]) -> None:
    """Keep the rows that are not taken, each fault with its words in each language."""
    told = {}
    for code, one in said.items():
        with override(code):
            told[code] = (
                list(rows_said(one.plan, Outcome.REFUSED, Outcome.DOUBLED)) if one.plan else []
            )
    ImportedRow.objects.bulk_create(
        (
            ImportedRow(
                of=made,
                line=row["line"],
                outcome=row["outcome"],
                column=row["column"][:LONGEST_NAME],
                value=row["value"],
                code=row["code"],
                message=packed_words(
                    {code: there[at]["message"] for code, there in told.items() if at < len(there)}
                ),
            )
            for at, row in enumerate(next(iter(told.values())))
        ),
        batch_size=1_000,
    )


def _remember(actor: Actor, made: Import, understood: Understood, now: datetime) -> None:
    """Keep how this partner's files are laid out, for the next one. Who brings one agency's rows
    says so for nobody else: whose file it is stands as they wrote it."""
    only_of = _only_of(actor, made)
    if only_of is not None and not _is_theirs(made, only_of, actor):
        return
    Layout.objects.update_or_create(
        city=made.incident.city,
        headings=made.headings,
        source=search_key(made.source)[:LONGEST_NAME],
        defaults={
            "columns": understood.layout,
            "answers": made.answers,
            "kept_by_id": actor.person_id,
            "kept_at": now,
        },
    )


def _is_theirs(made: Import, agencies: frozenset[UUID], actor: Actor) -> bool:
    source = search_key(made.source)
    if source not in own_names(agencies):
        return False
    there = Layout.objects.filter(
        city=made.incident.city, headings=made.headings, source=source[:LONGEST_NAME]
    ).first()
    return there is None or there.kept_by_id in (None, actor.person_id)


# Giving it up, and undoing it


@transaction.atomic
def stop_import(actor: Actor, made: Import, *, now: datetime) -> Import:
    """Give the file up; what is under way ends at the next portion, and nothing of it stays."""
    check_may_settle_import(actor, made)
    check_not_held(made.incident)
    made = held_import(
        made, ImportState.ASKING, ImportState.TRIED, ImportState.REFUSED,
        ImportState.TRYING, ImportState.RUNNING,
    )  # fmt: skip
    if made.state in Import.AT_WORK and made.seen_at is not None:
        Import.objects.filter(pk=made.pk).update(stop_asked=True)
        made.stop_asked = True
        return made
    _end(actor, made, now)
    made.refresh_from_db(fields=["state"])
    return made


@transaction.atomic
def _end(actor: Actor, made: Import, now: datetime) -> None:
    """Given up, by whom and when; the file goes."""
    Import.objects.filter(pk=made.pk).update(state=ImportState.STOPPED, file=None, report="")
    made.rows.all().delete()
    note_import(actor, "import.stopped", made, now)


def forget_files(now: datetime) -> bool:
    """Drop what nobody took in within a week: the file and what was read of it; not while the
    incident is under legal hold."""
    old = Import.objects.filter(
        state__in=(ImportState.ASKING, ImportState.TRIED, ImportState.REFUSED),
        begun_at__lt=now - KEPT,
        incident__held_since=None,
    )
    found = list(old.only("pk")[:20])
    ImportedRow.objects.filter(of__in=found).delete()
    Import.objects.filter(pk__in=[one.pk for one in found]).update(
        state=ImportState.STOPPED, file=None, report=""
    )
    return bool(found)
