"""``migrate diff``: the migration file that leads from a directory's state to the desired one."""

from __future__ import annotations

import msgspec

from schema_core import __version__
from schema_core.dialects.protocol import Scope
from schema_core.directory.adding import add_file, new_file
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.operations.checksum_errors import require_match
from schema_core.operations.proven_plan import Ask, Endpoints, Progress
from schema_core.operations.reviewed_plan import Edit
from schema_core.operations.schema_diff import schema_diff
from schema_core.plan.sql import migration_of
from schema_core.schema.plans import Policy
from schema_core.schema.results import MigrateDiffResult


class MigrateDiffSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``migrate diff`` was asked for; ``dry_run`` writes nothing."""

    directory: str
    directory_format: str
    name: str | None
    after: tuple[str, ...]
    dev_url: str | None = None
    scope: Scope = Scope()
    renames: tuple[str, ...] = ()
    policies: frozenset[Policy] = frozenset()
    dry_run: bool = False


def migrate_diff(
    settings: MigrateDiffSettings,
    progress: Progress = lambda _: None,
    ask: Ask | None = None,
    edit: Edit | None = None,
) -> MigrateDiffResult:
    """Plan the way from what the directory makes to the desired state, and write it as the directory's next file.

    The plan was run on a development database and led to the desired state. Nothing is written when there is nothing to
    do. Raises UserError when the sum does not match, the directory does not replay, or there is no plan that holds.
    """
    opened = MigrationDirectory.open_or_empty(settings.directory, settings.directory_format)
    require_match(opened)
    new_file(opened, settings.name, b"")  # a name that cannot be is told before the work
    diff = schema_diff(
        Endpoints(
            before=(settings.directory,) if opened.files else (),
            after=settings.after,
            dev_url=settings.dev_url,
            scope=settings.scope,
            renames=settings.renames,
            policies=settings.policies,
        ),
        progress,
        ask,
        edit,
    )
    if not diff.statements:
        return MigrateDiffResult(tool_version=__version__, directory=settings.directory, diff=diff)
    content = migration_of(diff.statements, transactional=diff.transactional)
    file = new_file(opened, settings.name, content.encode())
    return MigrateDiffResult(
        tool_version=__version__,
        directory=settings.directory,
        file=file.name,
        content=content,
        written=() if settings.dry_run else add_file(opened, file),
        diff=diff,
    )
