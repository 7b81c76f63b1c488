"""Every schema that we know is applied to an empty database, and then there is nothing left to do, either way."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_core.operations.proven_plan import Endpoints
from schema_core.operations.schema_apply import ApplySettings, schema_apply
from schema_core.operations.schema_diff import schema_diff

_SCHEMAS = sorted((Path(__file__).parents[1] / "dialects" / "postgres" / "schemas").glob("*.sql"))
# docs/limitations.md, comparing schemas: these fail the proof.
_NOT_PLANNED = {"inheritance", "partitions"}


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in _SCHEMAS if path.stem not in _NOT_PLANNED]
)
def test_a_schema_is_applied_to_an_empty_database(path: Path, database: str, postgres_server) -> None:
    wanted = f"file://{path}"
    result = schema_apply(ApplySettings(url=database, after=(wanted,), dev_url=postgres_server.url), lambda _: True)
    assert result.status == "applied", result.account
    for before, after in ((database, wanted), (wanted, database)):
        assert schema_diff(Endpoints(before=(before,), after=(after,), dev_url=postgres_server.url)).statements == ()
