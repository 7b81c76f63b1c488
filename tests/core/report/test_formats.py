from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from schema_core.report.formats import LINT_FORMATS, check_lint_format, render_lint
from schema_core.schema.errors import UserError
from schema_core.schema.results import LintResult
from schema_core.text import redact
from schema_core.text.terminal import Style

MakeResult = Callable[..., LintResult]
ATLAS = "{{ json . }}"


@pytest.mark.parametrize("name", [*LINT_FORMATS, ATLAS, '{{ json . "  " }}', "{{json .}}"])
def test_every_format_renders_every_result(
    name: str,
    make_result: MakeResult,
    clean_result: LintResult,
    broken_result: LintResult,
    mismatch_result: LintResult,
) -> None:
    check_lint_format(name)
    for result in (make_result(), clean_result, broken_result, mismatch_result):
        text = render_lint(result, name)
        assert text == "" or text.endswith("\n")


@pytest.mark.parametrize("name", [*LINT_FORMATS, ATLAS])
def test_no_format_shows_a_password(name: str, make_result: MakeResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "_patterns", {})
    redact.redact_url("postgres://u:hunter%262@h/db")
    text = render_lint(make_result("hunter&2", "to postgres://u:Tr0ub4dor@h/db"), name)

    for secret in ("hunter&2", "hunter%262", "hunter&amp;2", "hunter\\u00262", "Tr0ub4dor"):
        assert secret not in text


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"Unknown format 'xml'; use one of text, json, .*'\{\{ json \. \}\}'"):
        check_lint_format("xml")
    with pytest.raises(UserError, match="The only template"):
        check_lint_format("{{ range .Files }}{{ .Name }}{{ end }}")


def test_the_indentation_of_the_template_is_kept(clean_result: LintResult) -> None:
    assert "\n" not in render_lint(clean_result, ATLAS).rstrip("\n")
    assert '\n  "Env"' in render_lint(clean_result, '{{ json . "  " }}')


def test_paths_start_with_the_directory(
    clean_result: LintResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plain = Style(enabled=False)

    def heading(directory: str) -> str:
        result = msgspec.structs.replace(clean_result, directory=directory)
        return render_lint(result, "text", style=plain).splitlines()[2]

    assert heading("file://migrations") == "migrations/2.sql"
    assert heading(f"file://{tmp_path}/db/migrations?format=atlas") == "db/migrations/2.sql"
    assert heading(".") == "2.sql"
    assert heading("/elsewhere") == "/elsewhere/2.sql"
    assert render_lint(clean_result, "text", style=plain, path_prefix="x").splitlines()[2] == "x/2.sql"


def test_a_format_imports_only_itself() -> None:
    script = (
        "import sys, schema_core.report.formats; "
        "print([name for name in ('jinja2', 'xml.etree.ElementTree', 'psycopg', 'postgast') if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout

    assert output == "[]\n"


def test_code_quality_paths_are_relative(clean_result: LintResult, make_result: MakeResult) -> None:
    (first, _) = json.loads(render_lint(make_result(), "code-quality"))

    assert first["location"]["path"] == "db/migrations/20260101120000_unique_email.sql"


@pytest.mark.parametrize(
    "directory", ["migr%ä ations", "file://migr%25%C3%A4%20ations", "file://migr%25ä ations?format=atlas"]
)
def test_paths_are_those_of_the_repository_wherever_the_run_was(
    make_result: MakeResult, directory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "db" / "migr%ä ations").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "db")
    result = msgspec.structs.replace(make_result(), directory=directory)

    assert "\nmigr%ä ations/" in render_lint(result, "text")
    assert '"db/migr%25%C3%A4%20ations/' in render_lint(result, "sarif")
    assert "file=db/migr%25ä ations/" in render_lint(result, "github")
