"""``migrate/apply``: run what a database lacks of a migration directory."""

from __future__ import annotations

import sys
from typing import cast

from schema_ci.actions.target_database import enter, exit_code, key_of, refuse_forks, target_settings, telling
from schema_ci.declarations import Action
from schema_ci.inputs import Inputs, read_inputs
from schema_ci.platforms.protocol import Platform
from schema_ci.publish.artifacts import reports_directory
from schema_ci.publish.change_publication import REPORT
from schema_ci.publish.migrate_publication import MigratePublication
from schema_ci.publish.publish import publish
from schema_ci.webhook import webhook_of
from schema_core.migrate.execution import FileTell
from schema_core.migrate.file_run import TransactionMode
from schema_core.migrate.pending import Choice, parse_execution_order
from schema_core.operations.migrate_apply import MigrateApplySettings, migrate_apply
from schema_core.report.migrate_apply_text import render
from schema_core.text.terminal import Style, terminal


def run(action: Action, platform: Platform) -> int:
    """Apply, publish, set the outputs; 1 when a file failed. Raises UserError."""
    inputs = read_inputs(action, platform)
    webhook = webhook_of(inputs)
    with webhook.told_of_errors(platform, f"schema-action {action.name}"):
        publication = _apply(action, platform, inputs)
    webhook.tell(platform, publication.title, publication.headline, failed=publication.failed)
    return exit_code(publication.result.interrupted, failed=publication.failed)


def _apply(action: Action, platform: Platform, inputs: Inputs) -> MigratePublication:
    refuse_forks(platform)
    working_directory = inputs.text("working-directory")
    enter(platform, working_directory)
    directory = inputs.text("dir")
    settings = MigrateApplySettings(
        url=inputs.required("url"),
        directory=directory,
        revisions_schema=inputs.optional("revisions-schema"),
        choice=Choice(
            order=parse_execution_order(inputs.text("exec-order")),
            amount=inputs.number("amount"),
            to_version=inputs.optional("to-version"),
        ),
        transaction_mode=cast("TransactionMode", inputs.text("tx-mode")),
        baseline=inputs.optional("baseline"),
        allow_dirty=inputs.boolean("allow-dirty"),
        dry_run=inputs.boolean("dry-run"),
        store_files=inputs.boolean("store-files"),
        target=target_settings(inputs),
    )
    result = migrate_apply(settings, FileTell(statements=telling(platform)))
    sys.stdout.write(render(result, Style(enabled=False)))
    sys.stdout.flush()
    for notice in result.notices:
        platform.notice(notice.message)
    key = key_of(inputs.text("label"), [directory], working_directory)
    publication = MigratePublication(
        action=action.name,
        key=key,
        result=result,
        context=platform.context,
        reports=reports_directory(key),
        comment="off",
    )
    publish(platform, publication)
    for name, value in _outputs(publication).items():
        platform.set_output(name, value)
    return publication


def _outputs(publication: MigratePublication) -> dict[str, str]:
    result = publication.result
    applied = sum(1 for file in result.files if file.is_done)
    return {
        "status": result.status,
        "current": result.current or "",
        "target": result.aim or "",
        "applied_count": str(applied),
        "pending_count": str(len(result.pending) - applied),
        "reports": publication.reports,
        "json": f"{publication.reports}/{REPORT}",
        "error": terminal(result.error.message) if result.error is not None else "",
    }
