"""The typed results of the operations that run a migration directory on a database; see ``results``."""

from __future__ import annotations

from typing import Literal

import msgspec

from schema_core.schema.accounts import Account
from schema_core.schema.observations import StatementError
from schema_core.schema.plans import Proof
from schema_core.schema.results import SCHEMA_VERSION, ApplyStatus, DirectoryFile, Notice, ServerInfo


class AppliedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One migration file that was run; ``skipped`` of its statements were applied by earlier runs already."""

    name: str
    version: str
    description: str
    skipped: int = 0
    account: Account

    @property
    def is_done(self) -> bool:
        """Whether all of the file is in the database now."""
        return self.account.error is None and self.account.count("applied") == len(self.account.statements)


class PendingFile(msgspec.Struct, frozen=True, kw_only=True):
    """One migration file that is to be run, and those of its statements that are left."""

    name: str
    version: str
    description: str
    statements: tuple[str, ...] = ()


class MigrateApplyResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate apply``.

    ``current`` is the version before (None on a database without revisions), ``aim`` the version that the run led to or
    was to lead to. ``status`` is ``synced`` when there was nothing to do and ``planned`` after a dry run. ``pending``
    are the files that were chosen, ``files`` those that were run; a file after one that failed was not. ``interrupted``
    is the number of the signal that ended the run early.
    """

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    target: str
    directory: str
    server: ServerInfo
    status: ApplyStatus
    current: str | None = None
    aim: str | None = None
    baseline: str | None = None
    pending: tuple[PendingFile, ...] = ()
    files: tuple[AppliedFile, ...] = ()
    interrupted: int | None = None
    notices: tuple[Notice, ...] = ()
    duration_ms: float = 0.0

    @property
    def error(self) -> StatementError | None:
        """Why it ended early; None when it did not."""
        return next((file.account.error for file in self.files if file.account.error is not None), None)

    def count_statements(self) -> int:
        """How many statements were applied."""
        return sum(file.account.count("applied") for file in self.files)


class RevisionReport(msgspec.Struct, frozen=True, kw_only=True):
    """One revision as it is written down; ``executed_at`` in ISO 8601, ``execution_time`` in nanoseconds."""

    version: str
    description: str
    type: str
    applied: int
    total: int
    executed_at: str
    execution_time: int
    error: str = ""
    error_stmt: str = ""
    operator_version: str


class StatusResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate status``.

    ``problem`` is what keeps ``migrate apply`` from running, with the way out; then ``status`` is ``BLOCKED``.
    ``missing`` are applied versions that the directory lacks.
    """

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    target: str
    directory: str
    server: ServerInfo
    status: Literal["OK", "PENDING", "BLOCKED"]
    current: str | None = None
    next: str | None = None
    next_is_checkpoint: bool = False
    left: int | None = None
    """Statements that are left of the file that was applied in part; None when no file was."""
    available: tuple[DirectoryFile, ...] = ()
    pending: tuple[DirectoryFile, ...] = ()
    out_of_order: tuple[DirectoryFile, ...] = ()
    missing: tuple[str, ...] = ()
    applied: tuple[RevisionReport, ...] = ()
    problem: str = ""
    error: str = ""
    error_stmt: str = ""


class SetRevision(msgspec.Struct, frozen=True, kw_only=True):
    """What ``migrate set`` did to one revision: made it or said that it is done, removed it, took over its hash."""

    version: str
    description: str
    change: Literal["set", "removed", "rehashed"]


class SetResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate set``; ``current`` is the version that the database is at now."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    target: str
    directory: str
    current: str | None = None
    revisions: tuple[SetRevision, ...] = ()


class ImportedName(msgspec.Struct, frozen=True, kw_only=True):
    """A file of another tool's, and the name and version that it has now."""

    source: str
    name: str
    version: str


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate import``; ``proven`` says that both directories were run and led to the same state."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    source: str
    destination: str
    format: str
    files: tuple[ImportedName, ...] = ()
    written: tuple[str, ...] = ()
    proven: bool = False


class AdoptResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate adopt``; nothing is in ``written`` after a dry run."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    target: str
    directory: str
    file: str
    version: str
    content: str
    written: tuple[str, ...] = ()
    proof: Proof | None = None
    notices: tuple[Notice, ...] = ()
