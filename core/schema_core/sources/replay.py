"""Replay migration files on a development database, fast, without watching."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schema_core.dialects.protocol import BatchError, Dialect, ExecutionError, Session, SplitError
from schema_core.directory.files import MigrationFile
from schema_core.schema.observations import StatementError
from schema_core.sources.refusals import refusal, statement_error

_BATCH_BYTES = 1 << 20
_BATCH_FILES = 250
_OWN_TRANSACTION = re.compile(
    rb"\b(begin|start|commit|end|rollback|abort|savepoint|prepare|set\s+(local|transaction|constraints)|lock)\b",
    re.IGNORECASE,
)
"""Words of a file that may control its transaction, or that last until its end. A file without them can share one
message, and so one transaction, with its neighbours; a word in a string or a function body only costs a round trip."""


class ReplayError(Exception):
    """A file that does not replay; ``error`` holds the server's words and the place in the file."""

    def __init__(self, file: MigrationFile, error: StatementError) -> None:
        super().__init__(error.message)
        self.file = file
        self.error = error


def replay(session: Session, dialect: Dialect, files: Sequence[MigrationFile]) -> None:
    """Run files in order as apply would; raises ReplayError for the first that fails.

    Neighbouring files are sent as one message: what fails in company is run again alone, so that the verdict and the
    position are those of the file itself.
    """
    for batch in _batches(files):
        if len(batch) > 1:
            try:
                session.execute_script("\n;\n".join(file.source().text for file in batch))
            except ExecutionError as error:
                if error.lost:
                    raise
            else:
                continue
        for file in batch:
            replay_file(session, dialect, file)


def replay_file(session: Session, dialect: Dialect, file: MigrationFile) -> None:
    """Run one file as apply would: in one transaction, or statement by statement when its ``txmode`` is none."""
    source = file.source()
    if file.directives.txmode == "none" or file.directives.delimiter is not None:
        _replay_statements(session, dialect, file)
        return
    try:
        session.execute_script(source.text)
    except ExecutionError as error:
        if error.lost:
            raise
        if error.offset is None and _OWN_TRANSACTION.search(source.data) is None:
            # The server names no place. The message was one transaction, so nothing of it is left and its statements
            # can be run again one by one, which tells which of them it was.
            _replay_statements(session, dialect, file)
        try:
            list(dialect.split(source))
        except SplitError as unsplittable:
            raise ReplayError(file, _unsplittable(file, unsplittable)) from error
        raise ReplayError(file, statement_error(error, source, 0)) from error


def _replay_statements(session: Session, dialect: Dialect, file: MigrationFile) -> None:
    source = file.source()
    try:
        statements = list(dialect.split(source, file.directives.delimiter))
    except SplitError as error:
        raise ReplayError(file, _unsplittable(file, error)) from error
    try:
        if file.directives.txmode != "none":
            with session.transaction():
                session.execute_each([statement.text for statement in statements])
            return
    except BatchError as error:
        if error.lost:
            raise
        raise ReplayError(file, refusal(error, source, statements[error.index])) from error
    for statement in statements:
        try:
            session.execute(statement.text)
        except ExecutionError as error:
            if error.lost:
                raise
            raise ReplayError(file, refusal(error, source, statement)) from error


def _unsplittable(file: MigrationFile, error: SplitError) -> StatementError:
    return StatementError(message=error.message, position=file.source().position(error.offset))


def _batches(files: Sequence[MigrationFile]) -> Iterator[list[MigrationFile]]:
    """Neighbouring files that can share a message; a file that must be alone is a batch of its own."""
    batch: list[MigrationFile] = []
    size = 0
    for file in files:
        alone = (
            file.directives.txmode is not None
            or file.directives.delimiter is not None
            or _OWN_TRANSACTION.search(file.source().data) is not None
        )
        if batch and (alone or size + len(file.data) > _BATCH_BYTES or len(batch) == _BATCH_FILES):
            yield batch
            batch, size = [], 0
        if alone:
            yield [file]
            continue
        batch.append(file)
        size += len(file.data)
    if batch:
        yield batch
