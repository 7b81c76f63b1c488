"""Formats of ``migrate apply``, ``status`` and ``set``: text, JSON, and the shapes that users of Atlas parse."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from schema_core.report.migrate_apply_text import NOTHING_TO_DO
from schema_core.report.migrate_status_text import LATEST, NONE_YET
from schema_core.report.result_json import render as render_json
from schema_core.schema.accounts import Account
from schema_core.schema.migration_results import (
    AppliedFile,
    MigrateApplyResult,
    PendingFile,
    RevisionReport,
    SetResult,
    StatusResult,
)
from schema_core.schema.results import DirectoryFile, ServerInfo
from schema_core.text.json_text import json_text

_TEMPLATE = re.compile(r'\{\{-?\s*json\s+\.\s*(?:"( *)"\s*)?-?\}\}\s*')


def render_other(result: MigrateApplyResult | StatusResult | SetResult, name: str) -> str:
    """The result in a format other than text."""
    template = _TEMPLATE.fullmatch(name)
    if template is None:
        return render_json(result)
    return json_text(_filled(_atlas(result)), indent=len(template[1]) if template[1] else None)


def _atlas(result: MigrateApplyResult | StatusResult | SetResult) -> dict[str, object]:
    """Names as in the reference, section 1.7."""
    if isinstance(result, MigrateApplyResult):
        return _apply(result)
    if isinstance(result, StatusResult):
        return _status(result)
    operations = {"set": "set", "rehashed": "set", "removed": "remove"}
    return {
        "Revisions": [
            {"Version": item.version, "Description": item.description, "Op": operations[item.change]}
            for item in result.revisions
        ],
        "Latest": result.current,
    }


def _apply(result: MigrateApplyResult) -> dict[str, object]:
    count = len(result.pending)
    source = f" from {result.current}" if result.current is not None else ""
    moved = f"Migrated to version {result.aim}{source} ({count} migrations in total)"
    return {
        **_environment(result.server, result.target, result.directory),
        "Pending": [_file(file) for file in result.pending],
        "Applied": [_applied(file) for file in result.files],
        "Current": result.current,
        "Target": result.aim,
        "Error": result.error.message if result.error is not None else None,
        "Message": {"applied": moved, "synced": NOTHING_TO_DO}.get(result.status),
    }


def _applied(file: AppliedFile) -> dict[str, object]:
    applied = [item.statement.text for item in file.account.statements if item.outcome == "applied"]
    return _filled({**_file(file), "Skipped": file.skipped or None, "Applied": applied, "Error": _error(file.account)})


def _error(account: Account) -> dict[str, str] | None:
    if account.error is None:
        return None
    text = account.statements[account.failed_at].statement.text if account.failed_at is not None else ""
    return {"Stmt": text, "Text": account.error.message}


def _status(result: StatusResult) -> dict[str, object]:
    return {
        "Env": _environment(result.server, result.target, result.directory),
        "Available": [_file(file) for file in result.available],
        "OutOfOrder": [_file(file) for file in result.out_of_order],
        "Pending": [_file(file) for file in result.pending],
        "Applied": [_revision(revision) for revision in result.applied],
        "Current": result.current or NONE_YET,
        "Next": result.next or LATEST,
        "Count": result.applied[-1].applied if result.left is not None and result.applied else None,
        "Total": result.applied[-1].total if result.left is not None and result.applied else None,
        # Atlas knows no third word, and nothing that is in the way may read as fine.
        "Status": "OK" if result.status == "OK" else "PENDING",
        "Error": result.error or result.problem,
        "SQL": result.error_stmt,
    }


def _revision(revision: RevisionReport) -> dict[str, object]:
    return {
        "Version": revision.version,
        "Description": revision.description,
        "Type": revision.type,
        "Applied": revision.applied,
        "Total": revision.total,
        "ExecutedAt": datetime.fromisoformat(revision.executed_at).isoformat(),
        "ExecutionTime": revision.execution_time,
        "Error": revision.error,
        "ErrorStmt": revision.error_stmt,
        "OperatorVersion": revision.operator_version,
    }


def _file(file: AppliedFile | PendingFile | DirectoryFile) -> dict[str, object]:
    return {"Name": file.name, "Version": file.version, "Description": file.description}


def _environment(server: ServerInfo, target: str, directory: str) -> dict[str, object]:
    url = urlsplit(target)
    place = {"Scheme": url.scheme, "Host": url.netloc, "Path": url.path, "RawQuery": url.query}
    return {"Driver": server.engine, "URL": _filled(place), "Dir": directory}


def _filled(report: dict[str, object] | dict[str, str]) -> dict[str, object]:
    """What is empty is left out, as there."""
    return {name: value for name, value in report.items() if value not in (None, "", [], {})}
