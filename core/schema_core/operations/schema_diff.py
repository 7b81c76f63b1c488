"""``schema diff``: what leads from one state to another, proven before it is shown."""

from __future__ import annotations

from schema_core import __version__
from schema_core.operations.proven_plan import Ask, Endpoints, Progress, open_database, proven_plan
from schema_core.operations.reviewed_plan import Edit, edited
from schema_core.schema.results import DiffResult, Notice


def schema_diff(
    endpoints: Endpoints, progress: Progress = lambda _: None, ask: Ask | None = None, edit: Edit | None = None
) -> DiffResult:
    """Compare two states and plan the way from one to the other; see ``proven_plan``.

    ``edit`` lets a person change the SQL; what comes of it is proven as the plan was.
    """
    notices: list[Notice] = []
    with open_database(endpoints, notices) as database:
        proven = proven_plan(endpoints, database, progress, ask)
        plan = proven.plan
        if edit is not None and plan.statements:
            plan, _ = edited(database, proven, edit, endpoints.scope)
    return DiffResult(
        tool_version=__version__,
        before=proven.before.origin,
        after=proven.after.origin,
        server=database.server,
        changes=proven.changes,
        statements=plan.statements,
        transactional=plan.transactional,
        reversible=plan.reversed() is not None,
        proof=proven.proof,
        unmodelled=proven.before.inspection.unmodelled,
        notices=(*notices, *proven.notices),
    )
