"""Which files are to be applied, or why none may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast, get_args

import msgspec

from schema_core.directory.changeset import from_checkpoint
from schema_core.directory.files import MigrationFile
from schema_core.migrate.history import History
from schema_core.schema.errors import UserError
from schema_core.schema.revisions import Revision
from schema_core.text.truncate import counted_list

ExecutionOrder = Literal["linear", "linear-skip", "non-linear"]
_MOST_NAMED = 10


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What of the pending files is asked for; all of them by default."""

    order: ExecutionOrder = "linear"
    amount: int | None = None
    to_version: str | None = None


def parse_execution_order(value: str) -> ExecutionOrder:
    """Check the value of ``--exec-order``."""
    if value not in get_args(ExecutionOrder):
        raise UserError(f"--exec-order takes {', '.join(get_args(ExecutionOrder))}, not {value!r}.")
    return cast("ExecutionOrder", value)


def require_same_history(history: History) -> None:
    """Raise UserError where the database has had what the directory does not hold, or holds otherwise."""
    at = history.last.version if history.last is not None else ""
    if history.ahead:
        newest = history.files[-1].version if history.files else None
        raise UserError(
            f"The database is ahead of the directory: it has had {_versions(history.missing)}, "
            f"and the directory {f'ends at {newest}' if newest else 'has no files'}. Deploy a directory that has these "
            "files; if they were undone by hand, say where the database is with 'schema-action migrate set VERSION'."
        )
    if history.missing:
        raise UserError(
            f"The directory lacks files that were applied: {_versions(history.missing)}. "
            "Bring them back; if the database is right without them, say so with "
            f"'schema-action migrate set {at}'."
        )
    if history.edited is not None:
        raise UserError(
            f"{history.edited.name} was edited after it was applied, so the database may differ from what it says. "
            "Bring the file back as it was and make the change in a new one; if the database is right, say so "
            f"with 'schema-action migrate set {at}'."
        )


def pending_files(history: History, choice: Choice) -> tuple[MigrationFile, ...]:
    """The files that are left, in their order, as far as they were asked for.

    On a database without revisions these are the last checkpoint and what follows it. Raises UserError for files out of
    order, and for a version that is not in the directory or has been passed.
    """
    if not history.revisions:
        return chosen(from_checkpoint(history.files), choice, history)
    if history.out_of_order and choice.order == "linear":
        raise UserError(
            f"{_listed([file.name for file in history.out_of_order])} came in before files that were applied already. "
            "Rename them so that they sort last and run 'schema-action migrate hash', or run them all the same with "
            "--exec-order non-linear, or leave them out with --exec-order linear-skip."
        )
    inserted = history.out_of_order if choice.order == "non-linear" else ()
    due = {*history.started, *inserted, *history.after}
    return chosen([file for file in history.files if file in due], choice, history)


def chosen(files: Sequence[MigrationFile], choice: Choice, history: History) -> tuple[MigrationFile, ...]:
    """Those of the files that were asked for."""
    if choice.to_version is not None:
        if history.file_of(choice.to_version) is None:
            raise UserError(
                f"The directory has no version {choice.to_version!r}; 'schema-action migrate ls' lists them."
            )
        places = [index for index, file in enumerate(files) if file.version == choice.to_version]
        if not places and history.last is not None and history.last.version != choice.to_version:
            raise UserError(
                f"The database is at version {history.last.version}, which is not before {choice.to_version}; apply "
                "only goes forward."
            )
        files = files[: places[0] + 1] if places else ()
    return tuple(files[: choice.amount] if choice.amount is not None else files)


def _versions(revisions: Sequence[Revision]) -> str:
    return _listed([revision.version for revision in revisions])


def _listed(names: Sequence[str]) -> str:
    return counted_list(list(names), _MOST_NAMED)
