"""Formats of ``schema apply``, ``schema plan`` and ``schema clean``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from schema_core.plan.sql import sql_of
from schema_core.report.account_text import account_lines
from schema_core.report.lint_text import finding_lines
from schema_core.report.lint_wording import counted
from schema_core.report.result_json import render as render_json
from schema_core.schema.accounts import Account
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.results import ApplyResult, CleanResult, FileReport, PlanResult
from schema_core.text.json_text import json_text
from schema_core.text.terminal import Style, terminal, terminal_block

SYNCED = "Schema is synced, no changes to be made"
NOTHING_TO_DROP = "Nothing to drop"
DECLINED = "Nothing was applied."
PLANNED = "-- Planned Changes:"
_TEMPLATE = re.compile(r'\{\{-?\s*json\s+\.\s*(?:"( *)"\s*)?-?\}\}\s*')


def check_apply_format(name: str) -> None:
    """Raise UserError for a format that there is none of."""
    if name not in ("text", "json") and _TEMPLATE.fullmatch(name) is None:
        raise UserError(f"--format takes text, json or '{{{{ json . }}}}', not {name!r}.")


def render_planned(result: ApplyResult | PlanResult | CleanResult, style: Style) -> str:
    """What is about to be done: the SQL, and what was found in it."""
    lines = [PLANNED, terminal_block(sql_of(result.statements)).rstrip("\n")]
    if not isinstance(result, CleanResult) and result.lint is not None:
        lines += ["", *_found(result.lint, style)]
    return "\n".join(lines) + "\n\n"


def render_outcome(result: ApplyResult | CleanResult, style: Style, *, seen: bool = False) -> str:
    """What became of it, once the plan itself was shown; nothing after a dry run.

    ``seen`` says that its statements were shown as they ran.
    """
    if result.status == "synced":
        return f"{NOTHING_TO_DROP if isinstance(result, CleanResult) else SYNCED}\n"
    if result.status == "declined":
        return f"{DECLINED}\n"
    if result.account is None:
        return ""
    return "\n".join(account_lines(result.account, style, seen=seen)) + "\n"


def render_other(result: ApplyResult | CleanResult, name: str) -> str:
    """The result in a format other than text."""
    template = _TEMPLATE.fullmatch(name)
    if template is None:
        return render_json(result)
    indent = len(template[1]) if template[1] else None
    return json_text(_atlas(result), indent=indent)


def _found(lint: FileReport, style: Style) -> Iterator[str]:
    """The findings of a plan."""
    if lint.error is not None:
        yield f"-- Could not be watched to its end: {terminal(lint.error.message)}"
    if not lint.findings:
        yield "-- No findings."
        return
    yield f"-- {counted(len(lint.findings), 'finding')}:"
    yield from finding_lines(lint, style)


def _atlas(result: ApplyResult | CleanResult) -> dict[str, object]:
    """The report that users of Atlas parse; like theirs it leaves out what is empty."""
    url = urlsplit(result.target)
    account = result.account
    place = {"Scheme": url.scheme, "Host": url.netloc, "Path": url.path, "RawQuery": url.query}
    report: dict[str, object] = {
        "Driver": result.server.engine,
        "URL": {name: value for name, value in place.items() if value},
        "Changes": _atlas_changes(result.statements, account),
    }
    if account is not None and account.error is not None:
        report["Error"] = account.error.message
    return report


def _atlas_changes(statements: Sequence[PlannedStatement], account: Account | None) -> dict[str, object]:
    if account is None:
        applied: list[str] = []
        pending = [statement.text for statement in statements]
    else:
        applied = [item.statement.text for item in account.statements if item.outcome == "applied"]
        pending = [item.statement.text for item in account.statements if item.outcome != "applied"]
    changes: dict[str, object] = {"Applied": applied, "Pending": pending}
    if account is not None and account.error is not None:
        at = account.failed_at
        stmt = account.statements[at].statement.text if at is not None else ""
        changes["Error"] = {"Stmt": stmt, "Text": account.error.message}
    return {name: value for name, value in changes.items() if value}
