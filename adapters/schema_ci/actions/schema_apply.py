"""``schema/apply``: lead a database to a desired state by a plan that somebody agreed to."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import cast

from schema_ci.actions.target_database import (
    enter,
    exit_code,
    key_of,
    refuse_forks,
    scope_of,
    target_settings,
    telling,
)
from schema_ci.approval import Approval, LintReview, parse_kinds
from schema_ci.declarations import Action
from schema_ci.inputs import Inputs, read_inputs
from schema_ci.platforms.protocol import Platform
from schema_ci.publish.artifacts import reports_directory
from schema_ci.publish.change_publication import REPORT, ApplyPublication
from schema_ci.publish.publish import publish
from schema_ci.services import wait_for_service
from schema_ci.webhook import webhook_of
from schema_core.directory.migration_directory import local_path
from schema_core.operations.schema_apply import ApplySettings, TransactionMode, schema_apply
from schema_core.plan.making import parse_policies
from schema_core.report.apply_formats import render_outcome, render_planned
from schema_core.schema.errors import UserError
from schema_core.schema.results import ApplyResult
from schema_core.text.terminal import Style, terminal

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def run(action: Action, platform: Platform) -> int:
    """Plan, ask the policy, apply, publish, set the outputs; 1 when it was refused or failed. Raises UserError."""
    inputs = read_inputs(action, platform)
    webhook = webhook_of(inputs)
    with webhook.told_of_errors(platform, f"schema-action {action.name}"):
        publication = _apply(action, platform, inputs)
    webhook.tell(platform, publication.title, publication.headline, failed=publication.failed)
    account = publication.result.account
    return exit_code(account.interrupted if account is not None else None, failed=publication.failed)


def _apply(action: Action, platform: Platform, inputs: Inputs) -> ApplyPublication:
    refuse_forks(platform)
    working_directory = inputs.text("working-directory")
    root = enter(platform, working_directory)
    settings = _settings(inputs, root)
    approval = _approval(inputs)
    if settings.dev_url is not None:
        wait_for_service(settings.dev_url, platform.log)
    plain = Style(enabled=False)
    objections: list[str] = []

    def approve(result: ApplyResult) -> bool:
        sys.stdout.write(render_planned(result, plain))
        sys.stdout.flush()
        objections.extend(filter(None, [approval.objection(result)]))
        return not objections

    result = schema_apply(settings, approve, progress=platform.log, tell=telling(platform))
    if result.status == "planned":
        sys.stdout.write(render_planned(result, plain))
    sys.stdout.write(render_outcome(result, plain))
    sys.stdout.flush()
    for notice in result.notices:
        platform.notice(notice.message)
    for objection in objections:
        platform.error(objection)
    key = key_of(inputs.text("label"), settings.after, working_directory)
    publication = ApplyPublication(
        action=action.name,
        key=key,
        result=result,
        objection="".join(objections),
        context=platform.context,
        reports=reports_directory(key),
        comment="off",
    )
    publish(platform, publication)
    for name, value in _outputs(publication).items():
        platform.set_output(name, value)
    return publication


def _settings(inputs: Inputs, root: Path) -> ApplySettings:
    plan = inputs.text("plan")
    if plan.startswith("atlas://"):
        raise UserError("The input plan takes a file of schema/plan or a digest: there is no registry.")
    is_digest = _DIGEST.fullmatch(plan) is not None
    if plan and not is_digest and (inputs.lines("rename") or inputs.lines("policy")):
        raise UserError("The inputs rename and policy are in the plan file already; leave them out.")
    inputs.required("to")
    mode = inputs.text("tx-mode")
    return ApplySettings(
        url=inputs.required("url"),
        after=inputs.lines("to"),
        dev_url=inputs.optional("dev-url"),
        scope=scope_of(inputs),
        renames=inputs.lines("rename"),
        policies=parse_policies(inputs.lines("policy")),
        plan_file=root / local_path(plan) if plan and not is_digest else None,
        plan_digest=plan if is_digest else None,
        dry_run=inputs.boolean("dry-run"),
        transaction_mode=cast("TransactionMode", "file" if mode == "all" else mode),
        target=target_settings(inputs),
    )


def _approval(inputs: Inputs) -> Approval:
    """What the inputs say of who has to agree; raises UserError."""
    usual = "NEVER" if inputs.boolean("auto-approve") else "ALWAYS"
    return Approval(
        is_reviewed=bool(inputs.text("plan")),
        lint_review=cast("LintReview", inputs.text("lint-review") or usual),
        review=parse_kinds(inputs.lines("review-changes"), "review-changes"),
        deny=parse_kinds(inputs.lines("deny-changes"), "deny-changes"),
    )


def _outputs(publication: ApplyPublication) -> dict[str, str]:
    result = publication.result
    error = publication.objection
    if result.account is not None and result.account.error is not None:
        error = result.account.error.message
    return {
        "status": result.status,
        "digest": result.digest if result.statements else "",
        "statements": str(len(result.statements)),
        "reports": publication.reports,
        "json": f"{publication.reports}/{REPORT}",
        "error": terminal(error),
    }
