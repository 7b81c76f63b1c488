"""``migrate/set``: say which version of a migration directory a database is at, without running anything."""

from __future__ import annotations

import sys

from schema_ci.actions.target_database import enter, refuse_forks, target_settings
from schema_ci.declarations import Action
from schema_ci.inputs import read_inputs
from schema_ci.platforms.protocol import Platform
from schema_core.operations.migrate_set import MigrateSetSettings, migrate_set
from schema_core.report.migrate_status_text import render_set


def run(action: Action, platform: Platform) -> int:
    """Change the revisions and set the outputs. Raises UserError."""
    inputs = read_inputs(action, platform)
    refuse_forks(platform)
    enter(platform, inputs.text("working-directory"))
    lock = target_settings(inputs)
    result = migrate_set(
        MigrateSetSettings(
            url=inputs.required("url"),
            directory=inputs.text("dir"),
            version=inputs.optional("version"),
            revisions_schema=inputs.optional("revisions-schema"),
            lock_name=lock.lock_name,
            lock_timeout=lock.lock_timeout,
        )
    )
    sys.stdout.write(render_set(result))
    sys.stdout.flush()
    platform.set_output("current", result.current or "")
    return 0
