"""``schema apply``: lead a database to a desired state by a plan that was proven, looked at and agreed to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, cast, get_args

import msgspec

from schema_core import __version__
from schema_core.apply.carry_out import Tell, carry_out
from schema_core.apply.touched import differences
from schema_core.dialects.protocol import Dialect, Scope
from schema_core.diff.by_name import compare_by_name
from schema_core.operations.on_target import TargetSettings, locked_target, require_database
from schema_core.operations.plan_files import PlanFile, plan_digest, read_plan_file, require_digest, require_same
from schema_core.operations.proven_plan import Ask, Endpoints, Progress, ProvenPlan, open_database, proven_plan
from schema_core.operations.reviewed_plan import Edit, Part, digests_of, edited, linted, part_of
from schema_core.schema.accounts import Account
from schema_core.schema.errors import UserError
from schema_core.schema.plans import Plan, Policy
from schema_core.schema.results import ApplyResult, FileReport, Notice, PlanDigests, ServerInfo
from schema_core.sources.bookkeeping import without_bookkeeping
from schema_core.text.truncate import counted_list

TransactionMode = Literal["file", "none"]
Approve = Callable[[ApplyResult], bool]
"""Shows what is about to be done and says whether to do it."""

_MADE_MEANWHILE = "Another run has made the same changes meanwhile."


class ApplySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``schema apply`` was asked for.

    ``plan_file`` is a file of ``schema plan``, ``plan_digest`` the digest that it told: only a plan that is the same
    when it is made again is carried out.
    """

    url: str
    after: tuple[str, ...]
    dev_url: str | None = None
    scope: Scope = Scope()
    renames: tuple[str, ...] = ()
    policies: frozenset[Policy] = frozenset()
    plan_file: Path | None = None
    plan_digest: str | None = None
    dry_run: bool = False
    transaction_mode: TransactionMode = "file"
    skip_lint: bool = False
    target: TargetSettings = TargetSettings()


def parse_transaction_mode(value: str) -> TransactionMode:
    """Check the value of ``--tx-mode``."""
    if value not in get_args(TransactionMode):
        raise UserError(f"--tx-mode takes {' or '.join(get_args(TransactionMode))}, not {value!r}.")
    return cast("TransactionMode", value)


def schema_apply(
    settings: ApplySettings,
    approve: Approve,
    *,
    progress: Progress = lambda _: None,
    ask: Ask | None = None,
    edit: Edit | None = None,
    tell: Tell | None = None,
) -> ApplyResult:
    """Plan the way to the desired state, have it agreed to, and carry it out.

    Nothing is written unless ``approve`` says yes; a dry run does not even ask. ``edit`` lets a person change the SQL
    first; what comes of it is proven as the plan was. Raises UserError when a state cannot be read, when there is no
    plan that holds, when another run has the database, and when it is no longer what the plan was made for. What went
    wrong while the plan was carried out is in the result's account.
    """
    require_database(settings.url)
    file = read_plan_file(settings.plan_file) if settings.plan_file is not None else None
    notices: list[Notice] = []
    endpoints = Endpoints(
        before=(settings.url,),
        after=settings.after,
        before_flag="url",
        dev_url=settings.dev_url,
        scope=settings.scope,
        renames=settings.renames if file is None else file.renames,
        policies=settings.policies if file is None else frozenset(file.policies),
    )
    with open_database(endpoints, notices) as database:
        proven = proven_plan(endpoints, database, progress, ask)
        part = part_of(database.dialect, proven)
        digests, server = digests_of(part, proven.plan), database.server
        digest = plan_digest(digests, engine=server.engine, major=server.major)
        if proven.plan.statements:  # where there is nothing to do, it was done already
            _require_reviewed(settings, file, digests, digest, server)
        plan, is_edited, lint = proven.plan, False, None
        if edit is not None and plan.statements:
            plan, is_edited = edited(database, proven, edit, settings.scope)
        _require_transaction(settings, database.dialect, plan)
        if plan.statements and not settings.skip_lint:
            progress("watching the plan")
            lint = linted(database, proven, part, plan, settings.target.patience)
    result = _result(proven, plan, lint, notices)
    result = msgspec.structs.replace(result, developed_on=database.server, edited=is_edited, digest=digest)
    if settings.dry_run or not plan.statements:
        return result
    if not approve(result):
        return msgspec.structs.replace(result, status="declined")
    return _carried_out(settings, proven, part, result, tell)


def _result(proven: ProvenPlan, plan: Plan, lint: FileReport | None, notices: list[Notice]) -> ApplyResult:
    return ApplyResult(
        tool_version=__version__,
        target=proven.before.origin,
        after=proven.after.origin,
        server=proven.before.server,
        developed_on=proven.before.server,
        status="planned" if plan.statements else "synced",
        changes=proven.changes,
        statements=plan.statements,
        transactional=plan.transactional,
        reversible=plan.reversed() is not None,
        proof=proven.proof,
        lint=lint,
        notices=(*notices, *proven.notices),
    )


def _require_reviewed(
    settings: ApplySettings, file: PlanFile | None, digests: PlanDigests, digest: str, server: ServerInfo
) -> None:
    """Raise UserError unless the plan is the one of the file and of the digest, as far as they were given."""
    if file is not None:
        require_same(file, digests, engine=server.engine, major=server.major)
    if settings.plan_digest is not None:
        require_digest(settings.plan_digest, digest)


def _require_transaction(settings: ApplySettings, dialect: Dialect, plan: Plan) -> None:
    """Raise UserError where statements would run one by one and a table is altered by making a new one in its place."""
    if plan.statements and dialect.rebuilds_tables and not _in_transaction(settings, plan):
        raise UserError(
            f"A plan for {dialect.title} is applied in one transaction, without which making a table anew could lose "
            "rows that point at it: leave out --tx-mode none, and statements that need to be outside of a transaction."
        )


def _in_transaction(settings: ApplySettings, plan: Plan) -> bool:
    return settings.transaction_mode == "file" and plan.transactional


def _carried_out(
    settings: ApplySettings, proven: ProvenPlan, part: Part, result: ApplyResult, tell: Tell | None
) -> ApplyResult:
    plan = Plan(statements=result.statements)
    with locked_target(settings.url, settings.target) as target:
        now = without_bookkeeping(target.session.inspect(settings.scope))
        changed = differences(proven.before.inspection, now, part.refs())
        if changed:
            if not compare_by_name(now.realm, proven.after.inspection.realm):
                notice = Notice(message=_MADE_MEANWHILE)
                return msgspec.structs.replace(result, status="synced", notices=(*result.notices, notice))
            raise UserError(
                f"The database has changed since it was planned for: {counted_list(changed, 5)}. Nothing was applied; "
                "run the command again."
            )
        account = carry_out(
            target,
            plan.statements,
            in_transaction=_in_transaction(settings, plan),
            patience=settings.target.patience,
            tell=tell,
        )
    return msgspec.structs.replace(result, status=status_of(account), account=account)


def status_of(account: Account) -> Literal["applied", "failed"]:
    """What an account means for the run."""
    return "applied" if account.error is None else "failed"
