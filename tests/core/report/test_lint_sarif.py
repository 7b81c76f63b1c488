from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_core.report.lint_sarif import render
from schema_core.schema.results import LintResult
from schema_core.schema.statements import Position

MakeResult = Callable[..., LintResult]
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(Path(__file__).with_name("sarif.schema.json").read_text(encoding="utf-8"))
)


def run_of(result: LintResult, prefix: str = "") -> dict[str, Any]:
    document = json.loads(render(result, prefix))
    VALIDATOR.validate(document)
    run: dict[str, Any] = document["runs"][0]
    return run


def test_findings_carry_rule_place_and_fix(make_result: MakeResult) -> None:
    run = run_of(make_result(), "db/migrations")

    first, second = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[entry["ruleIndex"]]["id"] for entry in (first, second)] == ["MF101", "PG101"]
    assert (first["level"], second["level"]) == ("error", "warning")
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "db/migrations/20260101120000_unique_email.sql"
    assert location["region"]["startLine"] == 2
    (change,) = second["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"]["text"].startswith("CREATE INDEX CONCURRENTLY")
    assert "fixes" not in first
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("The suppression")


def test_a_region_names_the_bytes_of_the_statement(make_result: MakeResult) -> None:
    result = make_result("ünï", "é")
    for entry, finding in zip(run_of(result)["results"], result.findings(), strict=True):
        region = entry["locations"][0]["physicalLocation"]["region"]
        assert finding.statement is not None
        text = result.files[0].statements[finding.statement].statement.text
        assert region["byteLength"] == len(text.encode())


def test_errors_are_results(broken_result: LintResult, mismatch_result: LintResult) -> None:
    (broken,) = run_of(broken_result)["results"]
    mismatch = run_of(mismatch_result, "m")

    assert broken["ruleId"] == "replay"
    assert broken["locations"][0]["physicalLocation"]["region"]["startLine"] == 3
    assert mismatch["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "m/atlas.sum"
    assert mismatch["invocations"][0]["executionSuccessful"] is False


def test_a_fingerprint_does_not_depend_on_the_line(make_result: MakeResult) -> None:
    def moved(position: Position) -> Position:
        return Position(position.offset + 100, position.line + 7, position.column)

    result = make_result()
    findings = tuple(
        msgspec.structs.replace(
            finding,
            span=msgspec.structs.replace(finding.span, start=moved(finding.span.start), end=moved(finding.span.end)),
        )
        for finding in result.findings()
    )
    shifted = msgspec.structs.replace(result, files=(msgspec.structs.replace(result.files[0], findings=findings),))

    def prints(of: LintResult) -> list[str]:
        return [entry["partialFingerprints"]["schemaAction/v1"] for entry in run_of(of)["results"]]

    assert prints(shifted) == prints(result)
    assert prints(make_result("accounts")) != prints(result)


def test_equal_findings_have_fingerprints_of_their_own(make_result: MakeResult) -> None:
    result = make_result()
    file = msgspec.structs.replace(result.files[0], findings=result.findings() * 2)
    entries = run_of(msgspec.structs.replace(result, files=(file,)))["results"]

    assert len({entry["partialFingerprints"]["schemaAction/v1"] for entry in entries}) == len(entries) == 4


@given(st.text(max_size=20), st.text(max_size=20))
@settings(deadline=None, max_examples=50)
def test_any_name_gives_a_valid_log(make_result: MakeResult, name: str, extra: str) -> None:
    printable = name.encode("utf-8", "ignore").decode()
    run = run_of(
        make_result(printable, extra.encode("utf-8", "ignore").decode(), file=f"{printable or 'x'}.sql"), "a b"
    )

    for entry in run["results"]:
        assert entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("a%20b/")


def test_a_message_holds_no_embedded_link(make_result: MakeResult) -> None:
    entry = run_of(make_result("[click](https://evil.example)"))["results"][0]

    assert r"\[click\](" in entry["message"]["text"]
