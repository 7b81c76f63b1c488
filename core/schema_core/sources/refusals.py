"""The server's refusal of a text, placed in its file."""

from __future__ import annotations

from schema_core.dialects.protocol import ExecutionError
from schema_core.schema.observations import StatementError
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText


def statement_error(error: ExecutionError, source: SourceText, start: int) -> StatementError:
    """The server's refusal, placed in the file: ``start`` is the byte offset at which the executed text begins."""
    offset = start if error.offset is None else min(start + error.offset, len(source.data))
    return StatementError(
        message=error.message,
        code=error.code,
        detail=error.detail,
        hint=error.hint,
        position=source.position(offset),
    )


def refusal(error: ExecutionError, source: SourceText, statement: Statement) -> StatementError:
    """The server's refusal of one statement of a file."""
    return statement_error(error, source, statement.span.start.offset)
