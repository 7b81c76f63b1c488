"""``schema clean``: drop everything in a database, or in the schema that its URL names."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from schema_core import __version__
from schema_core.apply.carry_out import Tell, carry_out
from schema_core.operations.on_target import TargetSettings, locked_target, require_database
from schema_core.operations.schema_apply import status_of
from schema_core.schema.errors import UserError
from schema_core.schema.results import CleanResult, Notice
from schema_core.text.redact import redact_url

Approve = Callable[[CleanResult], bool]
"""Shows what is about to be dropped and says whether to do it."""
_KEPT = (
    "The revisions table {} is kept and says that {} migrations were applied; before they are to be applied again, "
    "drop it, or say which version the database is at with 'schema-action migrate set'."
)


class CleanSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``schema clean`` was asked for."""

    url: str
    dry_run: bool = False
    target: TargetSettings = TargetSettings()


def schema_clean(settings: CleanSettings, approve: Approve, tell: Tell | None = None) -> CleanResult:
    """Drop everything in the URL's scope in one transaction, once ``approve`` has said yes.

    Raises UserError when something could not be dropped or would take along what is not in the scope, and when another
    run has the database or something was made or dropped since it was shown.
    """
    require_database(settings.url)
    unlocked = msgspec.structs.replace(settings.target, lock_name=None)
    with locked_target(settings.url, unlocked) as target:
        statements = target.emptying()
        server = target.session.server()
        revisions = target.revisions(None)
        kept = len(revisions.read())
    result = CleanResult(
        tool_version=__version__,
        target=redact_url(settings.url),
        server=server,
        status="planned" if statements else "synced",
        statements=statements,
        notices=(Notice(message=_KEPT.format(revisions.place, kept)),) if kept else (),
    )
    if settings.dry_run or not statements:
        return result
    if not approve(result):
        return msgspec.structs.replace(result, status="declined")
    with locked_target(settings.url, settings.target) as target:
        if target.emptying() != statements:
            raise UserError(
                "What is in the database has changed since it was shown. Nothing was dropped; run the command again."
            )
        account = carry_out(target, statements, in_transaction=True, patience=settings.target.patience, tell=tell)
    return msgspec.structs.replace(result, status=status_of(account), account=account)
