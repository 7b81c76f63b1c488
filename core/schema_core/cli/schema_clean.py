"""``schema-action schema clean``."""

from __future__ import annotations

import typer

from schema_core.cli.options import (
    ApplyFormatOption,
    AutoApproveOption,
    DryRunOption,
    LockNameOption,
    LockRetriesOption,
    LockTimeoutOption,
    LockWaitOption,
    SkipLockOption,
    TargetOption,
)


def schema_clean(
    url: TargetOption,
    auto_approve: AutoApproveOption = False,
    dry_run: DryRunOption = False,
    lock_name: LockNameOption = "atlas_migrate_execute",
    lock_timeout: LockTimeoutOption = "10s",
    skip_lock: SkipLockOption = False,
    lock_wait: LockWaitOption = "3s",
    lock_retries: LockRetriesOption = 10,
    report_format: ApplyFormatOption = "text",
) -> None:
    """Drop everything in a database, or in the one schema that its URL names.

    \b
    Examples:
      schema-action schema clean --url postgres://user@localhost:5432/shop_test --dry-run
      schema-action schema clean --url "postgres://user@localhost:5432/shop_test?search_path=app" --auto-approve
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.cli.changing import Dialogue, target_settings
    from schema_core.operations.schema_clean import CleanSettings
    from schema_core.operations.schema_clean import schema_clean as clean
    from schema_core.report.apply_formats import check_apply_format

    check_apply_format(report_format)
    settings = CleanSettings(
        url=url,
        dry_run=dry_run,
        target=target_settings(
            lock_name, lock_timeout, skip_lock=skip_lock, lock_wait=lock_wait, lock_retries=lock_retries
        ),
    )
    dialogue = Dialogue(
        report_format,
        auto_approve=auto_approve,
        question="Drop all of this, with the rows?",
        clear=lambda: None,
    )
    raise typer.Exit(dialogue.finish(clean(settings, dialogue.approve, dialogue.tell())))
