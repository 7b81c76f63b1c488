"""SQLite as a dialect: every method leads to the module that does it, imported when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schema_core.dialects.protocol import Dialect, Planner, Session
from schema_core.dialects.servers import Container, SharedServer, ThrowawayServer
from schema_core.dialects.sqlite.quoting import fold
from schema_core.dialects.target import Target
from schema_core.schema.realm import Realm
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText

_OUTSIDE = frozenset({"vacuum", "attach", "detach"})
"""Kinds of statements that are refused inside a transaction."""
_APART = _OUTSIDE | {"begin", "commit", "rollback", "savepoint", "set parameter", "show parameter"}


class SqliteDialect:
    """See ``protocol.Dialect``."""

    name = "sqlite"
    title = "SQLite"
    container: Container | None = None
    shared_server: SharedServer | None = None
    rebuilds_tables = True

    @property
    def planner(self) -> Planner | None:
        """See ``planning.planner.PLANNER``."""
        from schema_core.dialects.sqlite.planning.planner import PLANNER

        return PLANNER

    def connect(self, url: str) -> Session:
        """See ``session.connect``."""
        from schema_core.dialects.sqlite.session import connect

        return connect(url)

    def open_target(self, url: str) -> Target:
        """See ``target.open_target``."""
        from schema_core.dialects.sqlite.target import open_target

        return open_target(url)

    def fold(self, name: str) -> str:
        """See ``quoting.fold``."""
        return fold(name)

    def split(self, source: SourceText, delimiter: str | None = None) -> Iterator[Statement]:
        """See ``split.split``."""
        from schema_core.dialects.sqlite.split import split

        return split(source, delimiter)

    def runs_in_transaction(self, statement: Statement) -> bool:
        """Almost everything does."""
        return not any(action.kind in _OUTSIDE for action in statement.actions)

    def may_join(self, statement: Statement) -> bool:
        """A PRAGMA may mean something else or nothing inside a transaction."""
        return bool(statement.actions) and not any(action.kind in _APART for action in statement.actions)

    def render(self, realm: Realm) -> tuple[str, ...]:
        """See ``render.render``."""
        from schema_core.dialects.sqlite.render import render

        return render(realm)

    def scope_query(self, url: str) -> str:  # noqa: ARG002
        """A file is one schema, read whole."""
        return ""

    def start_server(self, major: int | None, runtime: Path, cache: Path) -> ThrowawayServer:  # noqa: ARG002
        """See ``databases.start_server``."""
        from schema_core.dialects.sqlite.databases import start_server

        return start_server(major, runtime)

    def create_database(self, server_url: str, name: str) -> str:
        """See ``databases.create_database``."""
        from schema_core.dialects.sqlite.databases import create_database

        return create_database(server_url, name)

    def copy_database(self, url: str, name: str, server_url: str | None = None) -> str:
        """See ``databases.copy_database``."""
        from schema_core.dialects.sqlite.databases import copy_database

        return copy_database(url, name, server_url)

    def apart(self, url: str) -> str:
        """Nothing in the environment changes what a connection does."""
        return url

    def drop_database(self, server_url: str, name: str) -> None:
        """See ``databases.drop_database``."""
        from schema_core.dialects.sqlite.databases import drop_database

        drop_database(server_url, name)

    def contents(self, url: str) -> tuple[str, ...]:
        """See ``databases.contents``."""
        from schema_core.dialects.sqlite.databases import contents

        return contents(url)


DIALECT: Dialect = SqliteDialect()
