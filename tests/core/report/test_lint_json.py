from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import msgspec
import pytest

from schema_core.report import lint_atlas_json, result_json
from schema_core.report.json_schema import published_schema
from schema_core.schema.realm import Realm
from schema_core.schema.results import InspectResult, LintResult
from schema_core.text import redact

MakeResult = Callable[..., LintResult]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(published_schema("lint"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return loaded


def test_every_kind_of_result_is_valid(
    schema: dict[str, Any],
    make_result: MakeResult,
    clean_result: LintResult,
    broken_result: LintResult,
    mismatch_result: LintResult,
) -> None:
    surrogate = msgspec.structs.replace(clean_result, directory="file://\udc80")
    validator = jsonschema.Draft202012Validator(schema)
    for result in (make_result(), make_result("\x1b"), surrogate, clean_result, broken_result, mismatch_result):
        validator.validate(json.loads(result_json.render(result)))


def test_the_schema_refuses_what_it_does_not_describe(schema: dict[str, Any], clean_result: LintResult) -> None:
    document = json.loads(result_json.render(clean_result))
    validator = jsonschema.Draft202012Validator(schema)

    assert not validator.is_valid(document | {"verdict": "maybe"})
    assert not validator.is_valid({key: value for key, value in document.items() if key != "files"})
    document["files"][0]["statements"][0]["observation"]["locks"][0]["strength"] = "strong"
    assert not validator.is_valid(document)


def test_positions_and_kinds_are_there(make_result: MakeResult) -> None:
    (file,) = json.loads(result_json.render(make_result()))["files"]

    assert file["findings"][0]["span"]["start"] == {"offset": 21, "line": 2, "column": 1}
    changes = file["statements"][0]["observation"]["changes"]
    assert [change["change"] for change in changes] == ["create", "drop", "alter"]
    assert changes[0]["object"]["kind"] == "unique constraint"
    assert changes[0]["object"]["columns"] == ["email"]
    assert changes[2]["before"]["nullable"] is True


def test_a_realm_is_the_list_of_its_objects(make_result: MakeResult) -> None:
    table = make_result().files[0].statements[2].observation.changes[0].object  # type: ignore[union-attr]
    server = make_result().server
    assert server is not None
    result = InspectResult(tool_version="1", server=server, realm=Realm([table]))

    assert json.loads(result_json.render(result))["realm"] == [
        {
            "kind": "table",
            "ref": {"kind": "table", "schema": "public", "parent": None, "name": "orders", "signature": None},
            "comment": None,
        }
    ]


def test_secrets_are_removed_and_our_words_stay(make_result: MakeResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "_patterns", {})
    redact.remember_secret("failed")
    redact.remember_secret("users_name_idx")
    text = result_json.render(make_result())

    assert "users_name_idx" not in text
    assert json.loads(text)["verdict"] == "failed"


def test_the_shape_that_users_of_atlas_parse(make_result: MakeResult) -> None:
    result = make_result()
    report = json.loads(lint_atlas_json.render(result))

    assert report["Env"] == {"Driver": "postgres", "Dir": "file://db/migrations"}
    assert [step["Name"] for step in report["Steps"]] == [
        "Migration Integrity Check",
        "Detect New Migration Files",
        "Replay Migration Files",
        "Analyze 20260101120000_unique_email.sql",
    ]
    assert report["Steps"][1]["Text"] == "Found 1 new migration files (from 13 total)"
    (file,) = report["Files"]
    assert file["Change"] == "ADDED"
    assert file["Error"].startswith("Adding a unique constraint")
    found = {item["Code"]: item for entry in file["Reports"] for item in entry["Diagnostics"]}
    assert set(found) == {"MF101", "PG101"}
    assert found["PG101"]["SuggestedFixes"] == [{"Message": "Build the index concurrently"}]


def test_a_line_counted_in_the_text_of_the_atlas_report_is_right(make_result: MakeResult) -> None:
    result = make_result()
    (file,) = json.loads(lint_atlas_json.render(result))["Files"]
    for finding in result.findings():
        position = next(
            item["Pos"] for entry in file["Reports"] for item in entry["Diagnostics"] if item["Code"] == finding.code
        )
        before = file["Text"].encode()[:position]
        assert position == finding.span.start.offset
        assert before.count(b"\n") + 1 == finding.span.start.line


def test_an_atlas_report_of_what_did_not_run(broken_result: LintResult, mismatch_result: LintResult) -> None:
    broken = json.loads(lint_atlas_json.render(broken_result))
    mismatch = json.loads(lint_atlas_json.render(mismatch_result))

    assert broken["Steps"][-1]["Error"].startswith('type "nonsense" does not exist')
    assert broken["Files"][0]["Error"].startswith('type "nonsense" does not exist')
    assert mismatch["Steps"] == [
        {
            "Name": "Migration Integrity Check",
            "Text": "File atlas.sum is invalid",
            "Error": "checksum mismatch: 2.sql was edited\nHint: Run 'schema-action migrate hash'.",
        }
    ]
