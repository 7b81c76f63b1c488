"""Every rule's own examples, run on a real server: the bad ones are found, the good ones are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.util import find_spec

import pytest
from _pytest.mark import ParameterSet

from schema_core.dialects.postgres.binaries import MAJORS
from schema_core.lint.codes import MODULES, rule_for
from schema_core.lint.rule import Example
from schema_core.schema.findings import Finding

Lint = Callable[[str, str], tuple[Finding, ...]]


def cases(examples: Iterable[tuple[str, Example]], dialect: str) -> list[ParameterSet]:
    return [
        pytest.param(code, example, id=f"{code}-{example.title}", marks=pytest.mark.only_majors(*example.majors))
        for code, example in examples
        if example.dialect == dialect
    ]


CODES = sorted(MODULES)
BAD = [(code, example) for code in CODES for example in rule_for(code).bad]
GOOD = [(code, example) for code in CODES for example in rule_for(code).good]


@pytest.fixture
def database(each_major_database: str) -> str:
    return each_major_database


@pytest.mark.every_major
@pytest.mark.parametrize(("code", "example"), cases(BAD, "postgres"))
def test_bad_examples_are_found(code: str, example: Example, lint: Lint) -> None:
    found = lint(example.base, example.migration)
    assert code in {finding.code for finding in found}


@pytest.mark.every_major
@pytest.mark.parametrize(("code", "example"), cases(GOOD, "postgres"))
def test_good_examples_are_not_found(code: str, example: Example, lint: Lint) -> None:
    found = lint(example.base, example.migration)
    assert [finding.message for finding in found if finding.code == code] == []


@pytest.mark.parametrize(("code", "example"), cases(BAD, "sqlite"))
def test_bad_examples_are_found_on_sqlite(code: str, example: Example, lint_sqlite: Lint) -> None:
    found = lint_sqlite(example.base, example.migration)
    assert code in {finding.code for finding in found}


@pytest.mark.parametrize(("code", "example"), cases(GOOD, "sqlite"))
def test_good_examples_are_not_found_on_sqlite(code: str, example: Example, lint_sqlite: Lint) -> None:
    found = lint_sqlite(example.base, example.migration)
    assert [finding.message for finding in found if finding.code == code] == []


def test_every_supported_major_has_examples_of_a_rule() -> None:
    """An example about some majors must not be the only one of its kind, unless the hazard is only theirs."""
    lacking = {
        (code, major)
        for code in CODES
        if "postgres" in rule_for(code).dialects
        for major in MAJORS
        for examples in (rule_for(code).bad, rule_for(code).good)
        if not any(major in (example.majors or MAJORS) for example in examples if example.dialect == "postgres")
    }
    assert lacking == {("PG311", 14)}  # SET ACCESS METHOD came with 15


def test_every_code_has_a_module_and_both_kinds_of_examples() -> None:
    for code, module in MODULES.items():
        assert find_spec(f"schema_core.lint.rules.{module}") is not None
        rule = rule_for(code)
        assert rule.code == code
        for dialect in rule.dialects:
            assert dialect in {example.dialect for example in rule.bad}
            assert dialect in {example.dialect for example in rule.good}
        assert rule.title
        assert rule.effect
        assert rule.instead
