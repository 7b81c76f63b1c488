"""Plans and what became of them in one line each. The texts are raw: each format escapes them for its sink."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.dialects.registry import engine_title
from schema_core.report.account_text import duration
from schema_core.report.lint_wording import counted
from schema_core.schema.accounts import Account
from schema_core.schema.findings import SEVERITIES
from schema_core.schema.plans import PlannedStatement, Proof
from schema_core.schema.results import ApplyResult, FileReport, PlanResult, ServerInfo
from schema_core.text.truncate import one_line

_LONGEST = 200


def plan_headline(result: PlanResult, *, failed: bool) -> str:
    """``PLANNED: 3 statements, 1 warning``."""
    if not result.statements:
        return "SYNCED: no changes to be made"
    return f"{'FAILED' if failed else 'PLANNED'}: {_counts(result.statements, result.lint)}"


def apply_headline(result: ApplyResult) -> str:
    """``APPLIED: 3 statements in 12ms``."""
    if result.status == "synced":
        return "SYNCED: no changes to be made"
    if result.account is not None:
        return account_headline(result.account)
    word = "PLANNED" if result.status == "planned" else "NOT APPLIED"
    return f"{word}: {_counts(result.statements, result.lint)}"


def account_headline(account: Account) -> str:
    """What became of statements that were carried out."""
    total = len(account.statements)
    if account.error is None:
        took = duration(sum(item.duration_ms for item in account.statements))
        return f"APPLIED: {counted(total, 'statement')} in {took}"
    message = one_line(account.error.message, _LONGEST)
    where = f"statement {account.failed_at + 1} of {total}: " if account.failed_at is not None else ""
    return f"FAILED: {where}{message}"


def server_words(server: ServerInfo) -> str:
    """``PostgreSQL 18.6``."""
    return f"{engine_title(server.engine)} {server.version}"


def proof_words(proof: Proof | None, server: ServerInfo) -> str:
    """Where a plan was run before; empty where there was nothing to prove."""
    if proof is None:
        return ""
    rows = f" with {counted(proof.rows, 'made-up row')}" if proof.rows else " without rows"
    return f"proven on {server_words(server)}{rows}"


def nature(statements: Sequence[PlannedStatement], *, transactional: bool, reversible: bool) -> str:
    """How a plan runs, and whether it can be undone."""
    if not statements:
        return ""
    how = "in one transaction" if transactional else "not in one transaction"
    return f"{how}, {'can be undone' if reversible else 'cannot be undone as a whole'}"


def _counts(statements: Sequence[PlannedStatement], lint: FileReport | None) -> str:
    found = [
        counted(number, severity)
        for severity in reversed(SEVERITIES)
        if lint is not None and (number := sum(1 for finding in lint.findings if finding.severity == severity))
    ]
    return ", ".join([counted(len(statements), "statement"), *(found or ["no findings"] if lint is not None else [])])
