"""How sure a finding is: what changed is always seen, which locks were taken is not."""

from __future__ import annotations

from collections.abc import Callable

from schema_core.schema.findings import Finding


def test_a_loss_is_seen_even_where_locks_are_not(lint: Callable[[str, str], tuple[Finding, ...]]) -> None:
    found = lint(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n"
        "CREATE PROCEDURE clean() LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE users DROP COLUMN name; COMMIT; END $$;",
        "-- atlas:txmode none\n\nCALL clean();",
    )
    assert {finding.code: finding.certainty for finding in found} == {
        "BC104": "observed",
        "DS103": "observed",
        "PG575": "unknown",
    }
