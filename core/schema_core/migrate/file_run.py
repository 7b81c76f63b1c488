"""One file that is about to be applied: its statements, where to go on, and what to write down about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal, cast, get_args

import msgspec

from schema_core.dialects.protocol import Dialect, SplitError
from schema_core.dialects.target import Target
from schema_core.directory.files import MigrationFile
from schema_core.migrate.history import History
from schema_core.migrate.partial_hashes import partial_hashes
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.revisions import EXECUTED, Revision, StoredFile
from schema_core.schema.statements import Statement
from schema_core.text.truncate import one_line

TransactionMode = Literal["file", "all", "none"]

UNSEEN = "schema-action: the end of this statement, which runs outside of any transaction, was not written down"
"""Stands as the error of a revision while such a statement runs; ``error_stmt`` is its text."""
_CONTROL = frozenset({"begin", "commit", "rollback"})
_SHOWN = 120


def parse_transaction_mode(value: str) -> TransactionMode:
    """Check the value of ``--tx-mode``."""
    if value not in get_args(TransactionMode):
        raise UserError(f"--tx-mode takes {', '.join(get_args(TransactionMode))}, not {value!r}.")
    return cast("TransactionMode", value)


class FileRun(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A file, cut into statements of which the first ``applied`` are done."""

    file: MigrationFile
    statements: tuple[Statement, ...]
    together: bool
    """Whether they run in one transaction."""
    controls_itself: bool
    """Whether they begin and end transactions themselves."""
    applied: int
    hash: str
    before: Revision | None
    operator_version: str

    @cached_property
    def hashes(self) -> tuple[str, ...]:
        """See ``partial_hashes``."""
        return partial_hashes(statement.text for statement in self.statements)

    def rest(self) -> tuple[PlannedStatement, ...]:
        """What is left to run."""
        return tuple(
            PlannedStatement(text=statement.text, comment=self.file.name)
            for statement in self.statements[self.applied :]
        )

    def revision(self, applied: int, seconds: float, *, error: str = "", statement: str = "") -> Revision:
        """The row when so many statements are done, after so many seconds of this run."""
        total = len(self.statements)
        before = self.before.execution_time if self.before is not None else 0
        return Revision(
            version=self.file.version,
            description=self.file.description,
            type=EXECUTED,
            applied=applied,
            total=total,
            executed_at=datetime.now(UTC),
            execution_time=before + round(seconds * 1e9),
            error=error,
            error_stmt=statement,
            hash=self.hash,
            partial_hashes=self.hashes[:applied] if applied < total else (),
            operator_version=self.operator_version,
        )

    def stored(self) -> StoredFile:
        """The file's text as it is applied now."""
        return StoredFile(version=self.file.version, name=self.file.name, content=self.file.data)


class Preparation(msgspec.Struct, frozen=True, kw_only=True):
    """What file runs are made from."""

    dialect: Dialect
    history: History
    mode: TransactionMode
    hashes: Mapping[str, str]
    operator_version: str

    def prepare(self, file: MigrationFile) -> FileRun:
        """Cut a file into statements and find where to go on.

        Raises UserError for a file that cannot be cut, whose directives the mode does not allow, or whose applied
        statements are no longer what they were.
        """
        directive = file.directives.txmode
        if self.mode == "all" and directive is not None:
            raise UserError(
                f"cannot set txmode directive to {directive!r} in {file.name}, because --tx-mode all runs all files in "
                "one transaction; leave out the directive, or --tx-mode all."
            )
        statements = self._statements(file)
        controlled = any(action.kind in _CONTROL for statement in statements for action in statement.actions)
        if controlled and self.mode == "all":
            raise UserError(
                f"{file.name} begins or ends transactions itself, which --tx-mode all cannot allow; take BEGIN and "
                "COMMIT out of the file, or use --tx-mode file."
            )
        before = self.history.revision_of(file)
        run = FileRun(
            file=file,
            statements=statements,
            together=(directive or self.mode) != "none" and not controlled,
            controls_itself=controlled,
            applied=before.applied if before is not None else 0,
            hash=self.hashes[file.version],
            before=before,
            operator_version=self.operator_version,
        )
        _require_same_beginning(run)
        return run

    def _statements(self, file: MigrationFile) -> tuple[Statement, ...]:
        try:
            return tuple(self.dialect.split(file.source(), file.directives.delimiter))
        except SplitError as error:
            position = file.source().position(error.offset)
            raise UserError(f"{file.name}:{position.line}:{position.column}: {error.message}.") from error


def _require_same_beginning(run: FileRun) -> None:
    """Raise UserError where statements that were applied are gone or are others."""
    recorded = run.before.partial_hashes if run.before is not None else ()
    for index in range(run.applied):
        if run.hashes[index : index + 1] != recorded[index : index + 1]:
            raise UserError(
                f"history changed: statement {index + 1} from file {run.file.name} changed, and it was applied; "
                f"restore the first {run.applied} statements, and change only what comes after them."
            )


def settled(run: FileRun, target: Target) -> FileRun:
    """The run, gone on over what an earlier one did without writing it down.

    Raises UserError where nobody can tell whether it did, ExecutionError when the database does not answer.
    """
    if run.applied >= len(run.statements) or run.before is None:
        return run
    statement = run.statements[run.applied]
    if run.controls_itself and any(action.kind == "commit" for action in statement.actions):
        # What was written down inside the transaction is there, so the transaction was committed.
        return msgspec.structs.replace(run, applied=run.applied + 1) if _is_inside(run) else run
    if run.before.error != UNSEEN or run.before.error_stmt != statement.text:
        return run
    done = target.was_done(statement.text)
    if done is None:
        raise UserError(
            f"It is unknown whether statement {run.applied + 1} of {run.file.name} was done, as an earlier run ended "
            f"while it ran outside of a transaction: {one_line(statement.text, _SHOWN)}. Look, then change it so that "
            "it can be run again (IF NOT EXISTS, IF EXISTS), or, when it was done, put a comment in its place, as in "
            "SELECT 1; run 'schema-action migrate hash' and apply again."
        )
    return msgspec.structs.replace(run, applied=run.applied + 1) if done else run


def _is_inside(run: FileRun) -> bool:
    """Whether the next statement is in a transaction that one before it opened."""
    for statement in reversed(run.statements[: run.applied]):
        for action in statement.actions:
            if action.kind in _CONTROL:
                return action.kind == "begin"
    return False
