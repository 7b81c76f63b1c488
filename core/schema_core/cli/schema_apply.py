"""``schema-action schema apply``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from schema_core.cli.options import (
    ApplyFormatOption,
    AutoApproveOption,
    DevUrlOption,
    DryRunOption,
    ExcludeOption,
    IncludeOption,
    LockNameOption,
    LockRetriesOption,
    LockTimeoutOption,
    LockWaitOption,
    PolicyOption,
    RenameOption,
    SchemaOption,
    SkipLintOption,
    SkipLockOption,
    TargetOption,
    chosen,
)
from schema_core.cli.progress import progress_line


def schema_apply(
    url: TargetOption,
    after: Annotated[
        list[str],
        typer.Option("--to", metavar="URL", help="The desired state: file://schema.sql (repeatable), or a database."),
    ],
    dev_url: DevUrlOption = None,
    schema: SchemaOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    rename: RenameOption = None,
    policy: PolicyOption = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Apply only what 'schema plan' wrote here, and only if it is still the same."
        ),
    ] = None,
    auto_approve: AutoApproveOption = False,
    dry_run: DryRunOption = False,
    edit: Annotated[bool, typer.Option("--edit", help="Change the SQL in $EDITOR first; it is proven again.")] = False,
    tx_mode: Annotated[
        str, typer.Option(metavar="MODE", help="file: one transaction for the plan; none: a statement at a time.")
    ] = "file",
    lock_name: LockNameOption = "atlas_migrate_execute",
    lock_timeout: LockTimeoutOption = "10s",
    skip_lock: SkipLockOption = False,
    lock_wait: LockWaitOption = "3s",
    lock_retries: LockRetriesOption = 10,
    skip_lint: SkipLintOption = False,
    report_format: ApplyFormatOption = "text",
) -> None:
    """Change a database to a desired state, by a plan that was run on a development database first.

    \b
    Examples:
      schema-action schema apply --url "$DATABASE_URL" --to file://schema.sql
      schema-action schema apply --url "$DATABASE_URL" --to file://schema.sql --dry-run
      schema-action schema apply --url "$DATABASE_URL" --to file://schema.sql --plan plan.json --auto-approve
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.cli.changing import Dialogue, target_settings
    from schema_core.cli.editor import edit as open_editor
    from schema_core.cli.questions import rename_question
    from schema_core.operations.schema_apply import ApplySettings, parse_transaction_mode
    from schema_core.operations.schema_apply import schema_apply as apply
    from schema_core.plan.making import parse_policies
    from schema_core.report.apply_formats import check_apply_format
    from schema_core.schema.errors import UserError

    check_apply_format(report_format)
    if plan is not None and (rename or policy or edit):
        raise UserError(
            "--plan applies a plan as it is; leave out --rename, --policy and --edit, or make another plan."
        )
    settings = ApplySettings(
        url=url,
        after=tuple(after),
        dev_url=dev_url,
        scope=chosen(schema, include, exclude),
        renames=tuple(rename or ()),
        policies=parse_policies(policy or ()),
        plan_file=plan,
        dry_run=dry_run,
        transaction_mode=parse_transaction_mode(tx_mode),
        skip_lint=skip_lint,
        target=target_settings(
            lock_name, lock_timeout, skip_lock=skip_lock, lock_wait=lock_wait, lock_retries=lock_retries
        ),
    )
    with progress_line() as progress:
        dialogue = Dialogue(
            report_format,
            auto_approve=auto_approve,
            question="Apply these changes?",
            clear=lambda: progress(""),
        )

        def editing(sql: str) -> str:
            progress("")
            return open_editor(sql)

        result = apply(
            settings,
            dialogue.approve,
            progress=progress,
            ask=rename_question(),
            edit=editing if edit else None,
            tell=dialogue.tell(),
        )
    raise typer.Exit(dialogue.finish(result))
