"""Which dialect answers to which URL scheme; a dialect's module is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from schema_core.dialects.protocol import Dialect
from schema_core.schema.errors import UserError

_MODULES = {"postgres": "schema_core.dialects.postgres.dialect", "sqlite": "schema_core.dialects.sqlite.dialect"}
"""Dialect name to the module that holds its ``DIALECT``."""

_SCHEMES = {"postgres": "postgres", "postgresql": "postgres", "sqlite": "sqlite", "sqlite3": "sqlite"}
"""URL scheme to dialect name."""

_TITLES = {"postgres": "PostgreSQL", "sqlite": "SQLite"}
"""Dialect name to its name for people, known without importing the dialect."""

_PLANNED = ("mysql", "mariadb", "clickhouse", "sqlserver")


def dialect_named(name: str) -> Dialect:
    """The dialect with this name or URL scheme; raises UserError for one that is unknown or not built yet."""
    known = _SCHEMES.get(name)
    if known is None:
        if name in _PLANNED:
            raise UserError(f"The engine {name} is not supported yet; supported today: {', '.join(_MODULES)}.")
        raise UserError(f"Unknown URL scheme {name!r}; use one of {', '.join(sorted(_SCHEMES))}.")
    return cast("Dialect", import_module(_MODULES[known]).DIALECT)


def dialect_of_url(url: str) -> Dialect:
    """The dialect of a database URL, by its scheme."""
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise UserError(
            "A database URL starts with its scheme, as in postgres://user@host:5432/database or sqlite://file.db."
        )
    return dialect_named(scheme.lower())


def engine_title(name: str) -> str:
    """A dialect's name for people (``PostgreSQL``); a name that is unknown stays as it is."""
    return _TITLES.get(name, name)
