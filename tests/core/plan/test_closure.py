"""The part of two states that a proof makes holds whatever the plan could touch."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.postgres.planning.closure import _with_dependents
from schema_core.dialects.postgres.planning.connections import Connections
from schema_core.dialects.protocol import Scope
from schema_core.operations.proven_plan import Endpoints
from schema_core.operations.schema_diff import schema_diff
from schema_core.schema.ref import Ref

CASES = sorted((Path(__file__).parent / "cases").glob("*.sql"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in CASES if "_18" not in path.stem])
def test_every_case_is_proven_on_its_part(path: Path, database: str, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before, _, after = text.partition("-- before")[2].partition("-- after")
    (tmp_path / "before.sql").write_text(before, encoding="utf-8")
    (tmp_path / "after.sql").write_text(after, encoding="utf-8")
    result = schema_diff(
        Endpoints(before=(str(tmp_path / "before.sql"),), after=(str(tmp_path / "after.sql"),), dev_url=database),
        ask=lambda _old, _new: False,
    )
    assert result.proof is not None
    assert result.statements


def test_it_does_not_depend_on_the_order_of_what_changed(database: str) -> None:
    session = DIALECT.connect(database)
    session.execute_script(
        "CREATE TABLE users (id int PRIMARY KEY);"
        "CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);"
        "CREATE TABLE lines (order_id int REFERENCES orders);"
        "CREATE VIEW big AS SELECT id FROM orders; CREATE VIEW first AS SELECT order_id FROM lines;"
    )
    connections = Connections(session.inspect(Scope()))
    session.close()
    users, orders = (Ref("table", "public", None, name) for name in ("users", "orders"))
    found = [_with_dependents(connections, list(order)) for order in permutations((users, orders))]
    assert found[0] == found[1]
    assert {ref.name for ref in found[0]} == {"users", "orders", "lines", "big"}
