from __future__ import annotations

import pytest

from schema_ci.inputs import Inputs, read_inputs
from schema_ci.manifest import ACTIONS, MIGRATE_LINT, action_named
from schema_ci.platforms.local import LocalPlatform
from schema_core.schema.errors import UserError
from schema_core.text.redact import redact


def _read(**values: str) -> Inputs:
    given = {f"SCHEMA_ACTION_{name.upper()}": value for name, value in values.items()}
    return read_inputs(MIGRATE_LINT, LocalPlatform(given))


def test_defaults_count_where_nothing_is_given() -> None:
    inputs = _read(fail_on="  ", dir="")

    assert inputs.text("dir") == "file://migrations"
    assert inputs.text("fail-on") == "error"
    assert inputs.optional("dev-url") is None
    assert inputs.number("latest") is None
    assert not inputs.boolean("check-run")


def test_values_are_read_by_their_kind() -> None:
    inputs = _read(latest="3", check_run="True", severity="DS103=off\n\n PG105=error \n", comment="failures")

    assert inputs.number("latest") == 3
    assert inputs.boolean("check-run")
    assert inputs.lines("severity") == ("DS103=off", "PG105=error")
    assert inputs.text("comment") == "failures"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("fail_on", "fatal", "fail-on takes error, warning, notice, never, not 'fatal'"),
        ("comment", "sometimes", "comment takes always, changes, failures, off, not 'sometimes'"),
        ("check_run", "maybe", "check-run takes true or false, not 'maybe'"),
        ("latest", "0", "latest takes a number from 1, not '0'"),
        ("latest", "two", "latest takes a number from 1, not 'two'"),
        ("dir", "a\nb", "dir takes one line"),
        ("dev_url", "postgres://u:secret1@h/d\nx", "dev-url takes one line, not the value"),
        ("env", "ci", "env has a value, but the project file is not read yet"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as error:
        _read(**{name: value})
    assert "secret1" not in str(error.value)


def test_inputs_that_mean_nothing_here_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    _read(dir_name="shop", tag="latest")

    told = capsys.readouterr().err
    assert "dir-name is ignored: there is no registry" in told
    assert "tag is ignored" in told


def test_secrets_are_remembered() -> None:
    _read(token="t0ken-of-tests", dev_url="postgres://u:pa55word-of-tests@h/d", cloud_token="cl0ud-of-tests")

    assert redact("t0ken-of-tests pa55word-of-tests cl0ud-of-tests postgres") == "*** *** *** postgres"


def test_an_unknown_action_is_refused_with_all_names() -> None:
    with pytest.raises(
        UserError,
        match="no action 'migrate/fly'; use one of migrate/lint, migrate/apply, migrate/set, schema/plan, schema/apply",
    ):
        action_named("migrate/fly")


def test_the_manifest_is_consistent() -> None:
    for action in ACTIONS:
        for names in ([item.name for item in action.inputs], [item.name for item in action.outputs]):
            assert len(names) == len(set(names)), action.name
        for item in action.inputs:
            assert item.description.endswith("."), item.name
            assert not item.default or not item.choices or item.default in item.choices
            assert bool(item.choices) == (item.kind == "choice")
            assert not (item.ignored and item.refused)
