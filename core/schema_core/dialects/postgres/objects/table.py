"""Tables, partitioned tables and partitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schema_core.dialects.postgres.objects.check_constraint import PostgresCheckConstraint, clause
from schema_core.dialects.postgres.objects.column import PostgresColumn, define, require
from schema_core.dialects.postgres.objects.storage_options import option_changes
from schema_core.dialects.postgres.quoting import qualified, quote
from schema_core.schema.objects import Table
from schema_core.schema.ref import Ref


class PostgresTable(Table, frozen=True, kw_only=True):
    """A table with its storage and its place in partition trees.

    ``partition_by`` is set on a partitioned table (``RANGE (created)``); ``parents`` names the partitioned table of a
    partition, whose ``bound`` is set, or the tables that it inherits from.
    """

    unlogged: bool = False
    options: tuple[str, ...] = ()
    access_method: str | None = None
    tablespace: str | None = None
    partition_by: str | None = None
    bound: str | None = None
    parents: tuple[Ref, ...] = ()
    row_security: bool = False
    force_row_security: bool = False
    replica_identity: str = "d"


def create(
    table: PostgresTable,
    columns: Sequence[PostgresColumn],
    checks: Sequence[PostgresCheckConstraint],
    parents: Sequence[Ref],
    keys: Sequence[str] = (),
) -> str:
    """CREATE TABLE with columns, ``checks`` and clauses of ``keys``.

    A partition is attached, other parents are joined afterwards.
    """
    lines = [define(column) for column in columns if not column.inherited]
    lines += [line for column in columns if (line := require(column)) is not None]
    lines += keys
    lines += [clause(check) for check in checks]
    body = ",\n  ".join(lines)
    text = f"CREATE {'UNLOGGED ' if table.unlogged else ''}TABLE {qualified(table.ref)} (\n  {body}\n)"
    if not lines:
        text = text.replace("(\n  \n)", "()")
    if parents:
        text += f" INHERITS ({', '.join(qualified(parent) for parent in parents)})"
    if table.partition_by is not None:
        text += f" PARTITION BY {table.partition_by}"
    if table.access_method is not None:
        text += f" USING {quote(table.access_method)}"
    if table.options:
        text += f" WITH ({', '.join(table.options)})"
    if table.tablespace is not None:
        text += f" TABLESPACE {quote(table.tablespace)}"
    return text


def join(table: PostgresTable, parent: Ref) -> str:
    """ALTER TABLE … INHERIT for a table that has all of its parent's columns already."""
    return f"ALTER TABLE {qualified(table.ref)} INHERIT {qualified(parent)}"


def attach(table: PostgresTable) -> str:
    """ALTER TABLE … ATTACH PARTITION for a partition."""
    return f"ALTER TABLE ONLY {qualified(table.parents[0])} ATTACH PARTITION {qualified(table.ref)} {table.bound}"


def adjust(table: PostgresTable) -> Iterator[str]:
    """ALTER TABLE for what CREATE TABLE cannot say; a replica identity by index is the index's."""
    alter = f"ALTER TABLE ONLY {qualified(table.ref)}"
    if table.row_security:
        yield f"{alter} ENABLE ROW LEVEL SECURITY"
    if table.force_row_security:
        yield f"{alter} FORCE ROW LEVEL SECURITY"
    if table.replica_identity in ("f", "n"):
        yield f"{alter} REPLICA IDENTITY {'FULL' if table.replica_identity == 'f' else 'NOTHING'}"


def leave(table: PostgresTable, parent: Ref) -> str:
    """ALTER TABLE … DETACH PARTITION or NO INHERIT."""
    if table.bound is not None:
        return f"ALTER TABLE ONLY {qualified(parent)} DETACH PARTITION {qualified(table.ref)}"
    return f"ALTER TABLE {qualified(table.ref)} NO INHERIT {qualified(parent)}"


def changes(before: PostgresTable, after: PostgresTable) -> list[str]:
    """Clauses of ALTER TABLE for what the table itself has; its parents are another matter."""
    clauses = option_changes(before.options, after.options)
    if before.unlogged != after.unlogged:
        clauses.append("SET UNLOGGED" if after.unlogged else "SET LOGGED")
    if before.access_method != after.access_method:
        clauses.append(f"SET ACCESS METHOD {quote(after.access_method or 'heap')}")
    if before.tablespace != after.tablespace:
        clauses.append(f"SET TABLESPACE {quote(after.tablespace or 'pg_default')}")
    if before.row_security != after.row_security:
        clauses.append(f"{'ENABLE' if after.row_security else 'DISABLE'} ROW LEVEL SECURITY")
    if before.force_row_security != after.force_row_security:
        clauses.append(f"{'FORCE' if after.force_row_security else 'NO FORCE'} ROW LEVEL SECURITY")
    if before.replica_identity != after.replica_identity and after.replica_identity in _REPLICA_IDENTITIES:
        clauses.append(f"REPLICA IDENTITY {_REPLICA_IDENTITIES[after.replica_identity]}")
    return clauses


_REPLICA_IDENTITIES = {"d": "DEFAULT", "f": "FULL", "n": "NOTHING"}
