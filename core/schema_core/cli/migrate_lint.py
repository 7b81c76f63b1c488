"""``schema-action migrate lint``."""

from __future__ import annotations

from typing import Annotated

import typer

from schema_core.cli.options import DEFAULT_DIRECTORY, DevUrlOption, DirectoryFormatOption, DirectoryOption
from schema_core.cli.output import write


def migrate_lint(
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    dev_url: DevUrlOption = None,
    latest: Annotated[int | None, typer.Option(metavar="N", help="The last N files are new.")] = None,
    git_base: Annotated[
        str | None, typer.Option(metavar="REF", help="Files that the merge base with REF lacks are new.")
    ] = None,
    git_dir: Annotated[str, typer.Option(metavar="PATH", help="The git repository.")] = ".",
    fail_on: Annotated[
        str, typer.Option(metavar="LEVEL", help="Exit 1 from this level on: error, warning, notice or never.")
    ] = "error",
    severity: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE=LEVEL", help="Severity of a code: error, warning, notice or off. Repeatable."),
    ] = None,
    report_format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="text, json, markdown, sarif, junit, code-quality, github, or '{{ json . }}' for the shape that Atlas "
            "prints.",
        ),
    ] = "text",
    directory_format: DirectoryFormatOption = "atlas",
) -> None:
    """Run new migration files on a development database and report what they do.

    Exit code 0: fine. 1: a finding at or above --fail-on, or a file that does not run. 2: the run could not be done.

    \b
    Examples:
      schema-action migrate lint --git-base origin/main
      schema-action migrate lint --dir file://db/migrations --latest 1 --format json
      schema-action migrate lint --latest 1 --severity DS103=warning --fail-on warning
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.cli.progress import progress_line
    from schema_core.config.lint_settings import LintSettings, parse_fail_on, parse_severities
    from schema_core.operations.migrate_lint import migrate_lint as lint
    from schema_core.report.formats import check_lint_format, render_lint

    settings = LintSettings(
        directory=directory,
        directory_format=directory_format,
        dev_url=dev_url,
        latest=latest,
        git_base=git_base,
        git_dir=git_dir,
        fail_on=parse_fail_on(fail_on),
        severities=parse_severities(severity or []),
    )
    check_lint_format(report_format)
    with progress_line() as progress:
        result = lint(settings, progress)
    write(render_lint(result, report_format))
    raise typer.Exit(1 if result.verdict == "failed" else 0)
