"""The typed results of the operations; ``--format json`` prints these objects.

``SCHEMA_VERSION`` grows when a field changes its meaning or goes away; new fields do not change it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from schema_core.schema.accounts import Account
from schema_core.schema.changes import Change
from schema_core.schema.findings import Finding, Severity
from schema_core.schema.objects import Missing, Unmodelled
from schema_core.schema.observations import Observation, StatementError
from schema_core.schema.plans import PlannedStatement, Policy, Proof
from schema_core.schema.realm import Realm
from schema_core.schema.statements import Position, Statement

SCHEMA_VERSION = 1

FailOn = Literal["error", "warning", "notice", "never"]


class ServerInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The database server that answered: engine name, full version, major version."""

    engine: str
    version: str
    major: int


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something the user should know that is no finding (an unused suppression, a fallback)."""

    message: str
    file: str | None = None
    position: Position | None = None


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that a ``nolint`` directive silenced."""

    finding: Finding
    directive: str
    position: Position


class StatementReport(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a new file with what was seen of it."""

    statement: Statement
    observation: Observation | None
    """None when an earlier statement of the file failed, so that this one never ran."""


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """One new migration file."""

    name: str
    change: Literal["added", "edited", "deleted"]
    statements: tuple[StatementReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppression, ...] = ()
    error: StatementError | None = None
    """Why the file could not be replayed the way apply would run it."""
    skipped: bool = False
    """True when a file-level ``nolint`` without codes left the file out."""


class LintResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate lint``.

    ``verdict`` is ``failed`` when a finding reaches ``fail_on``, a file does not replay or the sum file does not match;
    ``passed`` otherwise. ``error`` holds a sum or base-file failure that kept the new files from being looked at.
    """

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    verdict: Literal["passed", "failed"]
    fail_on: FailOn
    directory: str
    server: ServerInfo | None
    base_files: int
    files: tuple[FileReport, ...] = ()
    notices: tuple[Notice, ...] = ()
    error: StatementError | None = None
    error_file: str | None = None
    duration_ms: float = 0.0

    def findings(self) -> tuple[Finding, ...]:
        """All findings of all files, in file order."""
        return tuple(finding for report in self.files for finding in report.findings)

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(1 for finding in self.findings() if finding.severity == severity)


class InspectResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``schema inspect``: the state, and what was found but is not modelled."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    server: ServerInfo
    realm: Realm
    unmodelled: tuple[Unmodelled, ...] = ()
    missing: tuple[Missing, ...] = ()


class DiffResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``schema diff``: the changes between two states, and the statements that make them.

    ``server`` is the development database that the plan was proven on; ``proof`` is None when there was nothing to
    prove. ``transactional`` says whether all statements may run in one transaction, ``reversible`` whether all of them
    can be undone. ``unmodelled`` are objects of the state before that no plan touches.
    """

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    before: str
    after: str
    server: ServerInfo
    changes: tuple[Change, ...] = ()
    statements: tuple[PlannedStatement, ...] = ()
    transactional: bool = True
    reversible: bool = True
    proof: Proof | None = None
    unmodelled: tuple[Unmodelled, ...] = ()
    notices: tuple[Notice, ...] = ()


class PlanDigests(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan was made from: the objects that it has to do with before and after, and its statements."""

    before: str
    after: str
    statements: str


class PlanResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``schema plan``, and what its file holds.

    ``target`` is the server of the state before, ``server`` the development database that the plan was proven on. A
    plan is applied only where planning again gives the same ``digests``, of which ``digest`` is one for people to hand
    on; its SQL is for people to read. ``renames`` and
    ``policies`` are those that were said on the command line. ``lint`` is what was seen of the statements; None when
    nobody looked.
    """

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    before: str
    after: str
    target: ServerInfo
    server: ServerInfo
    renames: tuple[str, ...] = ()
    policies: tuple[Policy, ...] = ()
    digests: PlanDigests
    digest: str = ""
    statements: tuple[PlannedStatement, ...] = ()
    transactional: bool = True
    reversible: bool = True
    proof: Proof | None = None
    lint: FileReport | None = None
    notices: tuple[Notice, ...] = ()


class DirectoryFile(msgspec.Struct, frozen=True, kw_only=True):
    """One migration file as ``migrate ls`` lists it."""

    name: str
    version: str
    description: str
    checkpoint: bool = False


ApplyStatus = Literal["synced", "planned", "declined", "applied", "failed"]


class ApplyResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``schema apply``.

    ``server`` is the target's, ``developed_on`` the development database that the plan was proven on. ``status`` is
    ``synced`` when there was nothing to do, ``planned`` after a dry run, ``declined`` when a person said no, else
    ``applied`` or ``failed``. ``digest`` is that of the plan, as ``schema plan`` tells it. ``account`` is None unless
    the plan was carried out. ``edited`` says that a person wrote the statements anew; they were proven all the same.
    """

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    target: str
    after: str
    server: ServerInfo
    developed_on: ServerInfo
    status: ApplyStatus
    changes: tuple[Change, ...] = ()
    statements: tuple[PlannedStatement, ...] = ()
    transactional: bool = True
    reversible: bool = True
    edited: bool = False
    digest: str = ""
    proof: Proof | None = None
    lint: FileReport | None = None
    account: Account | None = None
    notices: tuple[Notice, ...] = ()


class CleanResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``schema clean``; ``status`` as for ``schema apply``, ``synced`` when there was nothing to drop."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    target: str
    server: ServerInfo
    status: ApplyStatus
    statements: tuple[PlannedStatement, ...] = ()
    account: Account | None = None
    notices: tuple[Notice, ...] = ()


class ChecksumProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a sum file that does not match the directory."""

    file: str
    reason: Literal["added", "edited", "removed"]
    line: int


class MigrateDiffResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate diff``: the file's name and content (None and empty when there is nothing to do).

    ``written`` is empty where nothing was written.
    """

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    directory: str
    file: str | None = None
    content: str = ""
    written: tuple[str, ...] = ()
    diff: DiffResult


class ValidateResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate validate``; ``replayed`` is None without a development database."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    directory: str
    files: int
    valid: bool
    problems: tuple[ChecksumProblem, ...] = ()
    replayed: bool | None = None
    error: StatementError | None = None
    error_file: str | None = None


class ListResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate ls``."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    directory: str
    files: tuple[DirectoryFile, ...]


class WriteResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``migrate new`` and ``migrate hash``: which files were written."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    directory: str
    written: tuple[str, ...]


class VersionResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``version``."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
