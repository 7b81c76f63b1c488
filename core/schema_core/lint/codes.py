"""The registry of codes: every code that was ever given out, and the module of its rule.

Codes from 100 to 399 are those that Atlas gave to the same hazard; ours begin at 500. A code is never given out again.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from schema_core.lint.directory_rule import DirectoryRule
from schema_core.lint.rule import Rule

_ROOM = "schema_core.lint.rules"

MODULES: dict[str, str] = {
    "DS101": "destructive.drop_schema",
    "DS102": "destructive.drop_table",
    "DS103": "destructive.drop_column",
    "MF101": "data_dependent.add_unique",
    "MF102": "data_dependent.index_becomes_unique",
    "MF103": "data_dependent.add_required_column",
    "MF104": "data_dependent.require_column",
    "BC101": "backward_incompatible.rename_table",
    "BC102": "backward_incompatible.rename_column",
    "BC103": "backward_incompatible.drop_table",
    "BC104": "backward_incompatible.drop_column",
    "CD101": "constraint_drop.drop_foreign_key",
    "CD102": "constraint_drop.drop_check",
    "CD103": "constraint_drop.drop_primary_key",
    "LT101": "sqlite.require_column",
    "LT501": "sqlite.drop_enforced",
    "LT502": "sqlite.renamed_aside",
    "LT504": "sqlite.computed_default",
    "LT505": "sqlite.unaddable_column",
    "LT506": "sqlite.default_fails_check",
    "LT507": "sqlite.column_in_use",
    "LT508": "sqlite.unknown_alteration",
    "LT509": "sqlite.lost_in_rebuild",
    "LT510": "sqlite.copy_of_no_column",
    "LT511": "sqlite.writer_lock",
    "LT512": "sqlite.unenforceable_key",
    "PG101": "concurrent_index.create_index",
    "PG102": "concurrent_index.drop_index",
    "PG103": "concurrent_index.concurrently_in_transaction",
    "PG104": "concurrent_index.add_primary_key",
    "PG105": "concurrent_index.add_unique",
    "PG108": "concurrent_index.partitioned_index",
    "PG109": "concurrent_index.add_exclusion",
    "PG301": "blocking.change_type",
    "PG302": "blocking.volatile_default",
    "PG303": "blocking.set_not_null",
    "PG304": "blocking.primary_key_on_nullable",
    "PG305": "blocking.add_check",
    "PG306": "blocking.add_foreign_key",
    "PG307": "blocking.set_logged",
    "PG308": "blocking.create_trigger",
    "PG309": "blocking.add_stored_generated",
    "PG310": "blocking.add_identity",
    "PG311": "blocking.set_access_method",
    "PG572": "observed.rewrite",
    "PG573": "observed.scan",
    "PG574": "observed.index_build",
    "PG575": "observed.blocking_lock",
    "TX101": "transactions.cannot_share_transaction",
    "TX201": "transactions.nested_transaction",
}
"""Code to the module, below ``schema_core.lint.rules``, that holds its rule as ``RULE``."""

DIRECTORY_MODULES: dict[str, str] = {
    "MD501": "directory.changed_file",
    "MD502": "directory.out_of_order",
}
"""The same for rules about the change set itself."""


def known_codes() -> frozenset[str]:
    """All codes."""
    return frozenset(MODULES) | frozenset(DIRECTORY_MODULES)


@cache
def rule_for(code: str) -> Rule:
    """The rule with a code; raises KeyError for a code that was never given out."""
    rule: Rule = import_module(f"{_ROOM}.{MODULES[code]}").RULE
    return rule


@cache
def directory_rules() -> tuple[DirectoryRule, ...]:
    """All rules about change sets, by code."""
    return tuple(import_module(f"{_ROOM}.{DIRECTORY_MODULES[code]}").RULE for code in sorted(DIRECTORY_MODULES))


def all_rules(dialect: str) -> tuple[Rule, ...]:
    """All rules that speak about a dialect, by code."""
    rules = (rule_for(code) for code in sorted(MODULES))
    return tuple(rule for rule in rules if dialect in rule.dialects)
