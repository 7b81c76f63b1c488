"""From a dialect's effects to an observation: what changed is computed here, once, for every engine."""

from __future__ import annotations

from schema_core.dialects.protocol import Effects, ExecutionError
from schema_core.diff.compare import compare_by_identity
from schema_core.schema.observations import Observation, StatementError
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText


def observation(effects: Effects) -> Observation:
    """The observation of a statement that succeeded."""
    return Observation(
        certainty=effects.certainty,
        in_transaction=effects.in_transaction,
        duration_ms=round(effects.duration_ms, 3),
        locks=effects.locks,
        rewrites=effects.rewrites,
        scans=effects.scans,
        index_builds=effects.index_builds,
        changes=compare_by_identity(effects.before, effects.after, effects.identities_before, effects.identities_after),
        notices=effects.notices,
        unmodelled=tuple(item.ref.label() for item in effects.unmodelled),
    )


def nothing_seen() -> Observation:
    """The observation of a statement that was not executed because it only opens or ends a transaction."""
    return Observation(certainty="observed", in_transaction=True, duration_ms=0.0)


def failure(error: StatementError) -> Observation:
    """The observation of a statement that the server refused."""
    return Observation(certainty="observed", in_transaction=True, duration_ms=0.0, error=error)


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
