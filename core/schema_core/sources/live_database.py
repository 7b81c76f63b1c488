"""A live database as a state."""

from __future__ import annotations

from schema_core.dialects.protocol import ExecutionError, Inspection, Scope
from schema_core.dialects.registry import dialect_of_url
from schema_core.schema.errors import UserError
from schema_core.schema.results import ServerInfo
from schema_core.sources.bookkeeping import without_bookkeeping


def read_live_database(url: str, scope: Scope) -> tuple[ServerInfo, Inspection]:
    """The server and the state behind a database URL; raises UserError when it cannot be reached or read."""
    session = dialect_of_url(url).connect(url)
    try:
        return session.server(), without_bookkeeping(session.inspect(scope))
    except ExecutionError as error:
        raise UserError(f"The database cannot be read: {error.message}") from error
    finally:
        session.close()
