"""Lint results as the engine makes them."""

from __future__ import annotations

import lint_results
import pytest

from schema_core.schema.results import LintResult


@pytest.fixture(scope="session")
def make_result() -> lint_results.MakeResult:
    return lint_results.make


@pytest.fixture(scope="session")
def clean_result() -> LintResult:
    return lint_results.clean()


@pytest.fixture(scope="session")
def broken_result() -> LintResult:
    return lint_results.broken()


@pytest.fixture(scope="session")
def mismatch_result() -> LintResult:
    return lint_results.mismatch()
