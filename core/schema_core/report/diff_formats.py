"""Formats of ``schema diff``."""

from __future__ import annotations

import re

from schema_core.plan.sql import sql_of
from schema_core.schema.errors import UserError
from schema_core.schema.results import DiffResult, MigrateDiffResult
from schema_core.text.redact import redact
from schema_core.text.terminal import terminal

SYNCED = "Schemas are synced, no changes to be made."
DIRECTORY_SYNCED = "The migration directory is synced with the desired state, no changes to be made."
_TEMPLATE = re.compile(r'\{\{-?\s*sql\s+\.\s*(?:"( *)"\s*)?-?\}\}\s*')
_REDACTED = "-- What looks like a password was replaced by ***: the SQL does not lead to the desired state."


def check_diff_format(name: str) -> None:
    """Raise UserError for a format that there is none of."""
    if name not in ("sql", "json") and _TEMPLATE.fullmatch(name) is None:
        raise UserError(f"--format takes sql, json or '{{{{ sql . }}}}', not {name!r}.")


def render_diff(result: DiffResult, name: str) -> str:
    """The result in a format that ``check_diff_format`` accepts."""
    if name == "json":
        from schema_core.report.result_json import render

        return render(result)
    if not result.statements:
        return f"{SYNCED}\n"
    return _without_passwords(sql_of(result.statements))


def render_migration(result: MigrateDiffResult) -> str:
    """What was written, or would be; the content alone where nothing was."""
    if result.file is None:
        return f"{DIRECTORY_SYNCED}\n"
    if not result.written:
        return _without_passwords(result.content)
    return "".join(f"wrote {terminal(name)}\n" for name in result.written)


def _without_passwords(text: str) -> str:
    redacted = redact(text)
    return redacted if redacted == text else f"{_REDACTED}\n\n{redacted}"
