"""Every rule's own examples, run on a real server: the bad ones are found, the good ones are not."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from schema_core.dialects.protocol import Session
from schema_core.dialects.registry import dialect_named
from schema_core.directory.files import MigrationFile
from schema_core.lint.codes import MODULES, all_rules, rule_for
from schema_core.lint.judge import judge
from schema_core.lint.nolint import Suppressions
from schema_core.lint.replay import replay_file
from schema_core.lint.rule import Example
from schema_core.lint.watch import Watcher
from schema_core.schema.findings import Finding

CODES = sorted(MODULES)
BAD = [(code, example) for code in CODES for example in rule_for(code).bad]
GOOD = [(code, example) for code in CODES for example in rule_for(code).good]


def name_of(value: object) -> str | None:
    if isinstance(value, Example):
        return value.title
    return value if isinstance(value, str) else None


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    session = dialect_named("postgres").connect(database)
    yield session
    session.close()


def findings(session: Session, example: Example) -> tuple[Finding, ...]:
    """What all rules together find: the observed families report only what no other rule has claimed."""
    if example.majors and session.server().major not in example.majors:
        pytest.skip(f"the example is about PostgreSQL {example.majors}")
    dialect = dialect_named(example.dialect)
    base = MigrationFile("1_base.sql", example.base.encode())
    new = MigrationFile("2_new.sql", example.migration.encode())
    replay_file(session, dialect, base)
    watcher = Watcher(session, dialect)
    watched = watcher.watch(new)
    assert watched.stopped is None
    judgements = judge(watched, watcher.server, all_rules(example.dialect), {})
    suppressions = Suppressions(new.name, new.directives.comments, watched.statements)
    kept, _ = suppressions.apply((item.finding, item.analyzer) for item in judgements)
    return kept


@pytest.mark.parametrize(("code", "example"), BAD, ids=name_of)
def test_bad_examples_are_found(code: str, example: Example, session: Session) -> None:
    found = findings(session, example)
    assert code in {finding.code for finding in found}


@pytest.mark.parametrize(("code", "example"), GOOD, ids=name_of)
def test_good_examples_are_not_found(code: str, example: Example, session: Session) -> None:
    found = findings(session, example)
    assert [finding.message for finding in found if finding.code == code] == []


def test_every_code_has_a_module_and_both_kinds_of_examples() -> None:
    for code, module in MODULES.items():
        assert find_spec(f"schema_core.lint.rules.{module}") is not None
        rule = rule_for(code)
        assert rule.code == code
        assert rule.bad
        assert rule.good
        assert rule.title
        assert rule.effect
        assert rule.instead
