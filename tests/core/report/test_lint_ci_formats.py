from __future__ import annotations

import json
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_core.report import lint_code_quality, lint_github, lint_junit
from schema_core.schema.results import LintResult

MakeResult = Callable[..., LintResult]
hostile = st.lists(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from(
            ["\n::error::", "##[error]", "\x00", "\x1b", "]]>", "&", "%0A", ",", "\ufffe", "\u2028", "<a>"]
        ),
    ),
    max_size=10,
).map("".join)


def test_annotations_of_findings_and_notices(make_result: MakeResult) -> None:
    error, warning, notice = lint_github.render(make_result(), "db/migrations").splitlines()

    path = "db/migrations/20260101120000_unique_email.sql"
    assert error.startswith(f"::error file={path},line=2,endLine=3,title=MF101%3A Unique constraint::Adding a unique")
    assert "%0AInstead: Build the index" in error
    assert error.endswith("%0Ahttps://example.org/rules/MF101.md")
    assert warning.startswith(f"::warning file={path},line=5,endLine=5,col=3,endColumn=49,title=PG101%3A ")
    assert notice.startswith(f"::notice file={path},line=2::The suppression")


def test_an_annotation_of_an_error(broken_result: LintResult, mismatch_result: LintResult) -> None:
    assert lint_github.render(broken_result, "m").startswith(
        '::error file=m/3.sql,line=3,title=replay%3A Migration does not replay::type "nonsense" does not exist (42704)'
    )
    assert lint_github.render(mismatch_result, "m").startswith("::error file=m/atlas.sum,line=1,title=directory%3A ")


def test_no_annotation_without_a_problem(clean_result: LintResult) -> None:
    assert lint_github.render(clean_result) == ""


@given(hostile, hostile)
@settings(deadline=None, max_examples=50)
def test_every_annotation_is_one_command_of_ours(make_result: MakeResult, name: str, extra: str) -> None:
    lines = lint_github.render(make_result(name, extra, file=f"{name}.sql")).split("\n")

    assert lines.pop() == ""
    assert len(lines) == 3
    assert all(re.match(r"::(error|warning|notice) file=[^:,]*,line=\d+[^:]*::", line) for line in lines)
    assert not any("##[" in line for line in lines)


def test_a_code_quality_report(make_result: MakeResult, broken_result: LintResult, clean_result: LintResult) -> None:
    first, second = json.loads(lint_code_quality.render(make_result(), "db/migrations"))
    (broken,) = json.loads(lint_code_quality.render(broken_result))

    assert first["check_name"] == "MF101"
    assert (first["severity"], second["severity"], broken["severity"]) == ("critical", "major", "critical")
    assert first["location"] == {
        "path": "db/migrations/20260101120000_unique_email.sql",
        "lines": {"begin": 2, "end": 3},
    }
    assert first["fingerprint"] != second["fingerprint"]
    assert json.loads(lint_code_quality.render(clean_result)) == []
    assert not lint_code_quality.render(make_result()).startswith("\ufeff")


def test_a_junit_suite_per_file_and_case_per_statement(make_result: MakeResult) -> None:
    root = ET.fromstring(lint_junit.render(make_result(), "db/migrations"))

    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("4", "1", "0", "0")
    (suite,) = root
    replay, unique, index, create = suite
    assert replay.get("name") == "replay"
    failure = unique.find("failure")
    assert failure is not None
    assert failure.get("type") == "MF101"
    assert "Instead: Build the index" in (failure.text or "")
    assert unique.get("line") == "2"
    assert index.find("failure") is None
    assert "warning PG101" in (index.findtext("system-out") or "")
    assert create.findtext("system-out") == "creates table public.orders"


@pytest.mark.parametrize(("fail_on", "failures"), [("never", "0"), ("error", "1"), ("warning", "2"), ("notice", "2")])
def test_a_case_fails_from_the_failure_level_on(make_result: MakeResult, fail_on: str, failures: str) -> None:
    result = msgspec.structs.replace(make_result(), fail_on=fail_on)

    assert ET.fromstring(lint_junit.render(result)).get("failures") == failures


def test_errors_and_what_never_ran_in_junit(broken_result: LintResult, mismatch_result: LintResult) -> None:
    root = ET.fromstring(lint_junit.render(broken_result))
    replay, first, second, third = root[0]

    assert root.get("errors") == "2"
    assert root.get("skipped") == "1"
    assert replay.find("error") is not None
    assert first.find("error") is None
    error = second.find("error")
    assert error is not None
    assert error.get("message") == 'type "nonsense" does not exist (line 3, column 34)'
    assert third.find("skipped") is not None
    assert ET.fromstring(lint_junit.render(mismatch_result)).get("errors") == "1"


@given(hostile, hostile)
@settings(deadline=None, max_examples=50)
def test_any_text_gives_xml_that_can_be_read(make_result: MakeResult, name: str, extra: str) -> None:
    document = lint_junit.render(make_result(name, extra, file=f"{name}.sql"))

    assert ET.fromstring(document.encode()).get("tests") == "4"
    assert re.search(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", document) is None
