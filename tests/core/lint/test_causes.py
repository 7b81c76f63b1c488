from __future__ import annotations

import pytest

from schema_core.lint.causes.causes import causes, explain
from schema_core.lint.codes import MODULES
from schema_core.schema.statements import Action


def test_a_lock_on_the_other_table_is_explained_by_what_reaches_it() -> None:
    actions = (Action(kind="add column"), Action(kind="drop column"), Action(kind="add foreign key"))
    own = explain("blocking lock", actions, 18, "postgres")
    other = explain("blocking lock", actions, 18, "postgres", named=False)
    assert own is not None
    assert own.id == "lock-add-column"
    assert other is not None
    assert other.id == "lock-add-foreign-key"


def test_partitions_are_explained_by_what_was_done_to_their_table() -> None:
    cause = explain("blocking lock", (Action(kind="add column"),), 18, "postgres", named=False)
    assert cause is not None
    assert cause.id == "lock-add-column"


@pytest.mark.parametrize(("kind", "module"), [("add unique", "add_unique"), ("add primary key", "add_primary_key")])
def test_keys_carry_the_codes_of_their_rules(kind: str, module: str) -> None:
    [code] = [code for code, name in MODULES.items() if name == f"concurrent_index.{module}"]
    cause = explain("index build", (Action(kind=kind),), 18, "postgres")
    assert cause is not None
    assert cause.codes[0] == code


def test_reasons_end_a_sentence() -> None:
    reasons = {cause.id: cause.reason() for cause in causes("postgres")}
    assert reasons["rewrite-refresh"].startswith("a plain refresh")
    assert reasons["rewrite-cluster"].startswith("CLUSTER copies")
