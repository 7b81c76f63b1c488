"""``schema-action schema plan``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from schema_core.cli.options import (
    DevUrlOption,
    ExcludeOption,
    IncludeOption,
    PolicyOption,
    RenameOption,
    ResultFormatOption,
    SchemaOption,
    SkipLintOption,
    check_format,
    chosen,
)
from schema_core.cli.output import show_notices, write
from schema_core.cli.progress import progress_line


def schema_plan(
    before: Annotated[
        list[str],
        typer.Option("--from", "-f", metavar="URL", help="The state to start from: the database to be changed."),
    ],
    after: Annotated[
        list[str],
        typer.Option("--to", metavar="URL", help="The desired state: file://schema.sql (repeatable), or a database."),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write the plan, as JSON.")
    ] = None,
    dev_url: DevUrlOption = None,
    schema: SchemaOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    rename: RenameOption = None,
    policy: PolicyOption = None,
    skip_lint: SkipLintOption = False,
    report_format: ResultFormatOption = "text",
) -> None:
    """Make a plan to look at now, and to apply later if it is still the same then.

    \b
    Examples:
      schema-action schema plan --from "$DATABASE_URL" --to file://schema.sql --output plan.json
      schema-action schema apply --url "$DATABASE_URL" --to file://schema.sql --plan plan.json
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.directory.writing import write_atomically
    from schema_core.operations.proven_plan import Endpoints
    from schema_core.operations.schema_plan import PlanSettings
    from schema_core.operations.schema_plan import schema_plan as make_plan
    from schema_core.plan.making import parse_policies
    from schema_core.report.apply_formats import SYNCED, render_planned
    from schema_core.report.result_json import render
    from schema_core.text.terminal import style_for, terminal, terminal_block

    check_format(report_format)
    settings = PlanSettings(
        endpoints=Endpoints(
            before=tuple(before),
            after=tuple(after),
            dev_url=dev_url,
            scope=chosen(schema, include, exclude),
            renames=tuple(rename or ()),
            policies=parse_policies(policy or ()),
        ),
        skip_lint=skip_lint,
    )
    with progress_line() as progress:
        result = make_plan(settings, progress)
    show_notices(result.notices)
    document = render(result)
    if output is not None:
        write_atomically(output, document.encode())
    if report_format == "json":
        write(terminal_block(document) if sys.stdout.isatty() else document)
        return
    write(render_planned(result, style_for(sys.stdout)) if result.statements else f"{SYNCED}\n")
    if output is not None:
        write(f"wrote {terminal(str(output))}\n")
