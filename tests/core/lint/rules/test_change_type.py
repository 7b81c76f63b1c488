"""Which command of a statement a rewrite or an index build belongs to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schema_core.schema.findings import Finding


def test_only_the_column_of_the_index_is_blamed(lint: Callable[[str, str], tuple[Finding, ...]]) -> None:
    found = lint(
        "CREATE TABLE users (a varchar(10), b varchar(10));\nCREATE INDEX users_a ON users (lower(a));",
        "ALTER TABLE users ALTER COLUMN a TYPE text, ALTER COLUMN b TYPE text;",
    )
    assert [finding.message for finding in found if finding.code == "PG301"] == [
        'Changing the type of column "a" from character varying(10) to text rebuilds index "users_a" of table "users"'
    ]


@pytest.mark.parametrize(
    "other",
    [
        "ADD COLUMN c percent",
        "ALTER COLUMN b TYPE text USING b || ''",
        "ADD COLUMN c uuid DEFAULT gen_random_uuid()",
        "SET UNLOGGED",
    ],
)
def test_a_rewrite_with_two_possible_causes_is_unknown(
    lint: Callable[[str, str], tuple[Finding, ...]], other: str
) -> None:
    found = lint(
        "CREATE DOMAIN percent AS integer CHECK (VALUE <= 100);\nCREATE TABLE users (a varchar(10), b text);",
        f"ALTER TABLE users ALTER COLUMN a TYPE varchar(20), {other};",
    )
    assert [finding.certainty for finding in found if finding.code == "PG301"] == ["unknown"]
