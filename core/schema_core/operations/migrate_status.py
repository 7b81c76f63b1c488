"""``migrate status``: how far a database is in a migration directory."""

from __future__ import annotations

import msgspec

from schema_core import __version__
from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.migrate.history import History
from schema_core.migrate.pending import Choice, pending_files, require_same_history
from schema_core.operations.checksum_errors import require_match
from schema_core.operations.migrate_ls import listed
from schema_core.operations.on_target import TargetSettings, locked_target, require_database
from schema_core.schema.errors import UserError
from schema_core.schema.migration_results import RevisionReport, StatusResult
from schema_core.schema.revisions import Revision
from schema_core.text.redact import redact_url


class MigrateStatusSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``migrate status`` was asked for."""

    url: str
    directory: str
    directory_format: str = "atlas"
    revisions_schema: str | None = None


def migrate_status(settings: MigrateStatusSettings) -> StatusResult:
    """Compare the revisions with the directory; nothing is written and no lock is taken."""
    require_database(settings.url)
    directory = MigrationDirectory.open(settings.directory, settings.directory_format)
    require_match(directory)
    with locked_target(settings.url, TargetSettings(lock_name=None)) as target:
        server = target.session.server()
        history = History(directory, target.revisions(settings.revisions_schema).read())
    problem, pending = _pending(history)
    last = history.last
    following = pending[0] if pending else None
    started = history.started[0] if history.started else None
    partial = history.revision_of(started) if started is not None else None
    failed = last if last is not None and last.error and not last.is_complete else partial
    return StatusResult(
        tool_version=__version__,
        target=redact_url(settings.url),
        directory=settings.directory,
        server=server,
        status="BLOCKED" if problem else "PENDING" if pending else "OK",
        current=last.version if last is not None else None,
        next=following.version if following is not None else None,
        next_is_checkpoint=following is not None and following.directives.checkpoint is not None,
        left=partial.total - partial.applied if partial is not None else None,
        available=tuple(map(listed, history.files)),
        pending=tuple(map(listed, pending)),
        out_of_order=tuple(map(listed, history.out_of_order)),
        missing=tuple(revision.version for revision in history.missing),
        applied=tuple(map(_revision, history.revisions)),
        problem=problem,
        error=failed.error if failed is not None else "",
        error_stmt=failed.error_stmt if failed is not None else "",
    )


def _pending(history: History) -> tuple[str, tuple[MigrationFile, ...]]:
    """What keeps ``migrate apply`` from running, and the files that it would run otherwise."""
    try:
        require_same_history(history)
        return "", pending_files(history, Choice())
    except UserError as error:
        return str(error), pending_files(history, Choice(order="linear-skip"))


def _revision(revision: Revision) -> RevisionReport:
    return RevisionReport(
        version=revision.version,
        description=revision.description,
        type=revision.type_in_words,
        applied=revision.applied,
        total=revision.total,
        executed_at=revision.executed_at.isoformat(),
        execution_time=revision.execution_time,
        error=revision.error,
        error_stmt=revision.error_stmt,
        operator_version=revision.operator_version,
    )
