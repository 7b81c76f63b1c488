"""The revisions table on SQLite; see ``dialects.revisions_table``."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from schema_core.dialects.sqlite.quoting import quote
from schema_core.dialects.sqlite.session import execution_error
from schema_core.schema.errors import UserError
from schema_core.schema.revisions import EXECUTED, REVISIONS, STORED_FILES, Revision, StoredFile, revision_of_row

_COLUMNS: tuple[tuple[str, str, str | None], ...] = (
    ("version", "text NOT NULL", None),
    ("description", "text NOT NULL", "''"),
    ("type", f"integer NOT NULL DEFAULT {EXECUTED}", None),
    ("applied", "integer NOT NULL DEFAULT 0", None),
    ("total", "integer NOT NULL DEFAULT 0", None),
    ("executed_at", "datetime NOT NULL", "'1970-01-01 00:00:00+00:00'"),
    ("execution_time", "integer NOT NULL", "0"),
    ("error", "text NULL", None),
    ("error_stmt", "text NULL", None),
    ("hash", "text NOT NULL", "''"),
    ("partial_hashes", "json NULL", None),
    ("operator_version", "text NOT NULL", "''"),
)
"""Name, definition (the reference's, section 2.6), and the default where rows may be there before the column."""

_NAMES = tuple(name for name, _, _ in _COLUMNS)
_UPSERT = (
    f"insert into main.{quote(REVISIONS)} ({', '.join(_NAMES)}) values ({', '.join('?' for _ in _NAMES)})"  # noqa: S608
    f" on conflict (version) do update set {', '.join(f'{name} = excluded.{name}' for name in _NAMES[1:])}"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SqliteRevisions:
    """See ``revisions_table.RevisionsTable``."""

    def __init__(self, connection: sqlite3.Connection, chosen: str | None) -> None:
        """``chosen`` is what ``--revisions-schema`` says; raises UserError unless that is main."""
        if chosen not in {None, "main"}:
            raise UserError(f"A SQLite database has the one schema main; --revisions-schema {chosen!r} names another.")
        self._connection = connection
        self.place = f"main.{quote(REVISIONS)}"

    def exists(self) -> bool:
        """Whether the table is there."""
        return self._has(REVISIONS)

    def prepare(self) -> None:
        """A statement for each thing that is missing."""
        present = {row[1] for row in self._rows(f"pragma main.table_info({quote(REVISIONS)})")}
        if not present:
            columns = ", ".join(f"{quote(name)} {text}" for name, text, _ in _COLUMNS)
            self._execute(f"CREATE TABLE main.{quote(REVISIONS)} ({columns}, PRIMARY KEY ({quote('version')}))")
            return
        for name, text, before in _COLUMNS:
            if name not in present:
                given = "" if before is None else f" DEFAULT {before}"
                self._execute(f"ALTER TABLE main.{quote(REVISIONS)} ADD COLUMN {quote(name)} {text}{given}")

    def read(self) -> tuple[Revision, ...]:
        """Whatever columns there are."""
        if not self.exists():
            return ()
        with _refusals():
            cursor = self._connection.execute(f"select * from main.{quote(REVISIONS)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            found = [_revision(dict(zip(names, row, strict=True))) for row in cursor]
        return tuple(
            sorted((row for row in found if not row.is_internal), key=lambda revision: revision.version.encode())
        )

    def write(self, revision: Revision) -> None:
        """Insert or update in one statement."""
        self._execute(
            _UPSERT,
            revision.version,
            revision.description,
            revision.type,
            revision.applied,
            revision.total,
            revision.executed_at.astimezone(UTC).isoformat(" "),
            revision.execution_time,
            revision.error or None,
            revision.error_stmt or None,
            revision.hash,
            json.dumps(revision.partial_hashes) if revision.partial_hashes else None,
            revision.operator_version,
        )

    def remove(self, versions: Collection[str]) -> None:
        """One by one: a statement takes a limited number of values."""
        for name in (REVISIONS, STORED_FILES):
            if self._has(name):
                for version in versions:
                    self._execute(f"delete from main.{quote(name)} where version = ?", version)  # noqa: S608

    def prepare_files(self) -> None:
        """Made where it is not there."""
        self._execute(
            f"CREATE TABLE IF NOT EXISTS main.{quote(STORED_FILES)}"
            " (version text NOT NULL PRIMARY KEY, name text NOT NULL, content blob NOT NULL)"
        )

    def store(self, file: StoredFile) -> None:
        """Insert or update in one statement."""
        self._execute(
            f"insert into main.{quote(STORED_FILES)} (version, name, content) values (?, ?, ?)"  # noqa: S608
            " on conflict (version) do update set name = excluded.name, content = excluded.content",
            file.version,
            file.name,
            file.content,
        )

    def stored(self) -> Mapping[str, StoredFile]:
        """All at once."""
        if not self._has(STORED_FILES):
            return {}
        rows = self._rows(f"select version, name, content from main.{quote(STORED_FILES)}")  # noqa: S608
        return {
            version: StoredFile(version=version, name=name, content=bytes(content)) for version, name, content in rows
        }

    def _has(self, name: str) -> bool:
        found = "select 1 from main.sqlite_schema where type = 'table' and name = ? collate nocase"
        return bool(self._rows(found, name))

    def _execute(self, statement: str, *values: object) -> None:
        with _refusals():
            self._connection.execute(statement, values)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with _refusals():
            return self._connection.execute(query, values).fetchall()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise execution_error(error) from error


def _revision(row: Mapping[str, Any]) -> Revision:
    # Go's driver writes JSON as bytes.
    partial = row.get("partial_hashes")
    return revision_of_row(row, _moment(row.get("executed_at")), (json.loads(partial) or ()) if partial else ())


def _moment(value: object) -> datetime:
    """A time as Go's drivers write it: ISO 8601, or Go's own form with a zone's name at its end."""
    text = str(value or "")
    date, _, rest = text.partition(" ")
    for candidate in (text, " ".join([date, *rest.split()[:1]]) + (rest.split()[1] if len(rest.split()) > 1 else "")):
        try:
            moment = datetime.fromisoformat(candidate)
        except ValueError:
            continue
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return _EPOCH
