"""``migrate/lint``: lint what a pull request adds, and say so there."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import cast

from schema_ci.context import Base
from schema_ci.declarations import Action, CommentMode
from schema_ci.history import known_base
from schema_ci.inputs import Inputs, read_inputs
from schema_ci.platforms.protocol import Platform
from schema_ci.publish.artifacts import reports_directory
from schema_ci.publish.lint_publication import LintPublication
from schema_ci.publish.publish import publish
from schema_ci.services import wait_for_service
from schema_core.config.lint_settings import LintSettings, parse_fail_on, parse_severities
from schema_core.directory.migration_directory import local_path
from schema_core.operations.migrate_lint import migrate_lint
from schema_core.report.formats import render_lint
from schema_core.schema.errors import UserError
from schema_core.schema.results import LintResult
from schema_core.text.terminal import Style


def run(action: Action, platform: Platform) -> int:
    """Lint, publish, set the outputs; 1 when the change is bad. Raises UserError."""
    inputs = read_inputs(action, platform)
    root = Path(platform.context.root).resolve()
    _enter(root, inputs.text("working-directory"))
    prefix = _path_prefix(inputs.text("dir"), root)
    settings = LintSettings(
        directory=inputs.text("dir"),
        dev_url=inputs.optional("dev-url"),
        latest=inputs.number("latest"),
        git_base=None if inputs.number("latest") else _git_base(inputs, platform),
        git_dir=inputs.text("git-dir"),
        fail_on=parse_fail_on(inputs.text("fail-on")),
        severities=parse_severities(inputs.lines("severity")),
    )
    if settings.dev_url is not None:
        wait_for_service(settings.dev_url, platform.log)
    result = migrate_lint(settings, platform.log)
    key = inputs.text("label") or prefix or "."
    publication = LintPublication(
        action=action.name,
        key=key,
        result=result,
        path_prefix=prefix,
        context=platform.context,
        reports=reports_directory(key),
        comment=cast("CommentMode", inputs.text("comment")),
        check_run=inputs.boolean("check-run"),
    )
    sys.stdout.write(render_lint(result, "text", style=Style(enabled=False), path_prefix=prefix))
    sys.stdout.flush()
    address = publish(platform, publication)
    for name, value in _outputs(result, publication, address).items():
        platform.set_output(name, value)
    return 1 if result.verdict == "failed" else 0


def _enter(root: Path, working_directory: str) -> None:
    wanted = root / working_directory
    if not wanted.is_dir():
        raise UserError(f"There is no directory {working_directory}; correct the input working-directory.")
    os.chdir(wanted)


def _git_base(inputs: Inputs, platform: Platform) -> str:
    named = inputs.optional("git-base")
    base = platform.context.base
    if named is not None:
        base = Base(commit=named, branch=named.removeprefix("origin/"))
    if base is None:
        raise UserError(
            "Nothing says what the new files are found against; set the input git-base to a branch, or latest to a "
            "number of files."
        )
    request = platform.context.pull_request
    return known_base(
        base,
        Path(inputs.text("git-dir")),
        # A base that the user names is not what the platform merged with.
        head=request.head if request is not None and named is None else None,
        credentials=platform.git_credentials(),
        progress=platform.log,
    )


def _path_prefix(directory: str, root: Path) -> str:
    path = local_path(directory).resolve()
    if not path.is_relative_to(root):
        raise UserError(f"The migration directory {directory} is outside the checkout; correct the input dir.")
    relative = path.relative_to(root).as_posix()
    return "" if relative == "." else relative


def _outputs(result: LintResult, publication: LintPublication, address: str) -> dict[str, str]:
    errors = sum(1 for file in result.files if file.error is not None) + (result.error is not None)
    return {
        "verdict": result.verdict,
        "files": str(len(result.files)),
        "errors": str(result.count("error") + errors),
        "warnings": str(result.count("warning")),
        "notices": str(result.count("notice")),
        "reports": publication.reports,
        "json": f"{publication.reports}/report.json",
        "sarif": f"{publication.reports}/report.sarif",
        "url": address,
    }
