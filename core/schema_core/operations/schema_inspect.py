"""``schema inspect``: the state of a database."""

from __future__ import annotations

from schema_core import __version__
from schema_core.dialects.protocol import Scope
from schema_core.schema.results import InspectResult
from schema_core.sources.live_database import read_live_database


def schema_inspect(url: str, scope: Scope) -> InspectResult:
    """Inspect a live database; raises UserError when it cannot be reached or read."""
    server, inspection = read_live_database(url, scope)
    return InspectResult(
        tool_version=__version__,
        server=server,
        realm=inspection.realm,
        unmodelled=inspection.unmodelled,
        missing=inspection.missing(),
    )
