"""Every rule's own examples, run on a real server: the bad ones are found, the good ones are not."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import pytest

from schema_core.dialects.protocol import Session
from schema_core.lint.codes import MODULES, rule_for
from schema_core.lint.rule import Example
from schema_core.schema.findings import Finding

Lint = Callable[[str, str], tuple[Finding, ...]]
CODES = sorted(MODULES)
BAD = [(code, example) for code in CODES for example in rule_for(code).bad]
GOOD = [(code, example) for code in CODES for example in rule_for(code).good]


def name_of(value: object) -> str | None:
    if isinstance(value, Example):
        return value.title
    return value if isinstance(value, str) else None


def findings(lint: Lint, session: Session, example: Example) -> tuple[Finding, ...]:
    if example.majors and session.server().major not in example.majors:
        pytest.skip(f"the example is about PostgreSQL {example.majors}")
    return lint(example.base, example.migration)


@pytest.mark.parametrize(("code", "example"), BAD, ids=name_of)
def test_bad_examples_are_found(code: str, example: Example, lint: Lint, session: Session) -> None:
    found = findings(lint, session, example)
    assert code in {finding.code for finding in found}


@pytest.mark.parametrize(("code", "example"), GOOD, ids=name_of)
def test_good_examples_are_not_found(code: str, example: Example, lint: Lint, session: Session) -> None:
    found = findings(lint, session, example)
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
