"""``schema/plan``: plan the way from a database to a desired state, and show it where it is reviewed."""

from __future__ import annotations

import sys
from typing import cast

from schema_ci.actions.target_database import enter, key_of, refuse_forks, scope_of
from schema_ci.declarations import Action, CommentMode
from schema_ci.inputs import read_inputs
from schema_ci.platforms.protocol import Platform
from schema_ci.publish.artifacts import reports_directory
from schema_ci.publish.change_publication import PLAN_FILE, PlanPublication
from schema_ci.publish.publish import publish
from schema_ci.services import wait_for_service
from schema_core.config.lint_settings import parse_fail_on
from schema_core.operations.proven_plan import Endpoints
from schema_core.operations.schema_plan import PlanSettings, schema_plan
from schema_core.plan.making import parse_policies
from schema_core.report.apply_formats import SYNCED, render_planned
from schema_core.report.lint_wording import reaches
from schema_core.schema.results import PlanResult
from schema_core.text.terminal import Style


def run(action: Action, platform: Platform) -> int:
    """Plan, publish, set the outputs; 1 when the findings are too grave. Raises UserError."""
    inputs = read_inputs(action, platform)
    refuse_forks(platform)
    inputs.required("from")
    inputs.required("to")
    fail_on = parse_fail_on(inputs.text("fail-on"))
    working_directory = inputs.text("working-directory")
    enter(platform, working_directory)
    settings = PlanSettings(
        endpoints=Endpoints(
            before=inputs.lines("from"),
            after=inputs.lines("to"),
            dev_url=inputs.optional("dev-url"),
            scope=scope_of(inputs),
            renames=inputs.lines("rename"),
            policies=parse_policies(inputs.lines("policy")),
        )
    )
    if settings.endpoints.dev_url is not None:
        wait_for_service(settings.endpoints.dev_url, platform.log)
    result = schema_plan(settings, platform.log)
    lint = result.lint
    key = key_of(inputs.text("label"), settings.endpoints.after, working_directory)
    publication = PlanPublication(
        action=action.name,
        key=key,
        result=result,
        too_grave=lint is not None
        and (lint.error is not None or any(reaches(finding.severity, fail_on) for finding in lint.findings)),
        context=platform.context,
        reports=reports_directory(key),
        comment=cast("CommentMode", inputs.text("comment")),
    )
    sys.stdout.write(render_planned(result, Style(enabled=False)) if result.statements else f"{SYNCED}\n")
    sys.stdout.flush()
    for notice in result.notices:
        platform.notice(notice.message)
    address = publish(platform, publication)
    for name, value in _outputs(publication, address).items():
        platform.set_output(name, value)
    return 1 if publication.failed else 0


def _outputs(publication: PlanPublication, address: str) -> dict[str, str]:
    result = publication.result
    plan = f"{publication.reports}/{PLAN_FILE}"
    return {
        "verdict": "failed" if publication.failed else "passed",
        "status": "planned" if result.statements else "synced",
        "plan": plan,
        "digest": result.digest,
        "statements": str(len(result.statements)),
        **_counts(result),
        "reports": publication.reports,
        "json": plan,
        "link": address,
    }


def _counts(result: PlanResult) -> dict[str, str]:
    lint = result.lint
    found = [finding.severity for finding in lint.findings] if lint is not None else []
    broken = lint is not None and lint.error is not None
    return {
        "errors": str(found.count("error") + broken),
        "warnings": str(found.count("warning")),
        "notices": str(found.count("notice")),
    }
