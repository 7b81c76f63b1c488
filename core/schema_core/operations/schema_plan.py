"""``schema plan``: a plan to look at now and to apply later, if it is still the same then."""

from __future__ import annotations

import msgspec

from schema_core import __version__
from schema_core.apply.carry_out import Patience
from schema_core.operations.plan_files import plan_digest
from schema_core.operations.proven_plan import Endpoints, Progress, open_database, proven_plan
from schema_core.operations.reviewed_plan import digests_of, linted, part_of
from schema_core.schema.results import Notice, PlanResult


class PlanSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``schema plan`` was asked for."""

    endpoints: Endpoints
    skip_lint: bool = False


def schema_plan(settings: PlanSettings, progress: Progress = lambda _: None) -> PlanResult:
    """Plan the way between two states and say by digests what it was made from; raises UserError as ``schema diff``.

    Nobody is asked about renames: they have to be known when the plan is made again, so they must be written down.
    """
    notices: list[Notice] = []
    with open_database(settings.endpoints, notices) as database:
        proven = proven_plan(settings.endpoints, database, progress)
        part = part_of(database.dialect, proven)
        digests, server = digests_of(part, proven.plan), database.server
        lint = None
        if proven.plan.statements and not settings.skip_lint:
            progress("watching the plan")
            lint = linted(database, proven, part, proven.plan, Patience())
    return PlanResult(
        tool_version=__version__,
        before=proven.before.origin,
        after=proven.after.origin,
        target=proven.before.server,
        server=server,
        renames=settings.endpoints.renames,
        policies=tuple(sorted(settings.endpoints.policies)),
        digests=digests,
        digest=plan_digest(digests, engine=server.engine, major=server.major),
        statements=proven.plan.statements,
        transactional=proven.plan.transactional,
        reversible=proven.plan.reversed() is not None,
        proof=proven.proof,
        lint=lint,
        notices=(*notices, *proven.notices),
    )
