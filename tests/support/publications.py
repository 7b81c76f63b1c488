"""Publications about results that the engine could have made."""

from __future__ import annotations

from typing import Any

import lint_results
import msgspec
from hypothesis import strategies as st

from schema_ci.context import PullRequest, RunContext
from schema_ci.publish.lint_publication import LintPublication
from schema_core.schema.findings import SEVERITIES
from schema_core.schema.results import FileReport, LintResult, Notice

COMMIT = "1a2b3c4d5e" * 4
CONTEXT = RunContext(
    event="pull_request",
    repository="acme/shop",
    commit=COMMIT,
    commit_url=f"https://git.example.org/acme/shop/commit/{COMMIT}",
    run=(7, 1),
    run_url="https://git.example.org/acme/shop/actions/runs/7",
    pull_request=PullRequest(number=3, url="https://git.example.org/acme/shop/pull/3", head=COMMIT, base_branch="main"),
    root="/nowhere",
)


def publication(result: LintResult, **changes: Any) -> LintPublication:
    fields: dict[str, Any] = {
        "action": "migrate/lint",
        "key": "db/migrations",
        "result": result,
        "path_prefix": "db/migrations",
        "context": CONTEXT,
        "reports": "schema-action-reports/x",
    }
    return LintPublication(**(fields | changes))


def file_url(path: str, line: int | None = None) -> str:
    """An address as platforms make them."""
    return f"https://git.example.org/acme/shop/blob/{COMMIT}/{path}" + (f"#L{line}" if line is not None else "")


@st.composite
def results(
    draw: st.DrawFn,
    names: st.SearchStrategy[str],
    texts: st.SearchStrategy[str],
    files: st.SearchStrategy[str] | None = None,
) -> LintResult:
    """Results of every kind, whose names and free texts are drawn from the given ones; ``files`` is for file names."""
    file_names = names if files is None else files
    kind = draw(st.sampled_from(["found", "broken", "mismatch", "clean", "nothing"]))
    notices = tuple(Notice(message=text) for text in draw(st.lists(texts, max_size=3)))
    if kind == "nothing":
        return msgspec.structs.replace(lint_results.clean(), files=(), server=None, notices=notices)
    if kind == "mismatch":
        result = lint_results.mismatch()
        assert result.error is not None
        error = msgspec.structs.replace(result.error, message=draw(texts), hint=draw(texts))
        return msgspec.structs.replace(result, error=error, notices=notices)
    if kind == "broken":
        result = lint_results.broken()
        error = msgspec.structs.replace(result.files[0].error, message=draw(texts), detail=draw(texts))
        broken = tuple(msgspec.structs.replace(file, error=error, name=draw(file_names)) for file in result.files)
        return msgspec.structs.replace(result, files=broken, notices=notices)
    if kind == "clean":
        return msgspec.structs.replace(lint_results.clean(), notices=notices)
    numbers = range(draw(st.integers(1, 8)))
    return msgspec.structs.replace(
        lint_results.make(),
        directory=draw(names),
        files=tuple(_file(draw, f"{number}{draw(file_names)}.sql", draw(names), draw(texts)) for number in numbers),
        notices=notices,
    )


def _file(draw: st.DrawFn, file: str, name: str, text: str) -> FileReport:
    (report,) = lint_results.make(name or "t", text, file.replace("\n", "")).files
    severities = draw(st.lists(st.sampled_from(SEVERITIES), min_size=1, max_size=4))
    findings = [
        msgspec.structs.replace(report.findings[number % 2], severity=severity)
        for number, severity in enumerate(severities)
    ]
    return msgspec.structs.replace(report, findings=tuple(findings))
