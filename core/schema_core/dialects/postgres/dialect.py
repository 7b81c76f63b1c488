"""PostgreSQL as a dialect: every method leads to the module that does it, imported when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from schema_core.dialects.postgres.container import CONTAINER
from schema_core.dialects.protocol import Dialect, Planner, Session
from schema_core.dialects.servers import Container, Restore, SharedServer, ThrowawayServer
from schema_core.dialects.target import Target
from schema_core.schema.realm import Realm
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText


class PostgresSharedServer:
    """See ``protocol.SharedServer``."""

    right_to_create = "ALTER ROLE … CREATEDB"

    def prepare_scope(self, url: str) -> None:
        """See ``databases.prepare_scope``."""
        from schema_core.dialects.postgres.databases import prepare_scope

        prepare_scope(url)

    def may_create_databases(self, url: str) -> bool:
        """See ``databases.may_create_databases``."""
        from schema_core.dialects.postgres.databases import may_create_databases

        return may_create_databases(url)

    def remember_objects(self, url: str) -> Restore:
        """See ``contents.remember_objects``."""
        from schema_core.dialects.postgres.contents import remember_objects

        return remember_objects(url)

    def remember_roles(self, url: str) -> Restore:
        """See ``contents.remember_roles``."""
        from schema_core.dialects.postgres.contents import remember_roles

        return remember_roles(url)

    def sole_use(self, url: str) -> AbstractContextManager[None]:
        """See ``contents.sole_use``."""
        from schema_core.dialects.postgres.contents import sole_use

        return sole_use(url)


class PostgresDialect:
    """See ``protocol.Dialect``."""

    name = "postgres"
    title = "PostgreSQL"
    container: Container | None = CONTAINER
    shared_server: SharedServer | None = PostgresSharedServer()
    rebuilds_tables = False

    @property
    def planner(self) -> Planner | None:
        """See ``planning.planner.PLANNER``."""
        from schema_core.dialects.postgres.planning.planner import PLANNER

        return PLANNER

    def connect(self, url: str) -> Session:
        """See ``session.connect``."""
        from schema_core.dialects.postgres.session import connect

        return connect(url)

    def open_target(self, url: str) -> Target:
        """See ``target.open_target``."""
        from schema_core.dialects.postgres.target import open_target

        return open_target(url)

    def fold(self, name: str) -> str:
        """The parser has folded already what is not quoted."""
        return name

    def split(self, source: SourceText, delimiter: str | None = None) -> Iterator[Statement]:
        """See ``split.split``."""
        from schema_core.dialects.postgres.split import split

        return split(source, delimiter)

    def runs_in_transaction(self, statement: Statement) -> bool:
        """See ``transactions.transactional``."""
        from schema_core.dialects.postgres.transactions import transactional

        return transactional(statement.actions)

    def may_join(self, statement: Statement) -> bool:
        """See ``transactions.may_join``."""
        from schema_core.dialects.postgres.transactions import may_join

        return may_join(statement.actions)

    def render(self, realm: Realm) -> tuple[str, ...]:
        """See ``render.render``."""
        from schema_core.dialects.postgres.render import render

        return render(realm)

    def scope_query(self, url: str) -> str:
        """See ``urls.scope_query``."""
        from schema_core.dialects.postgres.urls import scope_query

        return scope_query(url)

    def start_server(self, major: int | None, runtime: Path, cache: Path) -> ThrowawayServer:
        """See ``server.start_server``."""
        from schema_core.dialects.postgres.server import start_server

        return start_server(major, runtime, cache)

    def create_database(self, server_url: str, name: str) -> str:
        """See ``databases.create_database``."""
        from schema_core.dialects.postgres.databases import create_database

        return create_database(server_url, name)

    def copy_database(self, url: str, name: str, server_url: str | None = None) -> str:  # noqa: ARG002
        """See ``databases.copy_database``."""
        from schema_core.dialects.postgres.databases import copy_database

        return copy_database(url, name)

    def apart(self, url: str) -> str:
        """See ``urls.apart``."""
        from schema_core.dialects.postgres.urls import apart

        return apart(url)

    def drop_database(self, server_url: str, name: str) -> None:
        """See ``databases.drop_database``."""
        from schema_core.dialects.postgres.databases import drop_database

        drop_database(server_url, name)

    def contents(self, url: str) -> tuple[str, ...]:
        """See ``contents.contents``."""
        from schema_core.dialects.postgres.contents import contents

        return contents(url)


DIALECT: Dialect = PostgresDialect()
