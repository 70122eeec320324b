"""The whole installation in one file, and back: every table, every key, whatever the database.

The file is a ZIP: `manifest.json` (what it is, how many rows, the SHA-256 of every part, the
heads of the journal's logs), `tables/<table>.jsonl` (one row a line, in the columns' own types)
and `keys/…`. What is sealed in the database stays sealed in the file; but since the keys lie
beside it, the file is as secret as the installation itself.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import ExpressionWrapper, F, Field, Model, TextField
from django.utils.duration import duration_iso_string
from django.utils.translation import gettext as _

from takatuf.foundation import crypto
from takatuf.foundation.actors import COMMAND
from takatuf.foundation.errors import Refused
from takatuf.journal.models import Log
from takatuf.journal.services import record
from takatuf.journal.verification import verify

FORMAT = 1
MANIFEST = "manifest.json"
AT_ONCE = 1_000  # rows held in memory
# Who is signed in where is no memory worth keeping: after a restore everybody signs in anew.
# The index of the search is made anew from the texts, by the worker or the next search.
LEFT_OUT = frozenset(
    {"sessions.Session", "usersessions.UserSession", "search.Document", "search.Shelf"}
)

Progress = Callable[[str, int], None]


def back_up(out: Path, *, now: datetime.datetime, progress: Progress) -> dict[str, Any]:
    """Write the installation as it stands at one moment to `out`, for its owner's eyes alone.

    People go on working meanwhile: it is read in one transaction of its own. The act is
    journalled before the reading, so that the file holds it too. `progress` is told each table
    and its rows. Returns the manifest without the parts' hashes, and the file's own SHA-256.
    Raises `Refused` where `out` exists, `OSError` where it cannot be written.
    """
    if out.exists():
        raise Refused(
            _("%(file)s exists already. Choose another name; nothing was overwritten.")
            % {"file": out},
            code="exists",
        )
    handle, draft = tempfile.mkstemp(dir=out.resolve().parent, prefix=".backup-")  # 0600
    try:
        with transaction.atomic():
            record(
                COMMAND, "installation.backed_up", log="installation", thing="installation", at=now
            )
        with os.fdopen(handle, "wb") as file:
            manifest = _write(file, now, progress)
            file.flush()
            os.fsync(file.fileno())
        # A name taken meanwhile stays; os.replace would overwrite it.
        os.link(draft, out)
    finally:
        os.unlink(draft)
    manifest["sha256"] = _digest_of(out)
    return manifest


def _write(file: IO[bytes], now: datetime.datetime, progress: Progress) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "takatuf": version("takatuf"),
        "made_at": now.isoformat(),
        "database": connection.vendor,
    }
    parts: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        for path in _key_files():
            parts[f"keys/{path.name}"] = _add(bundle, f"keys/{path.name}", [path.read_bytes()])
        with _one_moment():
            manifest["migrations"] = _migrations()
            manifest["logs"] = _heads()
            for model in _models(apps):
                name = f"tables/{model._meta.db_table}.jsonl"
                parts[name] = _add(bundle, name, _lines(model))
                progress(model._meta.db_table, parts[name]["lines"])
        said = json.dumps(manifest | {"parts": parts}, ensure_ascii=False, indent=1)
        bundle.writestr(MANIFEST, said)
    tables = [name for name in parts if name.startswith("tables/")]
    return manifest | {
        "tables": len(tables),
        "rows": sum(parts[name]["lines"] for name in tables),
        "keys": sorted(path.name for path in _key_files()),
    }


def restore(file: Path, *, progress: Progress) -> dict[str, Any]:
    """Fill an empty installation from a backup: tables, keys, and the proof that it is the same.

    Every part is held against its hash before anything is touched. The database is first
    brought to the state of migrations that the backup was made in, then filled in one
    transaction, then brought up to date; the journal is verified before that transaction ends.
    Raises `Refused` for a damaged file, a newer one, an installation that is not empty, or a
    journal that does not verify; then nothing has changed.
    """
    try:
        with zipfile.ZipFile(file) as bundle:
            manifest = _checked_manifest(bundle, file)
            executor = MigrationExecutor(connection)
            targets = _targets(executor, manifest)
            _check_empty()
            executor.migrate(targets)
            state = MigrationExecutor(connection).loader.project_state(targets)
            with _keys_of(bundle), transaction.atomic():
                _fill(bundle, manifest, state.apps, progress)
                logs = _check_journal(manifest)
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise _damaged(file, str(error)) from error
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    _count_what_came()
    parts = manifest["parts"]
    return {
        "made_at": manifest["made_at"],
        "takatuf": manifest["takatuf"],
        "from": manifest["database"],
        "to": connection.vendor,
        "rows": sum(part["lines"] for name, part in parts.items() if name.startswith("tables/")),
        "keys": sorted(name.removeprefix("keys/") for name in parts if name.startswith("keys/")),
        "logs": logs,
    }


def _count_what_came() -> None:
    """Let PostgreSQL look at the tables, as it would within a minute by itself: until then it
    plans for empty ones, and the first pages of a great city take it fifty times as long."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


# --- what belongs to an installation


def _tables(registry: Any) -> list[type[Model]]:
    """The model of every table, of those between two as well."""
    models = registry.get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and not model._meta.proxy]


def _models(registry: Any) -> list[type[Model]]:
    """The model of every table that holds memory."""
    return [model for model in _tables(registry) if model._meta.label not in LEFT_OUT]


def _key_files() -> list[Path]:
    """What opens the sealed texts, signs checkpoints and sessions; the last only where the
    data folder holds it, since a key given by a setting is its giver's to keep."""
    folder = Path(settings.KEY_FOLDER)
    found = sorted(path for path in folder.glob("*") if path.suffix in {".key", ".keys"})
    secret = _secret_file()
    return [*found, secret] if secret.exists() else found


def _secret_file() -> Path:
    return Path(settings.HOME) / "secret.key"


def _place_of(key: str) -> Path:
    secret = _secret_file()
    return secret if key == secret.name else Path(settings.KEY_FOLDER) / key


def _migrations() -> dict[str, list[str]]:
    """What has been applied, by app; only its ends, from which the rest follows."""
    loader = MigrationExecutor(connection).loader
    done = set(loader.applied_migrations or ())
    ends: dict[str, list[str]] = {}
    for app, name in sorted(done):
        node = loader.graph.node_map.get((app, name))
        if node and not any(c.key in done and c.key[0] == app for c in node.children):
            ends.setdefault(app, []).append(name)
    return ends


def _heads() -> list[dict[str, Any]]:
    """The journal's logs as they stand: entries and root (base64, as in checkpoints)."""
    return [
        {"log": log.name, "entries": log.size, "root": _root_text(log)}
        for log in Log.objects.order_by("name")
    ]


def _root_text(log: Log) -> str:
    return base64.b64encode(log.frontier.root()).decode()


# --- out of the database


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """All reads within see the database as it stood at one moment, and stop nobody's writing."""
    if connection.in_atomic_block:  # its caller's transaction is the moment
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:  # Django begins SQLite's transactions as writers; a reader's is begun by hand
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _lines(model: type[Model]) -> Iterator[bytes]:
    """The rows of a table as lines of JSON: first the columns' names, then the values."""
    fields = list(model._meta.concrete_fields)
    yield _line([field.attname for field in fields])
    # A sealed column is read as the text that stands there: nothing is unsealed on the way.
    raw = {f"raw_{at}": _as_it_stands(field) for at, field in enumerate(fields) if _sealed(field)}
    names = [f"raw_{at}" if _sealed(field) else field.attname for at, field in enumerate(fields)]
    rows = model._base_manager.order_by("pk").annotate(**raw).values_list(*names)
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield _line([_said(value) for value in row])


def _sealed(field: Field) -> bool:
    return isinstance(field, crypto.SealedTextField)


def _as_it_stands(field: Field) -> ExpressionWrapper:
    return ExpressionWrapper(F(field.attname), output_field=TextField())


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _said(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return duration_iso_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, UUID):
        return str(value)
    return value


def _add(bundle: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
    """Write one part; its SHA-256 and, of a table, its rows."""
    digest, lines = hashlib.sha256(), -1
    with bundle.open(name, "w", force_zip64=True) as part:
        for chunk in chunks:
            part.write(chunk)
            digest.update(chunk)
            lines += 1
    return {"sha256": digest.hexdigest(), "lines": max(lines, 0)}


# --- into the database


def _checked_manifest(bundle: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    """The manifest, once every part was held against it."""
    try:
        manifest: dict[str, Any] = json.loads(bundle.read(MANIFEST))
        parts = manifest["parts"]
    except (KeyError, ValueError) as error:
        raise _damaged(file, _("it has no manifest")) from error
    if manifest.get("format") != FORMAT:
        raise _newer(str(manifest.get("takatuf", "?")))
    for name, part in parts.items():
        digest = hashlib.sha256()
        try:
            with bundle.open(name) as content:
                while chunk := content.read(1 << 20):
                    digest.update(chunk)
        except KeyError as error:
            raise _damaged(file, _("“%(part)s” is missing") % {"part": name}) from error
        if digest.hexdigest() != part["sha256"]:
            raise _damaged(file, _("“%(part)s” was changed") % {"part": name})
    return manifest


def _damaged(file: Path, problem: str) -> Refused:
    return Refused(
        _("%(file)s is damaged or no backup: %(problem)s. Nothing was changed.")
        % {"file": file, "problem": problem},
        code="damaged",
    )


def _newer(version: str) -> Refused:
    return Refused(
        _(
            "This backup was made by Takatuf %(version)s, which this version does not know yet. "
            "Install that version or a later one, then restore."
        )
        % {"version": version},
        code="newer",
    )


def _targets(executor: MigrationExecutor, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    targets = [(app, name) for app, names in manifest["migrations"].items() for name in names]
    if any(target not in executor.loader.graph.nodes for target in targets):
        raise _newer(str(manifest["takatuf"]))
    return targets


def _check_empty() -> None:
    """A restore fills what is empty and overwrites nothing; what `setup` made may be there."""
    known = set(connection.introspection.table_names())
    for label in ("network.City", "accounts.Person", "journal.Entry"):
        model = apps.get_model(label)
        if model._meta.db_table in known and model._base_manager.exists():
            raise Refused(
                _(
                    "This installation is not empty. Restore into a new data folder "
                    "(TAKATUF_HOME) or an empty database (DATABASE_URL)."
                ),
                code="not-empty",
            )


@contextlib.contextmanager
def _keys_of(bundle: zipfile.ZipFile) -> Iterator[None]:
    """Put the backup's keys in place; if what follows fails, the former ones come back.

    A key that was here before is kept beside the new one as `….before-restore`.
    """
    put: list[tuple[Path, Path]] = []
    try:
        for name in bundle.namelist():
            if not name.startswith("keys/") or "/" in name[5:] or name[5:].startswith("."):
                continue
            path = _place_of(name[5:])
            before = path.with_name(path.name + ".before-restore")
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            put.append((path, before))
            if path.exists():
                os.replace(path, before)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
                shutil.copyfileobj(io.BytesIO(bundle.read(name)), to)
        crypto.forget_keys()
        yield
    except BaseException:
        for path, before in put:
            path.unlink(missing_ok=True)
            if before.exists():
                os.replace(before, path)
        crypto.forget_keys()
        raise


def _fill(
    bundle: zipfile.ZipFile,
    manifest: Mapping[str, Any],
    registry: Any,
    progress: Progress,
) -> None:
    """Empty every table and write the backup's rows; foreign keys are held at the end."""
    tables = [model._meta.db_table for model in _tables(registry)]
    models = _models(registry)
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables, reset_sequences=True):
            cursor.execute(statement)
        for model in models:
            name = f"tables/{model._meta.db_table}.jsonl"
            if name not in manifest["parts"]:
                continue
            with bundle.open(name) as part:
                rows = _insert(cursor, model, io.TextIOWrapper(part, encoding="utf-8"))
            progress(model._meta.db_table, rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    connection.check_constraints()


def _insert(cursor: Any, model: type[Model], lines: Iterable[str]) -> int:
    lines = iter(lines)
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in json.loads(next(lines))]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
    rows, written = [], 0
    for line in lines:
        rows.append(
            [_stored(field, value) for field, value in zip(fields, json.loads(line), strict=True)]
        )
        if len(rows) == AT_ONCE:
            cursor.executemany(statement, rows)
            written, rows = written + len(rows), []
    if rows:
        cursor.executemany(statement, rows)
    return written + len(rows)


def _stored(field: Field, value: Any) -> Any:
    """The value as this database's column takes it."""
    if value is None or _sealed(field):
        return value
    if field.get_internal_type() == "BinaryField":
        return field.get_db_prep_value(base64.b64decode(value), connection)
    if field.get_internal_type() != "JSONField" and not field.is_relation:
        value = field.to_python(value)
    return field.get_db_prep_save(value, connection)


def _check_journal(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The logs as restored; refuses where one does not verify or has another root."""
    report = verify()
    now = {log["log"]: log for log in report["logs"]}
    for head in manifest["logs"]:
        log = now.get(head["log"])
        if not report["ok"] or log is None or log["root"] != head["root"]:
            raise Refused(
                _(
                    "The journal “%(log)s” does not verify after the restore. Nothing was "
                    "changed; keep the file and run “takatuf journal verify” where it was made."
                )
                % {"log": head["log"]},
                code="journal",
            )
    return [
        {"log": log["log"], "entries": log["entries"], "root": log["root"]}
        for log in report["logs"]
    ]


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
