"""Transactions, PRAGMA, and what works on the file as a whole."""

from __future__ import annotations

from schema_core.dialects.sqlite.classify.names import flags, target
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

_ASKING = frozenset(
    {
        "application_id", "collation_list", "compile_options", "database_list", "foreign_key_check",
        "foreign_key_list", "freelist_count", "function_list", "index_info", "index_list", "index_xinfo",
        "integrity_check", "module_list", "page_count", "pragma_list", "quick_check", "schema_version", "stats",
        "table_info", "table_list", "table_xinfo", "user_version",
    }
)  # fmt: skip
"""PRAGMAs that take an argument without setting anything, or that set nothing in any form that a file needs."""
_LOCAL = "defer_foreign_keys"
"""The one PRAGMA that holds until the transaction ends."""


def _begin(reader: TokenReader) -> tuple[Action, ...]:
    word = reader.take_any("DEFERRED", "IMMEDIATE", "EXCLUSIVE")
    return (Action(kind="begin", options=(word.lower(),) if word else ()),)


def _commit(_: TokenReader) -> tuple[Action, ...]:
    return (Action(kind="commit"),)


def _rollback(reader: TokenReader) -> tuple[Action, ...]:
    reader.take("TRANSACTION")
    if reader.take("TO"):
        reader.take("SAVEPOINT")
        return (Action(kind="savepoint", options=("rollback to",), detail=reader.name()),)
    return (Action(kind="rollback"),)


def _savepoint(reader: TokenReader) -> tuple[Action, ...]:
    return (Action(kind="savepoint", detail=reader.name()),)


def _release(reader: TokenReader) -> tuple[Action, ...]:
    reader.take("SAVEPOINT")
    return (Action(kind="savepoint", options=("release",), detail=reader.name()),)


def _pragma(reader: TokenReader) -> tuple[Action, ...]:
    _, name = reader.qualified()
    name = name.lower()
    value = None
    if reader.take("="):
        value = reader.rest()
    elif reader.is_at("("):
        first, last = reader.skip_group()
        value = reader.text(first, last)
    if value is None or name in _ASKING:
        return (Action(kind="show parameter", detail=name),)
    detail = f"{name}={value.strip().strip(chr(39)).lower()}"
    return (Action(kind="set parameter", options=flags(local=name == _LOCAL), detail=detail),)


def _vacuum(reader: TokenReader) -> tuple[Action, ...]:
    return (Action(kind="vacuum", options=flags(into=reader.seek("INTO"))),)


def _reindex(reader: TokenReader) -> tuple[Action, ...]:
    if reader.done():
        return (Action(kind="reindex"),)
    # A table, an index or a collation: only the catalog tells which.
    found = target(reader, "table")
    return (Action(kind="reindex", target=found, table=found),)


def _analyze(reader: TokenReader) -> tuple[Action, ...]:
    found = None if reader.done() else target(reader, "table")
    return (Action(kind="analyze", target=found, table=found),)


def _attach(reader: TokenReader) -> tuple[Action, ...]:
    reader.seek("AS")
    reader.take("AS")
    return (Action(kind="attach", target=Ref("schema", None, None, reader.name())),)


def _detach(reader: TokenReader) -> tuple[Action, ...]:
    reader.take("DATABASE")
    return (Action(kind="detach", target=Ref("schema", None, None, reader.name())),)


READERS = {
    "BEGIN": _begin,
    "COMMIT": _commit,
    "END": _commit,
    "ROLLBACK": _rollback,
    "SAVEPOINT": _savepoint,
    "RELEASE": _release,
    "PRAGMA": _pragma,
    "VACUUM": _vacuum,
    "REINDEX": _reindex,
    "ANALYZE": _analyze,
    "ATTACH": _attach,
    "DETACH": _detach,
}
