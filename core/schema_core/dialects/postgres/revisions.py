"""The revisions table on PostgreSQL; see ``dialects.revisions_table``.

Names are always qualified: a migration may have set the search path to anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal
from psycopg.types.json import Jsonb

from schema_core.dialects.postgres.quoting import quote
from schema_core.dialects.postgres.session import execution_error
from schema_core.schema.errors import UserError
from schema_core.schema.revisions import EXECUTED, REVISIONS, STORED_FILES, Revision, StoredFile, revision_of_row

_COLUMNS: tuple[tuple[str, str, str | None], ...] = (
    ("version", "character varying NOT NULL", None),
    ("description", "character varying NOT NULL", ""),
    ("type", f"bigint NOT NULL DEFAULT {EXECUTED}", None),
    ("applied", "bigint NOT NULL DEFAULT 0", None),
    ("total", "bigint NOT NULL DEFAULT 0", None),
    ("executed_at", "timestamptz NOT NULL", "epoch"),
    ("execution_time", "bigint NOT NULL", "0"),
    ("error", "text NULL", None),
    ("error_stmt", "text NULL", None),
    ("hash", "character varying NOT NULL", ""),
    ("partial_hashes", "jsonb NULL", None),
    ("operator_version", "character varying NOT NULL", ""),
)
"""Name, definition (the reference's, section 2.6), and what rows get that were there before the column."""

_FOUND = (
    "select nspname from pg_catalog.pg_class join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace"
    " where relname = %s and relkind in ('r', 'p') and nspname = any(%s)"
)
_ATTRIBUTES = (
    "select attname from pg_catalog.pg_attribute"
    " join pg_catalog.pg_class on pg_class.oid = attrelid"
    " join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace"
    " where nspname = %s and relname = %s and attnum > 0 and not attisdropped"
)


class PostgresRevisions:
    """See ``revisions_table.RevisionsTable``."""

    def __init__(self, connection: psycopg.Connection[Any], url_schema: str | None, chosen: str | None) -> None:
        """``url_schema`` is the schema that the URL names, ``chosen`` what ``--revisions-schema`` says.

        Without either, the table has a schema of its own. Raises UserError where it is not clear which table is meant.
        """
        self._connection = connection
        self._schema = chosen or url_schema or REVISIONS
        self._own_schema = self._schema == REVISIONS
        if chosen is None and url_schema not in {None, REVISIONS}:
            self._refuse_ambiguity(self._schema)
        self.place = f"{quote(self._schema)}.{quote(REVISIONS)}"
        names = [name for name, _, _ in _COLUMNS]
        self._upsert = (
            SQL("insert into {table} ({columns}) values ({values}) on conflict (version) do update set {assigned}")
            .format(
                table=self._table(REVISIONS),
                columns=SQL(", ").join(Identifier(name) for name in names),
                values=SQL(", ").join(SQL("%s") for _ in names),
                assigned=SQL(", ").join(
                    SQL("{0} = excluded.{0}").format(Identifier(name)) for name in names if name != "version"
                ),
            )
            .as_bytes(connection)
        )

    def exists(self) -> bool:
        """Whether the table is there."""
        return self._schema in self._found([self._schema])

    def prepare(self) -> None:
        """One statement for what is missing; nothing where nothing is."""
        present = {name for (name,) in self._rows(_ATTRIBUTES, self._schema, REVISIONS)}
        table = self._table(REVISIONS)
        if not present:
            self._make_schema()
            columns = SQL(", ").join(_definition(name, text) for name, text, _ in _COLUMNS)
            self._execute(SQL("create table {} ({}, primary key (version))").format(table, columns))
            return
        added: list[Composed] = []
        for name, text, before in _COLUMNS:
            if name not in present:
                given = SQL("") if before is None else SQL(" default {}").format(Literal(before))
                added.append(SQL("add column {}{}").format(_definition(name, text), given))
                if before is not None:
                    added.append(SQL("alter column {} drop default").format(Identifier(name)))
        if added:
            self._execute(SQL("alter table {} {}").format(table, SQL(", ").join(added)))

    def read(self) -> tuple[Revision, ...]:
        """As JSON, which takes a table of an older release as it is."""
        if not self.exists():
            return ()
        query = SQL("select pg_catalog.to_jsonb(revision) from {} as revision").format(self._table(REVISIONS))
        found = [_revision(row) for (row,) in self._rows(query.as_bytes(self._connection))]
        return tuple(
            sorted((row for row in found if not row.is_internal), key=lambda revision: revision.version.encode())
        )

    def write(self, revision: Revision) -> None:
        """Insert or update in one statement."""
        self._execute(
            self._upsert,
            revision.version,
            revision.description,
            revision.type,
            revision.applied,
            revision.total,
            revision.executed_at,
            revision.execution_time,
            revision.error or None,
            revision.error_stmt or None,
            revision.hash,
            Jsonb(list(revision.partial_hashes)) if revision.partial_hashes else None,
            revision.operator_version,
        )

    def remove(self, versions: Collection[str]) -> None:
        """By their versions."""
        for name in (REVISIONS, STORED_FILES):
            if self._found([self._schema], name):
                self._execute(SQL("delete from {} where version = any(%s)").format(self._table(name)), list(versions))

    def prepare_files(self) -> None:
        """Made only when it is not there, because IF NOT EXISTS wants the right to create all the same."""
        if not self._found([self._schema], STORED_FILES):
            self._make_schema()
            self._execute(
                SQL(
                    "create table {} (version character varying primary key, name character varying not null,"
                    " content bytea not null)"
                ).format(self._table(STORED_FILES))
            )

    def store(self, file: StoredFile) -> None:
        """Insert or update in one statement."""
        self._execute(
            SQL(
                "insert into {} (version, name, content) values (%s, %s, %s)"
                " on conflict (version) do update set name = excluded.name, content = excluded.content"
            ).format(self._table(STORED_FILES)),
            file.version,
            file.name,
            file.content,
        )

    def stored(self) -> Mapping[str, StoredFile]:
        """All at once."""
        if not self._found([self._schema], STORED_FILES):
            return {}
        query = SQL("select version, name, content from {}").format(self._table(STORED_FILES))
        return {
            version: StoredFile(version=version, name=name, content=bytes(content))
            for version, name, content in self._rows(query.as_bytes(self._connection))
        }

    def _make_schema(self) -> None:
        # Asked first, because IF NOT EXISTS wants the right to create even when there is nothing to do.
        if not self._rows("select from pg_catalog.pg_namespace where nspname = %s", self._schema):
            if not self._own_schema:
                raise UserError(
                    f"There is no schema {self._schema!r} for the revisions table; make it, or name another one with "
                    "--revisions-schema or the URL's search_path."
                )
            self._execute(SQL("create schema {}").format(Identifier(self._schema)))

    def _refuse_ambiguity(self, schema: str) -> None:
        """Two runs with different URLs would otherwise write down in different tables what they did to one schema."""
        if self._found([schema, REVISIONS]) == {REVISIONS}:
            raise UserError(
                f"ambiguous revision table: the URL names the schema {schema!r}, which has none, and there is one in "
                f"the schema {REVISIONS!r}; say which with --revisions-schema."
            )

    def _found(self, schemas: list[str], name: str = REVISIONS) -> set[str]:
        return {schema for (schema,) in self._rows(_FOUND, name, schemas)}

    def _table(self, name: str) -> Composed:
        return SQL("{}.{}").format(Identifier(self._schema), Identifier(name))

    def _execute(self, statement: Composed | bytes, *values: object) -> None:
        with _refusals():
            self._connection.execute(statement, values or None)

    def _rows(self, query: str | bytes, *values: object) -> list[tuple[Any, ...]]:
        text = query.encode() if isinstance(query, str) else query
        with _refusals():
            return self._connection.execute(text, values or None).fetchall()


def _definition(name: str, text: str) -> Composed:
    return SQL("{} {}").format(Identifier(name), SQL(text))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise execution_error(error, "") from error


def _revision(row: Mapping[str, Any]) -> Revision:
    moment = datetime.fromisoformat(row.get("executed_at") or "1970-01-01T00:00:00+00:00")
    return revision_of_row(row, moment, row.get("partial_hashes") or ())
